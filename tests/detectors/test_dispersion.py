"""How much counts and shares vary: what was put into samples is found in them, and nothing teaches too much."""

import json
from math import exp
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.dispersion import (
    COUNT_LEAST,
    COUNT_PRIORS,
    MOST,
    SAMPLE_SECONDS,
    SHARE_LEAST,
    SHARE_PRIORS,
    Dispersion,
    Sample,
)
from detectors.threads import SPANS
from tests.detectors.talk import DAY, MONDAY

LAW = settings(max_examples=40, deadline=None)
NUMBERS = range(len(SPANS))
SHARE = 0.2


def poisson(random: Random, mean: float) -> int:
    """Knuth, in steps that do not underflow."""
    count = 0
    while mean > 0.0:
        part = min(mean, 50.0)
        mean -= part
        left, product = exp(-part), random.random()
        while product > left:
            count += 1
            product *= random.random()
    return count


def counted(random: Random, expected: float, phi: float, factor: int = 1) -> Sample:
    """A count with variance `factor * expected + phi * expected**2`, in clusters of `factor`; its share says nothing."""
    rate = random.gammavariate(1.0 / phi, phi * expected) if phi else expected
    return Sample(factor * poisson(random, rate / factor), expected, 0.0, SHARE, factor, factor)


def shared(random: Random, voices: int, rho: float, factor: int = 1) -> Sample:
    """Unhappy ones of so many voices, in clusters of `factor`; variance v (factor + rho v), where v is the binomial one."""
    share = SHARE
    if rho:
        both = 1.0 / (rho * SHARE * (1.0 - SHARE)) - 1.0
        share = random.betavariate(both * SHARE, both * (1.0 - SHARE))
    people = factor * sum(random.random() < share for _ in range(voices // factor))
    return Sample(people, 1e9, voices * SHARE, SHARE, factor, factor)


def learned(samples, number: int = 2) -> Dispersion:
    dispersion = Dispersion()
    for sample in samples:
        dispersion.learn(number, sample)
    return dispersion


def usual(expected: float = 20.0, share: float = SHARE) -> Sample:
    """Exactly what was expected."""
    return Sample(expected, expected, expected, share, 1.0, 1.0)


def test_it_begins_with_a_guess():
    assert (list(COUNT_PRIORS), list(SHARE_PRIORS)) == (Dispersion().count, Dispersion().share)


# ---------------------------------------------------------------- what was put in is found


@pytest.mark.parametrize("expected", [10.0, 40.0, 300.0])
@pytest.mark.parametrize("phi", [0.08, 0.15, 0.3])
def test_the_dispersion_of_counts_is_found(expected, phi):
    """Negative-binomial counts, some months of them: within a third on average over brands, whatever their size."""
    found = [
        learned(counted(random, expected, phi) for _ in range(600)).count[2] for random in (Random(n) for n in range(8))
    ]
    assert pytest.approx(phi, rel=0.35) == fmean(found)


@pytest.mark.parametrize("rho", [0.02, 0.05, 0.1])
def test_the_dispersion_of_shares_is_found(rho):
    """Beta-binomial parts of two thousand voices."""
    found = [
        learned(shared(random, 2000, rho) for _ in range(400)).share[2] for random in (Random(n) for n in range(4))
    ]
    assert pytest.approx(rho, rel=0.35) == fmean(found)


@pytest.mark.parametrize("factor", [2, 5])
def test_clusters_are_not_taken_for_dispersion(factor):
    """What clusters explain is explained: beyond them, counts and shares vary as ever."""
    found = [
        learned(counted(random, 60.0, 0.15, factor) for _ in range(600)).count[2]
        for random in (Random(n) for n in range(8))
    ]
    assert pytest.approx(0.15, rel=0.35) == fmean(found)
    shares = learned(shared(Random(1), 2000, 0.0, factor) for _ in range(400)).share[2]
    assert shares < 0.3 * SHARE_PRIORS[2]


def test_chance_alone_is_the_least():
    """Poisson counts and binomial shares: less than a brand can be believed to vary."""
    random = Random(1)
    assert COUNT_LEAST * COUNT_PRIORS[2] == learned(counted(random, 300.0, 0.0) for _ in range(600)).count[2]
    assert learned(shared(random, 3000, 0.0) for _ in range(400)).share[2] < 1.5 * SHARE_LEAST * SHARE_PRIORS[2]


def test_spans_learn_apart():
    dispersion = learned((counted(Random(n), 50.0, 0.5) for n in range(200)), number=1)
    assert dispersion.count[1] > 1.3 * COUNT_PRIORS[1]
    assert [COUNT_PRIORS[number] for number in (0, 2, 3)] == [dispersion.count[number] for number in (0, 2, 3)]


# ---------------------------------------------------------------- what does not teach too much


def test_a_few_samples_say_little():
    """Three samples that could not be steadier move it by less than a sixth, three hundred by more than half."""
    few, many = (learned([usual()] * count) for count in (3, 300))
    assert 5 / 6 * COUNT_PRIORS[2] < few.count[2] < COUNT_PRIORS[2]
    assert many.count[2] < 0.5 * COUNT_PRIORS[2]
    assert 5 / 6 * SHARE_PRIORS[2] < few.share[2] < SHARE_PRIORS[2]


def test_little_talk_says_little():
    """A brand of which nobody speaks cannot show how much it varies."""
    nobody = learned([Sample(0.0, 0.02, 0.02, SHARE, 1.0, 1.0)] * 500)
    assert pytest.approx(COUNT_PRIORS[2], rel=0.05) == nobody.count[2]
    assert pytest.approx(SHARE_PRIORS[2], rel=0.05) == nobody.share[2]


def test_a_share_without_voices_says_nothing():
    """Silence where talk was expected is a sample of counts alone."""
    silent = learned([Sample(0.0, 30.0, 0.0, SHARE, 1.0, 1.0)] * 20)
    assert SHARE_PRIORS[2] == silent.share[2]
    assert COUNT_PRIORS[2] != silent.count[2]


@pytest.mark.parametrize("times", [10, 1000])
def test_a_day_of_news_does_not_set_it_for_weeks(times):
    """A day of the longest span, however much was said: at most nine times the usual variance a sample."""
    random = Random(2)
    before = learned((counted(random, 50.0, 0.15) for _ in range(200)), number=3)
    known = before.count[3], before.share[3]
    for _ in range(DAY // SPANS[3]):
        before.learn(3, Sample(50.0 * times, 50.0, 50.0, SHARE, 1.0, 1.0))
    assert known[0] < before.count[3] < 1.8 * known[0]
    assert before.share[3] <= MOST * SHARE_PRIORS[3]


def test_how_high_a_news_day_is_does_not_matter():
    """Beyond the clip it teaches the same."""
    high, higher = (learned([usual()] * 50 + [usual()._replace(observed=observed)]) for observed in (1e3, 1e6))
    assert high.count == higher.count
    assert high.share == higher.share


def test_what_is_learned_fades():
    """After some half-lives of steady talk little is left of a wild time."""
    dispersion = learned([usual()._replace(observed=80.0)] * 200)
    wild = dispersion.count[2]
    for _ in range(8 * 14 * DAY // SPANS[2]):
        dispersion.learn(2, usual())
    assert wild > 2 * COUNT_PRIORS[2]
    assert dispersion.count[2] < 0.5 * COUNT_PRIORS[2]


# ---------------------------------------------------------------- when


@pytest.mark.parametrize(("number", "seconds"), [(0, 1800), (1, 1800), (2, 7200), (3, 21600)])
def test_a_span_is_sampled_once_in_its_length(number, seconds):
    """And none more often than each half hour, so that samples hardly overlap."""
    due = [end for end in range(MONDAY, MONDAY + DAY, 600) if Dispersion().due(number, end)]
    assert list(range(MONDAY, MONDAY + DAY, max(seconds, SAMPLE_SECONDS))) == due


# ---------------------------------------------------------------- laws

SAMPLE = st.tuples(
    st.sampled_from(NUMBERS),
    st.builds(
        lambda observed, expected, voices, share, *factors: Sample(observed, expected, voices * share, share, *factors),
        st.floats(0, 1e5),
        st.floats(0.02, 1e5),
        st.integers(0, 100_000),
        st.floats(0.001, 0.95),
        st.floats(0.64, 50),
        st.floats(0.64, 50),
    ),
)
SAMPLES = st.lists(SAMPLE, max_size=60)


@LAW
@given(SAMPLES)
def test_what_is_learned_is_bounded(samples):
    """Whatever was seen: between 0.3 (shares: 0.1) and 4 times the guess."""
    dispersion = Dispersion()
    for number, sample in samples:
        dispersion.learn(number, sample)
    for found, priors, least in (
        (dispersion.count, COUNT_PRIORS, COUNT_LEAST),
        (dispersion.share, SHARE_PRIORS, SHARE_LEAST),
    ):
        assert all(least * prior <= one <= MOST * prior for one, prior in zip(found, priors, strict=True))


@LAW
@given(SAMPLES, st.integers(0, 60))
def test_a_restart_changes_nothing(samples, cut):
    """Through JSON, after any sample, and after none."""
    whole, cut_in_two = Dispersion(), Dispersion()
    for place, (number, sample) in enumerate(samples):
        if place == cut:
            cut_in_two = Dispersion.restore(json.loads(json.dumps(cut_in_two.snapshot())))
        for each in (whole, cut_in_two):
            each.learn(number, sample)
    restored = Dispersion.restore(json.loads(json.dumps(whole.snapshot())))
    for other in (cut_in_two, restored):
        assert (whole.count, whole.share, whole.snapshot()) == (other.count, other.share, other.snapshot())
