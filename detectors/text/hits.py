"""What an index finds in a text: where, how exactly, and what it means."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from detectors.text.terms import Lexicon

Kind = Literal["cause", "guard", "negative", "positive", "negator"]


_VERBS = (
    "ai",
    "are",
    "ca",
    "could",
    "did",
    "do",
    "does",
    "had",
    "has",
    "have",
    "is",
    "must",
    "need",
    "should",
    "was",
    "were",
    "wo",
    "would",
)
_CONTRACTIONS = tuple(f"{verb}n't" for verb in _VERBS)
"""The terms file lists the ending `n't` among the negators; these are the words that end so."""


class Meaning(NamedTuple):
    """Why a pattern is in the file. `name` is the cause it speaks for or cancels, empty for polarity."""

    kind: Kind
    name: str = ""


class Hit(NamedTuple):
    """One pattern found at positions `[start, end)`; `precision` (letters compared) breaks ties between patterns."""

    start: int
    end: int
    precision: int
    meaning: Meaning


def meanings(lexicons: Sequence[Lexicon]) -> Iterator[tuple[str, Meaning]]:
    """Every pattern of some lexicons with its meaning, each pair once."""
    return iter(dict.fromkeys(pair for lexicon in lexicons for pair in _meanings(lexicon)))


def causes_of(hits: Sequence[Hit]) -> frozenset[str]:
    """The causes found and not cancelled: a guard anywhere in the text drops the cause it names."""
    found = {hit.meaning.name for hit in hits if hit.meaning.kind == "cause"}
    return frozenset(found - {hit.meaning.name for hit in hits if hit.meaning.kind == "guard"})


def _meanings(lexicon: Lexicon) -> Iterator[tuple[str, Meaning]]:
    for name, patterns in lexicon.causes.items():
        yield from ((pattern, Meaning("cause", name)) for pattern in patterns)
    for name, patterns in lexicon.guards.items():
        yield from ((pattern, Meaning("guard", name)) for pattern in patterns)
    yield from ((pattern, Meaning("negative")) for pattern in lexicon.negative)
    yield from ((pattern, Meaning("positive")) for pattern in lexicon.positive)
    contractions = _CONTRACTIONS if "n't" in lexicon.negators else ()
    yield from ((pattern, Meaning("negator")) for pattern in (*lexicon.negators, *contractions))
