"""The arithmetic of the rules: does the past of a brand call for an alert?

A condition sees the counts that it judges, and the whole past of the brand, up to the end of the last ten minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from operator import mul
from statistics import median

from stream.lab.rivals.past import DAY, HOUR, WEEK, Counts, Past
from stream.lab.tally import TEN_MINUTES

LEAST = 10
"""Mentions in the window below which no rule on counts speaks, where its product names no floor of its own."""

Condition = Callable[[Counts, Past], bool]
"""Alert now? Asked only where the past is as long as the rule needs."""


@dataclass(frozen=True, slots=True)
class Times:
    """The window holds at least `least`, and more than `factor` times the usual of the baseline before it."""

    factor: float
    window: int
    """Seconds, as all stretches."""
    baseline: int
    least: int = LEAST
    again: tuple[int, ...] = ()
    """It also is more than `factor` times the same window so long ago."""

    def __call__(self, counts: Counts, past: Past) -> bool:
        """Alert now?"""
        found = counts.total(self.window)
        if found < self.least or found <= self.factor * counts.usual(self.window, self.baseline, self.window):
            return False
        return all(found > self.factor * counts.total(self.window, ago) for ago in self.again)


@dataclass(frozen=True, slots=True)
class Today:
    """The day so far, UTC, holds at least `LEAST`, and more than `factor` times the mean of the seven days before."""

    factor: float

    def __call__(self, counts: Counts, past: Past) -> bool:
        """Alert now?"""
        so_far = (past.at - TEN_MINUTES) % DAY + TEN_MINUTES
        found = counts.total(so_far)
        return found >= LEAST and found > self.factor * counts.usual(DAY, WEEK, so_far)


@dataclass(frozen=True, slots=True)
class Growth:
    """The last day holds at least `least`, and more than `factor` times the day before, in a brand of some size."""

    factor: float
    least: int
    least_mentions: int
    """Of all mentions, the day before."""

    def __call__(self, counts: Counts, past: Past) -> bool:
        """Alert now?"""
        found = counts.total(DAY)
        if found < self.least or past.mentions.total(DAY, DAY) < self.least_mentions:
            return False
        return found > self.factor * counts.total(DAY, DAY)


@dataclass(frozen=True, slots=True)
class Deviations:
    """The mean hour of the window is more than `factor` standard deviations over the hours of the baseline before.

    The window holds at least `LEAST`.
    """

    factor: float
    window: int
    baseline: int
    wide: bool = False
    """In the last hour, some ten minutes also saw several platforms or several languages."""

    def __call__(self, counts: Counts, past: Past) -> bool:
        """Alert now?"""
        found = counts.total(self.window)
        if found < LEAST or found <= counts.usual(self.window, self.baseline, self.window):  # spares most of the work
            return False
        mean, deviation = mean_and_deviation(counts.hours(self.baseline, self.window))
        if found * HOUR / self.window <= mean + self.factor * deviation:
            return False
        return not self.wide or any(bucket.platforms > 1 or bucket.languages > 1 for bucket in past.recent)


@dataclass(frozen=True, slots=True)
class Band:
    """The last hour holds at least `LEAST`, and is above a band: the highest of up to four lines.

    Half over the middle; two spreads over the middle; two spreads over the same hour a day ago and, once that is known,
    a week ago, each smoothed over two hours. Middle and spread are of the hours of the baseline before. A series whose
    middle is below one an hour is too sparse.
    """

    measure: Callable[[list[int]], tuple[float, float]]
    """Middle and spread."""
    baseline: int

    def __call__(self, counts: Counts, past: Past) -> bool:
        """Alert now?"""
        found = counts.total(HOUR)
        if found < LEAST:
            return False
        middle, spread = self.measure(counts.hours(self.baseline, HOUR))
        if middle < 1.0 or found <= max(1.5 * middle, middle + 2.0 * spread):
            return False
        seasons = [season for season in (DAY, WEEK) if counts.seconds >= season + 2 * HOUR]
        return all(found > counts.usual(HOUR, 2 * HOUR, season - HOUR // 2) + 2.0 * spread for season in seasons)


@dataclass(frozen=True, slots=True)
class Surprise:
    """The last hour, at least `LEAST`, is more than `factor` standard deviations over its prediction.

    The prediction of an hour is the mean of the same hour on the seven days before; the deviation is that of the errors
    of such predictions in the week before.
    """

    factor: float

    def __call__(self, counts: Counts, past: Past) -> bool:
        """Alert now?"""
        found = counts.total(HOUR)
        if found < LEAST:
            return False
        hours = counts.hours(2 * WEEK + HOUR)
        sevenfold = [7 * hour - sum(hours[ago + 24 : ago + 169 : 24]) for ago, hour in enumerate(hours[:169])]
        _, deviation = mean_and_deviation(sevenfold[1:])
        return sevenfold[0] > self.factor * deviation


@dataclass(frozen=True, slots=True)
class Share:
    """The negative share of the window is more than `rise` over that of the window before, or over `floor`.

    Each of the windows needs at least `least` mentions with a sentiment.
    """

    rise: float
    """Of the share: 0.05 is five points."""
    window: int
    least: int
    floor: float = 1.0

    def __call__(self, counts: Counts, past: Past) -> bool:
        """Alert now?"""
        now = past.negative_share(self.window, 0, self.least)
        before = past.negative_share(self.window, self.window, self.least)
        if now is None:
            return False
        return now > self.floor or (before is not None and now > before + self.rise)


class Always:
    """Whatever happens."""

    def __call__(self, counts: Counts, past: Past) -> bool:
        """Alert now?"""
        return True


def mean_and_deviation(values: list[int]) -> tuple[float, float]:
    """Mean and standard deviation, in whole numbers up to the last step."""
    number, total = len(values), sum(values)
    return total / number, sqrt(number * sum(map(mul, values, values)) - total * total) / number


def median_and_deviation(values: list[int]) -> tuple[float, float]:
    """Median, and the median of the distances from it."""
    middle = median(values)
    return middle, median(abs(value - middle) for value in values)
