"""Levels out of readings: floors, caps, the step for a boycott, lower limits, and what a policy may not say."""

from dataclasses import fields
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.severity import CALM, Policy, judge
from detectors.signals.reading import HOT
from tests.detectors.readings import reading

LAW = settings(max_examples=60, deadline=None)
POLICY = Policy()
SIGNALS = ("negativity", "boycott", "sentiment", "attention")
SCORES = st.fixed_dictionaries({name: st.floats(0, 12) for name in SIGNALS})
PEOPLE = st.fixed_dictionaries({name: st.integers(0, 8) for name in SIGNALS})


def level_of(*readings, policy: Policy = POLICY, people: int = 1000, ease: float = 1.0) -> int:
    return judge(readings, policy, lambda _: people, ease).level


def judged(scores: dict, people: dict, policy: Policy = POLICY, ease: float = 1.0):
    readings = [reading(name, score) for name, score in scores.items()]
    return judge(readings, policy, lambda asked: people[asked.name], ease)


@pytest.mark.parametrize(
    ("score", "level"), [(0.0, 0), (2.99, 0), (3.0, 1), (3.49, 1), (3.5, 2), (4.99, 2), (5.0, 3), (7.0, 4), (99.0, 4)]
)
def test_limits_belong_to_the_level_they_open(score, level):
    """Each default limit reached is a level; there is none over severe."""
    assert level == level_of(reading("negativity", score))


def test_the_highest_signal_rules():
    assert level_of(reading("negativity", 3.6), reading("sentiment", 3.2), reading("boycott", 1.0)) == 2


def test_one_mention_opens_nothing():
    """Nor do a few people, however strange it is: `min_authors`, asked of those behind the reading."""
    odd = reading("negativity", 50.0)
    assert level_of(odd, people=POLICY.min_authors - 1) == 0
    assert level_of(odd, people=POLICY.min_authors) == 4


def test_a_boycott_needs_fewer_people():
    """Two callers are enough, one is not."""
    call = reading("boycott", 4.0)
    assert [level_of(call, people=callers) for callers in (1, 2)] == [0, 2]


def test_few_people_keep_what_they_could_not_open():
    """The floors are for opening: below them a level is not entered, but not left either."""
    verdict = judge([reading("negativity", 5.0)], POLICY, lambda _: 1)
    assert (verdict.level, verdict.lower >= 1) == (0, True)


def test_nobody_is_counted_in_vain():
    """People are asked about only where a limit is reached: it takes a walk through the author memory."""
    asked = []
    judge([reading("negativity", 2.9), reading("attention", 3.1)], POLICY, lambda one: asked.append(one.name) or 9)
    assert asked == ["attention"]


@pytest.mark.parametrize("name", ["attention", "sentiment"])
def test_talk_and_mood_alone_are_a_watch(name):
    """Neither much talk nor a low mood is an issue by itself, but for a policy that says so."""
    assert level_of(reading(name, 50.0)) == 1
    assert level_of(reading(name, 50.0), policy=Policy(**{f"{name}_max_level": 3})) == 3
    assert level_of(reading(name, 50.0), policy=Policy(**{f"{name}_max_level": 0})) == 0


def test_a_signal_that_is_not_warm_is_not_believed():
    verdict = judge([reading("negativity", 50.0, warm=False)], POLICY, lambda _: 1000)
    assert (0, 0, 0.0) == (verdict.level, verdict.lower, verdict.strength)


def test_a_boycott_on_top_of_unhappy_people_is_one_level_worse():
    """Up to severe; a boycott out of a happy crowd is what it is."""
    call = reading("boycott", 3.6)
    assert level_of(call) == 2
    assert level_of(call, reading("negativity", 2.0)) == 2
    assert level_of(call, reading("negativity", 3.1)) == 3
    assert level_of(call, reading("negativity", 9.0)) == 4


def test_ease_lowers_every_limit():
    """While a crisis may be reopened: a part of the limit is enough, for coming and for staying."""
    verdict = judge([reading("negativity", 2.8)], POLICY, lambda _: 1000, ease=0.9)
    assert (1, pytest.approx(2.7)) == (verdict.level, verdict.limits[0])
    assert level_of(reading("negativity", 2.8)) == 0
    least = POLICY.least_limit + 1e-9
    assert judge([reading("negativity", least)], POLICY, lambda _: 1000, POLICY.reopen_ratio).lower == 1


def test_the_strength_is_the_distance_to_opening():
    """1 opens; what counts is the largest score, over the watch."""
    verdict = judge([reading("negativity", 1.5), reading("sentiment", 6.0)], POLICY, lambda _: 1000)
    assert pytest.approx(2.0) == verdict.strength


def test_the_evidence_is_what_reached_its_lower_limit():
    """Each beside the limit of the highest level it reached or else of the first."""
    readings = [reading("boycott", 2.2), reading("negativity", 5.5), reading("attention", 1.0)]
    verdict = judge(readings, POLICY, lambda _: 1000)
    assert ["negativity", "boycott"] == [kept.name for kept in verdict.readings]
    assert (5.0, 3.0) == verdict.limits


def test_the_reason_for_the_level_comes_first():
    """Much talk may score higher than the unhappy crowd in it, but alone it would be a watch; then the higher score."""
    readings = [reading("attention", 20.0), reading("sentiment", 4.0), reading("negativity", 5.5)]
    verdict = judge(readings, POLICY, lambda _: 1000)
    assert ["negativity", "attention", "sentiment"] == [kept.name for kept in verdict.readings]


def test_there_is_always_evidence():
    """Where nothing is unusual, the strongest reading: an event that tells of the end needs a signal, too."""
    verdict = judge([reading("negativity", 0.2), reading("attention", 1.0)], POLICY, lambda _: 1000)
    assert ["attention"] == [kept.name for kept in verdict.readings]
    assert (3.0,) == verdict.limits


def test_calm_is_what_nobody_looked_at():
    assert (0, 0, 0.0) == (CALM.level, CALM.lower, CALM.strength)


@LAW
@given(SCORES, PEOPLE, st.sampled_from([0.9, 1.0]))
def test_levels_are_bounded_and_the_lower_one_is_not_below(scores, people, ease):
    """0 to 4, and whoever enters a level has reached its lower limit: hysteresis has a width."""
    verdict = judged(scores, people, ease=ease)
    assert 0 <= verdict.level <= verdict.lower <= 4
    assert len(verdict.readings) == len(verdict.limits) >= 1


@LAW
@given(SCORES, PEOPLE, st.sampled_from(SIGNALS), st.lists(st.floats(0, 12), min_size=2, max_size=8).map(sorted))
def test_more_is_never_less(scores, people, name, rising):
    """Levels and strength are monotone in every score."""
    verdicts = [judged(scores | {name: score}, people) for score in rising]
    for weaker, stronger in pairwise(verdicts):
        assert weaker.level <= stronger.level
        assert weaker.lower <= stronger.lower
        assert weaker.strength <= stronger.strength


@LAW
@given(SCORES, PEOPLE, st.sampled_from(SIGNALS), st.integers(1, 9))
def test_more_people_are_never_less(scores, people, name, further):
    assert judged(scores, people).level <= judged(scores, people | {name: people[name] + further}).level


@LAW
@given(SCORES, PEOPLE)
def test_what_can_be_reopened_opens_no_later(scores, people):
    """Ease moves no level down."""
    strict, eased = judged(scores, people), judged(scores, people, ease=0.9)
    assert strict.level <= eased.level
    assert strict.lower <= eased.lower
    assert strict.strength == eased.strength


@LAW
@given(SCORES, PEOPLE, st.permutations(SIGNALS))
def test_the_order_of_the_readings_does_not_matter(scores, people, order):
    one, other = judged(scores, people), judged({name: scores[name] for name in order}, people)
    assert one[:3] == other[:3]
    assert sorted(one.limits) == sorted(other.limits)


@LAW
@given(SCORES, PEOPLE)
def test_below_the_least_limit_nothing_means_anything(scores, people):
    """The short cut of a calm brand is right: nobody needs to look closer, not even where a crisis may be reopened."""
    low = {name: min(score, POLICY.least_limit * 0.999) for name, score in scores.items()}
    verdict = judged(low, people, ease=POLICY.reopen_ratio)
    assert (0, 0) == (verdict.level, verdict.lower)


@pytest.mark.parametrize(
    "wrong",
    [
        # limits out of order, or one that what may not be learned from would never reach
        {"watch": 4.0},
        {"issue": 6.0},
        {"severe": 4.0},
        {"watch": HOT - 0.01},
        {"watch": float("nan")},
        # a lower limit that is no lower, or none at all
        {"lower_ratio": 1.0},
        {"lower_ratio": 0.0},
        {"reopen_ratio": 0.0},
        {"reopen_ratio": 1.1},
        {"attention_max_level": 5},
        {"sentiment_max_level": -1},
        {"min_authors": 0},
        {"min_callers": 0},
        # closing before a flare-up could have come back
        {"close_after_seconds": POLICY.reopen_within_seconds - 1},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"need|watch"):
        Policy(**wrong)


@pytest.mark.parametrize("name", [field.name for field in fields(Policy) if field.name.endswith("_seconds")])
def test_no_time_runs_backwards(name):
    with pytest.raises(ValueError, match="at least"):
        Policy(**{name: -1})


def test_every_limit_may_be_the_same():
    """Then whatever opens is severe at once."""
    assert level_of(reading("negativity", 4.0), policy=Policy(watch=4.0, issue=4.0, major=4.0, severe=4.0)) == 4
