"""Have these words been said before, however they were typed?"""

import re
import unicodedata
from string import ascii_lowercase, ascii_uppercase, digits, whitespace
from typing import Final
from zlib import crc32

from detectors.text.normalise import MAX_CHARACTERS, URL, has_markup

MIN_WORDS: Final = 5
"""Fewer words are said alike by people who never heard of one another."""
MIN_UNSPACED: Final = 12
"""So many letters of a script without spaces tell as much."""

_HANDLE = re.compile(r"@\w+(?:[.@-]\w+)*")
_NOT_WORD = re.compile(r"[^\w\s]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese."""

_KEPT = (ascii_lowercase + digits).encode()
_SPACES = (whitespace + "\x1c\x1d\x1e\x1f").encode()
_LOWER = bytes.maketrans(ascii_uppercase.encode() + _SPACES, ascii_lowercase.encode() + b" " * len(_SPACES))
_MARKS = bytes(set(range(128)) - set(_KEPT + ascii_uppercase.encode() + _SPACES))

_PASSED_ON = ("rt", "mt", "via")


def fingerprint(text: str) -> int:
    """A 32-bit number that texts with the same letters and digits share; 0 for a text too short to tell.

    What does not count: case, width, accents typed apart or together, white space, punctuation, emoji, links, @handles,
    and an `RT` or `via` at the start. A text needs `MIN_WORDS` words, or `MIN_UNSPACED` letters where words are not
    spaced; letters after `MAX_CHARACTERS` are not looked at. Different texts share a number once in 2**32 pairs.
    """
    text = text[:MAX_CHARACTERS]
    words = _ascii_words(text) if text.isascii() else _words(text)
    if words and words[0] in _PASSED_ON:
        words = words[1:]
    letters = "".join(words)
    if len(words) < MIN_WORDS and (letters.isascii() or len(_UNSPACED.findall(letters)) < MIN_UNSPACED):
        return 0
    return crc32(letters.encode()) or 1


def _ascii_words(text: str) -> list[str]:
    """The same as `_words` of an ASCII text, at a third of the cost."""
    return _bare(text).encode().translate(_LOWER, _MARKS).decode().split()


def _words(text: str) -> list[str]:
    folded = _bare(unicodedata.normalize("NFKC", text)).casefold()
    folded = unicodedata.normalize("NFKC", folded)  # casefold takes some letters apart again
    return _NOT_WORD.sub("", folded).replace("_", "").split()


def _bare(text: str) -> str:
    return _HANDLE.sub(" ", URL.sub(" ", text)) if has_markup(text) else text
