"""Who has spoken lately: makes people out of mentions, so that one loud voice stays one voice."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nsmallest
from typing import Any

from detectors.distinct import Distinct
from detectors.lately import Lately
from detectors.observation import unrest
from detectors.packed import pack_set, unpack_set
from detectors.window import Voice, WindowSummary

BLOCK_SECONDS = 2 * 3600
BLOCKS = 3
"""A voice counts again in the third block after the one it was counted in: once in four to six hours."""
BLOCK_VOICES = 300
"""A block ends early once it holds so many voices, and no more fit in: a busy brand's are remembered for a shorter time."""

TALK_SECONDS = 300
"""Somebody who goes on talking counts as talking once in each of these stretches."""
TALKERS = 128
"""Of so many; whoever else talks in a stretch counts once in each window."""

_KINDS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1)
"""Odd factors: they make different marks of the same person for content, unhappy, caller, copier, unhappy copier."""
_MARK_BITS = 17
_TALKER_MASK = (1 << 16) - 1
_TYPE = "authors/2"


class AuthorMemory:
    """Remembers for some hours who spoke and who was unhappy, in bounded space.

    Voices as marks of 17 bits: of 200 people who were not counted lately at most three are taken for somebody else who
    was. A brand of more than `BLOCK_VOICES` voices in two hours has a shorter memory: three times as long as so many
    voices take. Counts do not depend on the order within a window, because what is asked is how it was before it.
    """

    __slots__ = ("_block", "_blocks", "_callers", "_counted", "_everybody", "_negative", "_talk", "_talking")

    def __init__(self) -> None:
        self._block = 0
        self._blocks: list[set[int]] = [set() for _ in range(BLOCKS)]  # marks, the present block last
        self._counted: set[int] = set()  # all of them
        self._talk = 0
        self._talking: set[int] = set()
        self._everybody, self._negative, self._callers = Lately(), Lately(), Lately()

    def count(self, summary: WindowSummary) -> list[int]:
        """Fill in the people of a window: `talkers` once in five minutes, `voices`, `unhappy`, `callers` once in hours.

        Returns those who were counted as `unhappy`.
        """
        self._turn(summary.start)
        counts, marks = summary.counts, set[int]()
        counts.talkers = self._talkers(summary.authors)
        content = self._first(summary.content, 0, marks) if summary.content else []
        unhappy = self._first(summary.unhappy, 1, marks) if summary.unhappy else []
        if content:
            _give_voices(summary, summary.content, content)
        if unhappy:
            _give_voices(summary, summary.unhappy, unhappy)
        counts.unhappy, counts.voices = len(unhappy), len(content) + len(unhappy)
        self._everybody.add(summary.start, summary.authors)
        if summary.negative_authors:
            self._negative.add(summary.start, summary.negative_authors)
        if summary.callers:
            counts.callers = len(self._first(summary.callers, 2, marks))
            self._callers.add(summary.start, summary.callers)
        if summary.copiers:
            counts.copiers = len(self._first(summary.copiers, 3, marks))
            unhappy_copiers = self._first(summary.unhappy_copiers, 4, marks)
            counts.unhappy_copiers = len(unhappy_copiers)
            for author in unhappy_copiers:
                summary.threads.setdefault(summary.unhappy_copiers[author], [0, 0, 0])[2] += 1
        if marks:
            self._remember(marks)
        return unhappy

    def _turn(self, start: int) -> None:
        """Begin the blocks and the stretch of talk that a window at `start` belongs to."""
        block, talk = start // BLOCK_SECONDS, start // TALK_SECONDS
        ended = min(BLOCKS, block - self._block) or len(self._blocks[-1]) >= BLOCK_VOICES
        if ended:
            self._block = block
            self._blocks = self._blocks[ended:] + [set() for _ in range(ended)]
            self._counted = set().union(*self._blocks)
        if talk != self._talk:
            self._talk = talk
            self._talking = set()

    def _talkers(self, authors: set[int]) -> int:
        marks = [author & _TALKER_MASK for author in authors]
        talking = self._talking
        again = len([mark for mark in marks if mark in talking]) if talking else 0
        if len(talking) < TALKERS:
            talking.update(marks)
            if len(talking) > TALKERS:
                self._talking = set(nsmallest(TALKERS, talking))
        return len(marks) - again

    def _first(self, people: Iterable[int], kind: int, marks: set[int]) -> list[int]:
        """Those who were not counted lately as this kind; their marks are added to `marks`."""
        counted, factor, shift = self._counted, _KINDS[kind], 32 - _MARK_BITS
        found = []
        for author in people:
            mark = (author * factor & 0xFFFFFFFF) >> shift
            if mark not in counted:
                found.append(author)
                marks.add(mark)
        return found

    def _remember(self, marks: set[int]) -> None:
        """Of a window of very many voices as many as fit."""
        block = self._blocks[-1]
        if len(block) + len(marks) > BLOCK_VOICES:
            marks = set(nsmallest(BLOCK_VOICES - len(block), marks))
        block |= marks
        self._counted |= marks

    def since(self, start: int) -> Distinct:
        """Everybody who spoke at or after `start` (seconds, at most six hours ago)."""
        return self._everybody.since(start)

    def count_since(self, start: int) -> int:
        """About how many spoke at or after `start`; exactly, where it is few."""
        return len(self._everybody.since(start))

    def negative_since(self, start: int) -> Distinct:
        """Everybody who said something negative at or after `start`."""
        return self._negative.since(start)

    def callers_since(self, start: int) -> Distinct:
        """Everybody who called to boycott at or after `start`, reposts apart."""
        return self._callers.since(start)

    def snapshot(self) -> dict[str, Any]:
        """Named values, the marks packed, with their type."""
        return {
            "type": _TYPE,
            "block": self._block,
            "blocks": [pack_set(marks) for marks in self._blocks],
            "talk": self._talk,
            "talking": pack_set(self._talking),
            "everybody": self._everybody.snapshot(),
            "negative": self._negative.snapshot(),
            "callers": self._callers.snapshot(),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> AuthorMemory:
        """The memory a snapshot was taken of."""
        if state["type"] != _TYPE:
            raise ValueError(f"author memory of type {state['type']!r}, this release reads {_TYPE!r}")
        memory = cls()
        memory._block, memory._talk = state["block"], state["talk"]
        memory._blocks = [set(unpack_set(marks)) for marks in state["blocks"]]
        memory._counted = set().union(*memory._blocks)
        memory._talking = set(unpack_set(state["talking"]))
        memory._everybody = Lately.restore(state["everybody"])
        memory._negative = Lately.restore(state["negative"])
        memory._callers = Lately.restore(state["callers"])
        return memory


def _give_voices(summary: WindowSummary, voices: dict[int, Voice], people: list[int]) -> None:
    """Count people who had not been counted lately."""
    counts, threads = summary.counts, summary.threads
    for author in people:
        score_micro, platform, thread = voices[author]
        place, weight = counts.places[platform], unrest(score_micro)
        sums = threads.get(thread)
        if sums is None:
            sums = threads[thread] = [0, 0, 0]
        counts.mood_micro += score_micro
        place.voices += 1
        sums[1] += 1
        if weight:
            counts.unrest += weight
            place.unrest += weight
            sums[0] += weight
