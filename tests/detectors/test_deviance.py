"""The arithmetic of "how far": against likelihoods worked out in another way, and its laws over all magnitudes."""

from itertools import pairwise
from math import inf, isfinite, lgamma, log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.deviance import count_may_exceed, count_score, normal_range, share_may_exceed, share_score

LAW = settings(max_examples=100, deadline=None)
EXPECTED = st.floats(-2, 6).map(lambda exponent: 10.0**exponent)
RATIO = st.floats(0, 1000)
DISPERSION = st.floats(0.01, 1.0)
SHARE = st.floats(0.001, 0.999)


def negative_binomial(count: int, mean: float, dispersion: float) -> float:
    """Log probability of a count, from the gamma function."""
    shape = 1 / dispersion
    ways = lgamma(count + shape) - lgamma(shape) - lgamma(count + 1)
    return ways + shape * log(shape / (shape + mean)) + count * log(mean / (shape + mean))


def binomial(part: int, whole: int, share: float) -> float:
    ways = lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
    return ways + (part * log(share) if part else 0.0) + ((whole - part) * log(1 - share) if whole > part else 0.0)


@pytest.mark.parametrize("dispersion", [0.15, 0.3, 1.0])
@pytest.mark.parametrize(("observed", "expected"), [(1, 0.05), (4, 0.5), (12, 3.0), (80, 40.0), (5000, 1000.0)])
def test_the_count_score_is_the_root_of_a_likelihood_ratio(observed, expected, dispersion):
    """Twice the logarithm of how much likelier the count is where it is the mean."""
    best, usual = (negative_binomial(observed, mean, dispersion) for mean in (observed, expected))
    assert pytest.approx(sqrt(2 * (best - usual)), rel=1e-6) == count_score(observed, expected, dispersion)


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(3, 3, 0.2), (4, 10, 0.1), (30, 50, 0.3), (900, 1000, 0.5), (60, 10_000, 0.002)]
)
def test_the_share_score_is_the_root_of_a_likelihood_ratio(part, whole, share):
    """Without overdispersion; with it, the variance in its docstring divides."""
    root = sqrt(2 * (binomial(part, whole, part / whole) - binomial(part, whole, share)))
    assert pytest.approx(root, rel=1e-6) == share_score(part, whole, share, 0.0)
    inflated = 1 + 0.08 * whole * share * (1 - share)
    assert pytest.approx(root / sqrt(inflated), rel=1e-6) == share_score(part, whole, share, 0.08)


@pytest.mark.parametrize("expected", [1e3, 1e5, 1e6])
@pytest.mark.parametrize("deviations", [1, 2, 3])
def test_for_large_expectations_the_score_is_a_z_score(expected, deviations):
    """Within a tenth where the dispersion is small: the more of it, the more honest than a z-score."""
    dispersion = 1 / expected
    observed = expected + deviations * sqrt(expected + dispersion * expected**2)
    assert pytest.approx(deviations, rel=0.1) == count_score(observed, expected, dispersion)


@pytest.mark.parametrize(
    ("observed", "expected", "least", "most"),
    [
        # one mention where one in a hundred was expected is odd, but no alarm
        (0.5, 0.01, 0.5, 2.0),
        # ten times as many as one is far away; as a hundred and as a million further, and alike: dispersion rules
        (10, 1, 3.0, 5.0),
        (1000, 100, 7.0, 9.0),
        (1e7, 1e6, 7.0, 9.0),
        # a tenth more is nothing for anybody
        (11, 10, 0.0, 0.5),
        (1.1e6, 1e6, 0.0, 0.5),
    ],
)
def test_scores_are_sane_from_tiny_to_huge(observed, expected, least, most):
    assert least <= count_score(observed, expected, 0.2) <= most


@LAW
@given(EXPECTED, RATIO, DISPERSION)
def test_a_count_score_is_a_number(expected, ratio, dispersion):
    """Finite and >= 0 everywhere, and 0 unless there is more than expected."""
    score = count_score(ratio * expected, expected, dispersion)
    assert 0.0 <= score < inf
    assert (ratio > 1) or (score == 0.0)


@LAW
@given(EXPECTED, DISPERSION, st.lists(RATIO, min_size=2, max_size=6))
def test_more_is_never_less_unusual(expected, dispersion, ratios):
    """A count score rises with the count and sinks with the expectation and the dispersion."""
    counts = sorted(ratio * expected for ratio in ratios)
    rounding = 1e-4  # a root of a difference of logarithms
    for fewer, more in pairwise(counts):
        assert count_score(fewer, expected, dispersion) <= count_score(more, expected, dispersion) + rounding
    for count in counts:
        assert count_score(count, 2 * expected, dispersion) <= count_score(count, expected, dispersion) + rounding
        assert count_score(count, expected, 2 * dispersion) <= count_score(count, expected, dispersion) + rounding


@LAW
@given(st.integers(0, 10**6), st.floats(0, 1), SHARE, st.floats(0, 1))
def test_a_share_score_is_a_number(whole, fraction, share, dispersion):
    """Finite and >= 0 everywhere, also for nobody and for everybody, and 0 unless the share is larger than usual."""
    part = fraction * whole
    score = share_score(part, whole, share, dispersion)
    assert isfinite(score)
    assert score >= 0.0
    assert (part > whole * share) or (score == 0.0)


@LAW
@given(st.integers(1, 10**5), st.lists(st.floats(0, 1), min_size=2, max_size=6), SHARE)
def test_a_larger_share_is_never_less_unusual(whole, fractions, share):
    scores = [share_score(fraction * whole, whole, share, 0.1) for fraction in sorted(fractions)]
    assert all(lower <= higher + 1e-6 for lower, higher in pairwise(scores))


@LAW
@given(EXPECTED, RATIO, DISPERSION)
def test_a_count_that_may_not_exceed_a_score_does_not(expected, ratio, dispersion):
    """Whatever it scores, it may exceed anything a little less, and nothing where it is as expected."""
    score = count_score(ratio * expected, expected, dispersion)
    assert score < 1e-3 or count_may_exceed(score * (1 - 1e-6) - 1e-4, ratio * expected, expected, dispersion)
    assert not count_may_exceed(0.0, expected, expected, dispersion)


@LAW
@given(st.integers(1, 10**5), st.floats(0, 1), SHARE, st.floats(0.01, 1), st.floats(0.7, 5))
def test_a_share_that_may_not_exceed_a_score_does_not(whole, fraction, share, dispersion, factor):
    part = fraction * whole
    score = share_score(part, whole, share, dispersion, factor)
    assert score < 1e-3 or share_may_exceed(score * (1 - 1e-6) - 1e-4, part, whole, share, dispersion, factor)
    assert not share_may_exceed(0.0, whole * share, whole, share, dispersion, factor)


@LAW
@given(EXPECTED, DISPERSION)
def test_the_normal_range_holds_what_is_expected(expected, dispersion):
    """From 0 up, around the expectation; its upper end is about three deviations by the score, too."""
    low, high = normal_range(expected, dispersion)
    assert 0.0 <= low <= expected < high
    assert (high - expected) ** 2 == pytest.approx(9 * (expected + dispersion * expected**2))
