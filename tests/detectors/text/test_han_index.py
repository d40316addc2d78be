"""Patterns without spaces."""

import pytest

from detectors.text.han_index import HanIndex
from detectors.text.terms import Lexicon


def _found(text, **kinds):
    lexicon = Lexicon(
        kinds.get("causes", {}), kinds.get("guards", {}), *(kinds.get(k, ()) for k in ("neg", "pos", "negators"))
    )
    return [(hit.meaning.kind, text[hit.start : hit.end]) for hit in HanIndex([lexicon]).find(text)]


def test_the_longest_pattern_wins_within_its_kind():
    assert [("negative", "不好")] == _found("不好吃", neg=("不好",), pos=("好吃",))
    assert [("negative", "难吃死了")] == _found("难吃死了", neg=("难吃", "难吃死了", "死"))


def test_kinds_do_not_hide_one_another():
    """A cause and the polar word inside it are both found."""
    found = _found("质量问题", causes={"quality": ("质量问题",)}, neg=("问题",))
    assert {("cause", "质量问题"), ("negative", "问题")} == set(found)


@pytest.mark.parametrize("word", ["非常", "特别", "別人", "无论", "未来", "不过"])
def test_a_negating_character_inside_another_word_negates_nothing(word):
    """ "Very", "especially", "other people", "whatever", "the future", "but"."""
    assert [] == _found(word, negators=("不", "别", "別", "非", "无", "未"))


def test_hits_come_from_left_to_right():
    starts = [kind for kind, _ in _found("不差很好", neg=("差",), pos=("很好",), negators=("不",))]
    assert ["negator", "negative", "positive"] == starts
