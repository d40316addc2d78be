"""Unhappy people who came back unhappy: most people of a crisis say it once, those of a quarrel answer one another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from detectors.packed import pack, unpack
from detectors.window import Voice, unrest

MEMORY_SECONDS = 6 * 3600 + 600
"""The longest span, which begins on a whole ten minutes."""
MOST = 32
"""People remembered of those who were counted, and of those who came back; the latest. In the crowd of a busy brand a dozen
who quarrel do not matter."""
_MARK_MASK = (1 << 16) - 1


class Counted(NamedTuple):
    """Where and as what a person was counted among the unhappy."""

    start: int
    """Of the window, seconds."""
    unrest: int
    """Tenths of a person."""
    platform: str


class Returning:
    """Remembers for some hours whom the unhappy people of each window were, and who of them came back in a later one.

    A return is held against the window in which the person was counted, with what he was counted for there: any stretch of
    time that holds his return but not him himself knows nothing of it. Persons are kept as 16 bits.
    """

    __slots__ = ("_back", "_counted")

    def __init__(self) -> None:
        self._counted: dict[int, Counted] = {}  # by mark, who has not come back yet
        self._back: list[tuple[int, Counted]] = []

    def take(self, start: int, unhappy: Mapping[int, Voice], counted: Collection[int]) -> None:
        """Take in the unhappy people of the closed window from `start`, and which of them were counted as voices in it."""
        self._forget(start - MEMORY_SECONDS)
        for author in unhappy:  # whoever is counted anew after hours has come back as well
            mark = author & _MARK_MASK
            before = self._counted.pop(mark, None)
            if before is not None:
                self._back.append((mark, before))
        for author in sorted(counted):
            score_micro, platform, _ = unhappy[author]
            self._counted[author & _MARK_MASK] = Counted(start, unrest(score_micro), platform)
        if len(self._counted) > MOST:
            latest = sorted(self._counted.items(), key=_latest_first)[:MOST]
            self._counted = dict(reversed(latest))
        if len(self._back) > MOST:
            self._back = sorted(self._back, key=_latest_first)[:MOST]

    def since(self, start: int) -> dict[str, int]:
        """By platform, tenths of a person: the unrest counted from `start` on of people who came back."""
        found: dict[str, int] = {}
        for _, (at, weight, platform) in self._back:
            if at >= start:
                found[platform] = found.get(platform, 0) + weight
        return found

    def _forget(self, before: int) -> None:
        if self._back:
            self._back = [one for one in self._back if one[1].start >= before]
        counted = self._counted
        while counted and next(iter(counted.values())).start < before:  # the earliest stand in front
            del counted[next(iter(counted))]

    def snapshot(self) -> dict[str, Any]:
        """Columns, packed: those who came back, then the others."""
        rows = [*sorted(self._back), *self._counted.items()]
        platforms = sorted({counted.platform for _, counted in rows})
        return {
            "sizes": [len(self._back), len(self._counted)],
            "platforms": platforms,
            "mark": pack([mark for mark, _ in rows]),
            "start": pack([counted.start for _, counted in rows]),
            "unrest": pack([counted.unrest for _, counted in rows]),
            "platform": pack([platforms.index(counted.platform) for _, counted in rows]),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Returning:
        """What a snapshot was taken of."""
        returning, platforms = cls(), state["platforms"]
        cut, more = state["sizes"]
        columns = (unpack(state[name], cut + more) for name in ("mark", "start", "unrest", "platform"))
        rows = [
            (mark, Counted(at, weight, platforms[number])) for mark, at, weight, number in zip(*columns, strict=True)
        ]
        returning._back, returning._counted = rows[:cut], dict(rows[cut:])
        return returning


def _latest_first(one: tuple[int, Counted]) -> tuple[int, int]:
    mark, counted = one
    return -counted.start, mark
