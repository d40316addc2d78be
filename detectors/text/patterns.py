"""The pattern grammar of the terms file, read once into items that a matcher can compare.

    "word"      one whole token          "stem*"   a token starting with the stem
    "a b"       consecutive tokens       "a _ b"   one or zero free token between a and b
    "a|b* c"    alternatives inside one position

Every word goes through the normaliser and the tokeniser of the texts themselves, so `rip-off` is the phrase
`rip off` and `#deleteapp` is the tag, written as one word or not.
"""

from itertools import pairwise
from typing import NamedTuple

from detectors.text.normalise import normalise, tokens


class Item(NamedTuple):
    """One position of a pattern: any of these words, or any word starting with one of these stems."""

    words: tuple[str, ...]
    stems: tuple[str, ...]

    def matches(self, token: str) -> bool:
        """Whether this token can stand at this position."""
        return token in self.words or token.startswith(self.stems)


SHORTEST_STEM = 2
"""Letters a pattern has to begin with."""

GAP = Item((), ())
"""`_`: one token of any kind, or none."""


def parse(pattern: str) -> tuple[Item, ...]:
    """The items of one pattern. A malformed pattern raises `ValueError` and names itself."""
    items = [item for position in pattern.split(" ") for item in _items(position, pattern)]
    if items[0] is GAP or items[-1] is GAP or any(a is b is GAP for a, b in pairwise(items)):
        raise ValueError(f"pattern {pattern!r}: a gap stands between two words")
    if any(len(stem) < SHORTEST_STEM for stem in items[0].stems):
        raise ValueError(f"pattern {pattern!r}: the first stem is too short to mean anything")
    return tuple(items)


def _items(position: str, pattern: str) -> list[Item]:
    if position == "_":
        return [GAP]
    alternatives = [_words(alternative, pattern) for alternative in position.split("|")]
    if len(alternatives) > 1 and any(len(alternative) > 1 for alternative in alternatives):
        raise ValueError(f"pattern {pattern!r}: an alternative is one word")
    if len(alternatives) == 1:
        return alternatives[0]
    every = [item for alternative in alternatives for item in alternative]
    return [Item(tuple(w for item in every for w in item.words), tuple(s for item in every for s in item.stems))]


def _words(alternative: str, pattern: str) -> list[Item]:
    """The items of one alternative; more than one when the tokeniser splits it (`fact-check*`)."""
    body = alternative.removesuffix("*")
    words = tokens(normalise(body))
    if not words or "*" in body:
        raise ValueError(f"pattern {pattern!r}: {alternative!r} is not a word and not a stem")
    if body.startswith("#"):
        return [Item((words[0], "#" + words[0]), ())]
    exact = [Item((word,), ()) for word in words]
    if alternative != body:
        exact[-1] = Item((), (words[-1],))
    return exact
