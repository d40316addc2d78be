"""How far a count is from what is normal, in standard deviations: the arithmetic the signals share."""

from __future__ import annotations

from math import log, sqrt


def count_score(observed: float, expected: float, dispersion: float) -> float:
    """Signed root of the deviance of a negative-binomial count, 0 unless more than expected.

    `observed` >= 0 (less one half as a continuity correction where it is a small integer), `expected` > 0, variance
    `expected + dispersion * expected**2` with `dispersion` > 0. For large expectations this is the usual z-score; for
    small ones it stays honest where mean and standard deviation do not (McCullagh and Nelder, Generalized Linear
    Models, 1989, section 2.3).
    """
    if observed <= expected:
        return 0.0
    shape = 1.0 / dispersion
    deviance = observed * log(observed / expected) - (observed + shape) * log((observed + shape) / (expected + shape))
    return sqrt(2.0 * deviance) if deviance > 0.0 else 0.0


def count_may_exceed(score: float, observed: float, expected: float, dispersion: float) -> bool:
    """Whether `count_score` may be larger than `score` >= 0: never False where it is, and without a logarithm.

    The curvature of half the deviance is one over the variance of such a count, so it is largest at the expected one: the
    deviance is at most Pearson's chi-squared.
    """
    excess = observed - expected
    return excess > 0.0 and excess * excess > score * score * (expected + dispersion * expected * expected)


def share_score(part: float, whole: float, share: float, dispersion: float, factor: float = 1.0) -> float:
    """Signed root of the deviance of a binomial share, 0 unless larger than expected.

    `part` and `whole` >= 0 (what is beyond the whole counts as the whole), `share` in (0, 1). With v the binomial
    variance `whole * share * (1 - share)`, the variance is thought to be `v * (factor + dispersion * v)`.
    """
    if whole <= 0.0 or part <= whole * share:
        return 0.0
    part = min(part, whole)
    rest = whole - part
    deviance = part * log(part / (whole * share))
    if rest > 0.0:
        deviance += rest * log(rest / (whole * (1.0 - share)))
    return sqrt(2.0 * max(deviance, 0.0) / (factor + dispersion * whole * share * (1.0 - share)))


def share_may_exceed(score: float, part: float, whole: float, share: float, dispersion: float, factor: float) -> bool:
    """Whether `share_score` may be larger than `score` >= 0: never False where it is, and without a logarithm.

    The slope of the deviance in the part p is the distance from it over x (1 - x) in between, which is smallest at the
    expected share q as long as p <= 1 - q: so there the deviance is at most Pearson's chi-squared.
    """
    excess = part - whole * share
    if excess <= 0.0:
        return False
    variance = whole * share * (1.0 - share)
    likely = part <= whole * (1.0 - share)
    return not likely or excess * excess > score * score * variance * (factor + dispersion * variance)


def normal_range(expected: float, dispersion: float, factor: float = 1.0) -> tuple[float, float]:
    """What a count normally stays between: three standard deviations around the expectation, never below zero.

    The variance is `factor * expected + dispersion * expected**2`.
    """
    spread = 3.0 * sqrt(factor * expected + dispersion * expected * expected)
    return max(0.0, expected - spread), expected + spread
