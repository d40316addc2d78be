"""What a crisis is told with and nothing is scored by: languages, causes, emotions, and where it was said first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from detectors.counts import Counts, add_counts, add_languages, earliest
from detectors.packed import pack, pack_times, unpack, unpack_times

HOUR = 3600
CELL_SECONDS = 600


@dataclass(slots=True)
class Detail:
    """Of what was said in `[start, until)`, seconds: ten minutes, or several of them within one hour."""

    start: int
    until: int
    first_offset: int = -1
    first_at_ms: dict[str, int] = field(default_factory=dict)
    """By platform."""
    languages: dict[str, int] = field(default_factory=dict)
    causes: dict[str, int] = field(default_factory=dict)
    emotions: dict[str, int] = field(default_factory=dict)

    def add(self, other: Detail) -> None:
        """Take in another one."""
        self.until = max(self.until, other.until)
        self.first_offset = earliest(self.first_offset, other.first_offset)
        for platform, at_ms in other.first_at_ms.items():
            self.first_at_ms[platform] = min(at_ms, self.first_at_ms.get(platform, at_ms))
        add_languages(self.languages, other.languages, self.languages)
        add_counts(self.causes, other.causes)
        add_counts(self.emotions, other.emotions)

    def part(self, mentions: int, of: int) -> Detail:
        """What so many of its mentions said, as far as is known."""
        languages = {name: count * mentions // of for name, count in self.languages.items()}
        emotions = {name: micro * mentions // of for name, micro in self.emotions.items()}
        return Detail(self.start, self.until, self.first_offset, self.first_at_ms, languages, self.causes, emotions)


class Details:
    """Cells that hold something, oldest first: ten minutes each, those that ended over an hour ago put together by the hour."""

    __slots__ = ("_cells", "_languages")

    def __init__(self) -> None:
        self._cells: deque[Detail] = deque()
        self._languages: dict[str, int] = {}
        """Those of all cells."""

    def add(self, start: int, counts: Counts) -> None:
        """Take in a closed window; windows come in order."""
        cell_start = start // CELL_SECONDS * CELL_SECONDS
        if not self._cells or self._cells[-1].start != cell_start:
            self._thin(cell_start - HOUR - CELL_SECONDS)
            self._cells.append(Detail(cell_start, cell_start + CELL_SECONDS))
        cell = self._cells[-1]
        cell.first_offset = earliest(cell.first_offset, counts.first_offset)
        for platform, place in counts.places.items():
            if platform not in cell.first_at_ms:
                cell.first_at_ms[platform] = place.first_at_ms
        add_languages(cell.languages, counts.languages, self._languages)
        if counts.causes:
            add_counts(cell.causes, counts.causes)
        if counts.emotions:
            add_counts(cell.emotions, counts.emotions)

    def _thin(self, until: int) -> None:
        """Put together by the hour what began before `until`."""
        thinned: deque[Detail] = deque()
        for cell in self._cells:
            if cell.start < until and thinned and thinned[-1].start // HOUR == cell.start // HOUR:
                thinned[-1].add(cell)
            else:
                thinned.append(cell)
        self._cells = thinned

    def forget(self, before: int) -> None:
        """Let go of what ended before."""
        cells = self._cells
        while cells and cells[0].until <= before:
            cells.popleft()
        self._languages = {name: 0 for cell in cells for name in cell.languages}

    def since(self, start: int, mentions: int) -> Detail:
        """The cells that end after `start`, together, where so many mentions came since.

        Of the one in which `start` lies: the causes whole, of languages and emotions the part of its mentions.
        """
        found, left = Detail(start, start), mentions
        for cell in reversed(self._cells):
            if cell.until <= start:
                break
            said = sum(cell.languages.values())
            found.add(cell if cell.start >= start else cell.part(left, said))
            left -= said
        return found

    def snapshot(self) -> dict[str, Any]:
        """Columns, packed; those of what was not named in every cell with zeros."""
        cells = self._cells
        first_at_ms = [
            {platform: at_ms - 1000 * cell.start + 1 for platform, at_ms in cell.first_at_ms.items()} for cell in cells
        ]
        return {
            "start": pack_times([cell.start for cell in cells]),
            "until": pack_times([cell.until for cell in cells]),
            "first_offset": pack([cell.first_offset for cell in cells]),
            "first_at_ms": _packed(first_at_ms),
            "languages": _packed([cell.languages for cell in cells]),
            "causes": _packed([cell.causes for cell in cells]),
            "emotions": _packed([cell.emotions for cell in cells]),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Details:
        """The cells a snapshot was taken of."""
        details, starts = cls(), unpack_times(state["start"])
        count = len(starts)
        columns = (
            unpack_times(state["until"]),
            unpack(state["first_offset"], count),
            *(_unpacked(state[name], count) for name in ("first_at_ms", "languages", "causes", "emotions")),
        )
        for start, until, first_offset, first_at_ms, *rest in zip(starts, *columns, strict=True):
            since = {platform: at_ms + 1000 * start - 1 for platform, at_ms in first_at_ms.items()}
            details._cells.append(Detail(start, until, first_offset, since, *rest))
        details._languages = {name: 0 for cell in details._cells for name in cell.languages}
        return details


def _packed(rows: list[dict[str, int]]) -> dict[str, str]:
    names = sorted({name for row in rows for name in row})
    return {name: pack([row.get(name, 0) for row in rows]) for name in names}


def _unpacked(columns: dict[str, str], count: int) -> Iterator[dict[str, int]]:
    numbers = {name: unpack(column, count) for name, column in columns.items()}
    return ({name: column[row] for name, column in numbers.items() if column[row]} for row in range(count))
