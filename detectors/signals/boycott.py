"""Calls to boycott: rare enough that three people within hours are news for a small brand."""

from __future__ import annotations

from math import sqrt

from detectors.baseline import VoiceBaseline
from detectors.deviance import count_score, normal_range
from detectors.recent import Recent, Span
from detectors.signals.reading import Reading

NAME = "boycott"
MIN_PEOPLE = 2
SPANS = (1800, 7200, 21600)
DEFAULT_SPAN = 7200
DISPERSION = 0.3
FLOOR, WEIGHT = 1.5, 0.8
"""So far from normal must the calls be, and for so much do they count beside unhappy people."""
MIN_EXPECTED = 0.05
"""However little is normal, expect this much: two calls must not be infinitely strange."""


def score(recent: Recent, baseline: VoiceBaseline, end: int, unrest: float = 0.0) -> tuple[float, int]:
    """`(score, span in seconds)`: callers against the calls expected among as many voices; the strongest span speaks.

    Callers are heard whether or not anybody scores what they say, and voices are not: among as many voices as usual, at
    least, calls are expected.

    Below the floor it is 0. Above, what else is unusual about the unhappy people counts too: with the deviance y of the
    calls and the score of negativity, `unrest`, it is the root of `unrest**2 + 0.8 y**2`.
    """
    best, best_seconds = 0.0, DEFAULT_SPAN
    for seconds in SPANS:
        span = recent.spans[seconds]
        if span.callers >= MIN_PEOPLE:
            found = count_score(span.callers - 0.5, _expected(span, baseline, end), DISPERSION)
            if found > best:
                best, best_seconds = found, seconds
    return (sqrt(unrest * unrest + WEIGHT * best * best) if best > FLOOR else 0.0), best_seconds


def read(recent: Recent, baseline: VoiceBaseline, end: int, unrest: float = 0.0) -> Reading:
    """The score of the windows up to `end` (seconds), with its evidence.

    Nothing else needs to be unusual, which is what finds a boycott early. Warm from the start: the prior of one call in
    a thousand voices is itself a baseline.
    """
    found, seconds = score(recent, baseline, end, unrest)
    span = recent.spans[seconds]
    expected = _expected(span, baseline, end)
    low, high = normal_range(expected, DISPERSION)
    return Reading(
        name=NAME,
        window_start=span.start(end),
        window_end=end,
        observed=span.callers,
        expected=expected,
        low=low,
        high=high,
        score=found,
        samples=baseline.samples,
        warm=True,
        baseline_kind="decayed_per_voice",
    )


def _expected(span: Span, baseline: VoiceBaseline, end: int) -> float:
    voices = max(span.voices, baseline.expected_voices(span.start(end), end))
    return max(voices * baseline.calls_per_voice, MIN_EXPECTED)
