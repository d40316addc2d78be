"""When each platform was last heard of, and how long it is usually silent: tells recovery from a stalled collector."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from detectors.counts import Place
from detectors.packed import pack, unpack

MOST_PLATFORMS = 8
"""Told apart of a brand, the first ones that are heard of; all others are `OTHER`."""
OTHER = "other"
HALF_LIFE_HOURS = 7 * 24.0
STALE_GAPS = 10.0
"""A platform is stale when its silence exceeds this many of its usual gaps."""

_DECAY = 0.5 ** (1.0 / HALF_LIFE_HOURS)


class Platforms:
    """Per platform the time of its last mention and its decayed mentions an hour."""

    __slots__ = ("_hours", "_last_at", "_mentions")

    def __init__(self) -> None:
        self._hours = 0.0
        self._mentions: dict[str, float] = {}
        self._last_at: dict[str, int] = {}

    def pool(self, places: dict[str, Place]) -> AbstractSet[str]:
        """Which platforms of a window are not told apart, before it is added: mostly none."""
        known = self._last_at
        if places.keys() <= known.keys():
            return frozenset()
        own = known.keys() - {OTHER}
        new = sorted(places.keys() - known.keys() - {OTHER}, key=lambda name: (-places[name].mentions, name))
        return frozenset(new[max(0, MOST_PLATFORMS - len(own)) :])

    def add(self, places: dict[str, Place]) -> None:
        """Take in a closed window."""
        mentions, last_at = self._mentions, self._last_at
        for platform, place in places.items():
            at = place.last_at_ms // 1000
            if at > last_at.get(platform, 0):
                last_at[platform] = at
            mentions[platform] = mentions.get(platform, 0.0) + place.mentions

    def close_hours(self, hours: int) -> None:
        """Hours of event time have passed."""
        decay = _DECAY**hours
        self._hours = self._hours * decay + (1.0 - decay) / (1.0 - _DECAY)
        for platform in self._mentions:
            self._mentions[platform] *= decay

    def silence(self, platform: str, end: int) -> tuple[int, bool]:
        """Seconds since the platform was last heard of, and whether that is stale."""
        silent = end - self._last_at.get(platform, end)
        mentions = self._mentions.get(platform, 0.0)
        if not mentions:
            return silent, False
        usual_gap = max(self._hours, 1.0) * 3600.0 / mentions
        return silent, silent > STALE_GAPS * usual_gap

    def snapshot(self) -> dict[str, Any]:
        """Named numbers."""
        return {
            "hours": self._hours,
            "platforms": list(self._last_at),
            "last_at": pack(list(self._last_at.values())),
            "mentions": [self._mentions[platform] for platform in self._last_at],
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Platforms:
        """The platforms a snapshot was taken of."""
        platforms = cls()
        platforms._hours = state["hours"]
        names = state["platforms"]
        platforms._last_at = dict(zip(names, unpack(state["last_at"], len(names)), strict=True))
        platforms._mentions = dict(zip(names, state["mentions"], strict=True))
        return platforms
