"""Unhappy people who came back unhappy: most people of a crisis say it once, those of a quarrel answer one another."""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Mapping
from typing import Any

from detectors.observation import MOST_UNREST, unrest
from detectors.packed import pack, unpack
from detectors.window import Voice

MEMORY_SECONDS = 6 * 3600 + 600
"""The longest span, which begins on a whole ten minutes."""
MOST = 32
"""People remembered of those who were counted, and of those who came back; the latest. In the crowd of a busy brand a dozen
who quarrel do not matter."""
RETURNING = 0.25
"""So large a part of the unrest may be of people who come back; of real crises it is less."""
_MARK_MASK = (1 << 16) - 1

Counted = tuple[int, int, int, str]
"""Of a person who was counted among the unhappy: start of the window (seconds), minus his mark, for what he counted in
tenths of a person, platform. In their order: of one window, those with the largest marks are forgotten first."""


class Returning:
    """Remembers for some hours whom the unhappy people of each window were, and who of them came back in a later one.

    A return is held against the window in which the person was counted, with what he was counted for there: any stretch of
    time that holds his return but not him himself knows nothing of it. Persons are kept as 16 bits.
    """

    __slots__ = ("_back", "_counted")

    def __init__(self) -> None:
        self._counted: dict[int, Counted] = {}  # by mark, who has not come back yet; in order
        self._back: list[Counted] = []  # in order

    def take(self, start: int, unhappy: Mapping[int, Voice], counted: Collection[int]) -> None:
        """Take in the unhappy people of the closed window from `start`, and which of them were counted as voices in it."""
        waiting, back = self._counted, self._back
        self._forget(start - MEMORY_SECONDS)
        for author in unhappy:  # whoever is counted anew after hours has come back as well
            before = waiting.pop(author & _MARK_MASK, None)
            if before is not None:
                insort(back, before)
        for minus_mark, author in sorted([(-(author & _MARK_MASK), author) for author in counted]):
            score_micro, platform, _ = unhappy[author]
            waiting[-minus_mark] = start, minus_mark, unrest(score_micro), platform
        while len(waiting) > MOST:
            del waiting[next(iter(waiting))]
        del back[:-MOST]

    def since(self, start: int) -> dict[str, int]:
        """By platform, tenths of a person: the unrest counted from `start` on of people who came back."""
        found: dict[str, int] = {}
        for at, _, weight, platform in reversed(self._back):
            if at < start:
                break
            found[platform] = found.get(platform, 0) + weight
        return found

    def _forget(self, before: int) -> None:
        waiting, back = self._counted, self._back
        while waiting and next(iter(waiting.values()))[0] < before:
            del waiting[next(iter(waiting))]
        while back and back[0][0] < before:
            del back[0]

    def snapshot(self) -> dict[str, Any]:
        """Columns, packed: those who came back, then the others."""
        rows = [*sorted(self._back, key=_by_mark), *self._counted.values()]
        platforms = sorted({platform for *_, platform in rows})
        return {
            "sizes": [len(self._back), len(self._counted)],
            "platforms": platforms,
            "mark": pack([-minus_mark for _, minus_mark, _, _ in rows]),
            "start": pack([start for start, *_ in rows]),
            "unrest": pack([weight for _, _, weight, _ in rows]),
            "platform": pack([platforms.index(platform) for *_, platform in rows]),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Returning:
        """What a snapshot was taken of."""
        returning, platforms = cls(), state["platforms"]
        cut, more = state["sizes"]
        columns = (unpack(state[name], cut + more) for name in ("mark", "start", "unrest", "platform"))
        rows = [(at, -mark, weight, platforms[number]) for mark, at, weight, number in zip(*columns, strict=True)]
        returning._back = sorted(rows[:cut])
        returning._counted = {-one[1]: one for one in sorted(rows[cut:])}
        return returning


def crowd(unrest: int, voices: int, returning: int) -> tuple[float, float]:
    """Unrest and voices in people, out of both and of the unrest of those who came back; unrest is in tenths of a person.

    Most people of a crisis say it once, those of a quarrel answer one another for hours. So of those who come back only
    as many count as are `RETURNING` of all. They are left out rather than held against the others: a crowd is no smaller
    than it would be without those who come back.
    """
    staying = max(0.0, returning - RETURNING * unrest)
    return (unrest - staying) / 10.0, voices - staying / MOST_UNREST  # nobody weighs more


def _by_mark(one: Counted) -> tuple[int, int]:
    start, minus_mark, _, _ = one
    return -minus_mark, start
