"""How many different people: a bounded sketch that does not depend on order."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nsmallest
from typing import Any

from detectors.packed import pack_set, unpack_set

SIZE = 96
"""Exact up to this many people; above, the standard error is `1 / sqrt(SIZE - 1)`, 10 %."""
SPACE = 1 << 24
"""Values are below this. Two people share one in 16 million pairs."""

_TYPE = "k-minimum-values/24"


class Distinct:
    """k-minimum-values sketch (Bar-Yossef et al., Counting distinct elements in a data stream, RANDOM 2002).

    Kept are the values below a threshold, which sinks when they are more than `SIZE`; a sketch may begin as a sample that
    was taken elsewhere, with a threshold of its own (the theta sketch of Dasgupta et al., ICDT 2016).
    """

    __slots__ = ("_below", "_kept")

    def __init__(self, kept: Iterable[int] = (), below: int = SPACE) -> None:
        self._kept = set(kept)
        self._below = below

    def update(self, people: Iterable[int]) -> None:
        """Add 32-bit hashes; any order, repeats allowed."""
        below, kept = self._below, self._kept
        kept.update([value for value in map(spread, people) if value < below])
        if len(kept) > SIZE:
            smallest = nsmallest(SIZE + 1, kept)
            self._below = smallest.pop()
            self._kept = set(smallest)

    def __len__(self) -> int:
        """The (estimated) number of different people."""
        return round(len(self._kept) * SPACE / self._below)

    def snapshot(self) -> dict[str, Any]:
        """The kept values, packed, with their type."""
        return {"type": _TYPE, "below": self._below, "values": pack_set(self._kept)}

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Distinct:
        """The sketch a snapshot was taken of."""
        if state["type"] != _TYPE:
            raise ValueError(f"sketch of type {state['type']!r}, this release reads {_TYPE!r}")
        return cls(unpack_set(state["values"]), state["below"])


def spread(person: int) -> int:
    """Spread similar 32-bit hashes over all values (the finaliser of MurmurHash3)."""
    person ^= person >> 16
    person = person * 0x85EBCA6B & 0xFFFFFFFF
    person ^= person >> 13
    person = person * 0xC2B2AE35 & 0xFFFFFFFF
    return (person ^ person >> 16) >> 8
