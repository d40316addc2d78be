"""When a platform is stale: its silence against its own usual gap."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts import Place
from detectors.platforms import Platforms
from tests.detectors.talk import DAY, HOUR, MINUTE, MONDAY

LATER = MONDAY + 7 * DAY


def heard(at: int, mentions: int = 1) -> Place:
    return Place(mentions, 0, at * 1000, at * 1000)


def used_to(**per_hour: int) -> Platforms:
    """A week in which each platform spoke so often at the end of every hour."""
    platforms = Platforms()
    for number in range(1, 7 * 24 + 1):
        platforms.add({name: heard(MONDAY + number * HOUR, mentions) for name, mentions in per_hour.items()})
        platforms.close_hours(1)
    return platforms


@pytest.mark.parametrize(("per_hour", "usual_gap"), [(1, HOUR), (6, 10 * MINUTE), (60, MINUTE)])
def test_stale_is_ten_times_the_usual_gap(per_hour, usual_gap):
    platforms = used_to(x=per_hour)
    assert (0, False) == platforms.silence("x", LATER)
    assert (9 * usual_gap, False) == platforms.silence("x", LATER + 9 * usual_gap)
    assert (11 * usual_gap, True) == platforms.silence("x", LATER + 11 * usual_gap)


def test_each_platform_has_its_own_pace():
    """Three hours of silence are much for one and nothing for another."""
    platforms = used_to(x=60, blog=1)
    silent = LATER + 3 * HOUR
    assert [True, False] == [platforms.silence(name, silent)[1] for name in ("x", "blog")]


def test_a_platform_that_was_never_heard_is_not_missed():
    assert (0, False) == Platforms().silence("x", LATER)
    assert (0, False) == used_to(x=1).silence("reddit", LATER)


def test_a_platform_that_speaks_again_is_not_stale():
    platforms = used_to(x=6)
    platforms.add({"x": heard(LATER + DAY)})
    assert (MINUTE, False) == platforms.silence("x", LATER + DAY + MINUTE)


def test_a_pace_is_forgotten():
    """Who fell silent is missed less after months: its pace decays, and its gap grows."""
    platforms = used_to(x=1)
    platforms.close_hours(60 * 24)
    assert not platforms.silence("x", LATER + DAY)[1]


def test_the_last_word_counts_whatever_comes_first():
    """Windows may be added in any order."""
    platforms = Platforms()
    platforms.add({"x": heard(MONDAY + HOUR)})
    platforms.add({"x": heard(MONDAY)})
    assert platforms.silence("x", MONDAY + 2 * HOUR)[0] == HOUR


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.integers(1, 200))
def test_hours_pass_at_once_as_one_by_one(first, second):
    """The decay of a silence is a closed form."""
    once, twice = used_to(x=3), used_to(x=3)
    once.close_hours(first + second)
    twice.close_hours(first)
    twice.close_hours(second)
    one, other = once.snapshot(), twice.snapshot()
    assert pytest.approx(one["hours"]) == other["hours"]
    assert pytest.approx(one["mentions"]) == other["mentions"]


def test_a_snapshot_brings_the_platforms_back():
    """Through JSON; and what it is told then changes nothing in the original."""
    platforms = used_to(x=6, blog=1)
    before = json.dumps(platforms.snapshot())
    again = Platforms.restore(json.loads(before))
    assert platforms.snapshot() == again.snapshot()
    again.add({"x": heard(LATER + HOUR)})
    again.close_hours(5)
    assert before == json.dumps(platforms.snapshot())
