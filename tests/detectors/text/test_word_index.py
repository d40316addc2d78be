"""Patterns between spaces: each form of the grammar against texts."""

import pytest

from detectors.text.hits import causes_of
from detectors.text.normalise import normalise, tokens
from detectors.text.terms import Lexicon
from detectors.text.word_index import WordIndex


def _found(text, *patterns, guards=(), proclitics=False):
    lexicon = Lexicon({"cause": tuple(patterns)}, {"cause": tuple(guards)}, (), (), ())
    hits = WordIndex([lexicon], proclitics=proclitics).find(tokens(normalise(text)))
    return bool(causes_of(hits))


@pytest.mark.parametrize(
    ("expected", "pattern", "text"),
    [
        (True, "scam", "what a SCAM!"),
        (False, "scam", "scammers everywhere"),
        (True, "scam*", "scammers everywhere"),
        (True, "scam*", "scam"),
        (False, "scam*", "a webscam"),
        (True, "never again", "Never, again"),
        (False, "never again", "again never"),
        (False, "never again", "never ever again"),
        (True, "never _ again", "never again"),
        (True, "never _ again", "never ever again"),
        (False, "never _ again", "never ever ever again"),
        (True, "buy|order this", "order this"),
        (False, "buy|order this", "buy or order it"),
        (True, "fee*|charge* twice", "charged twice"),
        (True, "hidden fee*|charge", "hidden fees"),
        (False, "hidden fee*|charge", "hidden charges"),
        (True, "cancel* my", "cancelling my plan"),
        (True, "rip-off", "what a rip off"),
        (True, "rip-off", "what a rip-off!"),
        (False, "rip-off", "what a ripoff"),
        (True, "e. coli", "E. coli found"),
        (True, "#deleteapp", "#DeleteApp now"),
        (True, "#deleteapp", "just #deleteapp"),
        (False, "#deleteapp", "delete app"),
        (True, "can't log in", "I can’t log in"),
    ],
)
def test_each_form_matches_what_it_says(expected, pattern, text):
    assert expected == _found(text, pattern)


def test_a_pattern_may_end_with_the_text_but_not_beyond_it():
    """No pattern reads past the last word."""
    assert not _found("never", "never again")
    assert not _found("take", "take _ to court")
    assert not _found("", "never")


def test_patterns_that_begin_alike_are_all_found():
    """A longer stem or phrase does not hide a shorter one of another meaning."""
    lexicon = Lexicon({"a": ("обман*",), "b": ("обманул*",), "c": ("обманули меня",)}, {}, (), (), ())
    assert frozenset("abc") == causes_of(WordIndex([lexicon]).find(["обманули", "меня"]))
    assert frozenset("ab") == causes_of(WordIndex([lexicon]).find(["обманули", "нас"]))
    assert frozenset("a") == causes_of(WordIndex([lexicon]).find(["обман", "меня"]))


def test_a_guard_anywhere_drops_its_cause():
    """`not a scam` far from the second `scam` still speaks for the whole text."""
    assert not _found("a scam they say, but not a scam", "scam", guards=("not a scam",))
    assert _found("a scam, not a joke", "scam", guards=("not a scam",))


def test_two_languages_in_one_index_find_the_patterns_of_both():
    """Ukrainian and Russian in one post."""
    both = [Lexicon({"a": ("суд",)}, {}, (), (), ()), Lexicon({"a": ("суд",), "b": ("позов",)}, {}, (), (), ())]
    hits = WordIndex(both).find(["суд", "і", "позов"])
    assert frozenset("ab") == causes_of(hits)
    assert 2 == len(hits)


@pytest.mark.parametrize(
    ("expected", "pattern", "text"),
    [
        (True, "חרם", "חרם"),
        (True, "חרם", "החרם"),
        (True, "חרם", "והחרם"),
        (False, "חרם", "ושהחרם"),
        (True, "בית משפט", "לבית המשפט"),
        (False, "חרם", "נחרם"),
        (True, "די", "ודי"),
        (False, "די", "כדי"),
        (True, "לא", "שלא"),
        (False, "לא", "מלא"),
        (False, "לא", "כלא"),
    ],
)
def test_hebrew_words_are_found_behind_up_to_two_proclitics(expected, pattern, text):
    """Two letters left over count only behind "and", "the", "that": "in order to" is not "enough"."""
    assert expected == _found(text, pattern, proclitics=True)


def test_the_word_as_it_stands_is_tried_before_the_bare_one():
    """A word of the list that begins like a proclitic is not taken apart."""
    lexicon = Lexicon({"whole": ("שקר",), "bare": ("קר",)}, {}, (), (), ())
    assert frozenset({"whole"}) == causes_of(WordIndex([lexicon], proclitics=True).find(["שקר"]))
