"""The laws of the scorer, whatever the text."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.text import LexiconScorer, TextReading
from detectors.text.normalise import MAX_CHARACTERS
from detectors.text.scorer import INTENT_OF_CAUSE
from detectors.text.terms import LANGUAGES, load_terms

PHRASES = [
    "boycott", "not a scam", "food poisoning", "I will sue", "great", "awful", "not", "бойкот", "подали позов", "дуже погано",
    "иск в суд", "отравились", "спасибо", "bojkot", "do sądu", "nie polecam", "חרם", "תביעה", "תודה", "הרעלה", "抵制", "起诉",
    "食物中毒", "满意", "不", "😡", "❤️", "))", "((", ":)", ":(", "#BoycottAcme", "@user", "https://t.co/x", "end the boycott",
]  # fmt: skip
ODD = ["\u200b", "\u202e", "\ufe0f", "\x00", "\ud800", "'", '"', "’", "…", "\u0301", "ß", ".", "\n"]
TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from([*PHRASES, *ODD, " "]), max_size=12).map("".join),
    st.lists(st.sampled_from([*PHRASES, *ODD]), max_size=12).map(" ".join),
)
TAGS = st.sampled_from([None, *LANGUAGES, "en-US", "zh-Hant", "iw", "ja", "fr", "und", "", "?", "x-y"])
EVERY_TEXT = settings(max_examples=100, deadline=None)


@EVERY_TEXT
@given(text=TEXTS, language=TAGS)
def test_every_text_has_a_reading_within_its_ranges(scorer, text, language):
    """Never raises; numbers in range, names sorted and known."""
    reading = scorer.read(text, language)
    assert 0 < reading.p_negative < 1
    assert -1 < reading.sentiment < 1
    assert 0 <= reading.coverage < 1
    assert list(reading.causes) == sorted(set(reading.causes))
    assert list(reading.intents) == sorted(set(reading.intents))
    assert {intent for cause, intent in INTENT_OF_CAUSE.items() if cause in reading.causes} >= set(reading.intents)


@EVERY_TEXT
@given(text=TEXTS, language=TAGS)
def test_the_numbers_agree_with_one_another(scorer, text, language):
    """Negative from `sentiment <= -0.05` on; nothing recognised is the prior, and the prior is not negative."""
    reading = scorer.read(text, language)
    assert (reading.p_negative >= 0.5) == (reading.sentiment <= -0.05)
    assert (reading.coverage > 0) or (reading.sentiment == 0)
    assert abs(reading.sentiment) <= reading.coverage


@EVERY_TEXT
@given(text=TEXTS, language=TAGS)
def test_calls_to_boycott_are_those_of_the_reading(scorer, text, language):
    """The cheap way and the full way say the same."""
    assert ("boycott" in scorer.read(text, language).intents) == scorer.calls_to_boycott(text, language)


@EVERY_TEXT
@given(
    text=TEXTS,
    language=TAGS,
    before=st.text(string.whitespace, max_size=5),
    after=st.text(string.whitespace, max_size=5),
)
def test_white_space_around_a_text_does_not_matter(scorer, text, language, before, after):
    assert scorer.read(text, language) == scorer.read(before + text + after, language)


@EVERY_TEXT
@given(text=TEXTS, language=TAGS)
def test_the_same_text_has_the_same_reading_from_any_scorer(scorer, text, language):
    """Nothing is remembered from one text to the next."""
    assert FRESH.read(text, language) == scorer.read(text, language)


FRESH = LexiconScorer.load()


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "😡" * 50_000, "boycott " * 15_000, "take " * 25_000, "#Aa" * 40_000, "\ud83d", "\u202e\u200b"],
)
def test_odd_and_huge_texts(scorer, text):
    """Empty, NUL, emoji only, 100 kB, half a character."""
    assert isinstance(scorer.read(text), TextReading)
    assert scorer.calls_to_boycott(text) == ("boycott" in scorer.read(text).intents)


def test_a_text_is_read_to_its_two_thousandth_character(scorer):
    """What comes later changes nothing."""
    filler = "word " * (MAX_CHARACTERS // 5)
    assert ("boycott",) == scorer.read("boycott " + filler, "en").intents
    assert () == scorer.read(filler + "boycott", "en").intents
    assert not scorer.calls_to_boycott(filler + "boycott", "en")


def test_nothing_recognised_is_the_prior(scorer):
    reading = scorer.read("the committee meets on tuesday", "en")
    assert (0.0, 0.0, (), ()) == (reading.sentiment, reading.coverage, reading.causes, reading.intents)
    assert 0.4 < reading.p_negative < 0.5


def test_more_displeasure_is_more_negative_and_more_covered(scorer):
    """Both numbers rise with the evidence, smoothly."""
    readings = [scorer.read("awful " * n + "day", "en") for n in range(5)]
    assert sorted(readings) == readings
    assert sorted(reading.coverage for reading in readings) == [reading.coverage for reading in readings]


# ---------------------------------------------------------------- languages


@pytest.mark.parametrize(
    ("expected", "tag"),
    [
        ("en", "en-US"),
        ("en", "EN"),
        ("en", "en_GB"),
        ("zh", "zh-Hant"),
        ("zh", "cmn-Hans"),
        ("he", "iw"),
        ("pl", "pol"),
        ("fr", "fr-CA"),
        ("ja", "ja"),
    ],
)
def test_a_given_language_wins(scorer, expected, tag):
    """By its primary tag, whatever the text looks like."""
    assert expected == scorer.read("бойкот", tag).language


@pytest.mark.parametrize("tag", [None, "", "und", "mul", "zxx", "?", "english"])
def test_a_tag_that_says_nothing_is_as_no_tag(scorer, tag):
    assert "pl" == scorer.read("nie polecam tego sklepu", tag).language


def test_a_language_without_a_lexicon_is_read_by_its_faces_alone(scorer):
    """English stems do not read French; the emoji still count, and coverage says how little that is."""
    french = "le scandale, la fraude, une attitude toxic: boycott 😡"
    assert ((), ()) == scorer.read(french, "fr")[4:]
    assert scorer.read(french, "fr").sentiment == scorer.read("😡", "fr").sentiment
    assert not scorer.calls_to_boycott(french, "fr")
    assert 0.0 == scorer.read("バッテリーが爆発した", "ja").coverage


def test_ukrainian_and_russian_in_one_post_are_both_read(scorer):
    """Without a given language, when neither clearly wins."""
    assert ("boycott", "lawsuit") == scorer.read("бойкот! подали позов, иск").causes


# ---------------------------------------------------------------- intents


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (("boycott",), "I love you all but boycott Acme, great people, thanks"),
        ((), "a great lawyer, thanks, wonderful"),
        (("legal_threat",), "terrible, I will sue"),
        ((), "nice airbag, love it"),
        (("safety_risk",), "awful, the airbag exploded"),
        (("boycott", "legal_threat", "safety_risk"), "Boycott them! Food poisoning, we sue, horrible"),
        ((), "end the boycott"),
    ],
)
def test_a_call_needs_no_adjective_a_threat_needs_displeasure(scorer, expected, text):
    """Boycott whatever the polarity; lawsuit and safety only in a negative text; a guard cancels."""
    assert expected == scorer.read(text, "en").intents


# ---------------------------------------------------------------- version


def test_the_version_is_short_and_follows_the_terms(scorer):
    """Two scorers with the same terms share baselines, others do not."""
    assert FRESH.version == scorer.version
    assert 12 == len(scorer.version)
    assert set(scorer.version) <= set(string.hexdigits)
    other = LexiconScorer(load_terms().__class__({**load_terms().lexicons}, {}, (":)",), (":(",), "another digest"))
    assert scorer.version != other.version
