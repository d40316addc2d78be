"""With which half-lives each learned part of a brand's state was learned: with others, it is to be learned anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detectors import baseline, dispersion, limit, threads
from detectors.signals import attention, drift, sentiment

HALF_LIVES: Mapping[str, Sequence[float]] = {
    "voices": [
        baseline.RATE_HALF_LIFE_HOURS,
        baseline.PROFILE_HALF_LIFE_DAYS,
        baseline.CALL_HALF_LIFE_HOURS,
        baseline.PLATFORM_HALF_LIFE_HOURS,
    ],
    "attention": [
        *attention.HALF_LIVES_SECONDS,
        attention.LEVEL_HALF_LIFE_SECONDS,
        attention.SCALE_HALF_LIFE_SECONDS,
        attention.PEAK_HALF_LIFE_SECONDS,
    ],
    "sentiment": [sentiment.HALF_LIFE_HOURS],
    "drift": [drift.HALF_LIFE_DAYS],
    "threads": [threads.HALF_LIFE_DAYS],
    "dispersion": [dispersion.HALF_LIFE_DAYS],
    "limit": [limit.HALF_LIFE_DAYS],
}
"""By the name a part has in a snapshot, in whatever units it counts."""


def fits(part: str, learned_with: Mapping[str, Sequence[float]]) -> bool:
    """Whether a part of a snapshot was learned with the half-lives of this release."""
    return part not in HALF_LIVES or learned_with.get(part) == HALF_LIVES[part]
