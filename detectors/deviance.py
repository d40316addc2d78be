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


def share_score(part: float, whole: float, share: float, dispersion: float) -> float:
    """Signed root of the deviance of a binomial share, 0 unless larger than expected.

    `0 <= part <= whole`, `share` in (0, 1); `dispersion` is the extra variance in units of the binomial one per
    mention (overdispersed binomial: variance `whole * share * (1 - share) * (1 + dispersion * whole * share * (1 - share))`).
    """
    if whole <= 0.0 or part <= whole * share:
        return 0.0
    rest = whole - part
    deviance = part * log(part / (whole * share))
    if rest > 0.0:
        deviance += rest * log(rest / (whole * (1.0 - share)))
    return sqrt(2.0 * max(deviance, 0.0) / (1.0 + dispersion * whole * share * (1.0 - share)))


def normal_range(expected: float, dispersion: float) -> tuple[float, float]:
    """What a count normally stays between: three standard deviations around the expectation, never below zero."""
    spread = 3.0 * sqrt(expected + dispersion * expected * expected)
    return max(0.0, expected - spread), expected + spread
