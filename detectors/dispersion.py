"""How much more a brand's counts and shares vary than chance and clusters explain, learned per span while it is calm."""

from __future__ import annotations

from typing import Any, NamedTuple

from detectors.threads import SPANS

SAMPLE_SECONDS = 1800
"""A span is sampled once in its own length, and no more often than this."""
HALF_LIFE_DAYS = 14.0
PRIOR_SAMPLES = 20.0
COUNT_PRIORS = (0.25, 0.20, 0.15, 0.15)
SHARE_PRIORS = (0.12, 0.08, 0.05, 0.04)
"""By span: extra variance over that of the expectation squared, until it is learned."""
COUNT_LEAST, SHARE_LEAST, MOST = 0.3, 0.1, 4.0
"""What is learned stays between these multiples of the prior."""
CLIP = 9.0
"""A sample teaches at most this many times the variance that was expected: one day of news must not set it for weeks."""

_DAY = 86400.0


class Sample(NamedTuple):
    """What was observed over a span and what was usual, in people; the factors are those of `detectors.threads`."""

    observed: float
    expected: float
    of_share: float
    """Expected among as many voices as there were."""
    share: float
    count_factor: float
    share_factor: float


class Dispersion:
    """Method-of-moments estimates, each sample weighed by how much it says, shrunk to the priors.

    Variance of a count with expectation E and cluster factor D: `D E + phi E**2`; of a share with binomial variance v
    and factor S: `v (S + rho v)`. Per sample the unbiased estimate `((K - E)**2 - D E) / E**2` with the weight
    `(phi0 E / (D + phi0 E))**2`, alike for the share (Clayton and Kaldor, Empirical Bayes estimates of age-standardized
    relative risks, Biometrics 1987, for the idea of shrinking them).
    """

    __slots__ = ("_counts", "_shares", "count", "share")

    def __init__(self) -> None:
        self._counts = [[0.0, 0.0] for _ in SPANS]
        self._shares = [[0.0, 0.0] for _ in SPANS]
        # of each span, decayed: weighted estimates, weights
        self.count = list(COUNT_PRIORS)
        """By span: phi."""
        self.share = list(SHARE_PRIORS)
        """By span: rho."""

    def due(self, number: int, end: int) -> bool:
        """Whether the span with this number is to be sampled at `end`."""
        return end % max(SPANS[number], SAMPLE_SECONDS) == 0

    def learn(self, number: int, sample: Sample) -> None:
        """Take in a sample of the span with this number."""
        keep = 0.5 ** (max(SPANS[number], SAMPLE_SECONDS) / _DAY / HALF_LIFE_DAYS)
        expected, variance = sample.expected, sample.of_share * (1.0 - sample.share)
        spread = _Spread(expected, sample.count_factor * expected, COUNT_PRIORS[number], self.count[number])
        _pour(self._counts[number], keep, sample.observed - expected, spread)
        if variance > 0.0:
            spread = _Spread(variance, sample.share_factor * variance, SHARE_PRIORS[number], self.share[number])
            _pour(self._shares[number], keep, sample.observed - sample.of_share, spread)
        self._refresh(number)

    def _refresh(self, number: int) -> None:
        self.count[number] = _shrunk(self._counts[number], COUNT_PRIORS[number], COUNT_LEAST)
        self.share[number] = _shrunk(self._shares[number], SHARE_PRIORS[number], SHARE_LEAST)

    def snapshot(self) -> dict[str, Any]:
        """Named numbers."""
        return {"counts": [list(row) for row in self._counts], "shares": [list(row) for row in self._shares]}

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Dispersion:
        """The estimates a snapshot was taken of."""
        dispersion = cls()
        dispersion._counts = [list(row) for row in state["counts"]]
        dispersion._shares = [list(row) for row in state["shares"]]
        for number in range(len(SPANS)):
            dispersion._refresh(number)
        return dispersion


class _Spread(NamedTuple):
    """A variance of `chance + dispersion * scale**2`: the dispersion as the prior has it, and as it is thought now."""

    scale: float
    chance: float
    prior: float
    now: float


def _pour(learned: list[float], keep: float, excess: float, spread: _Spread) -> None:
    """Add a sample."""
    scale, chance, prior, now = spread
    squared_scale = scale * scale
    weight = (prior * squared_scale / (chance + prior * squared_scale)) ** 2
    squared = min(excess * excess, CLIP * (chance + now * squared_scale))
    learned[0] = learned[0] * keep + weight * (squared - chance) / squared_scale
    learned[1] = learned[1] * keep + weight


def _shrunk(learned: list[float], prior: float, least: float) -> float:
    value = (PRIOR_SAMPLES * prior + learned[0]) / (PRIOR_SAMPLES + learned[1])
    return min(MOST * prior, max(least * prior, value))
