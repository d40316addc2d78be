"""How well the scorer reads the development texts, as a regression floor.

The floors stand a little under what was measured when they were written. They say that nothing broke; they are no
claim about other texts, and the lexicon is not to be fitted to these files.
"""

import pytest

from tests.quality import Quality, quality

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
        name: quality([(scorer.read(row.text, row.language).p_negative >= 0.5, row.negative) for row in rows])
        for name, rows in development_texts.items()
    }
    assert set(FLOORS) == set(measured)
    assert {} == {
        name: found
        for name, found in measured.items()
        if found.macro_f1 < FLOORS[name].macro_f1 or found.j < FLOORS[name].j
    }


def test_the_gate_loses_no_call_of_the_development_texts(scorer, development_texts):
    """Real texts, with and without the language said."""
    for row in (row for rows in development_texts.values() for row in rows[::8]):
        for language in (row.language, None):
            called = "boycott" in scorer.read(row.text, language).intents
            assert called == scorer.calls_to_boycott(row.text, language), row


@pytest.mark.parametrize(
    ("expected", "pairs"),
    [
        (Quality(1.0, 1.0), [(True, True), (False, False)]),
        (Quality(0.5, 0.0), [(True, True), (True, False), (False, True), (False, False)]),
    ],
)
def test_the_measure_itself(expected, pairs):
    assert expected == quality(pairs)
