"""The lexicon scorer: from one text to one reading, with no label, no model and no memory.

With `negative` and `positive` the weights found (`polarity`, `emoji`):

    raw         = (negative - positive) / (negative + positive + 1.5)      (-1, 1)
    sentiment   = -raw                                                     (-1, 1)
    p_negative  = 1 / (1 + exp(-SLOPE * (raw - 0.05)))                     (0, 1)
    coverage    = (negative + positive) / (negative + positive + 1.5)      [0, 1)

So a text is negative (`p_negative >= 0.5`) from `raw = 0.05` on, and 1.5 stands for the words that were not seen.
`SLOPE` is the one fitted number: of whole and half numbers it has the best log-loss on the six development files
(BRIGHTER en, uk, ru, zh; XED pl, he), each file weighing the same: 0.614, where knowing nothing is 0.693. The
threshold is given, not fitted. For any one language or brand `p_negative` is not calibrated.
"""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from typing import Final, Self

from detectors.text.emoji import Faces
from detectors.text.gate import ClosedGate, Gate, HanGate, WordGate
from detectors.text.han_index import HanIndex
from detectors.text.hits import Hit, causes_of
from detectors.text.language import UNKNOWN, Guess, guess_language
from detectors.text.normalise import MAX_CHARACTERS, normalise, tokens
from detectors.text.polarity import Balance, weigh
from detectors.text.reading import TextReading
from detectors.text.terms import LANGUAGES, Lexicon, Terms, load_terms
from detectors.text.word_index import WordIndex

REVISION: Final = 1
"""Counted up with every change of this room that can change a reading; part of `LexiconScorer.version`."""

MARGIN: Final = 0.05
SLOPE: Final = 3.0
SHRINKAGE: Final = 1.5

BOYCOTT: Final = "boycott"
INTENT_OF_CAUSE: Final = {BOYCOTT: BOYCOTT, "lawsuit": "legal_threat", "safety": "safety_risk"}
ALWAYS_MEANT: Final = frozenset({BOYCOTT})
"""Causes that are an intent whatever the polarity: a call to boycott needs no adjective."""

_RUSSIAN_AND_UKRAINIAN = ("ru", "uk")
_EYELESS = frozenset({"uk", "ru", UNKNOWN})
"""Languages whose writers smile with brackets alone."""

_CODE_PAGES = {"en": "cp1252", "pl": "cp1250", "uk": "cp1251", "ru": "cp1251", "he": "cp1255"}


class LexiconScorer:
    """Reads texts with the packaged terms. Immutable once built; the same text always gives the same reading."""

    __slots__ = ("_ascii_gate", "_faces", "_gates", "_given_gates", "_han", "_words", "version")

    version: str
    """Twelve hex digits over the terms file and `REVISION`: a baseline belongs to one version."""

    def __init__(self, terms: Terms) -> None:
        lexicons = terms.lexicons
        self.version = hashlib.sha256(f"{terms.digest} {REVISION}".encode()).hexdigest()[:12]
        self._faces = Faces(terms)
        self._han = HanIndex([lexicons["zh"]])
        self._words: Mapping[tuple[str, ...], WordIndex] = {
            languages: WordIndex([lexicons[name] for name in languages], proclitics="he" in languages)
            for languages in (("en",), ("uk",), ("ru",), ("pl",), ("he",), ("ru", "uk"))
        }
        self._gates: Mapping[tuple[str, ...], Gate] = {
            languages: _gate(lexicons, languages) for languages in ((), *self._words, ("zh",))
        }
        self._given_gates: Mapping[str | None, Gate] = {name: self._gates[(name,)] for name in LANGUAGES}
        self._ascii_gate = _gate(lexicons, ("en", "pl"))

    @classmethod
    def load(cls) -> Self:
        """The scorer of the packaged terms."""
        return cls(load_terms())

    def read(self, text: str, language: str | None = None) -> TextReading:
        """What this text says. `language`: any BCP-47 tag; detected when absent. Never raises on odd text.

        A text in a language without a lexicon is read by its emoji and emoticons alone, and `coverage` says so.
        """
        clean = normalise(text.strip()[:MAX_CHARACTERS])
        words = tokens(clean)
        guess = _given(language) or guess_language(clean, words)
        hits = self._find(_lexicons_for(guess), clean, words)
        causes = causes_of(hits)
        faces = self._faces.weigh(clean, eyeless=guess.language in _EYELESS)
        negative, positive = weigh(hits, causes)
        return _reading(Balance(negative + faces.negative, positive + faces.positive), causes, guess.language)

    def calls_to_boycott(self, text: str, language: str | None = None) -> bool:
        """Whether `read(text, language).intents` has "boycott", at a tenth of the cost for the many texts that do not."""
        start = text.strip()[:MAX_CHARACTERS]
        gate = self._given_gates.get(language) or self._gate_for(start, language)
        return gate.opens(start) and BOYCOTT in self.read(text, language).intents

    def _gate_for(self, text: str, language: str | None) -> Gate:
        guess = _given(language)
        if guess is None and text.isascii():
            return self._ascii_gate
        return self._gates[_lexicons_for(guess or _guess(text))]

    def _find(self, languages: tuple[str, ...], clean: str, words: Sequence[str]) -> list[Hit]:
        if languages == ("zh",):
            return self._han.find(clean)
        return self._words[languages].find(words) if languages else []


# ---------------------------------------------------------------- languages

_GIVEN = {language: Guess(language) for language in LANGUAGES}
_ALIASES = {"iw": "he", "cmn": "zh", "eng": "en", "ukr": "uk", "rus": "ru", "pol": "pl", "heb": "he", "zho": "zh"}
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]|$)", re.IGNORECASE)
_UNDETERMINED = {UNKNOWN, "mul", "zxx"}
"""Tags that say nothing about the words: as if no language had been given."""


def _given(language: str | None) -> Guess | None:
    """A given tag as a certain guess: `en-US` is `en`, `zh-Hant` is `zh`, the old `iw` is `he`."""
    if language is None or language in _GIVEN:
        return _GIVEN.get(language or "")
    tag = _TAG.match(language.strip())
    primary = tag[1].lower() if tag else UNKNOWN
    return None if primary in _UNDETERMINED else Guess(_ALIASES.get(primary, primary))


def _guess(text: str) -> Guess:
    clean = normalise(text)
    return guess_language(clean, tokens(clean))


def _lexicons_for(guess: Guess) -> tuple[str, ...]:
    if guess.rival is not None:
        return _RUSSIAN_AND_UKRAINIAN
    return (guess.language,) if guess.language in _GIVEN else ()


# ---------------------------------------------------------------- numbers


def _reading(balance: Balance, causes: frozenset[str], language: str) -> TextReading:
    evidence = balance.negative + balance.positive
    raw = (balance.negative - balance.positive) / (evidence + SHRINKAGE)
    p_negative = 1 / (1 + math.exp(-SLOPE * (raw - MARGIN)))
    return TextReading(
        p_negative=p_negative,
        sentiment=0.0 - raw,
        coverage=evidence / (evidence + SHRINKAGE),
        language=language,
        causes=tuple(sorted(causes)),
        intents=_intents(causes, negative=p_negative >= 0.5) if causes else (),
    )


def _intents(causes: frozenset[str], *, negative: bool) -> tuple[str, ...]:
    meant = causes if negative else causes & ALWAYS_MEANT
    return tuple(sorted(intent for cause, intent in INTENT_OF_CAUSE.items() if cause in meant))


# ---------------------------------------------------------------- gates


def _gate(lexicons: Mapping[str, Lexicon], languages: Sequence[str]) -> Gate:
    """The gate for calls to boycott."""
    patterns = [pattern for name in languages for pattern in lexicons[name].causes[BOYCOTT]]
    if not patterns:
        return ClosedGate()
    return HanGate(patterns) if languages == ("zh",) else WordGate(patterns, _CODE_PAGES[languages[-1]])
