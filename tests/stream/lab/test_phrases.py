"""What simulated people say: in every language something on every topic, in its own script, the same for a seed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from stream.lab.phrases import CAUSES, LANGUAGES, MOODS, TOPICS, say
from tests.stream.lab.streams import unnumbered

ROOT = Path(__file__).resolve().parents[3]
FILE = "lab/phrases.toml"
CRISES = (*CAUSES, "battery")
LETTERS = {"en": "[a-z]", "pl": "[a-ząćęłńóśźż]", "uk": "[а-щьюяєіїґ]", "ru": "[а-яё]", "he": "[א-ת]", "zh": "[一-鿿]"}
DRAWS = 60


def said(topic: str, language: str, mood: str, draws: int = DRAWS, *, boycott: bool = False) -> list[str]:
    random = Random(7)
    return [unnumbered(say(random, topic, language, mood, boycott=boycott)) for _ in range(draws)]


def written(language: str) -> dict[str, Any]:
    """What the file has for a language: sections of topics, slots and boycotts; in each, lines by mood or slot."""
    document = tomllib.loads(files("stream").joinpath(FILE).read_text(encoding="utf-8"))
    assert set(LANGUAGES) == set(document)
    return {
        section: {key: value.splitlines() for key, value in keys.items()}
        for section, keys in document[language].items()
    }


def lines(language: str) -> Iterator[str]:
    for section, moods in written(language).items():
        if section != "slots":
            for sentences in moods.values():
                yield from sentences


@pytest.mark.parametrize(("topic", "language"), list(product(TOPICS, LANGUAGES)))
def test_there_is_something_to_say(topic: str, language: str) -> None:
    """Of every topic, in every language and mood: one line, all slots filled, no space too many."""
    for mood in MOODS:
        for text in said(topic, language, mood):
            assert text
            assert text == " ".join(text.split())
            assert not set("{}") & set(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_in_the_script_of_its_language(language: str) -> None:
    """Most of its letters are; codes and borrowed names may be Latin. Ukrainian and Russian keep to their own letters."""
    own = re.compile(LETTERS[language], re.IGNORECASE)
    foreign = re.compile({"uk": "[ыэъё]", "ru": "[іїєґ]", "en": r"[^\x00-\x7f]"}.get(language, "(?!)"), re.IGNORECASE)
    for line in lines(language):
        letters = [character for character in re.sub(r"\{\w+\}", "", line) if character.isalpha()]
        assert sum(bool(own.match(letter)) for letter in letters) > len(letters) / 2, line
        assert not foreign.search(line), line


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_topic(language: str) -> None:
    """The file has sections for the topics and no others, every slot has words, and no sentence is there twice."""
    sections = written(language)
    assert {*TOPICS, "slots", "boycott"} == set(sections)
    assert set(MOODS) == set(sections["usual"])
    for topic in CRISES:
        assert {"negative", "neutral"} == set(sections[topic])
        assert len(sections[topic]["negative"]) >= 6
        assert len(sections[topic]["neutral"]) >= 2
    sentences = list(lines(language))
    assert set(sections["slots"]) == {slot for line in sentences for slot in re.findall(r"\{(\w+)\}", line)}
    assert len(sentences) == len(set(sentences))


def test_the_same_seed_says_the_same() -> None:
    """And another seed something else."""
    assert said("price", "pl", "negative") == said("price", "pl", "negative")
    other = Random(8)
    assert said("price", "pl", "negative") != [say(other, "price", "pl", "negative") for _ in range(DRAWS)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ordinary_talk_has_variety(language: str) -> None:
    """A thousand ordinary posts of a mood are at least forty different ones."""
    for mood in MOODS:
        assert len(set(said("usual", language, mood, 1000))) >= 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_to_boycott_follows(language: str) -> None:
    """As a sentence of its own, one of at least five; without spaces in Chinese."""
    calls = written(language)["boycott"]["negative"]
    heard = set()
    for seed in range(DRAWS):
        plain = unnumbered(say(Random(seed), "safety", language, "negative"))
        text = unnumbered(say(Random(seed), "safety", language, "negative", boycott=True))
        assert text.startswith(plain)
        call = next(call for call in calls if text.endswith(call))
        between = text.removeprefix(plain).removesuffix(call)
        stop, space = ("。", "") if language == "zh" else (".", " ")
        assert (space if plain[-1] in ".!?…。！？" else stop + space) == between
        heard.add(call)
    assert len(heard) >= 5


def test_a_mood_that_a_topic_lacks_is_that_of_ordinary_talk() -> None:
    """Nobody is angry at good news on purpose."""
    assert said("usual", "en", "negative") == said("joy", "en", "negative")
    assert said("usual", "he", "positive") == said("safety", "he", "positive")
    assert said("usual", "en", "negative") != said("safety", "en", "negative")


@pytest.mark.parametrize(
    ("topic", "language", "mood"), [("weather", "en", "negative"), ("usual", "xx", "neutral"), ("usual", "en", "grim")]
)
def test_what_is_not_known_is_an_error(topic: str, language: str, mood: str) -> None:
    """It is named."""
    with pytest.raises(KeyError, match=r"weather|xx|grim"):
        say(Random(1), topic, language, mood)


def test_the_sentences_are_packaged() -> None:
    """A wheel without them would fail at the first simulated text only."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert FILE in project["tool"]["setuptools"]["package-data"]["stream"]
