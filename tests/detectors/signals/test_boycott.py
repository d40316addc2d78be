"""Calls to boycott: two people are few and three are news, unless a brand is used to it."""

from itertools import pairwise
from math import hypot, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.baseline import VoiceBaseline
from detectors.counts import Counts, Place
from detectors.recent import Recent
from detectors.signals import boycott
from tests.detectors.talk import DAY, HOUR, MINUTE, MONDAY

LAW = settings(max_examples=40, deadline=None)
NOW = MONDAY + 14 * DAY + 12 * HOUR


def used_to(calls_a_day: int, voices: int = 40) -> VoiceBaseline:
    """Two weeks of so many voices an hour, and so many calls a day."""
    baseline = VoiceBaseline()
    for number in range(14 * 24):
        calls = calls_a_day * (number + 1) // 24 - calls_a_day * number // 24
        baseline.learn(MONDAY // HOUR + number, 1.0, Counts(voices=voices, callers=calls))
    return baseline


def heard(*calls: tuple[int, int, int]) -> Recent:
    """`(minutes ago, voices, callers among them)`."""
    recent = Recent()
    for ago, voices, callers in sorted(calls, reverse=True):
        start = NOW - ago * MINUTE
        places = {"x": Place(voices, 0, start * 1000, start * 1000)}
        recent.add(start, Counts(mentions=voices, voices=voices, callers=callers, places=places))
    recent.slide(NOW)
    return recent


def score(*calls: tuple[int, int, int], baseline: VoiceBaseline | None = None) -> float:
    return boycott.score(heard(*calls), baseline or used_to(0), NOW)[0]


def test_one_call_is_nothing():
    assert score((5, 1, 1)) == 0.0


def test_three_calls_are_news():
    """Over the default limit that opens: among a few voices or a hundred."""
    assert score((5, 3, 3)) > 3.0
    assert score((5, 100, 3)) > 3.0


def test_it_needs_no_past():
    """Warm from the start: that almost nobody calls for a boycott is known before anything was heard."""
    reading = boycott.read(heard((5, 6, 4)), VoiceBaseline(), NOW)
    assert reading.warm
    assert reading.score > 3.0


def test_a_brand_that_is_used_to_it_is_not_alarmed():
    """Two calls an hour for weeks; then three at once are a normal hour, and thirty are not."""
    often = used_to(48)
    assert score((5, 40, 3), baseline=often) < 2.0
    assert score((5, 40, 30), baseline=often) > 3.0


def test_calls_are_as_usual_where_nobody_scores_what_is_said():
    """Voices need a score and calls do not: without scores there are calls among nobody."""
    often = used_to(24)
    assert score((5, 40, 2), (60, 40, 2), baseline=often) < 2.0
    assert score((5, 0, 2), (60, 0, 2), baseline=often) < 2.0
    assert score((5, 0, 30), baseline=often) > 3.0


def test_calls_among_many_voices_are_fewer():
    """Among ten thousand voices the same three are nothing to speak of."""
    assert score((5, 10_000, 3)) < 1.0


def test_calls_that_come_slowly_add_up():
    """One every hour and a half, none of them near another."""
    found, seconds = boycott.score(heard(*((ago, 1, 1) for ago in (10, 100, 190, 280))), used_to(0), NOW)
    assert (True, 21600) == (found > 3.0, seconds)


# ---------------------------------------------------------------- beside unhappy people


@pytest.mark.parametrize("unrest", [0.0, 1.0, 2.5, 6.0])
def test_calls_and_unhappy_people_add_up(unrest):
    """As the root of the squares, the calls for eight tenths: further from normal than either, and no further than both."""
    alone, both = score((5, 4, 4)), boycott.score(heard((5, 4, 4)), used_to(0), NOW, unrest)[0]
    assert pytest.approx(hypot(unrest, alone)) == both
    assert max(unrest, alone) <= both <= unrest + alone


def test_calls_that_are_nothing_carry_no_unrest():
    """One call, or as many as ever: not even beside a raging crowd is it a boycott."""
    assert 0.0 == boycott.score(heard((5, 40, 1)), used_to(0), NOW, 9.0)[0]
    assert 0.0 == boycott.score(heard((5, 40, 3)), used_to(48), NOW, 9.0)[0]


def test_the_span_is_that_of_the_calls():
    """However unhappy people are, it speaks of the calls."""
    calls = heard((10, 1, 1), (100, 1, 1), (190, 1, 1), (280, 1, 1))
    assert {21600} == {boycott.score(calls, used_to(0), NOW, unrest)[1] for unrest in (0.0, 3.0, 20.0)}


def test_the_reading_has_the_joined_score():
    """The one that is held against a limit; what was observed and expected are calls."""
    calls = heard((5, 3, 3), (300, 50, 0))
    alone, beside = boycott.read(calls, used_to(0), NOW), boycott.read(calls, used_to(0), NOW, 4.0)
    assert pytest.approx(hypot(alone.score, 4.0)) == beside.score
    assert alone._replace(score=beside.score) == beside


def test_the_reading_is_the_evidence_for_the_score():
    """Callers in the span that spoke, against what was expected among its voices; never quite none."""
    reading = boycott.read(heard((5, 3, 3), (300, 50, 0)), used_to(0), NOW)
    assert ("boycott", 3, NOW) == (reading.name, reading.observed, reading.window_end)
    assert 0 < reading.expected < 0.5
    assert reading.low <= reading.expected < reading.high < reading.observed
    assert boycott.read(Recent(), used_to(0), NOW).expected > 0


CALLS = st.lists(
    st.tuples(st.integers(1, 350), st.integers(0, 500), st.integers(0, 20)).map(
        lambda one: (one[0], max(one[1], one[2]), one[2])
    ),
    max_size=8,
    unique_by=lambda one: one[0],
)


@LAW
@given(CALLS, st.integers(0, 20), st.lists(st.floats(0, 20), min_size=2, max_size=2).map(sorted))
def test_a_score_is_a_number(calls, further, unrest):
    """Finite and >= 0; and the more call, out of the same crowd and among the same voices, the further from normal; the
    more so, the unhappier people are."""
    baseline = used_to(1)
    crowds = [heard(*calls, (2, 100, callers)) for callers in (0, further, 2 * further, 100)]
    calmer, angrier = ([boycott.score(crowd, baseline, NOW, one)[0] for crowd in crowds] for one in unrest)
    assert all(0.0 <= found < inf for found in (*calmer, *angrier))
    for scores in (calmer, angrier):
        assert all(fewer <= more + 1e-9 for fewer, more in pairwise(scores))
    assert all(one <= other for one, other in zip(calmer, angrier, strict=True))


@pytest.mark.parametrize("calls_a_day", [0, 1, 5, 20])
def test_more_often_is_more_normal(calls_a_day):
    """Who hears it more often is alarmed less, by the same calls."""
    assert score((5, 40, 5), baseline=used_to(calls_a_day)) > score((5, 40, 5), baseline=used_to(calls_a_day + 10))
