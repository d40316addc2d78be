"""Which letters of a partition were re-driven: small enough to stand beside a committed offset."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple, Self

MAX_CHARACTERS = 4000
"""A broker keeps 4,096 bytes beside an offset (`offset.metadata.max.bytes`)."""

Stretch = tuple[int, int]
"""Offsets `[start, end)`."""


class Redriven(NamedTuple):
    """Everything below `until` is done with, except the letters that were left: in `left`, in order, apart."""

    until: int = 0
    left: tuple[Stretch, ...] = ()

    def __contains__(self, offset: object) -> bool:
        if not isinstance(offset, int) or offset >= self.until:
            return False
        at = bisect_right(self.left, (offset, self.until)) - 1
        return at < 0 or offset >= self.left[at][1]

    def note(self) -> str:
        """`left` as text. Where it is too long, neighbours become one: some are re-driven again, none is forgotten."""
        left = self.left
        while len(text := " ".join(f"{start}-{end}" for start, end in left)) > MAX_CHARACTERS:
            left = tuple((pair[0][0], pair[-1][1]) for pair in (left[at : at + 2] for at in range(0, len(left), 2)))
        return text

    @classmethod
    def read(cls, until: int, note: str) -> Self:
        """What was committed. A note that cannot be read is none: all below `until` is done with."""
        try:
            pairs = [tuple(map(int, item.split("-"))) for item in note.split()]
            return cls(until, tuple((start, end) for start, end in pairs))
        except ValueError:
            return cls(until)


class Round:
    """One pass over the letters of a partition, in order."""

    def __init__(self, before: Redriven) -> None:
        self._before = before
        self._left: list[Stretch] = []
        self._at = 0
        self._follows = False
        """Whether no letter that is done with lies between the last stretch and here."""

    def passed(self, offset: int, *, redriven: bool) -> None:
        """A letter was looked at."""
        done = redriven or offset in self._before
        if not done:
            start = self._left.pop()[0] if self._follows else offset
            self._left.append((start, offset + 1))
        self._follows = not done
        self._at = offset + 1

    def so_far(self) -> Redriven:
        """What is to be remembered if the pass ends here."""
        return Redriven(max(self._before.until, self._at), (*self._left, *_from(self._at, self._before.left)))


def _from(at: int, left: Iterable[Stretch]) -> Iterable[Stretch]:
    return ((max(start, at), end) for start, end in left if end > at)
