"""How big a crisis is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How big a crisis is, counted from the window of its first signal. Shares are 0 to 1, counts >= 0."""

    mentions: int
    scored_mentions: int
    """Those whose score is evidence."""
    unique_authors: int
    known_author_share: float
    negative_mentions: int
    negative_authors: int
    negative_share: float
    negative_share_low: float
    negative_share_high: float
    boycott_mentions: int
    boycott_authors: int
    reach: int
    velocity_per_minute: float
    platforms: dict[str, int]
    languages: dict[str, int]
    emotions: dict[str, float]
