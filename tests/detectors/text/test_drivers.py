"""What people talk about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text import driver_terms
from detectors.text.function_words import STOP_WORDS


@pytest.mark.parametrize(
    ("expected", "language", "text"),
    [
        (("battery", "phone", "exploded"), "en", "The battery of my phone exploded!"),
        (("facebook", "minutes"), "en", "rt @user facebook was down 20 minutes , $ fb $ aapl"),
        (
            ("#batterygate", "acme.com/A/b", "refund", "wal-mart"),
            "en",
            "refund @acme $ACME 28.5% #BatteryGate wal-mart https://www.Acme.com/A/b?x=1#y",
        ),
        (("acme.com/",), "en", "https://acme.com"),
        (("t.co/AbC", "see"), "en", "(see https://t.co/AbC)"),
        (("acme", "refuses", "refunds"), "en", "Acme’s acme's acme refuses refunds"),
        (("refunds", "returns"), "en", "refunds/returns"),
        (("батарея", "телефоні", "вибухнула"), "uk", "Батарея в моєму телефоні вибухнула!!!"),
        (("батарея", "взорвалась"), "ru", "«Батарея» взорвалась, и это не всё"),
        (("bateria", "wybuchła"), "pl", "bateria wybuchła, i co teraz"),
        (("הסוללה", "התפוצצה"), "he", "הסוללה שלי התפוצצה!"),
        (("手机", "电池", "爆炸", "客服"), "zh", "我的手机电池爆炸了，客服也不"),
        (("质量问题", "退款"), "zh", "质量问题，退款"),
        (("iphone", "电池"), "zh", "iPhone的电池"),
        (("バッテリー", "爆発"), "ja", "バッテリーが爆発した"),
        (("iphone",), "th", "แบตเตอรี่ระเบิด iphone"),
        (("batterie", "explosé"), "fr", "la batterie a explosé"),
        ((), "en", "It was what it was, 100 % :)"),
        ((), "en", ""),
    ],
)
def test_terms_are_what_a_text_is_about(expected, language, text):
    """Tags, then links, then words; no stop words, numbers, handles, tickers or single letters."""
    assert expected == driver_terms(text, language)


def test_a_dozen_at_most_and_tags_and_links_come_first():
    """A long text does not crowd out its tags."""
    text = " ".join(f"word{'abcdefghijklmnop'[i]}" for i in range(16)) + " #tag https://acme.com/x"
    terms = driver_terms(text, "en")
    assert ("#tag", "acme.com/x", "worda") == terms[:3]
    assert 12 == len(terms)


def test_each_term_once():
    assert ("#refund", "refund") == driver_terms("refund Refund REFUND #refund #Refund", "en")


@given(st.text(max_size=300), st.sampled_from(["en", "uk", "ru", "pl", "he", "zh", "ja", "th", "fr", "und", ""]))
def test_terms_are_few_short_and_tell_their_kind(text, language):
    """Whatever the text: `#` in front is a tag, `/` inside a link, the rest words; all of bounded length."""
    terms = driver_terms(text, language)
    assert 12 >= len(set(terms)) == len(terms)
    assert all(0 < len(term) <= 200 for term in terms)
    words = [term for term in terms if not term.startswith("#") and "/" not in term]
    assert all(1 < len(word) <= 40 and word not in STOP_WORDS.get(language, ()) for word in words)
    assert [] == [word for word in words if "#" in word or any(map(str.isspace, word))]
