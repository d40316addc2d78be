"""One spelling for every text."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text.normalise import normalise, tokens


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (["stop", "buying"], "STOP   Buying!!!"),
        (["boycott"], "ｂｏｙｃｏｔｔ"),
        (["бойкот"], "бой\u200bкот"),
        (["замок"], "за\u0301мок"),
        (["soft", "hyphen"], "so\u00adft hy\u00adphen"),
        (["еще", "елка"], "Ещё ёлка"),
        (["don't", "buy"], "don’t buy"),
        (["don't", "buy"], "don`t buy"),
        (["зв'язок"], "звʼязок"),
        (["rock", "n", "roll"], "rock 'n' roll"),
        (["snake", "case"], "snake_case"),
        (["podrożało", "podróż"], "Podrożało podróż"),
    ],
)
def test_one_word_is_spelled_one_way(expected, text):
    """Width, case, stress marks, apostrophes, zero-width and soft hyphens do not matter; diacritics do."""
    assert expected == tokens(normalise(text))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (["see"], "see https://acme.com/boycott?scam=1#fraud"),
        (["see"], "see HTTP://ACME.COM/BOYCOTT"),
        (["see", "now"], "see www.acme.com/boycott now"),
        (["see", "我觉得"], "see https://t.cn/abc我觉得"),
        (["thanks"], "@boycott_acme thanks"),
        (["nice", "update"], "RT @acme: nice update"),
        (["nice", "update"], "rt @user nice update"),
    ],
)
def test_links_and_mentions_are_not_words(expected, text):
    """A link or a handle that happens to contain a crisis term says nothing; nor does RT."""
    assert expected == tokens(normalise(text))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (["boycott"], "#boycott"),
        (["boycott", "acme", "#boycottacme"], "#BoycottAcme"),
        (["acme", "fail", "#acmefail"], "#ACMEFail"),
        (["boycott", "acme", "#boycottacme"], "#boycott_acme"),
        (["не", "куплю", "#некуплю"], "#НеКуплю"),
        (["c"], "c #"),
    ],
)
def test_a_tag_is_words(expected, text):
    """Tags are split where the case or an underscore shows a seam; the tag itself is kept beside its words."""
    assert expected == tokens(normalise(text))


def test_latin_letters_in_cyrillic_words_are_cyrillic():
    """Evasion and bad keyboards: `бoйкoт` with Latin o is a boycott, `iPhone` in a Russian text stays as it is."""
    assert ["бойкот", "iphone", "айфонx"[:-1] + "х"] == tokens(normalise("бoйкoт iPhone айфонx"))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (["צהל"], 'צה"ל'),
        (["צהל"], "צה״ל"),
        (["צהל"], "צה”ל"),
        (["ציפס"], "צ'יפס"),
        (["שלום"], "שָׁלוֹם"),
        (["חרם"], '"חרם"'),
    ],
)
def test_hebrew_is_compared_without_points_and_quotes(expected, text):
    """Niqqud, geresh and gershayim go, in every way they are typed; quotation marks around a word stay outside."""
    assert expected == tokens(normalise(text))


def test_every_letter_and_digit_of_unicode_belongs_to_a_word():
    """The written class of the tokeniser is `[^\\W_]` in the basic plane, the apostrophe inside words apart."""
    characters = [chr(code) for code in range(sys.maxunicode + 1) if code < 0x10000 and not 0xD800 <= code < 0xE000]
    assert [] == [c for c in characters if c.isalnum() != bool(tokens(c)) and c not in "_#"]


def test_wide_punctuation_is_what_nfkc_makes_of_it():
    """The short cut for Chinese punctuation changes nothing but the time."""
    text = "不，好！吗？：；（）～１２"
    assert unicodedata.normalize("NFKC", text) == normalise(text)


@given(st.text(max_size=80))
def test_anything_can_be_normalised(text):
    """Lone surrogates, NUL, half a ligature: words come out, none of them empty or with white space."""
    assert all(word and not any(map(str.isspace, word)) for word in tokens(normalise(text)))
