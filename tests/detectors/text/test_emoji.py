"""Faces, drawn and typed."""

import pytest

from detectors.text.emoji import Faces
from detectors.text.normalise import normalise
from detectors.text.polarity import Balance
from detectors.text.terms import load_terms

FACES = Faces(load_terms())
NOTHING = Balance(0.0, 0.0)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Balance(1.0, 0.0), "😡"),
        (Balance(0.0, 1.0), "❤️"),
        (Balance(0.0, 1.0), "👍🏽"),
        (Balance(0.0, 0.4), "😂"),
        (Balance(0.4, 0.0), "😭"),
        (Balance(3.0, 0.0), "😡😡😡😡😡😡"),
        (Balance(1.0, 1.0), "😡 but 😍"),
        (NOTHING, "🚗"),
    ],
)
def test_emoji_have_their_weight_up_to_three_times(expected, text):
    """Skin tones and variation selectors do not matter."""
    assert expected == _faces(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Balance(0.0, 1.0), "thanks :)"),
        (Balance(0.0, 1.0), "thanks:)))"),
        (Balance(0.0, 1.0), "so happy :D"),
        (Balance(0.0, 1.0), "so happy ;-)"),
        (Balance(1.0, 0.0), "oh no :("),
        (Balance(1.0, 0.0), "oh no ：（"),
        (Balance(1.0, 0.0), "meh :/"),
        (NOTHING, "https://acme.com"),
        (NOTHING, "abc:def"),
        (NOTHING, "at 5:pm"),
        (NOTHING, "c:\\temp"),
        (NOTHING, "smile ))"),
    ],
)
def test_emoticons_are_faces_but_not_in_words_links_or_paths(expected, text):
    assert expected == _faces(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Balance(0.0, 1.0), "дякую))"),
        (Balance(0.0, 1.0), "дякую)))))"),
        (Balance(1.0, 0.0), "болить((("),
        (Balance(0.0, 1.0), "дякую :))"),
        (NOTHING, "дякую)"),
        (NOTHING, "(див. розділ (1))"),
    ],
)
def test_brackets_alone_are_faces_where_they_are_the_custom(expected, text):
    """Two or more, and not as the end of a parenthesis."""
    assert expected == _faces(text, eyeless=True)


def _faces(text, *, eyeless=False):
    return FACES.weigh(normalise(text), eyeless=eyeless)
