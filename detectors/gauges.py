"""The trailing hour of a brand, for a dashboard."""

from __future__ import annotations

from typing import NamedTuple

from detectors.deviance import normal_range
from detectors.normal import Normal
from detectors.recent import Span
from detectors.signals import attention

HOUR = 3600


class Gauges(NamedTuple):
    """How many talked and how many were unhappy, beside what is expected and the most that is normal; and the mood."""

    mentions: int
    mentions_expected: float
    mentions_expected_high: float
    negative_authors: int
    negative_authors_expected: float
    negative_authors_expected_high: float
    sentiment: float | None
    sentiment_expected: float

    @classmethod
    def of(cls, hour: Span | None, normal: Normal, usual_mood: float, end: int) -> Gauges:
        """The hour before `end` (seconds); None where the brand sleeps."""
        mentions = normal.voices.expected_mentions(end - HOUR, end)
        people = normal.voices.expected_voices(end - HOUR, end) * normal.voices.unhappy_share
        return cls(
            mentions=hour.mentions if hour else 0,
            mentions_expected=mentions,
            mentions_expected_high=normal_range(mentions, attention.DISPERSION)[1],
            negative_authors=hour.unhappy if hour else 0,
            negative_authors_expected=people,
            negative_authors_expected_high=normal_range(
                people, normal.dispersion.count[1], normal.threads.count_factors[1]
            )[1],
            sentiment=hour.mood_micro / hour.voices / 1e6 if hour and hour.voices else None,
            sentiment_expected=usual_mood,
        )
