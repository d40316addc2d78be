"""A sentence or two that a sleepy person understands."""

from __future__ import annotations

from collections.abc import Sequence

from detectors.crisis import Change
from detectors.severity import LEVELS, Policy, Verdict
from detectors.signals import attention, boycott, drift, multiple, negativity, sentiment
from detectors.signals.reading import Reading
from detectors.size import Size


def explain(change: Change, verdict: Verdict, size: Size, policy: Policy) -> str:
    """One or two sentences from the readings of a verdict and the size; the same for the same data."""
    crisis = change.crisis
    if change.verb == "resolved" and crisis.silent:
        waited = _duration(policy.max_open_silent_seconds)
        first = f"What carried it has not been heard, or not been scored, for {waited}: that is no sign of recovery."
    elif change.verb == "resolved":
        first = f"No signal has reached its lower limit for {_duration(policy.recovery_seconds)}."
    elif change.verb == "deescalated":
        waited = _duration(policy.recovery_seconds)
        first = f"No signal has reached the lower limit of {LEVELS[change.previous_level]} for {waited}."
    elif change.verb == "closed":
        first = f"Closed ({crisis.closure_reason})."
    elif change.verb == "dismissed":
        first = "A person said that this is no crisis."
    elif not verdict.lower:
        first = "No signal is over its lower limit now."
    else:
        first = _what_is_unusual(_most_telling(verdict.readings))
    return f"{first} {_how_negative(size)}{_calls(size.boycott_authors)}."


def _most_telling(readings: Sequence[Reading]) -> Reading:
    """The strongest; but the crowd behind two who call for a boycott, who are told of in any case."""
    if readings[0].name == boycott.NAME:
        return next((reading for reading in readings if reading.name == negativity.NAME), readings[0])
    return readings[0]


def _what_is_unusual(reading: Reading) -> str:
    within = _duration(reading.window_end - reading.window_start)
    if reading.name == sentiment.NAME:
        return (
            f"Mean sentiment {reading.observed:+.2f} within {within} where {reading.expected:+.2f} is usual "
            f"(normally not below {reading.low:+.2f})."
        )
    if reading.name == drift.NAME:
        return (
            f"{100 * reading.observed:.0f} % of the voices of the last {within} are unhappy where "
            f"{100 * reading.expected:.0f} % is usual (normally at most {100 * reading.high:.0f} %)."
        )
    expected = _number(reading.expected)
    # attention judges rates that are smoothed: a burst may be news before it fills its hour
    above = f" (normally at most {reading.high:.0f})" if reading.observed > reading.high else ""
    return (
        f"{reading.observed:.0f} {_NOUNS[reading.name]} within {within} where {expected} "
        f"{'is' if expected == '1' else 'are'} usual{above}."
    )


_NOUNS = {
    attention.NAME: "people talking",
    boycott.NAME: "people calling for a boycott",
    multiple.NAME: "unhappy people",
    negativity.NAME: "unhappy people",
}


def _how_negative(size: Size) -> str:
    if not size.scored_mentions:
        return f"None of {size.mentions} mentions since the first signal has a score"
    unscored = size.mentions - size.scored_mentions
    others = f" ({unscored} more have no score)" if unscored else ""
    percent = 100 * size.negative_share
    return f"{percent:.0f} % of {size.scored_mentions} mentions since the first signal are negative{others}"


def _calls(people: int) -> str:
    if not people:
        return ""
    return ", 1 person calls for a boycott" if people == 1 else f", {people} people call for a boycott"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or abs(value - round(value)) < 0.05 else f"{value:.1f}"


def _duration(seconds: int) -> str:
    minutes = seconds // 60
    if minutes >= 48 * 60:
        return f"{minutes / 1440:.0f} days"
    if minutes >= 120:
        return f"{minutes / 60:.0f} hours"
    if minutes < 2:
        return f"{seconds} seconds"
    return f"{minutes} minutes"
