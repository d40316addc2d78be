"""Levels out of readings: floors, caps, the step for a boycott, lower and learned limits, and what a policy may not say."""

from dataclasses import fields
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.limit import LEAST, MOST, Limit
from detectors.severity import CALM, LEARNED, Policy, judge
from detectors.signals import multiple
from detectors.signals.reading import HOT
from tests.detectors.readings import reading
from tests.detectors.talk import MINUTE, MONDAY

LAW = settings(max_examples=60, deadline=None)
POLICY = Policy()
SIGNALS = ("negativity", "boycott", "sentiment", "attention")
SCORES = st.fixed_dictionaries({name: st.floats(0, 12) for name in SIGNALS})
PEOPLE = st.fixed_dictionaries({name: st.integers(0, 8) for name in SIGNALS})


def level_of(*readings, policy: Policy = POLICY, people: int = 1000, learned: Limit | None = None) -> int:
    return judge(readings, policy, lambda _: people, learned=learned).level


def judged(scores: dict, people: dict, policy: Policy = POLICY, eased: int = 0, learned: Limit | None = None):
    readings = [reading(name, score) for name, score in scores.items()]
    return judge(readings, policy, lambda asked: people[asked.name], eased, learned)


def taught(height: float, days: int = 14, lasting: float = 0.0, minutes: int = 60) -> Limit:
    """The limit of a brand with an hour so far from normal every day; at last its score has been `lasting` for so long."""
    limit, now = Limit(), MONDAY
    for _ in range(days):
        for score, hours in ((0.0, 6), (height, 1), (0.0, 17)):
            for _ in range(hours * 12):
                now += 5 * MINUTE
                limit.observe(score, now, POLICY.target_false_opens_per_week, quiet=True)
    for _ in range(minutes // 5):
        now += 5 * MINUTE
        limit.observe(lasting, now, POLICY.target_false_opens_per_week, quiet=True)
    return limit


CALM_BRAND, WILD_BRAND = taught(1.6), taught(2.6)
TARGETS = st.floats(0.001, 10.0)
RATIOS = st.lists(st.floats(0.05, 0.99), min_size=2, max_size=2).map(sorted)
"""Of a policy: lower, reopen."""
LIMITS = st.builds(taught, st.floats(0, 5), st.integers(0, 30), st.floats(0, 8), st.integers(5, 60))


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


def test_few_people_keep_no_level_that_they_could_not_open():
    """However many times the usual they are: what is left of a crisis may be one person a minute."""
    verdict = judge([reading("negativity", 5.0)], POLICY, lambda _: 1)
    assert (0, 0, 0) == (verdict.level, verdict.lower, verdict.bare)


def test_nobody_is_counted_in_vain():
    """People are asked about only where a lower limit is reached: it takes a walk through the author memory."""
    asked = []
    judge([reading("negativity", 1.8), reading("attention", 3.1)], POLICY, lambda one: asked.append(one.name) or 9)
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


def test_ease_takes_no_crisis_beyond_what_it_was():
    """Nor does a call to boycott, which makes unhappy people one level worse: that is for those who reach the full limits."""
    call, crowd = reading("boycott", 4.3), reading("negativity", 2.6)
    fixed = Policy(target_false_opens_per_week=0.0)
    assert [2, 2, 2, 3, 4] == [judge([call, crowd], fixed, lambda _: 1000, eased).level for eased in range(5)]


@pytest.mark.parametrize("policy", [POLICY, Policy(target_false_opens_per_week=0.0)])
def test_what_can_be_reopened_needs_less(policy):
    """A part of the limit is enough to come, up to the level that a crisis had and not beyond; what leaves, leaves as ever."""
    watch, issue = (policy.reopen_ratio * limit + 1e-9 for limit in policy.limits[:2])
    verdict = judge([reading("negativity", watch)], policy, lambda _: 1000, 2)
    assert (1, pytest.approx(watch)) == (verdict.level, verdict.limits[0])
    assert [0, 1, 2] == [
        judge([reading("negativity", issue)], policy, lambda _: 1000, eased).level for eased in range(3)
    ]
    least = policy.watch * policy.lower_ratio
    for eased in range(5):
        lower = [
            judge([reading("negativity", score)], policy, lambda _: 1000, eased).lower
            for score in (least - 1e-9, least)
        ]
        assert [0, 1] == lower


@pytest.mark.parametrize("target", [0.0, 0.001, 0.1, 10.0])
@pytest.mark.parametrize("learned", [None, CALM_BRAND, WILD_BRAND])
def test_nothing_is_kept_below_the_least_limit(target, learned):
    """Of any policy, any brand, any ease; and where limits are fixed it is not far below what is kept."""
    policy = Policy(target_false_opens_per_week=target)
    verdicts = [
        judge([reading("negativity", policy.least_limit - 1e-9)], policy, lambda _: 9, n, learned) for n in range(5)
    ]
    assert {0} == {verdict.lower for verdict in verdicts}
    if not target:
        assert 1 == judge([reading("negativity", policy.least_limit + 1e-9)], policy, lambda _: 9, 4, learned).lower


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


def test_a_rule_in_plain_units_is_in_its_own_unit():
    """Ten times the usual where twenty are asked for is half of the way, whatever the limits of the signals are; and a
    policy without that rule does not know the reading."""
    ten = reading(multiple.NAME, 10.0)
    found = [judge([ten], Policy(times_usual=times), lambda _: 1000) for times in (20.0, 10.0, 0.0)]
    assert [0, 2, 0] == [verdict.level for verdict in found]
    assert [0.5, 1.0, 0.0] == [verdict.strength for verdict in found]


def test_what_is_told_without_being_unusual_stands_beside_its_own_limit():
    """The one that is nearest to it, in its own unit: three times the usual is not far from a limit of four, three standard
    deviations are."""
    policy = Policy(times_usual=40.0, watch=9.0, issue=9.0, major=9.0, severe=9.0, target_false_opens_per_week=0.1)
    half, tenth = reading("negativity", 0.5 * LEAST), reading(multiple.NAME, 4.0)
    verdict = judge([half, tenth], policy, lambda _: 1000, learned=CALM_BRAND)
    assert (("negativity",), policy.learned(CALM_BRAND)[:1]) == (
        tuple(one.name for one in verdict.readings),
        verdict.limits,
    )
    verdict = judge([tenth], policy, lambda _: 1000, learned=CALM_BRAND)
    assert (40.0,) == verdict.limits


def test_height_does_not_know_what_was_learned():
    """Of a strength the limit is a part, which moves; how high it was is comparable over weeks."""
    crowd = [reading("negativity", 6.0)]
    calm, wild = (judge(crowd, POLICY, lambda _: 1000, learned=brand) for brand in (CALM_BRAND, WILD_BRAND))
    assert calm.strength > wild.strength
    assert 6.0 / POLICY.watch == calm.height == wild.height


def test_there_is_always_evidence():
    """Where nothing is unusual, the strongest reading: an event that tells of the end needs a signal, too."""
    verdict = judge([reading("negativity", 0.2), reading("attention", 1.0)], POLICY, lambda _: 1000)
    assert ["attention"] == [kept.name for kept in verdict.readings]
    assert (3.0,) == verdict.limits


def test_calm_is_what_nobody_looked_at():
    assert (0, 0, 0.0) == (CALM.level, CALM.lower, CALM.strength)


@LAW
@given(SCORES, PEOPLE, st.integers(0, 4), st.none() | LIMITS)
def test_levels_are_bounded_and_the_lower_one_is_not_below(scores, people, eased, learned):
    """0 to 4, and whoever enters a level has reached its lower limit: hysteresis has a width."""
    verdict = judged(scores, people, eased=eased, learned=learned)
    assert 0 <= verdict.level <= verdict.lower <= 4
    assert len(verdict.readings) == len(verdict.limits) >= 1


@LAW
@given(
    SCORES,
    PEOPLE,
    st.sampled_from(SIGNALS),
    st.lists(st.floats(0, 12), min_size=2, max_size=8).map(sorted),
    st.none() | LIMITS,
)
def test_more_is_never_less(scores, people, name, rising, learned):
    """Levels and strength are monotone in every score."""
    verdicts = [judged(scores | {name: score}, people, learned=learned) for score in rising]
    for weaker, stronger in pairwise(verdicts):
        assert weaker.level <= stronger.level
        assert weaker.lower <= stronger.lower
        assert weaker.strength <= stronger.strength


@LAW
@given(SCORES, PEOPLE, st.sampled_from(SIGNALS), st.integers(1, 9))
def test_more_people_are_never_less(scores, people, name, further):
    assert judged(scores, people).level <= judged(scores, people | {name: people[name] + further}).level


@LAW
@given(SCORES, PEOPLE, st.none() | LIMITS)
def test_what_can_be_reopened_opens_no_later(scores, people, learned):
    """Ease moves no level down, the less so the higher the crisis was, and none beyond it; and nothing is further from
    normal for it."""
    verdicts = [judged(scores, people, eased=eased, learned=learned) for eased in range(5)]
    assert all(found.level <= max(verdicts[0].level, eased) for eased, found in enumerate(verdicts))
    for strict, eased in pairwise(verdicts):
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
@given(SCORES, PEOPLE, st.none() | LIMITS, TARGETS, RATIOS)
def test_below_the_least_limit_nothing_means_anything(scores, people, learned, target, ratios):
    """The short cut of a calm brand is right: nobody needs to look closer, not even where a crisis may be reopened."""
    policy = Policy(target_false_opens_per_week=target, lower_ratio=ratios[0], reopen_ratio=ratios[1])
    low = {name: min(score, policy.least_limit * 0.999) for name, score in scores.items()}
    verdict = judged(low, people, policy, 4, learned)
    assert (0, 0) == (verdict.level, verdict.lower)


# ---------------------------------------------------------------- learned limits


@LAW
@given(LIMITS, TARGETS)
def test_learned_limits_are_ordered(limit, target):
    """Watch to severe, whatever a brand taught; an issue is what was asked for, and the fixed ones are the least of the
    higher levels."""
    policy = Policy(target_false_opens_per_week=target)
    limits = policy.learned(limit)
    assert all(lower <= higher for lower, higher in pairwise(limits))
    assert limit.at(target) == limits[1]
    assert LEAST <= limits[0] <= limits[1] <= MOST
    assert policy.major <= limits[2]
    assert policy.severe <= limits[3]


@pytest.mark.parametrize("limit", [CALM_BRAND, WILD_BRAND, Limit()])
def test_a_watch_comes_before_an_issue_and_that_before_a_major_crisis(limit):
    """With the default policy a level apart each."""
    watch, issue, major, severe = POLICY.learned(limit)
    assert watch < issue < major < severe


@LAW
@given(LIMITS, TARGETS, RATIOS)
def test_a_learned_level_is_left_below_where_it_was_entered(limit, target, ratios):
    """Hysteresis has a width at every level and for every brand; the higher the level, the later it is left. What was
    reopened at a lower limit can stay."""
    policy = Policy(target_false_opens_per_week=target, lower_ratio=ratios[0], reopen_ratio=ratios[1])
    limits = policy.learned(limit)
    lower = [policy.lower(one, learned=True) for one in limits]
    assert all(one < other for one, other in zip(lower, limits, strict=True))
    assert all(one <= other * policy.reopen_ratio for one, other in zip(lower, limits, strict=True))
    assert all(one <= other for one, other in pairwise(lower))


def test_a_low_limit_is_not_left_much_further_down():
    """A brand whose issue is at 2.2 is over it at 1.8, not at 1.5; one whose issue is at 4 is at 2.8."""
    assert (1.87, 2.8) == tuple(pytest.approx(POLICY.lower(limit, learned=True)) for limit in (2.2, 4.0))
    assert pytest.approx(2.1) == POLICY.lower(3.0, learned=False)


def test_a_moment_is_major_only_where_it_is_far_over():
    """What lasted half an hour is at its limit; the flare of a thread needs 2.5 more, and is an issue until then."""
    least = POLICY.learned(taught(1.6))[2]
    for score, lasting, level in (
        (least, least, 3),
        (least + 2.4, 0.0, 2),
        (least + 2.51, 0.0, 3),
        (least + 2.4, least, 3),
    ):
        found = judge([reading(score=score)], POLICY, lambda _: 1000, learned=taught(1.6, lasting=lasting))
        assert level == found.level
        assert sum(score >= limit for limit in POLICY.learned(taught(1.6))) == found.bare


@pytest.mark.parametrize("name", SIGNALS)
def test_who_learns_a_limit_is_held_against_it(name):
    """What a calm brand makes an issue of is nothing to a wild one; talk and mood know no other limits than the policy's."""
    issue = POLICY.learned(taught(1.6))[1] + 0.01
    calm, wild = (
        judge([reading(name, issue)], POLICY, lambda _: 1000, learned=taught(height, lasting=issue))
        for height in (1.6, 2.6)
    )
    assert ((2, 0) if name in LEARNED else (0, 0)) == (calm.level, wild.level)


def test_a_moment_opens_less_than_what_lasts():
    """The same score: for five minutes, and for an hour. What keeps a level is the score itself."""
    score = POLICY.learned(CALM_BRAND)[1] + 0.1
    moment, lasting = (taught(1.6, lasting=score, minutes=minutes) for minutes in (5, 60))
    verdicts = [judge([reading(score=score)], POLICY, lambda _: 1000, learned=limit) for limit in (moment, lasting)]
    assert [0, 2] == [verdict.level for verdict in verdicts]
    assert [2, 2] == [verdict.lower for verdict in verdicts]
    assert verdicts[0].strength == verdicts[1].strength


def test_a_policy_without_a_target_learns_nothing():
    """Its limits are those it says, and a moment is as good as an hour."""
    fixed = Policy(target_false_opens_per_week=0.0)
    for score, level in ((2.9, 0), (3.0, 1), (3.5, 2), (5.0, 3), (7.0, 4)):
        assert level == level_of(reading(score=score), policy=fixed, learned=CALM_BRAND)


@LAW
@given(SCORES, PEOPLE, LIMITS, st.lists(TARGETS, min_size=2, max_size=4).map(sorted))
def test_more_false_opens_are_bought_with_lower_limits(scores, people, learned, targets):
    """Who accepts more of them misses no level that somebody stricter sees."""
    verdicts = [judged(scores, people, Policy(target_false_opens_per_week=target), 0, learned) for target in targets]
    for strict, loose in pairwise(verdicts):
        assert strict.level <= loose.level
        assert strict.lower <= loose.lower


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
        {"target_false_opens_per_week": -0.1},
        {"target_false_opens_per_week": 10.1},
        {"target_false_opens_per_week": float("nan")},
        {"reopen_ratio": 0.0},
        {"reopen_ratio": 1.1},
        # a score that reopens and cannot stay
        {"lower_ratio": 0.8, "reopen_ratio": 0.79},
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
    with pytest.raises(ValueError, match=r"at least|needs to be"):
        Policy(**{name: -1})


def test_every_limit_may_be_the_same():
    """Then whatever opens is severe at once."""
    assert level_of(reading("negativity", 4.0), policy=Policy(watch=4.0, issue=4.0, major=4.0, severe=4.0)) == 4
