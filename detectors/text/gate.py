"""The cheap question before the full reading: can this text show one of a few causes at all?

A letter becomes one byte (`str.encode` with the code page of the script), one `bytes.translate` folds case and turns
everything between words into spaces, and one regular expression looks for whole patterns behind a space. The
256-byte table is computed with the normaliser itself, so the two cannot disagree; what a code page cannot say
(a stylised letter) sends the text through the normaliser first. Guards and punctuation are ignored, and where a link
or a mention may stand between the words of a phrase, any words may: the gate may say yes in vain, never no in error.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from detectors.text.normalise import LOOKALIKES, QUOTES_IN_HEBREW, has_markup, normalise, split_tags, tokens
from detectors.text.patterns import GAP, Item, parse
from detectors.text.trie import alternation, literal
from detectors.text.word_index import GLUED

_ODD = 0
"""The byte for a character that does not stay one letter: the normaliser has to see it."""

_SPACE = ord(" ")
_END_OF_WORD = "(?![^ ])"
_MORE_WORDS = "(?: +[^ ]+)*?"

_EMOJI = re.compile(rb"&#(?:9[789]\d\d|10[01]\d\d|127[789]\d\d|12[89]\d{3});")
_JOINER = re.compile(rb"&#(?:65039|8205);")
"""Emoji, and what glues or colours them, as `xmlcharrefreplace` writes them: between words, and nothing at all."""

_QUOTES = QUOTES_IN_HEBREW.encode("cp1255", "ignore")


class Gate(Protocol):
    """Asks one question of a text."""

    def opens(self, text: str) -> bool:
        """Whether the full matcher could find one of the patterns in this text; a yes may be in vain."""
        ...


class ClosedGate:
    """The gate of a language without patterns."""

    def opens(self, text: str) -> bool:
        """Never."""
        return False


class WordGate:
    """The gate of languages that put spaces between words. Immutable once built."""

    __slots__ = ("_code_page", "_ignored", "_in_markup", "_in_words", "_table")

    def __init__(self, patterns: Iterable[str], code_page: str) -> None:
        self._code_page = code_page
        self._table, ignored = _byte_table(code_page)
        self._ignored = ignored + _QUOTES if code_page == "cp1255" else b""
        parsed = [parse(pattern) for pattern in patterns]
        self._in_words = _expression(parsed, code_page, loose=False)
        self._in_markup = _expression(parsed, code_page, loose=True)

    def opens(self, text: str) -> bool:
        """Whether the full matcher could find one of the patterns in this text; a yes may be in vain."""
        if text.isascii() and "#" not in text:
            line = text.encode().translate(self._table)
        else:
            line = self._line(text) or self._normalised_line(text)
        expression = self._in_markup if has_markup(text) else self._in_words
        return expression.search(b" " + line) is not None

    def _line(self, text: str) -> bytes:
        """The words of a text between spaces, one byte a letter; empty when only the normaliser can tell."""
        tagged = "#" in text
        if tagged:
            if self._ignored or not unicodedata.is_normalized("NFKC", text):
                return b""
            text = split_tags(text)
        if text.isascii():
            return text.encode().translate(self._table)
        line = text.encode(self._code_page, "xmlcharrefreplace")
        if b"&#" in line:
            line = _EMOJI.sub(b" ", _JOINER.sub(b"", line))
            if tagged or b"&#" in line:
                return b""
        line = line.translate(self._table, self._ignored)
        return b"" if _ODD in line else line

    def _normalised_line(self, text: str) -> bytes:
        """The same by way of the normaliser; a foreign letter becomes `?`, which ends no word."""
        words = " ".join(tokens(normalise(text)))
        return words.replace("'", " ").replace("#", " ").encode(self._code_page, "replace")


class HanGate:
    """The gate of Chinese: any pattern anywhere. Immutable once built."""

    __slots__ = ("_search",)

    def __init__(self, patterns: Iterable[str]) -> None:
        self._search = re.compile(alternation(literal(pattern) for pattern in patterns)).search

    def opens(self, text: str) -> bool:
        """Whether the full matcher could find one of the patterns in this text; a yes may be in vain."""
        if _NOT_PLAIN_HAN.search(text):
            return self._search(normalise(text)) is not None
        return self._search(split_tags(text).lower()) is not None


_NOT_PLAIN_HAN = re.compile(
    "[^\x00-\x7f\u4e00-\u9fff\u2010-\u2027\u3001-\u301f\uff01\uff02\uff04-\uff0f\uff1a-\uff20\U0001f300-\U0001faff]"
)
"""Anything but ASCII, Chinese characters, punctuation and emoji: what the normaliser might turn into a pattern."""


def _byte_table(code_page: str) -> tuple[bytes, bytes]:
    """What each byte of a code page becomes (its folded letter, a space or `_ODD`), and the bytes that vanish."""
    table, ignored = bytearray([_ODD]) * 256, bytearray()
    for byte in range(256):
        character = bytes([byte]).decode(code_page, "ignore")
        folded = normalise(character)
        if code_page == "cp1251":
            folded = LOOKALIKES.get(folded, folded)
        if character and not folded:
            ignored.append(byte)
        elif folded and not any(map(str.isalnum, folded)):
            table[byte] = _SPACE
        elif len(letter := folded.encode(code_page, "ignore")) == len(folded) == 1:
            table[byte] = letter[0]
    return bytes(table), bytes(ignored)


def _expression(patterns: Iterable[Sequence[Item]], code_page: str, *, loose: bool) -> re.Pattern[bytes]:
    """Any of these patterns in a line; `loose`: with any words between those of a phrase."""
    starts = (pieces for first, *rest in patterns for pieces in _starts(first, rest, code_page, loose=loose))
    return re.compile(f" {_glued(code_page)}{alternation(starts)}".encode("latin-1"))


def _starts(first: Item, rest: Sequence[Item], code_page: str, *, loose: bool) -> Iterator[list[str]]:
    for word in first.words:
        yield [*_letters(word, code_page), _END_OF_WORD + _rest(rest, code_page, loose=loose)]
    for stem in first.stems:
        yield [*_letters(stem, code_page), *(["[^ ]*" + _rest(rest, code_page, loose=True)] if rest else [])]


def _rest(items: Sequence[Item], code_page: str, *, loose: bool) -> str:
    """What follows the first word. From the first gap or stem on it is loose: a token with an apostrophe is two words here.

    Loose, the first fitting word is as good as any later one; saying so (`(?>`) keeps hostile texts from taking time.
    """
    expression = ""
    for item in items:
        loose = loose or item is GAP
        if item is not GAP:
            words = ["".join(_letters(word, code_page)) + _END_OF_WORD for word in item.words]
            stems = ["".join(_letters(stem, code_page)) + "[^ ]*" for stem in item.stems]
            expression += f"(?>{_MORE_WORDS if loose else ''} +{_glued(code_page)}(?:{'|'.join(words + stems)}))"
            loose = loose or bool(stems)
    return expression


def _glued(code_page: str) -> str:
    """What may stand between a space and a word: in Hebrew, up to two proclitics."""
    return GLUED.encode(code_page).decode("latin-1") if code_page == "cp1255" else ""


def _letters(word: str, code_page: str) -> list[str]:
    """The bytes of a word; its apostrophe is a space in the line."""
    parts = word.removeprefix("#").encode(code_page).decode("latin-1").split("'")
    return [piece for part in parts for piece in [*literal(part), " +"]][:-1]
