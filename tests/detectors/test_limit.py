"""The opening limit: learned from quiet peaks, so that a stated rate of false opens holds."""

import json
from itertools import pairwise
from math import expm1
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.limit import (
    BRIEF_SECONDS,
    CALM_SECONDS,
    EXPONENTIAL_AT,
    FROM,
    HEAVIEST,
    HIGHEST_OVER,
    HOLD_SECONDS,
    LEAST,
    LIGHTEST,
    MOMENTARY,
    MOST,
    PRIOR_EXCESS,
    SHAPE_PER_FACTOR,
    WEEK,
    Limit,
)
from tests.detectors.talk import DAY, HOUR, MINUTE, MONDAY

LAW = settings(max_examples=40, deadline=None)
TICK = 5 * MINUTE
TARGET = 0.1
TARGETS = (0.05, 0.1, 0.2, 0.5)


class Brand:
    """A limit that is shown scores."""

    def __init__(self, target: float = TARGET) -> None:
        self.limit = Limit()
        self.target = target
        self.now = MONDAY - TICK
        self.see(0.0)

    def at(self, target: float | None = None) -> float:
        return self.limit.at(target or self.target)

    def see(self, score: float, *, quiet: bool = True) -> None:
        """The next five minutes."""
        self.now += TICK
        self.limit.observe(score, self.now, self.target, quiet=quiet)

    def stay(self, score: float, seconds: int, *, quiet: bool = True) -> None:
        """The same score for so long."""
        for _ in range(seconds // TICK):
            self.see(score, quiet=quiet)

    def peak(self, score: float, seconds: int = HOUR, *, quiet: bool = True) -> None:
        """A spell that lasts, and calm after it until it is over."""
        self.stay(score, seconds, quiet=quiet)
        self.stay(0.0, CALM_SECONDS + TICK)

    def sleep(self, until: int) -> None:
        """Nothing is heard until then, and nobody looks."""
        self.now = until - TICK
        self.see(0.0)

    def restart(self) -> None:
        self.limit = Limit.restore(json.loads(json.dumps(self.limit.snapshot())))


def taught(*heights: float, days: int = 28, quiet: bool = True, seconds: int = HOUR) -> Brand:
    """A brand that had such a peak every day, in turn, for so long."""
    brand = Brand()
    for day in range(days):
        brand.sleep(MONDAY + day * DAY + 6 * HOUR)
        brand.peak(heights[day % len(heights)], seconds, quiet=quiet)
    brand.sleep(MONDAY + days * DAY)
    return brand


def learned(brand: Brand) -> tuple[float, float]:
    return brand.limit.excess, brand.limit.per_week


# ---------------------------------------------------------------- the rate that was asked for


def height(random: Random, scale: float, shape: float) -> float:
    """A quiet peak: generalised Pareto over the mark, exponential for the shape 0."""
    over = random.expovariate(1.0)
    return FROM + scale * (expm1(shape * over) / shape if shape else over)


def passes(target: float, per_week: float, scale: float, shape: float, seed: int, weeks: int = 40) -> int:
    """How often a limit is passed after the first month, where peaks come by chance."""
    random, brand, passed = Random(seed), Brand(target), 0
    brand.limit.clusters = EXPONENTIAL_AT + shape / SHAPE_PER_FACTOR
    while True:
        until = brand.now + random.expovariate(per_week / WEEK)
        while brand.now < until:
            brand.sleep(brand.now // HOUR * HOUR + HOUR)
        if brand.now >= MONDAY + (weeks + 4) * WEEK:
            return passed
        score = height(random, scale, shape)
        brand.stay(score, 2 * HOLD_SECONDS)
        if brand.now >= MONDAY + 4 * WEEK:
            passed += brand.limit.firm(score) >= brand.at()


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("shape", "per_week", "scale"),
    [
        *((shape, *peaks) for shape in (LIGHTEST, 0.0, HEAVIEST) for peaks in ((10, 0.4), (15, 0.5), (4, 0.4))),
        # of light tails, the first guess keeps so low a limit quieter
        *((shape, 10, 0.3) for shape in (0.0, HEAVIEST)),
    ],
)
def test_quiet_weeks_pass_the_limit_about_as_often_as_asked(target, per_week, scale, shape):
    """Within a factor of two, for brands with few and with many peaks, higher and lower ones than the prior says; with the
    lighter tails of people who come alone, and the heavier ones of clusters."""
    weeks = sum(passes(target, per_week, scale, shape, seed) for seed in range(16)) / 16 / 40
    assert target / 2 <= weeks <= target * 2


@pytest.mark.parametrize("scale", [0.2, 0.4, 0.8])
def test_it_learns_how_many_and_how_high(scale):
    """A peak a day with such a mean excess: what is known of others weighs as five peaks and half a week."""
    random = Random(1)
    brand = taught(*(FROM + random.expovariate(1.0 / scale) for _ in range(200)), days=200)
    excess, per_week = learned(brand)
    assert pytest.approx(scale, rel=0.35) == excess
    assert pytest.approx(7.0, rel=0.15) == per_week


def test_higher_peaks_and_more_of_them_make_a_higher_limit():
    low, high = taught(1.7), taught(2.2)
    assert low.at() < high.at() - 0.3
    seldom = Brand()
    for week in range(4):
        seldom.sleep(MONDAY + week * WEEK + 6 * HOUR)
        seldom.peak(2.2)
    seldom.sleep(MONDAY + 28 * DAY)
    assert seldom.at() < high.at() - 0.1


@pytest.mark.parametrize(("clusters", "sign"), [(1.0, -1), (2.0, 1)])
def test_the_larger_the_clusters_the_higher_is_what_is_rare(clusters, sign):
    """The rarer, the more: a heavier tail, or a lighter one, out of the same peaks."""
    usual, other = taught(1.7, 2.2), taught(1.7, 2.2)
    other.limit.clusters = clusters
    assert learned(usual) == learned(other)
    more = [sign * (other.at(target) - usual.at(target)) for target in (1.0, 0.1, 0.01)]
    assert 0.05 < more[1] < 0.5
    assert sorted(more) == more


def test_clusters_have_their_bounds():
    """However small or large they are, the tail is no lighter and no heavier than what was measured."""
    brand = taught(1.7, 2.2)
    found = []
    for clusters in (0.01, 1.0, 1.2, 1.5, 1.8, 2.0, 99.0):
        brand.limit.clusters = clusters
        found.append(brand.at())
    assert sorted(found) == found
    assert found[0] == found[1] < found[2]
    assert found[-3] < found[-2] == found[-1]


def test_it_begins_with_a_cautious_guess():
    """Over what quiet brands turn out to need."""
    assert Brand().at() > taught(1.7).at()
    assert 2.5 < Brand().at() < 3.5


def test_it_moves_once_a_day():
    """At the first window of a day (UTC), whatever happens in between."""
    brand = taught(1.6)
    before = learned(brand)
    brand.peak(2.4)
    brand.stay(0.0, 12 * HOUR)
    assert before == learned(brand)
    brand.sleep(MONDAY + 29 * DAY)
    assert before != learned(brand)


# ---------------------------------------------------------------- what does not teach


def test_what_is_low_is_no_peak():
    """Weeks just below the mark are quiet weeks: fewer peaks are expected then."""
    brand = Brand()
    brand.stay(FROM - 0.01, 14 * DAY)
    assert pytest.approx(PRIOR_EXCESS, rel=0.03) == brand.limit.excess
    assert brand.limit.per_week < 1.1


def test_a_peak_in_a_crisis_or_soon_after_does_not_teach():
    """As if it had not been: what was not quiet when it began."""
    assert learned(taught(0.0)) == learned(taught(3.0, quiet=False))
    brand, silent = Brand(), Brand()
    brand.see(2.5, quiet=False)
    brand.peak(2.5)  # quiet by now, but it began before
    for each in (brand, silent):
        each.sleep(MONDAY + 2 * DAY)
    assert learned(silent) == learned(brand)


def test_what_a_person_dismissed_teaches():
    """It was no crisis, so it was a quiet peak, whenever it began."""
    brand, silent = Brand(), Brand()
    brand.stay(2.5, HOUR, quiet=False)
    brand.limit.dismiss()
    for each in (brand, silent):
        each.sleep(MONDAY + 2 * DAY)
    assert brand.limit.per_week > silent.limit.per_week
    assert brand.limit.excess > silent.limit.excess


def test_what_a_person_confirmed_does_not_teach():
    """It was a crisis, however short: a brand that has one every week is not deaf to the next."""
    brand, silent = Brand(), Brand()
    for week in range(8):
        brand.stay(4.5, HOUR)
        brand.limit.confirm()
        brand.sleep(MONDAY + week * WEEK + 2 * DAY)
        brand.peak(1.7)  # the next one is a quiet one again
        silent.sleep(brand.now - CALM_SECONDS - TICK - HOUR)
        silent.peak(1.7)
        assert learned(silent) == learned(brand)


def test_a_crisis_teaches_no_more_than_a_high_peak():
    """However high, it counts as `HIGHEST_OVER` over the limit."""
    high, higher = taught(*[1.7] * 27, 4.5), taught(*[1.7] * 27, 40.0)
    assert learned(higher) == learned(high)
    assert high.at() - taught(1.7).at() < 1.0


def test_what_is_high_and_lasts_does_not_teach_at_all():
    """Ten hours and more beyond the cut are no quiet time; the same height for an hour is, and so are low long ones."""
    day = 20 * HOUR
    assert learned(taught(*[1.7] * 27, 0.0)) == learned(taught_long(40.0, BRIEF_SECONDS + HOUR))
    assert learned(taught(*[1.7] * 27, 0.0)) != learned(taught_long(40.0, BRIEF_SECONDS - HOUR))
    assert learned(taught(*[1.7] * 27, 0.0)) != learned(taught_long(1.7, day))


def taught_long(height: float, seconds: int) -> Brand:
    """Twenty-seven days with an hour of little unrest, and one with what lasts."""
    brand = Brand()
    for day in range(28):
        brand.sleep(MONDAY + day * DAY + HOUR)
        brand.peak(*(1.7, HOUR) if day < 27 else (height, seconds))
    brand.sleep(MONDAY + 28 * DAY)
    return brand


def test_a_spell_is_one_peak_until_it_was_calm_for_two_hours():
    """It counts once, as high as it ever was; a short pause does not end it."""
    one, paused, two = Brand(), Brand(), Brand()
    one.peak(2.5, 4 * HOUR)
    paused.stay(1.8, HOUR)
    paused.stay(0.0, CALM_SECONDS - 2 * TICK)
    paused.peak(2.5)
    two.peak(2.5)
    two.peak(2.5)
    for each in (one, paused, two):
        each.sleep(MONDAY + DAY)
    assert learned(one) == learned(paused)
    assert two.limit.per_week > one.limit.per_week


# ---------------------------------------------------------------- a moment, and what lasts


def test_a_moment_needs_more_than_what_lasts():
    """A score counts for `MOMENTARY` less, until the last half hour was as high."""
    brand = Brand()
    brand.stay(0.0, HOUR)
    firm = []
    for _ in range(HOLD_SECONDS // TICK + 1):
        brand.see(4.0)
        firm.append(brand.limit.firm(4.0))
    assert [pytest.approx(4.0 - MOMENTARY)] * 5 == firm[:5]
    assert 4.0 == firm[-1]


def test_what_was_held_carries_a_jump_part_of_the_way():
    """Half an hour at 3.8, then 4: it counts for 3.8; a jump far over it counts for what is left without a moment's part."""
    brand = Brand()
    brand.stay(3.8, HOUR)
    assert (3.8, 3.8) == (brand.limit.held, brand.limit.firm(4.0))
    assert pytest.approx(9.0 - MOMENTARY) == brand.limit.firm(9.0)
    assert 2.0 == brand.limit.firm(2.0)


def test_a_moment_is_a_lower_peak():
    """Held against a limit it is lower, so it teaches as lower."""
    moment, lasting = taught(2.5, seconds=TICK), taught(2.5 - MOMENTARY)
    assert pytest.approx(learned(lasting)) == learned(moment)


def test_a_dip_is_held_against_what_comes_after_it():
    brand = Brand()
    brand.stay(4.0, HOUR)
    brand.see(2.0)
    brand.stay(4.0, HOLD_SECONDS - TICK)
    assert 2.0 == brand.limit.held
    brand.see(4.0)
    assert 4.0 == brand.limit.held


# ---------------------------------------------------------------- silence, sleep


def test_sleep_is_silence():
    """What was held before is not held after it."""
    brand = Brand()
    brand.stay(4.0, HOUR)
    brand.now += 10 * HOUR
    brand.see(4.0)
    assert 0.0 == brand.limit.held
    brand.stay(4.0, HOLD_SECONDS)
    assert 4.0 == brand.limit.held


def test_sleep_fades_what_was_learned_and_teaches_nothing():
    """Nobody spoke who could have complained: from day to day a brand is thought of more as any other is."""
    excess, per_week = learned(Brand())
    gaps = []
    for days in (2, 10, 30, 60, 120):
        brand = taught(1.9, 2.4)
        brand.stay(2.2, HOUR)  # ended by the silence
        brand.sleep(MONDAY + (28 + days) * DAY)
        gaps.append((abs(brand.limit.excess - excess), abs(brand.limit.per_week - per_week)))
    assert all(
        later < earlier for before, after in pairwise(gaps) for earlier, later in zip(before, after, strict=True)
    )


def test_quiet_months_are_forgotten_as_loud_ones_are():
    """Slept through, they leave what is thought of any brand."""
    for brand in (taught(3.0), taught(0.0)):
        brand.sleep(MONDAY + 2 * 365 * DAY)
        assert pytest.approx(learned(Brand()), rel=0.02) == learned(brand)


def test_quiet_days_on_which_people_speak_lower_the_limit():
    """Peaks that do not come teach as well."""
    brand = taught(3.0)
    brand.stay(0.5, 60 * DAY)
    brand.see(0.0)
    assert brand.limit.per_week < 1.0
    assert LEAST == brand.at(0.5)


# ---------------------------------------------------------------- laws

SCORE = st.one_of(st.just(0.0), st.floats(0, 8), st.floats(1.3, 3.0))
SPELLS = st.lists(
    st.tuples(SCORE, st.integers(1, 200), st.booleans(), st.sampled_from([0, 0, 0, 2, 50, 900])), max_size=25
)
"""A score, for so many ticks, quiet or not; then so many hours of sleep."""


def live(brand: Brand, spells, cuts=()) -> Brand:
    for number, (score, ticks, quiet, hours) in enumerate(spells):
        for tick in range(ticks):
            if (number, tick) in cuts:
                brand.restart()
            brand.see(score, quiet=quiet)
        brand.now += hours * HOUR
    return brand


@LAW
@given(SPELLS, st.sets(st.tuples(st.integers(0, 24), st.integers(0, 60)), max_size=6))
def test_a_restart_changes_nothing(spells, cuts):
    """Through JSON, anywhere in a peak, in a half hour, in a day."""
    whole, cut = live(Brand(), spells), live(Brand(), spells, cuts)
    assert whole.limit.snapshot() == cut.limit.snapshot()
    cut.restart()
    assert (whole.limit.held, *learned(whole)) == (cut.limit.held, *learned(cut))


@LAW
@given(SPELLS, st.lists(st.floats(0.001, 60), min_size=2, max_size=5).map(sorted))
def test_a_limit_is_bounded_and_lower_for_more_openings(spells, targets):
    """Within `LEAST` and `MOST` whatever was seen, and never higher for a larger target."""
    limit = live(Brand(), spells).limit
    found = [limit.at(target) for target in targets]
    assert all(LEAST <= one <= MOST for one in found)
    assert all(stricter >= looser for stricter, looser in pairwise(found))
    assert limit.excess > 0.0
    assert limit.per_week > 0.0


@LAW
@given(SPELLS)
def test_what_counts_is_never_more_than_the_score(spells):
    """Nor more than `MOMENTARY` less, nor less than what was held."""
    limit = live(Brand(), spells).limit
    for score in (0.0, 1.0, limit.held, 3.0, 9.0):
        firm = limit.firm(score)
        assert score - MOMENTARY <= firm <= score
        assert firm >= min(score, limit.held)


@LAW
@given(SPELLS)
def test_the_target_of_a_day_does_not_touch_what_is_held(spells):
    """Only what is cut off depends on it: counts of peaks and scores held are those of any policy."""
    strict, loose = live(Brand(0.05), spells).limit, live(Brand(5.0), spells).limit
    assert strict.held == loose.held
    assert HIGHEST_OVER < MOST


def test_the_state_does_not_grow():
    """Half an hour of scores and some sums: a year that wanders weighs what a day does."""
    random, brand, weights = Random(4), Brand(), []
    for days in (1, 364):
        for _ in range(days * DAY // TICK):
            brand.see(random.uniform(0.0, 4.0))
        weights.append(len(json.dumps(brand.limit.snapshot())))
    assert max(weights) < 800
