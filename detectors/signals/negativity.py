"""More distinct unhappy people than usual, and a larger share of the talk: both at once, over several spans."""

from __future__ import annotations

from collections.abc import Callable

from detectors.baseline import VoiceBaseline
from detectors.deviance import count_score, normal_range, share_score
from detectors.recent import Recent, Span
from detectors.signals.reading import Reading

NAME = "negativity"
WARM_UP_HOURS = 24
MIN_PEOPLE = 4
"""Fewer unhappy people than this are no crowd, whatever is normal."""
FLOOR = 1.5
"""Count and share must each be this far from normal: either alone is a decoy (much talk, or very little)."""

#         span: (dispersion of the count, dispersion of the share, penalty for looking more often)
SPANS = {
    600: (0.25, 0.12, 0.4),
    1800: (0.20, 0.08, 0.2),
    7200: (0.15, 0.05, 0.0),
    21600: (0.15, 0.04, 0.0),
}
DEFAULT_SPAN = 7200
"""Which span speaks when none is unusual."""

Lift = Callable[[int, int], float]
"""By how much more talk than usual was announced, of an end and the seconds before it: `Plans.lift`."""


def score(recent: Recent, baseline: VoiceBaseline, end: int, lift: Lift) -> tuple[float, int]:
    """`(score, span in seconds)` of the windows up to `end` (seconds); the strongest span speaks.

    Per span, c is the deviance of the number of unhappy people against the expected number, s that of their share of
    all voices against the usual share; the score is their harmonic mean 2cs / (c + s), so that the weaker one rules.
    `lift` multiplies the expected talk.
    """
    best, best_seconds = 0.0, DEFAULT_SPAN
    share = baseline.unhappy_share
    for seconds in SPANS:
        span = recent.spans[seconds]
        if span.unhappy >= MIN_PEOPLE and span.unhappy > span.voices * share:
            found = _score(span, baseline, end, lift)
            if found > best:
                best, best_seconds = found, seconds
    return best, best_seconds


def read(recent: Recent, baseline: VoiceBaseline, end: int, lift: Lift) -> Reading:
    """The score with its evidence."""
    found, seconds = score(recent, baseline, end, lift)
    span = recent.spans[seconds]
    start = span.start(end)
    expected = baseline.expected_voices(start, end) * baseline.unhappy_share * lift(end, end - start)
    low, high = normal_range(expected, SPANS[seconds][0])
    return Reading(
        name=NAME,
        window_start=start,
        window_end=end,
        observed=span.unhappy,
        expected=expected,
        low=low,
        high=high,
        score=found,
        samples=baseline.samples,
        warm=baseline.samples >= WARM_UP_HOURS,
        baseline_kind="decayed_hour_of_day",
    )


def _score(span: Span, baseline: VoiceBaseline, end: int, lift: Lift) -> float:
    count_dispersion, share_dispersion, penalty = SPANS[span.seconds]
    usual_share = baseline.unhappy_share
    people = span.unhappy - 0.5  # continuity: small brands count in ones
    share = share_score(people, span.voices, usual_share, share_dispersion)
    if share < FLOOR:
        return 0.0
    start = span.start(end)
    expected = max(baseline.expected_voices(start, end) * usual_share * lift(end, end - start), 0.02)
    count = count_score(people, expected, count_dispersion)
    if count < FLOOR:
        return 0.0
    return max(0.0, 2.0 * count * share / (count + share) - penalty)
