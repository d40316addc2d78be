"""How well the scorer reads the development texts, as a regression floor.

The floors stand a little under what was measured when they were written. They say that nothing broke; they are no
claim about other texts, and the lexicon is not to be fitted to these files.
"""

from typing import NamedTuple

import pytest


class Quality(NamedTuple):
    """Negative against the rest: macro-F1 over the two, and J = true positive rate - false positive rate."""

    macro_f1: float
    j: float


FLOORS = {
    "brighter_en": Quality(0.515, 0.21),
    "brighter_uk": Quality(0.685, 0.34),
    "brighter_ru": Quality(0.82, 0.65),
    "brighter_zh": Quality(0.59, 0.215),
    "xed_pl": Quality(0.545, 0.185),
    "xed_he": Quality(0.545, 0.185),
}


def test_quality_on_the_development_texts(scorer, development_texts):
    """Given the language, threshold one half, no label seen."""
    measured = {
        name: _quality([(scorer.read(row.text, row.language).p_negative >= 0.5, row.negative) for row in rows])
        for name, rows in development_texts.items()
    }
    assert set(FLOORS) == set(measured)
    assert {} == {
        name: quality
        for name, quality in measured.items()
        if quality.macro_f1 < FLOORS[name].macro_f1 or quality.j < FLOORS[name].j
    }


def test_the_gate_loses_no_intent_of_the_development_texts(scorer, development_texts):
    """Real texts, with and without the language said."""
    rows = [row for rows in development_texts.values() for row in rows[::8]]
    assert [] == [
        row for row in rows if scorer.intents(row.text, row.language) != scorer.read(row.text, row.language).intents
    ]
    assert [] == [row for row in rows if scorer.intents(row.text) != scorer.read(row.text).intents]


@pytest.mark.parametrize(
    ("expected", "pairs"),
    [
        (Quality(1.0, 1.0), [(True, True), (False, False)]),
        (Quality(0.5, 0.0), [(True, True), (True, False), (False, True), (False, False)]),
    ],
)
def test_the_measure_itself(expected, pairs):
    assert expected == _quality(pairs)


def _quality(pairs):
    """From (said negative, is negative)."""
    hit, false_alarm = pairs.count((True, True)), pairs.count((True, False))
    miss, right = pairs.count((False, True)), pairs.count((False, False))
    f1 = [2 * true / (2 * true + false_alarm + miss) for true in (hit, right)]
    return Quality(sum(f1) / 2, hit / (hit + miss) - false_alarm / (false_alarm + right))
