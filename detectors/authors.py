"""Who has spoken lately: makes people out of mentions, so that one loud voice stays one voice."""

from __future__ import annotations

import base64
import sys
from array import array
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from detectors.window import WindowSummary

MEMORY_SECONDS = 6 * 3600
"""An author is remembered at least this long after the last mention."""
BLOCK_SECONDS = 2 * 3600
BLOCKS = 3
"""A voice counts again in the third block after the one it was counted in: once in four to six hours."""

TALK_SECONDS = 300
"""Somebody who goes on talking counts as talking once in each of these stretches."""

_BLOCK_BITS = 20
_BLOCK_MASK = (1 << _BLOCK_BITS) - 1
_TYPE = "authors/1"


class AuthorMemory:
    """Remembers for some hours who spoke and who was unhappy.

    Exact: one entry a person, for everybody who spoke in the last six hours. A state of n authors takes some
    16 bytes each.
    """

    __slots__ = ("_callers", "_everybody", "_purged_block", "_unhappy")

    def __init__(self) -> None:
        # author -> second last seen << 20 | block in which the voice was last counted (0 for never)
        self._everybody: dict[int, int] = {}
        self._unhappy: dict[int, int] = {}
        self._callers: dict[int, int] = {}
        self._purged_block = 0

    def count(self, summary: WindowSummary) -> None:
        """Fill in the people of a window: `talkers` once in five minutes, `voices`, `unhappy`, `callers` once in hours."""
        start, block = summary.start, summary.start // BLOCK_SECONDS + 1
        if block != self._purged_block:
            self._purge(start - MEMORY_SECONDS)
            self._purged_block = block
        counts = summary.counts
        bucket = start // TALK_SECONDS * TALK_SECONDS << _BLOCK_BITS
        everybody = self._everybody
        known = summary.authors & everybody.keys()  # few: most people are new to a brand
        counts.talkers = len(summary.authors) - sum(everybody[author] >= bucket for author in known)
        content = _mark(everybody, summary.authors, summary.content.keys(), start, block)
        unhappy = _mark(self._unhappy, summary.negative_authors, summary.unhappy.keys(), start, block)
        counts.unhappy = len(unhappy)
        counts.voices = len(content) + len(unhappy)
        counts.mood_micro = sum(map(summary.content.__getitem__, content)) + sum(
            map(summary.unhappy.__getitem__, unhappy)
        )
        counts.callers = len(_mark(self._callers, summary.callers, summary.callers, start, block))

    def since(self, start: int) -> Iterator[int]:
        """Everybody who spoke at or after `start` (seconds, at most six hours ago)."""
        return _since(self._everybody, start)

    def count_since(self, start: int) -> int:
        """How many spoke at or after `start`."""
        first = start << _BLOCK_BITS
        return len([entry for entry in self._everybody.values() if entry >= first])

    def negative_since(self, start: int) -> Iterator[int]:
        """Everybody who said something negative at or after `start`."""
        return _since(self._unhappy, start)

    def callers_since(self, start: int) -> Iterator[int]:
        """Everybody who called to boycott at or after `start`, reposts apart."""
        return _since(self._callers, start)

    def _purge(self, before: int) -> None:
        for memory in (self._everybody, self._unhappy, self._callers):
            for author in [author for author, entry in memory.items() if entry >> _BLOCK_BITS < before]:
                del memory[author]

    def snapshot(self) -> dict[str, Any]:
        """Named values, base64 with its type for the tables."""
        return {
            "type": _TYPE,
            "everybody": _pack(self._everybody),
            "unhappy": _pack(self._unhappy),
            "callers": _pack(self._callers),
            "purged_block": self._purged_block,
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> AuthorMemory:
        """The memory a snapshot was taken of."""
        if state["type"] != _TYPE:
            raise ValueError(f"author memory of type {state['type']!r}, this release reads {_TYPE!r}")
        memory = cls()
        memory._everybody = _unpack(state["everybody"])
        memory._unhappy = _unpack(state["unhappy"])
        memory._callers = _unpack(state["callers"])
        memory._purged_block = state["purged_block"]
        return memory


def _mark(memory: dict[int, int], seen: set[int], voices: AbstractSet[int], start: int, block: int) -> list[int]:
    """Note who was seen; return those of the voices that had not been counted lately.

    Most people are new to a brand: those are noted at once, and share one entry.
    """
    stamp = start << _BLOCK_BITS
    known = seen & memory.keys()
    counted = []
    for author in known:
        last = memory[author] & _BLOCK_MASK
        if author in voices and block - last >= BLOCKS:  # never counted is long ago
            counted.append(author)
            last = block
        memory[author] = stamp | last
    new = seen - known if known else seen
    new_voices = new & voices
    memory.update(dict.fromkeys(new - new_voices, stamp))
    memory.update(dict.fromkeys(new_voices, stamp | block))
    counted.extend(new_voices)
    return counted


def _since(memory: dict[int, int], start: int) -> Iterator[int]:
    first = start << _BLOCK_BITS
    return (author for author, entry in memory.items() if entry >= first)


def _pack(memory: dict[int, int]) -> list[str]:
    """Authors (32 bits each) and their entries (64 bits each), little-endian, base64."""
    tables = array("I", memory), array("Q", memory.values())
    if sys.byteorder != "little":
        for table in tables:
            table.byteswap()
    return [base64.b64encode(table).decode("ascii") for table in tables]


def _unpack(texts: list[str]) -> dict[int, int]:
    tables = array("I", base64.b64decode(texts[0])), array("Q", base64.b64decode(texts[1]))
    if sys.byteorder != "little":
        for table in tables:
            table.byteswap()
    return dict(zip(*tables, strict=True))
