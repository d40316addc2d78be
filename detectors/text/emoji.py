"""What the emoji and the emoticons of a text say, in every language.

`)` and `(` without eyes are a smile and a frown to those who write Ukrainian and Russian, from two in a row on and
when they are not the closing or opening of parentheses.
"""

import re
from collections import Counter
from collections.abc import Iterable

from detectors.text.polarity import Balance
from detectors.text.terms import STRONG, Terms

MAX_REPEATS = 3
"""Six angry faces count as three."""

_EMOJI = re.compile("[\u2600-\u27bf\u2b50-\u2b55\U0001f300-\U0001faff]")
_WORD = r"[^\W_]"


class Faces:
    """The emoji and emoticons of the terms file. Immutable once built."""

    __slots__ = ("_frowns", "_smiles", "_weights")

    def __init__(self, terms: Terms) -> None:
        self._weights = dict(terms.emoji)
        self._smiles = _with_eyes(terms.smiles)
        self._frowns = _with_eyes(terms.frowns)

    def weigh(self, clean: str, *, eyeless: bool) -> Balance:
        """The balance of the faces in a normalised text; `eyeless`: whether `))` and `((` are faces here."""
        positive = negative = 0.0
        if ":" in clean or ";" in clean or "=" in clean:
            positive += STRONG * len(self._smiles.findall(clean))
            negative += STRONG * len(self._frowns.findall(clean))
        if eyeless and ("))" in clean or "((" in clean):
            more_closed = clean.count(")") - clean.count("(")
            positive += STRONG * (more_closed > 0) * len(_EYELESS_SMILE.findall(clean))
            negative += STRONG * (more_closed < 0) * len(_EYELESS_FROWN.findall(clean))
        if not clean.isascii() and _EMOJI.search(clean):
            for face, count in Counter(_EMOJI.findall(clean)).items():
                weight = self._weights.get(face, 0.0) * min(count, MAX_REPEATS)
                positive += max(weight, 0.0)
                negative += max(-weight, 0.0)
        return Balance(negative, positive)


_EYELESS_SMILE = re.compile(r"(?<![:;=\-)])\){2,}")
_EYELESS_FROWN = re.compile(r"(?<![:;=\-(])\({2,}")


def _with_eyes(emoticons: Iterable[str]) -> re.Pattern[str]:
    """Any of these emoticons; those of brackets alone are left to the eyeless rule."""
    faces = sorted({face.casefold() for face in emoticons if set(face) not in ({")"}, {"("})}, reverse=True)
    return re.compile("|".join(_face(face) for face in faces))


def _face(face: str) -> str:
    """One emoticon: its last bracket may be repeated; a letter or a slash may not grow into a word or a path."""
    eyes, last = re.escape(face[0]), face[-1]
    if last in "()":
        return f"{re.escape(face)}{re.escape(last)}*"
    return f"{eyes}(?<!{_WORD}.){re.escape(face[1:])}(?!{_WORD})"
