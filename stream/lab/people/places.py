"""Platforms: how people talk on each, which of them a brand is talked about on, and when a collector hears of it."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Place(NamedTuple):
    """A platform. What a post draws is a mean, over posts of ordinary pull."""

    platform: str
    common: float
    """How much of the world's talk, about."""
    reposts: float
    """That a first post draws."""
    replies: float
    """That a first post draws."""
    reply_reposts: float
    """That a reply draws."""
    reply_replies: float
    """That a reply draws, below 1: threads end."""
    poll_seconds: tuple[float, float] = (0.0, 0.0)
    """Shortest and longest time between two polls of a collector; (0, 0): it is told at once."""

    @property
    def all_replies(self) -> float:
        """Of a thread of ordinary pull, replies to replies included."""
        return self.replies / (1.0 - self.reply_replies)

    @property
    def thread_size(self) -> float:
        """Mentions of a thread of ordinary pull, the first one included."""
        return 1.0 + self.reposts + self.all_replies * (1.0 + self.reply_reposts)


_NEWS, _REVIEWS = (600.0, 1800.0), (3000.0, 4200.0)
PLACES = {
    place.platform: place
    for place in (
        Place("x", 0.55, 0.85, 0.25, 0.20, 0.35),
        Place("facebook", 0.12, 0.75, 0.35, 0.15, 0.35),
        Place("instagram", 0.12, 0.10, 0.55, 0.02, 0.25),
        Place("reddit", 0.10, 0.05, 0.65, 0.02, 0.45),
        Place("news", 0.09, 0.0, 0.0, 0.0, 0.0, _NEWS),
        Place("tiktok", 0.08, 0.20, 0.50, 0.02, 0.20),
        Place("youtube", 0.08, 0.0, 0.60, 0.0, 0.25),
        Place("review", 0.07, 0.0, 0.0, 0.0, 0.0, _REVIEWS),
        Place("forum", 0.05, 0.0, 0.75, 0.0, 0.50),
        Place("linkedin", 0.05, 0.50, 0.30, 0.05, 0.25),
        Place("telegram", 0.04, 0.80, 0.20, 0.20, 0.30),
        Place("bluesky", 0.04, 0.80, 0.25, 0.20, 0.35),
        Place("mastodon", 0.03, 0.80, 0.25, 0.20, 0.35),
        Place("vk", 0.03, 0.75, 0.30, 0.20, 0.35),
        Place("blog", 0.03, 0.0, 0.20, 0.0, 0.10),
        Place("weibo", 0.02, 0.90, 0.25, 0.20, 0.35),
        Place("support", 0.02, 0.0, 0.30, 0.0, 0.30),
        Place("other", 0.01, 0.0, 0.10, 0.0, 0.10),
    )
}


def usual_places(random: Random) -> dict[str, float]:
    """Four to seven platforms of a brand, with their parts of all first posts. Much of it is on x, for most brands."""
    others = [place for place in PLACES.values() if place.platform not in {"x", "other"}]
    chosen = {"x": random.uniform(0.9, 1.8) if random.random() < 0.85 else 0.15}
    for _ in range(random.randint(3, 6)):
        place = random.choices(others, [other.common for other in others])[0]
        others.remove(place)
        chosen[place.platform] = random.uniform(0.05, 0.4)
    total = sum(chosen.values())
    return {platform: weight / total for platform, weight in chosen.items()}


class Collector:
    """Brings mentions of one brand: within 5 to 90 seconds, or at the next poll."""

    def __init__(self, random: Random) -> None:
        self._polls = {
            platform: random.uniform(*place.poll_seconds)
            for platform, place in PLACES.items()
            if place.poll_seconds[1] > 0.0
        }

    def collected(self, random: Random, platform: str, at: float) -> float:
        """When a mention published at a time is here."""
        gap = self._polls.get(platform)
        if gap is None:
            return at + 5.0 + 85.0 * random.random() ** 3
        return (at // gap + 1.0) * gap + 5.0 * random.random()
