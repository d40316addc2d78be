"""Which language a text is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text import detect_language
from detectors.text.language import Guess, guess_language
from detectors.text.normalise import normalise, tokens


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("en", "the battery lasts longer than I expected"),
        ("en", "rt @user $ aapl facebook was down 20 minutes https://t.co/x"),
        ("en", "boycott"),
        ("en", "a café with a naïve menu"),
        ("uk", "дякую, все працює чудово і швидко"),
        ("ru", "спасибо, всё работает быстро, но дорого"),
        ("pl", "nie polecam, czekam od tygodnia na odpowiedź"),
        ("pl", "nie dziala, czekam juz tydzien"),
        ("he", "לא עובד כבר שבוע"),
        ("he", "ה-iPhone שלי לא עובד"),
        ("zh", "客服不理，太差了"),
        ("zh", "iPhone 很好"),
        ("zh", "客服態度差"),
    ],
)
def test_the_six_languages(expected, text):
    assert expected == detect_language(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("fr", "Le produit est arrivé cassé, je suis très déçu de ce service"),
        ("es", "el producto llegó roto y no me responden, muy mal servicio"),
        ("de", "das Paket ist nicht angekommen und der Service ist sehr schlecht"),
        ("it", "il servizio non è più quello di una volta"),
        ("pt", "o produto não chegou e o serviço é muito ruim"),
        ("nl", "het pakket is niet aangekomen en de service is zeer slecht"),
        ("tr", "bu ürün çok kötü ve kargo daha gelmedi"),
        ("cs", "nefunguje to, už je to týden a nikdo není na příjmu"),
        ("bg", "това не работи и ще се откажа, много скъпо"),
        ("ja", "バッテリーが爆発した"),
        ("ko", "배터리가 폭발했다"),
        ("th", "แบตเตอรี่ระเบิด"),
        ("el", "δεν λειτουργεί"),
        ("ar", "لا يعمل"),
    ],
)
def test_a_neighbour_is_not_taken_for_one_of_the_six(expected, text):
    """French is not English: its words are not compared with English stems."""
    assert expected == detect_language(text)


@pytest.mark.parametrize("text", ["", "   ", "12 345", "😡😡", ":)", "https://t.co/x @user", "ґ"[:0], "ሰላም"])
def test_without_letters_that_say_anything_the_language_is_unknown(text):
    assert "und" == detect_language(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Guess("uk"), "дякую, все працює чудово і швидко, дуже задоволений"),
        (Guess("ru"), "спасибо, всё работает быстро, но дорого, и это не первый раз"),
    ],
)
def test_a_clear_text_has_no_rival(expected, text):
    assert expected == _guess(text)


@pytest.mark.parametrize("text", ["бойкот", "купил телефон и що тепер, як це понимать, что это было"])
def test_a_short_or_mixed_cyrillic_text_keeps_both_languages(text):
    """Ukrainian and Russian in one post are normal: both lexicons read it."""
    guess = _guess(text)
    assert {"uk", "ru"} == {guess.language, guess.rival}


@given(st.text(max_size=100))
def test_every_text_has_a_tag(text):
    """Never raises; the tag is a BCP-47 primary tag of two letters, or `und`."""
    assert detect_language(text) == "und" or len(detect_language(text)) == 2


FLOORS = {
    "brighter_en": 0.995,
    "brighter_ru": 0.99,
    "brighter_uk": 0.975,
    "brighter_zh": 0.995,
    "xed_he": 0.97,
    "xed_pl": 0.95,
}
"""A little under what was measured; half of what XED Hebrew loses are lines that are English or Danish."""


def test_accuracy_on_the_development_texts(development_texts):
    """A regression floor, not a claim: mean over the six files at least .97."""
    accuracy = {
        name: sum(detect_language(row.text) == row.language for row in rows) / len(rows)
        for name, rows in development_texts.items()
    }
    assert {} == {name: share for name, share in accuracy.items() if share < FLOORS[name]}
    assert sum(accuracy.values()) / len(accuracy) >= 0.97


def _guess(text):
    clean = normalise(text)
    return guess_language(clean, tokens(clean))
