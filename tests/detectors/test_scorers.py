"""Whose scores are evidence: everyone's at a brand's birth, a newcomer's after a day in its shadow."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.packed import unpack_floats
from detectors.scorers import FORGET_SECONDS, GONE_HOURS, MAX_SCORERS, SHADOW_HOURS, SHADOW_VOICES, Scorers, Takeover
from tests.detectors.talk import DAY, HOUR, MINUTE, MONDAY, person, said, windows

LAW = settings(max_examples=50, deadline=None)
OLD, NEW, THIRD = 0, 2**32 - 1, 7
STEPS = st.lists(
    st.tuples(
        st.integers(0, 3 * HOUR), st.integers(0, 11), st.integers(0, 9), st.sampled_from([None, 0.5, -0.1, -0.6])
    ),
    max_size=150,
)
"""Seconds to the next mention, its scorer, author and score."""


def scored(at: float, scorer: int, score: float | None = 0.2, **more):
    return said(at, person(at, scorer, more.get("number")), score=score, scorer=scorer, mention_id=f"{at}-{scorer}")


def hours(scorers: Scorers, first: int, count: int, **counts: int) -> list[Takeover]:
    """`count` hours from the `first` on, in each of which a scorer of this name scores so many mentions: all takeovers."""
    found: list[Takeover] = []
    for number in range(first, first + count):
        start = MONDAY + number * HOUR
        for name, mentions in counts.items():
            scorer = {"old": OLD, "new": NEW, "third": THIRD}[name]
            for minute in range(mentions):
                at = start + minute * MINUTE
                score = -0.6 if name == "new" and minute % 4 == 0 else 0.2
                scorers.hear(at, [scored(at, scorer, score)])
        found += scorers.close_hour()
    return found


def grown(**counts: int) -> Scorers:
    """The scorers of a brand after four days."""
    scorers = Scorers()
    assert [] == hours(scorers, -96, 96, **(counts or {"old": 4}))
    return scorers


def again(scorers: Scorers) -> Scorers:
    return Scorers.restore(json.loads(json.dumps(scorers.snapshot())))


def test_at_the_birth_of_a_brand_everyone_is_trusted():
    """Several at once, and those that come within its first day; what is not scored has no scorer."""
    scorers = Scorers()
    assert set() == scorers.hear(MONDAY, [scored(MONDAY, OLD), scored(MONDAY, NEW), scored(MONDAY, THIRD, None)])
    assert [] == hours(scorers, 1, SHADOW_HOURS - 1, old=1)
    assert set() == scorers.hear(MONDAY + 23 * HOUR, [scored(MONDAY, 5)])
    assert [True, True, True, False] == [scorers.trusted(scorer) for scorer in (OLD, NEW, 5, THIRD)]


def test_a_newcomer_is_in_its_shadow():
    """For a day its scores are no evidence; those of the old ones are."""
    scorers = grown()
    assert {NEW} == scorers.hear(MONDAY, [scored(MONDAY, OLD), scored(MONDAY, NEW)])
    assert [True, False] == [scorers.trusted(OLD), scorers.trusted(NEW)]
    assert set() == scorers.hear(MONDAY + MINUTE, [scored(MONDAY, OLD)])


@pytest.mark.parametrize(
    ("days_hours", "an_hour", "takes_over"),
    [(SHADOW_HOURS - 1, 60, False), (SHADOW_HOURS, 1, False), (SHADOW_HOURS, 2, True), (SHADOW_VOICES, 1, True)],
)
def test_it_takes_over_after_a_day_and_some_people(days_hours, an_hour, takes_over):
    """Twenty-four different hours and thirty people."""
    scorers = grown()
    found = hours(scorers, 0, days_hours, new=an_hour)
    assert takes_over is bool(found)
    assert takes_over is scorers.trusted(NEW)


def test_where_the_old_one_disappeared_the_new_one_is_everything():
    """What it saw in its shadow: a quarter of the people unhappy, each for more than one; the mean of their moods."""
    scorers = grown()
    (change,) = hours(scorers, 0, SHADOW_HOURS, new=4)
    assert (NEW, 1.0, 0.25) == change[:3]
    assert pytest.approx(0.25 * 1.3) == change.unrest_share
    assert pytest.approx(0.0) == change.sentiment
    assert [] == hours(scorers, SHADOW_HOURS, 48, new=4)


def test_beside_others_it_has_its_part():
    """One mention in four, for ever: a new model for one language."""
    scorers = grown(old=3, third=1)
    (change,) = hours(scorers, 0, SHADOW_VOICES, old=3, new=1)
    assert pytest.approx(0.25) == change.part
    assert [True, True, False] == [scorers.trusted(scorer) for scorer in (OLD, NEW, THIRD)]


def test_several_newcomers_share_what_they_leave():
    """Each takes its part of those trusted by then, in their order: together they end at their parts of all."""
    scorers = grown(old=2)
    first, second = hours(scorers, 0, SHADOW_HOURS, old=2, new=4, third=2)
    assert [THIRD, NEW] == [first.scorer, second.scorer]
    assert pytest.approx(2 / 4) == first.part
    assert pytest.approx(4 / 8) == second.part


def test_a_change_that_was_taken_back_moves_nothing():
    """A fallback for some hours is never trusted; who comes back is, if nobody has taken over."""
    scorers = grown()
    assert [] == hours(scorers, 0, SHADOW_HOURS - 2, new=4)
    assert [] == hours(scorers, SHADOW_HOURS - 2, 1, old=4)
    assert scorers.trusted(OLD)


def test_the_part_is_that_of_lately():
    """Introduced for most of a day, taken back for two weeks, introduced again: it takes over everything."""
    scorers = grown()
    assert [] == hours(scorers, 0, SHADOW_HOURS - GONE_HOURS, new=4)
    assert [] == hours(scorers, 12, 10 * 24, old=4)
    (change,) = hours(scorers, 12 + 10 * 24, GONE_HOURS + 1, new=4)
    assert change.part == 1.0


def test_who_comes_back_after_a_takeover_is_new():
    """The usual has moved away from the old scorer: it warms up in its shadow like any other."""
    scorers = grown()
    assert 1 == len(hours(scorers, 0, SHADOW_HOURS, new=4))
    later = MONDAY + SHADOW_HOURS * HOUR
    assert {OLD} == scorers.hear(later, [scored(later, OLD)])
    (change,) = hours(scorers, SHADOW_HOURS + 1, SHADOW_HOURS, old=4)
    assert (OLD, 1.0, 0.0) == change[:3]


def test_copies_are_no_voices():
    """Nor is the loudest of authors more than one in a window, nor what is not scored: so it never takes over."""
    scorers = grown()
    for number in range(2 * SHADOW_HOURS):
        at = MONDAY + number * HOUR
        loud = [said(at, 1, scorer=NEW, mention_id=f"{number}-{mention}") for mention in range(20)]
        passed_on = [said(at, 2 + mention, scorer=NEW, copy=True) for mention in range(20)]
        same = [said(at, 50 + mention, scorer=NEW, mention_id=f"c{mention}") for mention in range(20)]
        unscored = [said(at, 99 + mention, scorer=NEW, score=None) for mention in range(20)]
        copies = {seen.mention_id for seen in same}
        heard = loud if number < SHADOW_VOICES - 1 else []
        scorers.hear(at, [*heard, *passed_on, *same, *unscored], copies)
        assert [] == scorers.close_hour()


def test_who_is_not_heard_for_two_weeks_is_forgotten():
    """While others are; a brand that nobody talked about for months forgets nobody."""
    scorers = grown(old=1, third=1)
    later = MONDAY + FORGET_SECONDS - HOUR
    assert set() == scorers.hear(later, [scored(later, OLD)])
    assert scorers.trusted(THIRD)
    later = MONDAY + FORGET_SECONDS
    assert set() == scorers.hear(later, [scored(later, OLD)])
    assert not scorers.trusted(THIRD)
    much_later = MONDAY + 10 * FORGET_SECONDS
    assert set() == scorers.hear(much_later, [scored(much_later, OLD)])


def test_where_everybody_is_forgotten_the_next_one_is_trusted():
    """Nobody is left whose place could be taken: a small brand would be deaf for weeks after a change of models."""
    scorers = grown(old=4)
    later = MONDAY + FORGET_SECONDS + HOUR
    assert set() == scorers.hear(later, [scored(later, NEW, -0.6)])
    assert later == scorers.trusted_at


def test_names_that_change_with_every_mention_push_nobody_out():
    """The rarest go: what is kept is bounded, the scorer of most mentions stays."""
    scorers, random, size = grown(), Random(1), 0
    for minute in range(3000):
        at = MONDAY + minute * MINUTE
        scorers.hear(at, [scored(at, OLD), scored(at, random.getrandbits(32)), scored(at, random.getrandbits(32))])
        assert [] == scorers.close_hour()
        size = max(size, len(unpack_floats(scorers.snapshot()["lately"])))
    assert size == MAX_SCORERS
    assert scorers.trusted(OLD)


def heard(scorers: Scorers, mentions) -> list:
    """All that is found out of these, hours closed in between."""
    found: list = []
    hour = MONDAY // HOUR
    for start, seen in windows(mentions):
        while hour < start // HOUR:
            found += scorers.close_hour()
            hour += 1
        found.append(scorers.hear(start, seen))
    return found + scorers.close_hour()


def spoken(steps, offset: int = 0) -> list:
    at, found = MONDAY + offset, []
    for number, (seconds, scorer, author, score) in enumerate(steps):
        at += seconds
        found.append(said(at, author, score=score, scorer=scorer, mention_id=f"m{offset}-{number}"))
    return found


@LAW
@given(STEPS, st.integers())
def test_order_does_not_matter(steps, seed):
    """Within a window mentions come in any order: the same trust, the same snapshot to the byte."""
    mentions = spoken(steps)
    shuffled = Random(seed).sample(mentions, len(mentions))
    one, other = Scorers(), Scorers()
    assert heard(one, mentions) == heard(other, shuffled)
    assert json.dumps(one.snapshot()) == json.dumps(other.snapshot())


def busy(random: Random, days: int) -> list:
    """A week of a brand whose scorers come and go: some twenty mentions an hour, new names now and then."""
    found, at, names = [], float(MONDAY), [1, 2]
    while at < MONDAY + days * DAY:
        at += random.expovariate(20 / HOUR)
        if random.random() < 0.002:
            names = [*names, random.getrandbits(32)][-3:]
        score = random.choice([None, 0.4, -0.1, -0.6])
        found.append(said(at, random.getrandbits(8), score=score, scorer=random.choice(names), mention_id=f"{at}"))
    return found


@pytest.mark.parametrize("seed", range(3))
def test_a_snapshot_brings_the_scorers_back(seed):
    """Through JSON, wherever it is cut: the same takeovers to the last bit."""
    random = Random(seed)
    mentions = busy(random, 8)
    whole = Scorers()
    expected = heard(whole, mentions)
    assert any(isinstance(one, Takeover) for one in expected)
    for _ in range(5):
        half, found, hour = Scorers(), [], MONDAY // HOUR
        cuts = {random.randrange(len(mentions)) for _ in range(20)}
        for number, (start, seen) in enumerate(windows(mentions)):
            if number in cuts:
                half = again(half)
            while hour < start // HOUR:
                found += half.close_hour()
                hour += 1
            found.append(half.hear(start, seen))
        found += half.close_hour()
        assert expected == found
        assert whole.snapshot() == half.snapshot()


@LAW
@given(STEPS, STEPS)
def test_what_it_says_is_in_range(steps, more):
    """Whatever is heard: shares are shares, whoever is told to be no evidence is not trusted."""
    scorers = Scorers()
    for one in heard(scorers, spoken(steps) + spoken(more, 400 * HOUR)):
        if isinstance(one, Takeover):
            assert 0.0 < one.part <= 1.0
            assert 0.0 <= one.unhappy_share <= 1.0
            assert 0.0 <= one.unrest_share <= 1.3
            assert -1.0 <= one.sentiment <= 1.0
    assert len(unpack_floats(scorers.snapshot()["lately"])) <= MAX_SCORERS
