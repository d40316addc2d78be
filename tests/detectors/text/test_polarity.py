"""The weights of what was found, in English so that everybody can follow."""

import pytest

from detectors.text.hits import causes_of
from detectors.text.polarity import Balance, weigh
from detectors.text.terms import Lexicon
from detectors.text.word_index import WordIndex

INDEX = WordIndex(
    [
        Lexicon(
            causes={"price": ("expensive", "dear me"), "fraud": ("scam*", "not real")},
            guards={"price": ("not expensive",), "fraud": ("dead gorgeous",)},
            negative=("bad", "dead", "not", "no good", "scam*", "hopeless"),
            positive=("good", "love", "hope*", "dear"),
            negators=("not", "no", "n't"),
        )
    ]
)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Balance(0.0, 0.0), "the weather"),
        (Balance(1.0, 0.0), "bad weather"),
        (Balance(0.0, 1.0), "good weather"),
        (Balance(1.0, 1.0), "good and bad"),
        (Balance(1.0, 0.0), "not good"),
        (Balance(0.0, 1.0), "not bad"),
        (Balance(1.0, 0.0), "not very good"),
        (Balance(1.0, 1.0), "not so very good"),
        (Balance(1.0, 1.0), "not bad bad"),
        (Balance(1.0, 0.0), "didn't love it"),
        (Balance(1.0, 0.0), "no good"),
        (Balance(1.0, 1.0), "no good love"),
        (Balance(1.0, 0.0), "hopeless"),
        (Balance(0.0, 1.0), "hopeful"),
        (Balance(2.0, 0.0), "not not"),
    ],
)
def test_a_negator_turns_the_next_polar_word_over_and_is_used_up(expected, text):
    """Within two words, once, unless it belongs to a longer polar word; the longer and the exact pattern win."""
    assert expected == _weigh(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Balance(0.7, 0.0), "expensive"),
        (Balance(1.4, 0.0), "expensive and expensive"),
        (Balance(1.0, 0.0), "a scam"),
        (Balance(0.7, 0.0), "dear me"),
        (Balance(0.0, 1.0), "dear friend"),
        (Balance(1.0, 0.0), "not real"),
    ],
)
def test_a_crisis_term_weighs_less_than_a_polar_word_and_never_twice(expected, text):
    """A polar word inside counts instead of the term, but a pleased one inside a longer term is part of it."""
    assert expected == _weigh(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Balance(0.0, 0.0), "not expensive"),
        (Balance(0.0, 1.0), "not expensive, good"),
        (Balance(0.0, 0.0), "dead gorgeous"),
        (Balance(1.0, 0.0), "dead gorgeous but bad"),
    ],
)
def test_inside_a_guard_nothing_displeases(expected, text):
    """Neither the negator of the guard nor a polar word in it, and that negator stays inside."""
    assert expected == _weigh(text)


def _weigh(text):
    hits = INDEX.find(text.replace(",", "").split())
    return weigh(hits, causes_of(hits))
