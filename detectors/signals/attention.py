"""More talk than usual: the volume detector, for the people who talk about a brand and for any series of counts."""

from __future__ import annotations

from math import log, sqrt
from typing import Any

from river.stats import EWMean

from detectors.deviance import normal_range
from detectors.signals.reading import Freeze, Reading

NAME = "attention"
BUCKET_SECONDS = 300
FAST_HALF_LIFE_SECONDS = 20 * 60.0
SLOW_HALF_LIFE_SECONDS = 6 * 3600.0
HALF_LIVES_SECONDS = (FAST_HALF_LIFE_SECONDS, SLOW_HALF_LIFE_SECONDS)
"""Of the two scales: what was announced is smoothed alike."""
LEVEL_HALF_LIFE_SECONDS = 6 * 86400.0
SCALE_HALF_LIFE_SECONDS = 10 * 86400.0
PEAK_HALF_LIFE_SECONDS = 20 * 86400.0
PEAK_BLOCK_SECONDS = 86400
PEAK_POWER = 6.0
"""Peaks add up as their sixth powers do: who bursts every other day is used to more than who did once."""
OFFSET_PER_SECOND = 1.0 / 300.0
"""Added to both sides of a ratio: 12 an hour more or less is nothing to a small brand."""
SCALE_FLOOR = 0.1
HABITUATION = 0.65
"""How much of what a brand is used to is taken off: who bursts every day must burst higher."""
UNIT = 4.4
"""Scales the score so that an alert at 3 is in the middle of what served best on real counts (docs/quality.md)."""
WINSOR = 3.5
DISPERSION = 0.3
WARM_UP_SECONDS = 86400
STALLED_COUNT = 8.0
"""A silence in which this many were expected is a stalled collector: it teaches nothing more."""


class Attention:
    """Two-scale log-ratio of smoothed counts to a slow level, on the brand's own scale, less what it is used to.

    Per closed bucket with a count of x, with EW means f (half-life 20 min) and s (6 h) of the counts and a winsorised
    level L (6 days): y = log((f + c) / (L + c)), alike for s; each divided by its own long-run mean |y| (10 days); the
    height h is the mean of the two, so that a burst weighs the more the longer it lasts. score = 4.4 (h - 0.65 M), never
    below 0, where M is what the brand is used to: its earlier peaks, day by day (half-life 20 days), as the sixth root of
    the sum of their sixth powers, or today's peak so far if that is higher. One pass, some fifteen numbers. River's
    `EWMean` carries f and s.
    """

    __slots__ = (
        "_block", "_block_peak", "_buckets", "_empty_run", "_fast", "_fast_scale", "_level", "_peak", "_rates", "_seconds", "_slow",
        "_slow_scale", "freeze", "score",
    )  # fmt: skip

    def __init__(self, bucket_seconds: int = BUCKET_SECONDS) -> None:
        self._seconds = bucket_seconds
        self._rates = _Rates(bucket_seconds)
        self._fast: EWMean = EWMean(self._rates.fast)
        self._slow: EWMean = EWMean(self._rates.slow)
        self._level = 0.0
        self._fast_scale = self._slow_scale = 0.5
        self._peak = self._block_peak = 0.0
        self._block = 0
        self._buckets = 0
        self._empty_run = 0
        self.score = 0.0
        """Of the last closed bucket."""
        self.freeze = Freeze()

    @property
    def warm(self) -> bool:
        """Whether a day has been seen."""
        return self._buckets * self._seconds >= WARM_UP_SECONDS

    @property
    def level_per_hour(self) -> float:
        """Usual count an hour, >= 0."""
        return self._level * 3600.0 / self._seconds

    def close(self, start: int, count: int, fast_lift: float = 1.0, slow_lift: float = 1.0) -> None:
        """Score the bucket `[start, start + bucket_seconds)`, then learn from it, unless hot or stalled.

        The lifts multiply the level that is expected, each smoothed as the count it is held against.
        """
        if not self._buckets:
            self._level = float(count)
        self._fast.update(count)
        self._slow.update(count)
        fast, slow = self._ratio(self._fast.get(), fast_lift), self._ratio(self._slow.get(), slow_lift)
        height = (fast / (self._fast_scale + SCALE_FLOOR) + slow / (self._slow_scale + SCALE_FLOOR)) / 2.0
        self._roll(start // PEAK_BLOCK_SECONDS)
        used_to = max(self._peak, self._block_peak)
        self.score = max(0.0, UNIT * (height - HABITUATION * used_to))
        self._block_peak = max(self._block_peak, height)
        self._buckets += 1
        self._empty_run = 0 if count else self._empty_run + 1
        stalled = self.warm and self._empty_run * self._level >= STALLED_COUNT
        end = start + self._seconds
        self.freeze.update(self.score, end)
        if self.freeze.learning(end) and not stalled:
            self._learn(count, abs(fast), abs(slow))

    def close_silent(self, start: int, buckets: int) -> None:
        """Close a run of empty buckets at once, `start` being the first; called while the brand sleeps."""
        if buckets <= 0:
            return
        rates = self._rates
        self._fast = _at(rates.fast, self._fast.get() * (1.0 - rates.fast) ** buckets)
        self._slow = _at(rates.slow, self._slow.get() * (1.0 - rates.slow) ** buckets)
        self._empty_run += buckets
        if self._empty_run * self._level < STALLED_COUNT:
            self._level *= (1.0 - rates.level) ** buckets
            keep = (1.0 - rates.scale) ** buckets
            low = abs(self._ratio(0.0))
            self._fast_scale = self._fast_scale * keep + low * (1.0 - keep)
            self._slow_scale = self._slow_scale * keep + low * (1.0 - keep)
        self._buckets += buckets
        self._roll((start + (buckets - 1) * self._seconds) // PEAK_BLOCK_SECONDS)
        self.score = 0.0
        self.freeze = Freeze()

    def read(self, observed: int, people: int, end: int) -> Reading:
        """The last score with its evidence, for the hour up to `end` (seconds) with a count of `observed`.

        The count takes in the same person once in each bucket. Told are different `people`, and what is usual in people
        too: at this hour's ratio of the two.
        """
        expected = self.level_per_hour * (people / observed if observed else 1.0)
        low, high = normal_range(expected, DISPERSION)
        return Reading(
            name=NAME,
            window_start=end - 3600,
            window_end=end,
            observed=people,
            expected=expected,
            low=low,
            high=high,
            score=self.score if self.warm else 0.0,
            samples=self._buckets,
            warm=self.warm,
            baseline_kind="decayed_habituated",
        )

    def _ratio(self, smoothed: float, lift: float = 1.0) -> float:
        offset = OFFSET_PER_SECOND * self._seconds
        return log((smoothed + offset) / (self._level * lift + offset))

    def _learn(self, count: int, fast: float, slow: float) -> None:
        spread = sqrt(self._level + DISPERSION * self._level**2)
        winsorised = min(float(count), self._level + WINSOR * spread + 1.0)
        self._level += max(self._rates.level, 1.0 / self._buckets) * (winsorised - self._level)
        rate = max(self._rates.scale, 1.0 / (self._buckets + 50))
        self._fast_scale += rate * (fast - self._fast_scale)
        self._slow_scale += rate * (slow - self._slow_scale)

    def _roll(self, block: int) -> None:
        """Blocks that have ended become memory."""
        passed = block - self._block
        if passed <= 0 or not self._block:
            self._block = self._block or block
            return
        together = (self._peak * self._rates.peak) ** PEAK_POWER + self._block_peak**PEAK_POWER
        self._peak = float(together ** (1.0 / PEAK_POWER)) * self._rates.peak ** (passed - 1)
        self._block_peak = 0.0
        self._block = block

    def snapshot(self) -> dict[str, Any]:
        """Named numbers."""
        return {
            "bucket_seconds": self._seconds,
            "fast": self._fast.get(),
            "slow": self._slow.get(),
            "level": self._level,
            "fast_scale": self._fast_scale,
            "slow_scale": self._slow_scale,
            "peak": self._peak,
            "block_peak": self._block_peak,
            "block": self._block,
            "buckets": self._buckets,
            "empty_run": self._empty_run,
            "score": self.score,
            "freeze": self.freeze.snapshot(),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Attention:
        """The signal a snapshot was taken of."""
        signal = cls(state["bucket_seconds"])
        signal._buckets, signal._empty_run = state["buckets"], state["empty_run"]
        if signal._buckets:
            signal._fast = _at(signal._rates.fast, state["fast"])
            signal._slow = _at(signal._rates.slow, state["slow"])
        signal._level = state["level"]
        signal._fast_scale, signal._slow_scale = state["fast_scale"], state["slow_scale"]
        signal._peak, signal._block_peak, signal._block = state["peak"], state["block_peak"], state["block"]
        signal.score = state["score"]
        signal.freeze = Freeze(**state["freeze"])
        return signal


class _Rates:
    """What half-lives mean for one bucket: the weight of a new value, and what a block keeps of a peak."""

    __slots__ = ("fast", "level", "peak", "scale", "slow")

    def __init__(self, bucket_seconds: int) -> None:
        self.fast = _weight(bucket_seconds, FAST_HALF_LIFE_SECONDS)
        self.slow = _weight(bucket_seconds, SLOW_HALF_LIFE_SECONDS)
        self.level = _weight(bucket_seconds, LEVEL_HALF_LIFE_SECONDS)
        self.scale = _weight(bucket_seconds, SCALE_HALF_LIFE_SECONDS)
        self.peak = 0.5 ** (PEAK_BLOCK_SECONDS / PEAK_HALF_LIFE_SECONDS)


def _weight(seconds: float, half_life_seconds: float) -> float:
    return float(1.0 - 0.5 ** (seconds / half_life_seconds))


def _at(rate: float, value: float) -> EWMean:
    """An EWMean that stands at a value: the first value it sees is taken whole."""
    mean: EWMean = EWMean(rate)
    mean.update(value)
    return mean
