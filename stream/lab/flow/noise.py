"""The chance in this world: seasons, drifts, over-dispersion."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random

WEEK_HOURS = 168
DRIFT_KEEP = 0.95
"""Of yesterday's drift, what is left today."""
NORMAL_FROM = 50.0
"""From this mean on, a Poisson number is drawn as a normal one: the error is a hundredth of what noise there is."""

VARIANCE_OVER_MEAN = ((1.0, 1.4), (10.0, 4.0), (100.0, 30.0), (600.0, 100.0), (10_000.0, 700.0))
"""Mean count an hour, and its variance over the mean, the season of the hours in it; in between on straight lines of
the logarithms. The real counts of the Numenta Anomaly Benchmark are rougher still (docs/laboratory.md)."""


def poisson(random: Random, mean: float) -> int:
    """A Poisson number: Knuth's method, normal for large means."""
    if mean > NORMAL_FROM:
        return max(0, round(random.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), random.random(), 0
    while product > limit:
        count += 1
        product *= random.random()
    return count


def geometric(random: Random, mean: float) -> int:
    """A geometric number from 1 on, with this mean > 1."""
    return 1 + int(math.log(1.0 - random.random()) / math.log(1.0 - 1.0 / mean))


def season(random: Random) -> tuple[float, ...]:
    """A factor for each hour of the week from Monday, UTC, with a mean of 1: a day's two waves, and a weekend."""
    first, second = random.uniform(0.35, 0.6), random.uniform(0.05, 0.15)
    peak, weekend = random.uniform(11.0, 21.0), random.uniform(0.6, 1.1)
    factors = []
    for hour in range(WEEK_HOURS):
        turn = 2.0 * math.pi * (hour % 24 + 0.5 - peak) / 24.0
        day = 1.0 + first * math.cos(turn) + second * math.cos(2.0 * turn)
        factors.append(day * (weekend if hour >= 120 else 1.0))
    mean = sum(factors) / WEEK_HOURS
    return tuple(factor / mean for factor in factors)


def drift(random: Random, days: int, step: float) -> tuple[float, ...]:
    """A value a day that wanders around 0 and does not run away; their mean is 0."""
    value, found = 0.0, []
    for _ in range(days):
        found.append(value)
        value = DRIFT_KEEP * value + random.gauss(0.0, step)
    mean = sum(found) / days
    return tuple(value - mean for value in found)


def dispersion(mentions_per_hour: float) -> float:
    """Variance over the mean squared of an hour's count, less what is Poisson, at a rate of 1 to 10,000 an hour."""
    rates = [rate for rate, _ in VARIANCE_OVER_MEAN]
    place = min(max(bisect_right(rates, mentions_per_hour), 1), len(rates) - 1)
    (low, low_ratio), (high, high_ratio) = VARIANCE_OVER_MEAN[place - 1], VARIANCE_OVER_MEAN[place]
    part = math.log(max(mentions_per_hour, 0.01) / low) / math.log(high / low)
    ratio = low_ratio * math.exp(part * math.log(high_ratio / low_ratio))
    return max(0.0, (ratio - 1.0) / mentions_per_hour)


def running(weights: Sequence[float]) -> list[float]:
    """Shares added up, the last one 1."""
    total = sum(weights)
    return list(accumulate(weight / total for weight in weights))
