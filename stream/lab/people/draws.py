"""Random numbers that the standard library does not draw."""

from __future__ import annotations

from math import exp, sqrt
from random import Random

_MANY = 30.0


def poisson(random: Random, mean: float) -> int:
    """How often something independent happens. By Knuth's product of uniforms; the normal law above 30.

    Source: Knuth, The Art of Computer Programming, volume 2, section 3.4.1.
    """
    if mean > _MANY:
        return max(0, round(random.gauss(mean, sqrt(mean))))
    floor, product, count = exp(-mean), random.random(), 0
    while product > floor:
        product *= random.random()
        count += 1
    return count


def zipf(random: Random, among: int, flat: float) -> int:
    """A rank in [0, among), its chance about 1 / (flat + rank): the law of Zipf and Mandelbrot."""
    return int(flat * ((among / flat + 1.0) ** random.random() - 1.0))


def capped_pareto(random: Random, shape: float, cap: float) -> float:
    """Heavy-tailed, of mean 1: Pareto's law (1 and above, `shape` > 1) cut at `cap`, then scaled."""
    return min(cap, random.paretovariate(shape)) * (shape - 1.0) / (shape - float(cap ** (1.0 - shape)))


def capped_pareto_square(shape: float, cap: float) -> float:
    """Mean of the square of what `capped_pareto` draws, for shapes other than 2."""
    square = (2.0 * float(cap ** (2.0 - shape)) - shape) / (2.0 - shape)
    mean = (shape - float(cap ** (1.0 - shape))) / (shape - 1.0)
    return square / (mean * mean)
