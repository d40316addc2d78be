"""The last six hours of a brand in cells: base windows for the last hour, ten minutes before; and running sums."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from detectors.window import COLUMNS, WINDOW_SECONDS, Counts

COARSE_SECONDS = 600
FINE_REACH = 3600
COARSE_REACH = 6 * 3600
SPANS = (600, 1800, 3600, 7200, 21600)
"""The spans that are summed, seconds. Up to an hour they slide by a base window, beyond by ten minutes."""


class Span:
    """Running sums over the cells of the last `seconds`, up to the end of the last closed window."""

    __slots__ = (
        "_cells", "callers", "fine", "grain", "mentions", "mood_micro", "seconds", "talkers", "unhappy", "voices",
    )  # fmt: skip

    def __init__(self, seconds: int, window_seconds: int) -> None:
        self.seconds = seconds
        self.fine = seconds <= FINE_REACH
        self.grain = window_seconds if self.fine else COARSE_SECONDS
        self.mentions = self.talkers = self.mood_micro = 0
        self.voices = self.unhappy = self.callers = 0
        self._cells: deque[tuple[int, Counts]] = deque()

    def start(self, end: int) -> int:
        """First second covered when the last closed window ended at `end`."""
        return (end - self.seconds) // self.grain * self.grain

    def add(self, cell_start: int, cell: Counts, counts: Counts) -> None:
        """Add what a window brought to its cell."""
        cells = self._cells
        if not cells or cells[-1][0] != cell_start:
            cells.append((cell_start, cell))
        self.mentions += counts.mentions
        self.talkers += counts.talkers
        self.mood_micro += counts.mood_micro
        self.voices += counts.voices
        self.unhappy += counts.unhappy
        self.callers += counts.callers

    def expire(self, end: int) -> None:
        """Forget the cells before the span."""
        cells = self._cells
        start = (end - self.seconds) // self.grain * self.grain
        while cells and cells[0][0] < start:
            counts = cells.popleft()[1]
            self.mentions -= counts.mentions
            self.talkers -= counts.talkers
            self.mood_micro -= counts.mood_micro
            self.voices -= counts.voices
            self.unhappy -= counts.unhappy
            self.callers -= counts.callers


class Recent:
    """Cells that hold something, oldest first, and the sums over `SPANS`."""

    __slots__ = ("_coarse", "_fine", "_fine_from", "spans")

    def __init__(self, window_seconds: int = WINDOW_SECONDS) -> None:
        self.spans = {seconds: Span(seconds, window_seconds) for seconds in SPANS}
        self._fine: deque[tuple[int, Counts]] = deque()
        self._fine_from = 0  # second from which on no base window has been let go
        self._coarse: deque[tuple[int, Counts]] = deque()

    def add(self, start: int, counts: Counts) -> None:
        """Take in a closed window; windows come in order, the empty ones are left out."""
        coarse_start = start // COARSE_SECONDS * COARSE_SECONDS
        if not self._coarse or self._coarse[-1][0] != coarse_start:
            self._coarse.append((coarse_start, Counts()))
        coarse = self._coarse[-1][1]
        coarse.add(counts)
        self._fine.append((start, counts))
        for span in self.spans.values():
            if span.fine:
                span.add(start, counts, counts)
            else:
                span.add(coarse_start, coarse, counts)

    def slide(self, end: int) -> None:
        """Let go of what is too old at `end`."""
        for span in self.spans.values():
            span.expire(end)
        self._fine_from = end - FINE_REACH
        while self._fine and self._fine[0][0] < self._fine_from:
            self._fine.popleft()
        oldest = (end - COARSE_REACH) // COARSE_SECONDS * COARSE_SECONDS
        while self._coarse and self._coarse[0][0] < oldest:
            self._coarse.popleft()

    @property
    def empty(self) -> bool:
        """Nothing left in the longest span."""
        return not self._coarse

    def cells(self, start: int, *, fine: bool) -> Iterator[tuple[int, Counts]]:
        """`(start, counts)` of the cells from `start` on that hold something, newest first: base windows or ten minutes."""
        for cell_start, counts in reversed(self._fine if fine else self._coarse):
            if cell_start < start:
                break
            yield cell_start, counts

    def since(self, start: int) -> Counts:
        """Everything from `start` on: exact to the window within the last hour, to ten minutes before."""
        total = Counts()
        if start >= self._fine_from:
            cells = self._fine
        else:
            cells, start = self._coarse, start // COARSE_SECONDS * COARSE_SECONDS
        for cell_start, counts in cells:
            if cell_start >= start:
                total.add(counts)
        return total

    def snapshot(self) -> dict[str, Any]:
        """The cells as rows; the sums follow from them."""
        return {
            "columns": ["start", *COLUMNS],
            "fine": [[start, *counts.row()] for start, counts in self._fine],
            "coarse": [[start, *counts.row()] for start, counts in self._coarse],
        }

    @classmethod
    def restore(cls, state: dict[str, Any], end: int, window_seconds: int) -> Recent:
        """The cells a snapshot was taken of, when the last closed window ended at `end`."""
        recent = cls(window_seconds)
        recent._fine_from = end - FINE_REACH
        recent._fine.extend((start, Counts.from_row(row)) for start, *row in state["fine"])
        recent._coarse.extend((start, Counts.from_row(row)) for start, *row in state["coarse"])
        for span in recent.spans.values():
            first = span.start(end)
            for start, counts in recent._fine if span.fine else recent._coarse:
                if start >= first:
                    span.add(start, counts, counts)
        return recent
