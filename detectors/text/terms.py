"""The packaged terms file as frozen values: strict, read once, told apart by a digest of its bytes."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "uk", "ru", "pl", "he", "zh")
"""The languages that have a lexicon."""

STRONG, WEAK = 1.0, 0.4
"""What one emoji weighs."""

_SCRIPTS = (
    (re.compile("[a-z]", re.IGNORECASE), ("en", "pl")),
    (re.compile("[\u0400-\u052f]"), ("uk", "ru")),
    (re.compile("[\u05d0-\u05ea]"), ("he",)),
    (re.compile("[\u4e00-\u9fff]"), ("zh",)),
)

_SECTIONS = {"meta", "cause", "guards", "polarity"}
_POLARITIES = {"neg", "pos", "negators", "emoji"}
_EMOJI_LISTS = {"pos", "pos_weak", "neg", "neg_weak", "emoticon_pos", "emoticon_neg"}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The patterns of one language, as written in the file. A guard belongs to every language of its script."""

    causes: Mapping[str, tuple[str, ...]]
    guards: Mapping[str, tuple[str, ...]]
    negative: tuple[str, ...]
    positive: tuple[str, ...]
    negators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The whole file. `emoji`: weight of each, [-1, 1], positive = pleased. `digest`: SHA-256 of the file, hex."""

    lexicons: Mapping[str, Lexicon]
    emoji: Mapping[str, float]
    smiles: tuple[str, ...]
    frowns: tuple[str, ...]
    digest: str


def load_terms() -> Terms:
    """The terms that ship with the package: the one read of this room."""
    return parse_terms(files("detectors.text").joinpath("terms/crisis_terms.toml").read_bytes())


def parse_terms(content: bytes) -> Terms:
    """Read a terms file. An unknown section or language raises `ValueError`."""
    document = tomllib.loads(content.decode())
    polarity, emoji = document["polarity"], document["polarity"]["emoji"]
    _require_known("section", document, _SECTIONS)
    _require_known("polarity", polarity, _POLARITIES)
    _require_known("emoji list", emoji, _EMOJI_LISTS)
    _require_known("guarded cause", document["guards"], set(document["cause"]))
    for section in (*document["cause"].values(), polarity["neg"], polarity["pos"], polarity["negators"]):
        _require_known("language", section, set(LANGUAGES))
    weights = {"pos": STRONG, "pos_weak": WEAK, "neg_weak": -WEAK, "neg": -STRONG}
    return Terms(
        lexicons={language: _lexicon(document, language) for language in LANGUAGES},
        emoji={face: weight for name, weight in weights.items() for face in emoji[name]},
        smiles=tuple(emoji["emoticon_pos"]),
        frowns=tuple(emoji["emoticon_neg"]),
        digest=hashlib.sha256(content).hexdigest(),
    )


def _lexicon(document: Mapping[str, Any], language: str) -> Lexicon:
    polarity = document["polarity"]
    return Lexicon(
        causes={name: tuple(section.get(language, ())) for name, section in document["cause"].items()},
        guards={
            name: tuple(guard for guard in guards if language in _languages_of(guard))
            for name, guards in document["guards"].items()
        },
        negative=tuple(polarity["neg"].get(language, ())),
        positive=tuple(polarity["pos"].get(language, ())),
        negators=tuple(polarity["negators"].get(language, ())),
    )


def _languages_of(guard: str) -> tuple[str, ...]:
    """The guards are not filed by language: their letters say where they can match."""
    return next((languages for letter, languages in _SCRIPTS if letter.search(guard)), ())


def _require_known(what: str, names: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(set(names) - known):
        raise ValueError(f"terms file: unknown {what} {unknown[0]!r}")
