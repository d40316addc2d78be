"""Copies without a mark: the same words, said before by somebody else of the same brand."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from detectors.observation import Observation
from detectors.packed import pack, pack_times, unpack, unpack_times

MEMORY_SECONDS = 6 * 3600
"""A text that nobody repeats for so long is forgotten; whoever says it then says it first."""
MAX_TEXTS = 208
"""Texts remembered after each window, those last heard longest ago go first."""

_TEXT_MASK, _AUTHOR_MASK = (1 << 22) - 1, (1 << 12) - 1
_TYPE = "copies/2"


class Copies:
    """Remembers who said which words first, by fingerprint, and finds those who repeat them.

    Of a fingerprint 22 bits are kept, of an author 12: one text in 20,000 is taken for another one that is remembered, one
    copy in 4,000 for its author's own. A state takes 6 bytes a text, at most 1.3 KB.
    """

    __slots__ = ("_texts",)

    def __init__(self) -> None:
        self._texts: dict[int, tuple[int, int]] = {}
        """Fingerprint: who said it first, second last heard (start of the window). Last heard longest ago comes first."""

    def find(self, start: int, observations: Iterable[Observation]) -> set[str]:
        """The ids of the copies in the closed window from `start` (seconds), which come in any order; then remember it.

        Each window once, in order of time. Of the mentions with one fingerprint, the first by time (then by id) is the
        original, unless its words are known from an earlier window; who repeats himself copies nobody.
        """
        heard: dict[int, list[Observation]] = {}
        for seen in observations:
            if seen.fingerprint:
                heard.setdefault(seen.fingerprint & _TEXT_MASK, []).append(seen)
        found: set[str] = set()
        if heard:
            self._forget(start - MEMORY_SECONDS)
        for text in sorted(heard):
            known, alike = self._texts.pop(text, None), heard[text]
            author = min(alike, key=_by_time).author & _AUTHOR_MASK if known is None else known[0]
            found.update(seen.mention_id for seen in alike if seen.author & _AUTHOR_MASK != author)
            self._texts[text] = author, start
        while len(self._texts) > MAX_TEXTS:
            del self._texts[next(iter(self._texts))]
        return found

    def _forget(self, before: int) -> None:
        """Forget what was last heard before this second: it stands at the front."""
        old = takewhile(lambda text: self._texts[text][1] < before, self._texts)
        for text in list(old):
            del self._texts[text]

    def snapshot(self) -> dict[str, Any]:
        """Fingerprints, authors and times, packed, with its type."""
        known = self._texts.values()
        return {
            "type": _TYPE,
            "texts": pack(list(self._texts)),
            "authors": pack([author for author, _ in known]),
            "heard_at": pack_times([heard_at for _, heard_at in known]),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Copies:
        """The memory a snapshot was taken of. Raises ValueError for a type this release does not read."""
        if state["type"] != _TYPE:
            raise ValueError(f"copies of type {state['type']!r}, this release reads {_TYPE!r}")
        copies, times = cls(), unpack_times(state["heard_at"])
        texts, authors = unpack(state["texts"], len(times)), unpack(state["authors"], len(times))
        copies._texts = dict(zip(texts, zip(authors, times, strict=True), strict=True))
        return copies


def _by_time(seen: Observation) -> tuple[int, str]:
    return seen.at_ms, seen.mention_id
