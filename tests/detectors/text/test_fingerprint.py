"""The same words have the same number, however they are typed; a few words say nothing about where they came from."""

from random import Random
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.text import fingerprint
from detectors.text.fingerprint import MIN_WORDS
from detectors.text.normalise import MAX_CHARACTERS

LAW = settings(max_examples=200, deadline=None)
COMPLAINT = "Third late delivery in a row, and nobody can tell me where my order is!"
WORDS = st.lists(st.text("abcdeXYZ019àéßжїשмरी中", min_size=1, max_size=8), min_size=MIN_WORDS, max_size=30)
TEXTS = st.one_of(st.text(), WORDS.map(" ".join))


@pytest.mark.parametrize(
    "typed",
    [
        COMPLAINT.upper(),
        COMPLAINT.replace(",", " ...").replace(" ", "  \n"),
        f"🔥🔥 {COMPLAINT} 🔥 https://t.co/abc",
        f"@acme @acme.support@mastodon.social {COMPLAINT}",
        f"RT @somebody: {COMPLAINT}",
        f"rt {COMPLAINT}",
        f"via @somebody {COMPLAINT}",
        f"“{COMPLAINT}”",
        "".join(chr(ord(letter) + 0xFEE0) if letter.isalnum() else letter for letter in COMPLAINT),
        COMPLAINT.replace("delivery", "deli\u200bvery"),
    ],
)
def test_the_same_words_have_the_same_number(typed):
    """Case, white space, marks, emoji, links, handles, marks of a repost, width, invisible characters."""
    assert fingerprint(COMPLAINT) == fingerprint(typed)
    assert 0 < fingerprint(typed) < 2**32


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (COMPLAINT, COMPLAINT.replace("Third", "Fourth")),
        (f"{COMPLAINT} Order 1234", f"{COMPLAINT} Order 1235"),
        ("це вже третя доставка із запізненням", "це вже третя доставка без запізнення"),
    ],
)
def test_other_words_have_another(one, other):
    """Digits are words."""
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("", False),
        ("worst company of all", False),
        ("RT @acme the worst company of", False),
        ("@a @b https://t.co/x the worst company", False),
        ("bad ! ! ! 🔥 🔥 🔥 _ _", False),
        ("it's the worst company", False),
        ("the worst company of all", True),
        ("客服太差了再也不买了", False),
        ("客服太差了，等了三个小时，再也不买了", True),
        ("बहुत खराब सेवा मिली", False),
        ("मुझे बहुत खराब सेवा मिली", True),
    ],
)
def test_a_short_text_does_not_tell(text, tells):
    """Five words, or twelve letters where words are not spaced; what is taken away does not count."""
    assert tells is (fingerprint(text) != 0)


def test_only_the_beginning_of_a_long_text_is_read():
    """Two reports that differ beyond it are the same; the cost stays bounded."""
    report = "word " * (MAX_CHARACTERS // 5)
    assert fingerprint(report + "one end") == fingerprint(report + "another end")


@LAW
@given(TEXTS)
def test_any_text_has_a_number(text):
    """32 bits, the same each time, in whichever of the two Unicode forms accents came."""
    assert 0 <= fingerprint(text) < 2**32
    if len(text) < 100:
        assert fingerprint(normalize("NFC", text)) == fingerprint(normalize("NFD", text))


@LAW
@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_plain_text_is_read_as_any_other(text):
    """The quick way for ASCII gives what the long one gives: an emoji, which does not count, sends a text there."""
    assert fingerprint(text) == fingerprint(f"{text} 🔥")


def test_different_texts_differ():
    """No two of ten thousand that differ in one word."""
    random = Random(1)
    texts = {f"nobody can tell me where order {random.getrandbits(60)} is" for _ in range(10_000)}
    assert len(texts) == len({fingerprint(text) for text in texts})
