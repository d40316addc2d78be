"""Which language a text is in: by its script, then by letters and function words that only one language has.

Scripts decide Hebrew and Chinese alone. Ukrainian and Russian are told apart by the letters the other does not
have, English and Polish by function words and letters; both pairs against a few neighbours, so that French or
Bulgarian is not read with the wrong stems. A script with many languages is named after its largest one.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from detectors.text.function_words import FUNCTION_WORDS
from detectors.text.normalise import MAX_CHARACTERS, normalise, tokens

UNKNOWN = "und"


class Guess(NamedTuple):
    """`language`: BCP-47 primary tag or `und`. `rival`: the other of Ukrainian and Russian when it is nearly as likely."""

    language: str
    rival: str | None = None


def detect_language(text: str) -> str:
    """BCP-47 primary tag of a text, `und` when it has no letters or none that say anything."""
    clean = normalise(text.strip()[:MAX_CHARACTERS])
    return guess_language(clean, tokens(clean)).language


def guess_language(clean: str, words: Sequence[str]) -> Guess:
    """The language of a normalised text and its tokens."""
    script = "latin" if clean.isascii() else _script(clean, words)
    if script == "latin":
        return Guess(_latin_language(clean, words))
    if script == "cyrillic":
        return _cyrillic_language(clean, words)
    return Guess(script)


# ---------------------------------------------------------------- scripts

_BLOCKS = (
    ("\u0000", UNKNOWN), ("a", "latin"), ("\u0370", "el"), ("\u0400", "cyrillic"), ("\u0530", UNKNOWN), ("\u0590", "he"),
    ("\u0600", "ar"), ("\u0700", UNKNOWN), ("\u0900", "hi"), ("\u0980", UNKNOWN), ("\u0e00", "th"), ("\u0e80", UNKNOWN),
    ("\u1e00", "latin"), ("\u1f00", "el"), ("\u2000", UNKNOWN),
)  # fmt: skip
"""Where the blocks of letters begin, after casefold; a block is a script, or the tag of its one or largest language."""

_STARTS = [start for start, _ in _BLOCKS]
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_EAST_ASIAN_RUN = re.compile(f"{_EAST_ASIAN.pattern}+")
_KANA = re.compile("[\u3040-\u30ff]+")
_HANGUL = re.compile("[\uac00-\ud7a3]+")
_LETTERS_IN_A_CHARACTER = 3
"""A Chinese character says about as much as three letters: `iPhone 很好` is Chinese."""

_WEIGHT_OF_OTHERS = 2
"""Cyrillic and Hebrew posts are full of Latin names and tags; the reverse is rare."""


def _script(clean: str, words: Sequence[str]) -> str:
    if _EAST_ASIAN.search(clean):
        characters = _count(_EAST_ASIAN_RUN, clean)
        if _LETTERS_IN_A_CHARACTER * characters >= sum(map(len, words)) - characters:
            return _east_asian_language(clean, characters)
    scripts = {letter: _BLOCKS[bisect_right(_STARTS, letter) - 1][1] for letter in {word[0] for word in words}}
    known = set(scripts.values()) - {UNKNOWN}
    if len(known) <= 1:
        return known.pop() if known else UNKNOWN
    sizes = dict.fromkeys(sorted(known), 0)
    for word in words:
        if (script := scripts[word[0]]) != UNKNOWN:
            sizes[script] += (1 if script == "latin" else _WEIGHT_OF_OTHERS) * len(word)
    return max(sizes, key=sizes.__getitem__)


def _east_asian_language(clean: str, characters: int) -> str:
    if 2 * _count(_HANGUL, clean) > characters:
        return "ko"
    return "ja" if 5 * _count(_KANA, clean) > characters else "zh"


def _count(runs: re.Pattern[str], clean: str) -> int:
    """Characters in the runs of a text."""
    return sum(map(len, runs.findall(clean)))


# ---------------------------------------------------------------- votes


def _votes(languages: Sequence[str]) -> Mapping[str, tuple[tuple[str, float], ...]]:
    """What a function word says: one vote, shared by the languages that have the word. Single ASCII letters abstain."""
    words = {word.replace("ё", "е") for language in languages for word in FUNCTION_WORDS[language]}
    owners = {word: [name for name in languages if word in FUNCTION_WORDS[name]] for word in words}
    return {
        word: tuple((name, 1 / len(names)) for name in names)
        for word, names in owners.items()
        if names and (len(word) > 1 or not word.isascii())
    }


_LATIN_VOTES = _votes(("en", "pl", "es", "pt", "fr", "de", "it", "nl", "tr", "cs"))
_CYRILLIC_VOTES = _votes(("uk", "ru", "bg"))


def _count_votes(words: Sequence[str], votes: Mapping[str, tuple[tuple[str, float], ...]]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for word in words:
        if word in votes:
            for language, vote in votes[word]:
                scores[language] = scores.get(language, 0.0) + vote
    return scores


# ---------------------------------------------------------------- Latin script

_POLISH_LETTER = re.compile("[ąćęłńśźż]")
_NOT_POLISH = re.split("[ąćęłńóśźż]", "".join(map(chr, range(0xDF, 0x250))))
_FOREIGN_LETTER = re.compile(f"[{''.join(f'{run[0]}-{run[-1]}' for run in _NOT_POLISH if run)}]")
_POLISH_CLUSTERS = ("sz", "cz", "rz", "dz", "zn", "zy", "wie", "nie", "mie", "iej", "ego", "aj", "ej", "uj")
_ENGLISH_CLUSTERS = ("th", "wh", "ck", "sh", "gh", "ee", "oo", "ea", "ou", "ing", "ly", "v", "x", "q")
_CLUSTER_VOTE = 0.4
_CLEAR = 4.0
"""A lead in votes that needs no look at clusters of letters."""
_FOREIGN_LETTER_VOTE = 0.5
_FOREIGN_VOTES_NEEDED = 2.0
"""English has its cafés, and tickers like `$ de`: one word or two letters do not make a text foreign."""


def _latin_language(clean: str, words: Sequence[str]) -> str:
    """English unless Polish or a neighbour says more; a text of letters that no language here has is unknown."""
    scores = _count_votes(words, _LATIN_VOTES)
    english, polish = scores.pop("en", 0.0), scores.pop("pl", 0.0)
    foreign_letters = 0
    if not clean.isascii():
        polish += len(_POLISH_LETTER.findall(clean))
        foreign_letters = len(_FOREIGN_LETTER.findall(clean))
    if abs(english - polish) < _CLEAR:
        polish += _CLUSTER_VOTE * sum(map(clean.count, _POLISH_CLUSTERS))
        english += _CLUSTER_VOTE * sum(map(clean.count, _ENGLISH_CLUSTERS))
    foreign = max(scores, key=scores.__getitem__, default=UNKNOWN)
    votes = scores.get(foreign, 0.0) + _FOREIGN_LETTER_VOTE * foreign_letters
    if votes >= _FOREIGN_VOTES_NEEDED and votes > max(english, polish):
        return foreign
    if polish > english:
        return "pl"
    return "en" if any(word[0].isalpha() for word in words) else UNKNOWN


# ---------------------------------------------------------------- Cyrillic script

_UKRAINIAN_LETTERS, _RUSSIAN_LETTERS = "іїєґ", "ыэъ"
_OTHER_CYRILLIC = re.compile("[\u0452-\u0453\u0458-\u045f\u0460-\u048f\u0492-\u052f]")
_MISSING_LETTERS = 0.02
"""Votes for Russian per letter of a text without any Ukrainian letter (one letter in twelve of Ukrainian text)."""
_LETTER_VOTE = 1.5
_UKRAINIAN_ENDINGS, _RUSSIAN_ENDINGS = ("ати ", "ити ", "ння ", "ття ", "ою "), ("ать ", "ить ", "еть ", "ние ", "ой ")
_ENDING_VOTE = 0.5
_CLOSE = 0.34
"""Ukrainian and Russian are close when their votes differ by less than this part of all votes, or by less than one."""


def _cyrillic_language(clean: str, words: Sequence[str]) -> Guess:
    if _OTHER_CYRILLIC.search(clean) and len(_OTHER_CYRILLIC.findall(clean)) * 20 > len(clean):
        return Guess(UNKNOWN)
    scores = _count_votes(words, _CYRILLIC_VOTES)
    ukrainian = scores.get("uk", 0.0) + _LETTER_VOTE * sum(map(clean.count, _UKRAINIAN_LETTERS))
    russian = scores.get("ru", 0.0) + _LETTER_VOTE * sum(map(clean.count, _RUSSIAN_LETTERS))
    if scores.get("bg", 0.0) >= _FOREIGN_VOTES_NEEDED and scores["bg"] > max(ukrainian, russian):
        return Guess("bg")
    ukrainian += _ENDING_VOTE * sum(map(clean.count, _UKRAINIAN_ENDINGS))
    russian += _ENDING_VOTE * sum(map(clean.count, _RUSSIAN_ENDINGS))
    if not any(letter in clean for letter in _UKRAINIAN_LETTERS):
        russian += _MISSING_LETTERS * sum(map(len, words))
    margin = ukrainian - russian
    first, second = ("uk", "ru") if margin > 0 else ("ru", "uk")
    close = abs(margin) < max(1.0, _CLOSE * (ukrainian + russian))
    return Guess(first, second if close else None)
