"""How far a rate or a share that was counted may be from the true one."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist


def rate_interval(count: int, exposure: float, confidence: float = 0.95) -> tuple[float, float]:
    """Of a Poisson rate of which `count` were seen over `exposure` > 0.

    Byar's approximation to the exact interval (Breslow & Day, Statistical Methods in Cancer Research II, 1987): within
    one per cent of it from five on; below, the lower end is too low by at most 0.02 events.
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    low = count * (1.0 - 1.0 / (9.0 * count) - z / (3.0 * sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    high = more * (1.0 - 1.0 / (9.0 * more) + z / (3.0 * sqrt(more))) ** 3
    return max(0.0, low) / exposure, high / exposure


def share_interval(hits: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Of a share of which `hits` in `total` > 0 were seen: Wilson's score interval (1927)."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    share, square = hits / total, z * z / total
    middle = (share + square / 2.0) / (1.0 + square)
    half = z * sqrt(share * (1.0 - share) / total + square / (4.0 * total)) / (1.0 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def next_count_interval(counts: Sequence[int], confidence: float) -> tuple[float, float]:
    """Where the sum of as many counts will lie when they are taken again, as of the same Poisson-like process.

    The sum of n then is negative-binomial with a size of n + 1/2 at the low end and n + 1 at the high one: Poisson, its
    mean only known from what was seen (Jeffreys' prior); a little more above, because whoever chose a limit on these very
    counts chose a low one. Where counts vary more than Poisson ones do, it is widened by the ratio of variance to mean.
    """
    total, mean = sum(counts), sum(counts) / len(counts)
    spread = sum((count - mean) ** 2 for count in counts) / max(1, len(counts) - 1)
    ratio = max(1.0, spread / mean) if mean else 1.0
    seen, tail = total / ratio, (1.0 - confidence) / 2.0
    return ratio * _quantile(seen + 0.5, tail), ratio * _quantile(seen + 1.0, 1.0 - tail)


def _quantile(size: float, part: float) -> int:
    """The smallest count whose probability of not being exceeded is at least `part`: negative-binomial, p = 1/2."""
    count, mass = 0, 0.5**size
    below = mass
    while below < part:
        mass *= (count + size) / (2.0 * (count + 1))
        count += 1
        below += mass
    return count
