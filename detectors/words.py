"""What people talk about now and what they usually talk about: terms in the words of several authors, bounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from math import sqrt
from typing import Any

from detectors.packed import pack, unpack
from detectors.window import MAX_EXEMPLARS, Exemplar, Use, WindowSummary, best_exemplars

GENERATION_SECONDS = 2 * 3600
RECENT_TERMS, RECENT_BYTES = 48, 400
USUAL_TERMS, USUAL_BYTES = 96, 800
"""How many terms are kept, and in how many bytes of UTF-8, when there are once and a half as many."""
USUAL_HALF_LIFE_GENERATIONS = 84.0
"""A week: what was usual two weeks ago counts for a quarter."""
MAX_TERM_BYTES = 200
"""A longer term is not counted."""
MAX_EXEMPLAR_BYTES, MAX_EXEMPLARS_BYTES = 1800, 1200
"""Of id and address of one mention, beyond which it is kept without its address or not at all; and of those that are kept beside
the first one."""
MAX_DRIVERS = 10
TERM_AUTHORS = 3
"""A term is told to the world once this many authors used it; further ones are not remembered."""
CLEARLY, TIMES = 2.0, 1.5
"""A term is a driver where it is used by so many standard deviations of a count more than usual, and so many times as often."""
USE = 1000
"""What is usual is counted in thousandths of a use."""

_AUTHOR_MASK = (1 << 10) - 1
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

    Per term a list: how often it was used, then up to `TERM_AUTHORS` of those who used it, each as `~mark`, a mark being 10
    bits of an author: one term in five hundred is told by two authors for three.
    """

    __slots__ = ("_bytes", "exemplars", "mentions", "terms")

    def __init__(self) -> None:
        self.mentions = 0
        self.terms: dict[str, list[int]] = {}
        self._bytes = 0
        self.exemplars: list[Exemplar] = []

    def add(self, uses: list[Use], exemplars: list[Exemplar]) -> None:
        """Take in a window; the rarest terms are dropped where they are too many."""
        self.mentions += len(uses)
        known = self.terms
        for author, terms in uses:
            mark = ~(author & _AUTHOR_MASK)
            for term in terms:
                use = known.get(term)
                if use is None:
                    if (size := room(term)) <= MAX_TERM_BYTES:
                        known[term] = [1, mark]
                        self._bytes += size
                    continue
                use[0] += 1
                if len(use) <= TERM_AUTHORS and mark not in use:
                    use.append(mark)
        self._prune()
        kept = self.exemplars
        if len(kept) == MAX_EXEMPLARS:
            narrowest = kept[-1]
            exemplars = [exemplar for exemplar in exemplars if exemplar[0] >= narrowest[0]]
        if exemplars:
            self.exemplars = widest(kept + exemplars)

    def merge(self, other: TermCount) -> None:
        """Take in another stretch."""
        self.mentions += other.mentions
        for term, use in other.terms.items():
            known = self.terms.setdefault(term, [0])
            if not known[0]:
                self._bytes += room(term)
            known[0] += use[0]
            known += [author for author in use[1:] if author not in known][: TERM_AUTHORS + 1 - len(known)]
        self._prune()
        self.exemplars = widest(self.exemplars + other.exemplars)

    def _prune(self) -> None:
        if 2 * len(self.terms) > 3 * RECENT_TERMS or 2 * self._bytes > 3 * RECENT_BYTES:
            ranked = sorted(self.terms.items(), key=lambda item: (-item[1][0], item[0]))
            self.terms = dict(ranked[: fitting(ranked, RECENT_TERMS, RECENT_BYTES)])
            self._bytes = sum(map(room, self.terms))

    def snapshot(self) -> dict[str, Any]:
        """Named values."""
        uses = self.terms.values()
        users = [len(use) - 1 for use in uses]
        few = [use for use in uses if len(use) <= TERM_AUTHORS]  # of the others nobody asks who
        marks = [~mark for use in few for mark in sorted(use[1:])]
        return {
            "mentions": self.mentions,
            "terms": " ".join(self.terms),
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
        terms = state["terms"].split(" ") if state["terms"] else []
        counts, users = unpack(state["counts"], len(terms)), unpack(state["users"], len(terms))
        marks = iter(unpack(state["marks"], sum(number for number in users if number < TERM_AUTHORS)))
        for term, count, number in zip(terms, counts, users, strict=True):
            known = range(-TERM_AUTHORS, 0) if number == TERM_AUTHORS else [~mark for mark in islice(marks, number)]
            counted.terms[term] = [count, *known]
        counted._bytes = sum(map(room, terms))
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
            self._latest = _fitting(sorted(self._latest + summary.exemplars, key=_by_time)[:MAX_EXEMPLARS])

    def recent(self) -> TermCount:
        """Everything of the last two to four hours."""
        both = TermCount()
        both.merge(self._previous)
        both.merge(self._now)
        return both

    def exemplars_since(self, start: int) -> list[Exemplar]:
        """Exemplars from `start` (seconds) on: of those the widest-read of these hours, filled up with the latest."""
        remembered = self._previous.exemplars + self._now.exemplars + self._latest
        return widest([exemplar for exemplar in remembered if -exemplar[1] >= start * 1000])

    def drivers(self, counted: TermCount) -> list[Driver]:
        """The terms used clearly more than usual, each by at least `TERM_AUTHORS` people, strongest first."""
        rate = counted.mentions / (self._usual_mentions + 1.0) / USE
        found = []
        for term, use in counted.terms.items():
            expected = self._usual.get(term, 0) * rate
            count, authors = use[0], len(use) - 1
            strength = (count - expected) / sqrt(expected + 1.0)
            if authors >= TERM_AUTHORS and strength >= CLEARLY and count >= TIMES * expected:
                found.append((strength, Driver(term, count, expected)))
        found.sort(key=lambda pair: (-pair[0], pair[1].value))
        return [driver for _, driver in found]

    def _pour(self, old: TermCount) -> None:
        self._usual_mentions += old.mentions
        for term, use in old.terms.items():
            self._usual[term] = self._usual.get(term, 0) + USE * use[0]
        if 2 * len(self._usual) > 3 * USUAL_TERMS or 2 * sum(map(room, self._usual)) > 3 * USUAL_BYTES:
            ranked = sorted(self._usual.items(), key=lambda item: (-item[1], item[0]))
            self._usual = dict(ranked[: fitting(ranked, USUAL_TERMS, USUAL_BYTES)])

    def snapshot(self) -> dict[str, Any]:
        """Named values."""
        return {
            "generation": self._generation,
            "now": self._now.snapshot(),
            "previous": self._previous.snapshot(),
            "latest": [_exemplar_out(exemplar) for exemplar in self._latest],
            "usual": " ".join(self._usual),
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
        usual = state["usual"].split(" ") if state["usual"] else []
        words._usual = dict(zip(usual, unpack(state["usual_uses"], len(usual)), strict=True))
        words._usual_mentions = state["usual_mentions"]
        return words


def room(text: str) -> int:
    """Bytes that a term takes in a state, where a space follows it."""
    return 1 + (len(text) if text.isascii() else len(text.encode()))


def fitting(ranked: Sequence[tuple[str, Any]], most: int, most_bytes: int) -> int:
    """How many of these terms, the first ones, are at most so many and fit in so many bytes."""
    sizes = accumulate(room(term) for term, _ in ranked[:most])
    return sum(size <= most_bytes for size in sizes)


def widest(exemplars: list[Exemplar]) -> list[Exemplar]:
    """The widest-read ones, widest first, as many as there is room for; each once."""
    return _fitting(best_exemplars(exemplars))


def _fitting(exemplars: list[Exemplar]) -> list[Exemplar]:
    """The first ones that fit, those with a long address without it and those with a very long id left out."""
    kept: list[Exemplar] = []
    left = MAX_EXEMPLARS_BYTES
    for exemplar in exemplars:
        reach, at, name, url, why, author = exemplar
        size = len(name.encode())
        if size > MAX_EXEMPLAR_BYTES:
            continue
        with_url = size + len(url.encode()) if url else size
        short = with_url > MAX_EXEMPLAR_BYTES
        left -= size if short else with_url
        if kept and left < 0:
            break
        kept.append((reach, at, name, None, why, author) if short else exemplar)
    return kept


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
