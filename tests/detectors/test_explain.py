"""The sentence a sleepy person understands: what is unusual, how big, and what happened."""

from dataclasses import replace

import pytest

from detectors.crisis import Change, Crisis
from detectors.explain import explain
from detectors.severity import Policy, Verdict
from detectors.size import Size
from tests.detectors.readings import reading
from tests.detectors.talk import HOUR, MINUTE, MONDAY

SIZE = Size(
    mentions=40,
    scored_mentions=40,
    unique_authors=38,
    known_author_share=1.0,
    negative_mentions=30,
    negative_authors=29,
    negative_share=0.75,
    negative_share_low=0.6,
    negative_share_high=0.86,
    boycott_mentions=0,
    boycott_authors=0,
    reach=0,
    velocity_per_minute=2.0,
    platforms={"x": 40},
    languages={"en": 40},
    emotions={},
)
CROWD = reading("negativity", 5.0, observed=29, expected=6.2, high=16.4)


def told(verb: str = "opened", signal=CROWD, size: Size = SIZE, reason=None, policy: Policy | None = None) -> str:
    crisis = Crisis("acme-1", "open", 2, 1, MONDAY, MONDAY, MONDAY, closure_reason=reason)
    signals = signal if isinstance(signal, list) else [signal]
    judged = Verdict(2, 2, 2, 1.0, 1.0, tuple(signals), (3.0,) * len(signals))
    return explain(Change(verb, crisis, None, 4), judged, size, policy or Policy())


@pytest.mark.parametrize("verb", ["opened", "updated", "confirmed", "escalated", "reopened"])
def test_it_says_what_is_unusual(verb):
    """How many of whom, within which time, what is usual, and how big it has become."""
    assert told(verb) == (
        "29 unhappy people within 60 minutes where 6.2 are usual (normally at most 16). "
        "75 % of 40 mentions since the first signal are negative."
    )


@pytest.mark.parametrize(
    ("name", "whom"),
    [("negativity", "unhappy people"), ("attention", "people talking"), ("boycott", "people calling for a boycott")],
)
def test_every_signal_names_whom_it_counts(name, whom):
    assert told(signal=reading(name, 5.0, observed=9)).startswith(f"9 {whom} within")


def test_behind_a_call_to_boycott_stands_a_crowd():
    """Two callers weigh heavily, and a sleepy person wants to know of the others first."""
    callers, size = reading("boycott", 6.0, observed=2), replace(SIZE, boycott_authors=2)
    assert told(signal=[callers, CROWD], size=size) == (
        "29 unhappy people within 60 minutes where 6.2 are usual (normally at most 16). "
        "75 % of 40 mentions since the first signal are negative, 2 people call for a boycott."
    )
    assert told(signal=[callers], size=size).startswith("2 people calling for a boycott within")


def test_a_mood_is_no_number_of_people():
    low = reading("sentiment", 4.0, observed=-0.412, expected=0.1, low=-0.2, high=0.4)
    assert "Mean sentiment -0.41 within 60 minutes where +0.10 is usual (normally not below -0.20)." in told(signal=low)


@pytest.mark.parametrize(
    ("expected", "words"), [(1.0, "1 is usual"), (0.0, "0 are usual"), (0.3, "0.3 are usual"), (123.4, "123 are usual")]
)
def test_numbers_are_read_aloud(expected, words):
    """No false precision, and one is one."""
    assert words in told(signal=CROWD._replace(expected=expected))


@pytest.mark.parametrize(
    ("seconds", "words"), [(60, "60 seconds"), (600, "10 minutes"), (HOUR, "60 minutes"), (2 * HOUR, "2 hours")]
)
def test_spans_are_read_aloud(seconds, words):
    assert f"within {words} where" in told(signal=CROWD._replace(window_start=CROWD.window_end - seconds))


def test_calls_to_boycott_are_told():
    calls = replace(SIZE, boycott_mentions=5, boycott_authors=4)
    assert told(size=calls).endswith("are negative, 4 people call for a boycott.")
    assert "boycott" not in told()
    assert told(size=replace(calls, boycott_authors=1)).endswith("are negative, 1 person calls for a boycott.")


def test_mentions_without_a_score_are_neither_negative_nor_fine():
    """Whoever reads that none of 500 is negative sleeps on."""
    some, none = replace(SIZE, mentions=100), replace(SIZE, mentions=500, scored_mentions=0, negative_share=0.0)
    assert told(size=some).endswith("75 % of 40 mentions since the first signal are negative (60 more have no score).")
    assert told(size=none).endswith("None of 500 mentions since the first signal has a score.")


def test_an_own_rule_is_told_in_its_own_unit():
    """One and a half times the usual is over a limit of one and a half, whatever the limits of the signals are."""
    ruled = reading("negative_authors", 1.5, observed=12, expected=8.0, high=20.0)
    policy = Policy(times_usual=1.5, watch=9.0, issue=9.0, major=9.0, severe=9.0)
    assert told(signal=ruled, policy=policy).startswith("12 unhappy people within 60 minutes where 8 are usual.")


def test_where_nothing_is_unusual_it_says_so():
    """As when a person confirms what has just faded."""
    crisis = Crisis("acme-1", "open", 2, 2, MONDAY, MONDAY, MONDAY)
    faded = Verdict(0, 0, 0, 0.3, 0.3, (reading("negativity", 0.9),), (3.0,))
    found = explain(Change("confirmed", crisis, "open", 2), faded, SIZE, Policy())
    assert found.startswith("No signal is over its lower limit now. 75 %")


def test_a_lower_level_says_what_was_left():
    """Not what is strongest now: that is nothing unusual."""
    assert told("deescalated").startswith("No signal has reached the lower limit of severe for 2 hours. ")


def test_an_end_says_how_it_ended():
    """Not what was unusual once."""
    patient = Policy(recovery_seconds=45 * MINUTE)
    assert told("resolved", policy=patient).startswith("No signal has reached its lower limit for 45 minutes. 75 %")
    assert told("closed", reason="root_cause").startswith("Closed (root_cause). 75 %")
    assert told("dismissed").startswith("A person said that this is no crisis. 75 %")


def test_the_same_data_is_told_in_the_same_words():
    assert told() == told()
