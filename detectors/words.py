"""What people talk about now and what they usually talk about: terms in the words of several authors, bounded."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from math import sqrt
from typing import Any

from detectors.packed import pack, unpack
from detectors.window import MAX_EXEMPLARS, Exemplar, Use, WindowSummary, best_exemplars

GENERATION_SECONDS = 2 * 3600
RECENT_TERMS = 64
USUAL_TERMS = 128
USUAL_HALF_LIFE_GENERATIONS = 84.0
"""A week: what was usual two weeks ago counts for a quarter."""
MAX_DRIVERS = 10
TERM_AUTHORS = 3
"""A term is told to the world once this many authors used it; further ones are not remembered."""
USE = 1000
"""What is usual is counted in thousandths of a use."""

_AUTHOR_MASK = (1 << 16) - 1
_USUAL = (None, "negative")
"""Address and reason of most exemplars: not written."""
_DECAY = 0.5 ** (1.0 / USUAL_HALF_LIFE_GENERATIONS)


@dataclass(frozen=True, slots=True)
class Driver:
    """A word, hashtag or address: in how many of the mentions looked at it was used, and in how many it usually is."""

    value: str
    count: int
    expected: float


class TermCount:
    """Terms of a stretch of time, the exemplars in it, and how many mentions the terms were taken from.

    Per term a list: how often it was used, then up to `TERM_AUTHORS` of those who used it, each as `~mark`, a mark being 16
    bits of an author.
    """

    __slots__ = ("exemplars", "mentions", "terms")

    def __init__(self) -> None:
        self.mentions = 0
        self.terms: dict[str, list[int]] = {}
        self.exemplars: list[Exemplar] = []

    def add(self, uses: list[Use], exemplars: list[Exemplar]) -> None:
        """Take in a window; the rarest terms are dropped beyond `RECENT_TERMS`."""
        self.mentions += len(uses)
        known = self.terms
        for author, terms in uses:
            mark = ~(author & _AUTHOR_MASK)
            for term in terms:
                use = known.get(term)
                if use is None:
                    known[term] = [1, mark]
                    continue
                use[0] += 1
                if len(use) <= TERM_AUTHORS and mark not in use:
                    use.append(mark)
        if len(known) > 2 * RECENT_TERMS:
            self._prune()
        kept = self.exemplars
        if len(kept) == MAX_EXEMPLARS:
            narrowest = kept[-1]
            exemplars = [exemplar for exemplar in exemplars if exemplar[0] >= narrowest[0]]
        if exemplars:
            self.exemplars = best_exemplars(kept + exemplars)

    def merge(self, other: TermCount) -> None:
        """Take in another stretch."""
        self.mentions += other.mentions
        for term, use in other.terms.items():
            known = self.terms.setdefault(term, [0])
            known[0] += use[0]
            known += [author for author in use[1:] if author not in known][: TERM_AUTHORS + 1 - len(known)]
        if len(self.terms) > 2 * RECENT_TERMS:
            self._prune()
        self.exemplars = best_exemplars(self.exemplars + other.exemplars)

    def _prune(self) -> None:
        self.terms = dict(sorted(self.terms.items(), key=lambda item: (-item[1][0], item[0]))[:RECENT_TERMS])

    def snapshot(self) -> dict[str, Any]:
        """Named values."""
        uses = self.terms.values()
        users = [len(use) - 1 for use in uses]
        few = [use for use in uses if len(use) <= TERM_AUTHORS]  # of the others nobody asks who
        marks = [~mark for use in few for mark in sorted(use[1:])]
        return {
            "mentions": self.mentions,
            "terms": list(self.terms),
            "counts": pack([use[0] for use in uses]),
            "users": pack(users),
            "marks": pack(marks),
            "exemplars": [_exemplar_out(exemplar) for exemplar in self.exemplars],
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> TermCount:
        """The counts a snapshot was taken of."""
        counted = cls()
        counted.mentions = state["mentions"]
        terms = state["terms"]
        counts, users = unpack(state["counts"], len(terms)), unpack(state["users"], len(terms))
        marks = iter(unpack(state["marks"], sum(number for number in users if number < TERM_AUTHORS)))
        for term, count, number in zip(terms, counts, users, strict=True):
            known = range(-TERM_AUTHORS, 0) if number == TERM_AUTHORS else [~mark for mark in islice(marks, number)]
            counted.terms[term] = [count, *known]
        counted.exemplars = _exemplars(state["exemplars"])
        return counted


class Words:
    """The terms of the last two to four hours, and those of the weeks before as rates per mention."""

    __slots__ = ("_generation", "_latest", "_now", "_previous", "_usual", "_usual_mentions")

    def __init__(self) -> None:
        self._generation = 0
        self._now = TermCount()
        self._previous = TermCount()
        self._latest: list[Exemplar] = []
        self._usual: dict[str, int] = {}
        self._usual_mentions = 0.0

    def add(self, summary: WindowSummary, *, learn: bool) -> None:
        """Take in a closed window. `learn`: whether what falls out of the recent hours may become usual."""
        generation = summary.start // GENERATION_SECONDS
        passed = generation - self._generation
        if passed > 0:
            for _ in range(min(passed, 2)):
                if learn:
                    self._pour(self._previous)
                self._previous, self._now = self._now, TermCount()
            decay = _DECAY**passed
            self._usual_mentions *= decay
            faded = ((term, int(uses * decay)) for term, uses in self._usual.items())
            self._usual = {term: uses for term, uses in faded if uses}
            self._generation = generation
        self._now.add(summary.uses, summary.exemplars)
        if summary.exemplars:
            self._latest = sorted(self._latest + summary.exemplars, key=_by_time)[:MAX_EXEMPLARS]

    def recent(self) -> TermCount:
        """Everything of the last two to four hours."""
        both = TermCount()
        both.merge(self._previous)
        both.merge(self._now)
        return both

    def exemplars_since(self, start: int) -> list[Exemplar]:
        """Exemplars from `start` (seconds) on: of those the widest-read of these hours, filled up with the latest."""
        remembered = self._previous.exemplars + self._now.exemplars + self._latest
        return best_exemplars([exemplar for exemplar in remembered if -exemplar[1] >= start * 1000])

    def drivers(self, counted: TermCount) -> list[Driver]:
        """The terms used most beyond what is usual, each by at least `TERM_AUTHORS` people, strongest first."""
        rate = counted.mentions / (self._usual_mentions + 1.0) / USE
        found = []
        for term, use in counted.terms.items():
            expected = self._usual.get(term, 0) * rate
            count, authors = use[0], len(use) - 1
            if authors >= TERM_AUTHORS and count > expected:
                found.append(((count - expected) / sqrt(expected + 1.0), Driver(term, count, expected)))
        found.sort(key=lambda pair: (-pair[0], pair[1].value))
        return [driver for _, driver in found]

    def _pour(self, old: TermCount) -> None:
        self._usual_mentions += old.mentions
        for term, use in old.terms.items():
            self._usual[term] = self._usual.get(term, 0) + USE * use[0]
        if len(self._usual) > 2 * USUAL_TERMS:
            kept = sorted(self._usual.items(), key=lambda item: (-item[1], item[0]))[:USUAL_TERMS]
            self._usual = dict(kept)

    def snapshot(self) -> dict[str, Any]:
        """Named values."""
        return {
            "generation": self._generation,
            "now": self._now.snapshot(),
            "previous": self._previous.snapshot(),
            "latest": [_exemplar_out(exemplar) for exemplar in self._latest],
            "usual": list(self._usual),
            "usual_uses": pack(list(self._usual.values())),
            "usual_mentions": self._usual_mentions,
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Words:
        """The words a snapshot was taken of."""
        words = cls()
        words._generation = state["generation"]
        words._now = TermCount.restore(state["now"])
        words._previous = TermCount.restore(state["previous"])
        words._latest = _exemplars(state["latest"])
        usual = state["usual"]
        words._usual = dict(zip(usual, unpack(state["usual_uses"], len(usual)), strict=True))
        words._usual_mentions = state["usual_mentions"]
        return words


def _by_time(exemplar: Exemplar) -> tuple[int, str]:
    return exemplar[1:3]


def _exemplars(rows: list[Any]) -> list[Exemplar]:
    return [(reach, at, name, *(rest or _USUAL), author) for reach, at, name, author, *rest in rows]


def _exemplar_out(exemplar: Exemplar) -> tuple[Any, ...]:
    reach, at, name, url, why, author = exemplar
    return (reach, at, name, author) if (url, why) == _USUAL else (reach, at, name, author, url, why)


def of_kind(drivers: list[Driver], kind: str) -> list[Driver]:
    """The drivers that are `"hashtags"` ('#word'), `"urls"` ('host/path') or `"terms"`; at most `MAX_DRIVERS`."""
    chosen = [driver for driver in drivers if _kind(driver.value) == kind]
    return chosen[:MAX_DRIVERS]


def _kind(term: str) -> str:
    if term.startswith("#"):
        return "hashtags"
    return "urls" if "/" in term else "terms"
