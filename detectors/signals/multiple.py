"""What an organisation said itself: so many times the usual number of unhappy people, within so long."""

from __future__ import annotations

from detectors.deviance import normal_range
from detectors.dispersion import COUNT_PRIORS
from detectors.normal import MIN_EXPECTED, Normal
from detectors.recent import FINE_REACH, Recent
from detectors.signals.reading import Reading

NAME = "negative_authors"


def read(recent: Recent, normal: Normal, seconds: int, end: int) -> Reading:
    """The unhappy people of the last `seconds` (at most six hours); the score is how many times the usual number they are.

    Up to an hour exact to the window, beyond to ten minutes. 0 where fewer than one unhappy person is usual and none
    has come; the floor on people is the policy's.
    """
    start = end - seconds
    observed = sum(unhappy for _, unhappy, _ in recent.cells("unhappy", start, fine=seconds <= FINE_REACH))
    expected = normal.voices.expected_voices(start, end) * normal.voices.unhappy_share * normal.lift(end, seconds)
    low, high = normal_range(expected, COUNT_PRIORS[-1])
    return Reading(
        name=NAME,
        window_start=start,
        window_end=end,
        observed=observed,
        expected=expected,
        low=low,
        high=high,
        score=observed / max(expected, MIN_EXPECTED),
        samples=normal.voices.samples,
        warm=normal.voices.warm,
        baseline_kind="decayed_hour_of_day",
    )
