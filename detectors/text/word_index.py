"""Find the patterns of languages that put spaces between words: first where one begins, then which ones and where they end.

Hebrew glues up to two one-letter words to the front of a word (`HEBREW_PROCLITICS`): the word is tried as it
stands, then without one, then without two. A remainder of two letters counts only after "and", "the" and "that":
the prepositions glue to nouns, and "in order to", "full" and "prison" would otherwise read as "enough" and "not".
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from detectors.text.hits import Hit, Meaning, meanings
from detectors.text.patterns import GAP, SHORTEST_STEM, Item, parse
from detectors.text.terms import Lexicon
from detectors.text.trie import alternation, literal

HEBREW_PROCLITICS = "ובהכלמש"
_BEFORE_ANY_WORD = "והש"
GLUED = f"[{HEBREW_PROCLITICS}]{{0,2}}"
"""An expression for the proclitics in front of a word."""


class Entry(NamedTuple):
    """A pattern whose first word is known: how much of it was compared, what has to follow, what it means."""

    precision: int
    rest: tuple[Item, ...]
    meaning: Meaning


class WordIndex:
    """Patterns of one or more languages by their first word. Immutable once built.

    One expression finds the words that begin a pattern; dictionaries by word and by longest stem say which patterns.
    """

    __slots__ = ("_begins", "_by_stem", "_by_word", "_longest_stem", "_proclitics")

    def __init__(self, lexicons: Sequence[Lexicon], *, proclitics: bool = False) -> None:
        words: dict[str, list[Entry]] = {}
        stems: dict[str, list[Entry]] = {}
        for pattern, meaning in meanings(lexicons):
            first, *rest = parse(pattern)
            for word in first.words:
                words.setdefault(word, []).append(Entry(2 * len(word) + 1, tuple(rest), meaning))
            for stem in first.stems:
                stems.setdefault(stem, []).append(Entry(2 * len(stem), tuple(rest), meaning))
        self._proclitics = proclitics
        self._by_stem = {stem: _of_prefixes(stem, stems) for stem in stems}
        self._by_word = {word: entries + _of_prefixes(word, stems) for word, entries in words.items()}
        self._longest_stem = re.compile(alternation(map(literal, stems)))
        glued = GLUED if proclitics else ""
        whole = [[*literal(word), f"(?={_rest(entry, glued)} )"] for word in words for entry in words[word]]
        begun = [[*literal(stem), _open(entry, glued)] for stem in stems for entry in stems[stem]]
        self._begins = re.compile(f" {glued}{alternation(whole + begun)}")

    def find(self, words: Sequence[str]) -> list[Hit]:
        """Every pattern in these tokens, in the order of first words."""
        hits: list[Hit] = []
        line = f" {' '.join(words)} "
        for match in self._begins.finditer(line):
            at = line.count(" ", 0, match.start())
            hits += self._hits(words, at, words[at]) or self._bare_hits(words, at)
        return hits

    def _hits(self, words: Sequence[str], at: int, form: str) -> list[Hit]:
        """The patterns that begin at a word in this form."""
        entries = self._by_word.get(form)
        if entries is None:
            stem = self._longest_stem.match(form)
            entries = self._by_stem.get(stem[0], []) if stem else []
        ends = [self._end(words, at + 1, entry.rest) if entry.rest else at + 1 for entry in entries]
        return [Hit(at, end, entry.precision, entry.meaning) for entry, end in zip(entries, ends, strict=True) if end]

    def _bare_hits(self, words: Sequence[str], at: int) -> list[Hit]:
        """With proclitics, the patterns that begin with the first bare form of this word that begins any."""
        forms = _bare_forms(words[at]) if self._proclitics else ()
        return next(filter(None, (self._hits(words, at, form) for form in forms)), [])

    def _end(self, words: Sequence[str], at: int, rest: Sequence[Item]) -> int:
        """Where a pattern ends whose remaining items begin at `at`; 0 when they do not match."""
        for position, item in enumerate(rest):
            if item is GAP:
                after = rest[position + 1 :]
                return self._end(words, at, after) or self._end(words, at + 1, after)
            if at >= len(words) or not self._fits(item, words[at]):
                return 0
            at += 1
        return at

    def _fits(self, item: Item, word: str) -> bool:
        if item.matches(word):
            return True
        return self._proclitics and any(item.matches(form) for form in _bare_forms(word))


def _rest(entry: Entry, glued: str) -> str:
    """An expression for what has to follow the first word, in a line of words."""
    return "".join(_word(item, glued) for item in entry.rest)


def _word(item: Item, glued: str) -> str:
    if item is GAP:
        return "(?: [^ ]+)?"
    words = [f"{re.escape(word)}(?= )" for word in item.words]
    return f" {glued}(?:{'|'.join([*words, *(f'{re.escape(stem)}[^ ]*' for stem in item.stems)])})"


def _open(entry: Entry, glued: str) -> str:
    return f"(?=[^ ]*{_rest(entry, glued)} )" if entry.rest else ""


def _of_prefixes(word: str, stems: Mapping[str, list[Entry]]) -> list[Entry]:
    """The patterns of every stem this word begins with."""
    return [entry for length in range(SHORTEST_STEM, len(word) + 1) for entry in stems.get(word[:length], ())]


def _bare_forms(word: str) -> list[str]:
    """A Hebrew token without its first and without its first two proclitics."""
    forms = []
    for letters in (1, 2):
        before, left = word[letters - 1], len(word) - letters
        if left < 2 or before not in HEBREW_PROCLITICS:
            break
        if left > 2 or before in _BEFORE_ANY_WORD:
            forms.append(word[letters:])
    return forms
