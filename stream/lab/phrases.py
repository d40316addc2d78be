"""What simulated people say: ordinary sentences of six languages, written for this (`phrases.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import product
from random import Random
from typing import Final, NamedTuple, TypeAlias

from stream.events.crisis import KINDS

LANGUAGES: Final = ("en", "uk", "ru", "pl", "he", "zh")
"""BCP-47, of all topics and of the calls to boycott."""

MOODS: Final = ("negative", "neutral", "positive")

USUAL: Final = "usual"
"""Ordinary talk, the one topic with all moods: where another has no sentence of a mood, this one's are said."""

CAUSES: Final = tuple(kind for kind in KINDS if kind != "unknown")
"""Of a crisis: anger, and the questions of those who have just heard."""

TOPICS: Final = (USUAL, *CAUSES, "battery", "rival", "launch", "joy", "news", "spam")
"""`battery`: scooters that burn. `rival`: anger at another brand. The last four are no crisis."""

_ENDS = frozenset(".!?…。！？")
_SLOT = re.compile(r"\{(\w+)\}")

_Sentence: TypeAlias = tuple[str, ...]
"""All ways to fill its slots; one, where it has none."""


class _Phrases(NamedTuple):
    sentences: Mapping[tuple[str, str, str], tuple[_Sentence, ...]]
    """By topic, language and mood: every combination, never empty."""
    boycotts: Mapping[str, tuple[_Sentence, ...]]
    """By language."""


def say(random: Random, topic: str, language: str, mood: str, *, boycott: bool = False) -> str:
    """What somebody posts about a brand: one line, drawn evenly from the sentences, then from the ways to fill one.

    `topic`: of `TOPICS`; `language`: of `LANGUAGES`; `mood`: of `MOODS`; another raises `KeyError`. With `boycott`, a
    call to boycott follows. A number ends it, as of an order: two people may say the same, and still in words of their
    own. The first call reads the sentences.
    """
    phrases = _phrases()
    text = _drawn(random, phrases.sentences[topic, language, mood])
    if boycott:
        text = _joined(text, _drawn(random, phrases.boycotts[language]), language)
    return f"{text} ({1000 + int(random.random() * 99000)})"


def _drawn(random: Random, sentences: tuple[_Sentence, ...]) -> str:
    """As `random.choice` twice would, at a third of the cost; with so few to choose from the bias is nil."""
    ways = sentences[int(random.random() * len(sentences))]
    return ways[int(random.random() * len(ways))]


def _joined(first: str, second: str, language: str) -> str:
    stop, space = ("。", "") if language == "zh" else (".", " ")
    return first + ("" if first[-1] in _ENDS else stop) + space + second


@cache
def _phrases() -> _Phrases:
    """The file, read once: every combination in its place, slots filled."""
    document = tomllib.loads(files("stream.lab").joinpath("phrases.toml").read_text(encoding="utf-8"))
    own = {
        (topic, language, mood): sentences
        for language in LANGUAGES
        for topic, mood, sentences in _sentences_of(document[language])
    }
    return _Phrases(
        sentences={
            (topic, language, mood): own.get((topic, language, mood)) or own[USUAL, language, mood]
            for topic, language, mood in product(TOPICS, LANGUAGES, MOODS)
        },
        boycotts={language: own["boycott", language, "negative"] for language in LANGUAGES},
    )


def _sentences_of(
    sections: Mapping[str, Mapping[str, str]],
) -> Iterator[tuple[str, str, tuple[_Sentence, ...]]]:
    """Topic, mood and sentences of one language, calls to boycott included."""
    words = {slot: lines.splitlines() for slot, lines in sections["slots"].items()}
    for topic, moods in sections.items():
        if topic != "slots":
            for mood, lines in moods.items():
                yield topic, mood, tuple(_filled(line, words) for line in lines.splitlines())


def _filled(line: str, words: Mapping[str, list[str]]) -> _Sentence:
    """A line with every combination of the words that its slots allow."""
    slot = _SLOT.search(line)
    if slot is None:
        return (line,)
    start, rest = line[: slot.start()], _filled(line[slot.end() :], words)
    return tuple(start + word + end for word in words[slot[1]] for end in rest)
