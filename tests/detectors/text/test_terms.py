"""The terms file that ships with the package."""

import re

import pytest

from detectors.text.normalise import normalise
from detectors.text.patterns import parse
from detectors.text.terms import LANGUAGES, load_terms, parse_terms

MINIMAL = """
[meta]
[cause.boycott]
en = ["boycott*"]
[guards]
boycott = ["end the boycott", "проти бойкоту", "נגד החרם", "反对抵制"]
[polarity.neg]
[polarity.pos]
[polarity.negators]
[polarity.emoji]
pos = ["+"]
pos_weak = []
neg = []
neg_weak = ["-"]
emoticon_pos = []
emoticon_neg = []
"""


@pytest.fixture(scope="module")
def terms():
    return load_terms()


def _patterns(lexicon):
    return [
        *(pattern for patterns in (*lexicon.causes.values(), *lexicon.guards.values()) for pattern in patterns),
        *lexicon.negative,
        *lexicon.positive,
        *lexicon.negators,
    ]


def test_every_language_has_every_kind_of_pattern(terms):
    """Fourteen causes, polarity and negators in each of the six languages."""
    assert set(LANGUAGES) == set(terms.lexicons)
    for lexicon in terms.lexicons.values():
        assert 14 == len(lexicon.causes)
        assert all(lexicon.causes.values())
        assert lexicon.negative
        assert lexicon.positive
        assert lexicon.negators


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "zh"])
def test_every_pattern_between_spaces_is_well_formed(terms, language):
    """Each line of the file can match something."""
    assert all(parse(pattern) for pattern in _patterns(terms.lexicons[language]))


def test_every_chinese_pattern_is_a_plain_string(terms):
    """No grammar, no spaces, and spelled as the texts are."""
    assert [] == [p for p in _patterns(terms.lexicons["zh"]) if not p or re.search(r"[\s*|_]", p) or p != normalise(p)]


def test_no_pattern_has_three_equal_characters_in_a_row(terms):
    """So shortening longer runs, as the notes ask, could change no match, and the normaliser saves the time."""
    every = [normalise(pattern) for lexicon in terms.lexicons.values() for pattern in _patterns(lexicon)]
    assert [] == [pattern for pattern in every if re.search(r"(.)\1\1", pattern)]


def test_a_guard_belongs_to_the_languages_of_its_script():
    """Guards are not filed by language in the file."""
    lexicons = parse_terms(MINIMAL.encode()).lexicons
    assert {
        "en": ("end the boycott",),
        "pl": ("end the boycott",),
        "uk": ("проти бойкоту",),
        "ru": ("проти бойкоту",),
        "he": ("נגד החרם",),
        "zh": ("反对抵制",),
    } == {language: lexicon.guards["boycott"] for language, lexicon in lexicons.items()}


def test_emoji_weigh_what_their_list_says():
    assert {"+": 1.0, "-": -0.4} == parse_terms(MINIMAL.encode()).emoji


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[meta]", "[mata]"),
        ("en = [", "fr = ["),
        ("[polarity.neg]", "[polarity.negative]"),
        ("pos_weak", "pos_week"),
        ("[guards]\nboycott", "[guards]\nboycot"),
    ],
)
def test_an_unknown_name_is_an_error(old, new):
    """A typing error in the file stops the start, not the matching."""
    with pytest.raises((ValueError, KeyError)):
        parse_terms(MINIMAL.replace(old, new).encode())
