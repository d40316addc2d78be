"""A test that knows the truth about ordinary talk: a yardstick for what scores alone can tell.

It knows of each brand what was expected in every hour, its true negative share, the rates at which its scorer errs and
the dispersion of its counts; not when a crisis begins nor how large it is, and nothing of platforms, people, threads or
calls to boycott. Over several spans and factors it takes the logarithm of the likelihood ratio of "so many times the
unhappy mentions" against "as usual": a negative-binomial one of the number of scored mentions and a binomial one of the
negative ones among them (Neyman & Pearson, 1933). Its limit is chosen on the very stream, so that it opens for nothing
no more often than at a target.
"""

from __future__ import annotations

from math import log

from stream.lab.scenario import HOUR
from stream.lab.scoring import Alarm, judge
from stream.lab.tally import TEN_MINUTES, Bucket
from stream.lab.truth import TrueBrand, Truth

SPANS = (1, 3, 6, 12, 36, 72, 144)
"""Ten minutes to a day, in buckets."""
FACTORS = (2.0, 3.5, 6.0, 12.0, 25.0)
NOISE_SECONDS = 2 * HOUR
"""Noise of the rate lasts about so long: over longer spans it averages out."""
CLOSE_PART = 0.5
"""An alarm is over once the score is below this part of the limit …"""
CLOSE_SECONDS = 2 * HOUR
"""… for so long."""
LEAST_LIMIT = 1.0
STEP = 1.05
TARGET = 0.1
"""Openings for nothing a brand-week."""


class Ideal:
    """Scores every bucket of every brand; `alarms` chooses the limit afterwards."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth
        self._brands = {brand.brand_id: _Brand(brand, truth.start) for brand in truth.brands}
        self._scores: dict[str, list[tuple[int, float]]] = {brand_id: [] for brand_id in self._brands}

    def step(self, brand_id: str, bucket: Bucket) -> None:
        """Look at the next ten minutes of a brand."""
        brand = self._brands.get(brand_id)
        if brand is not None:
            self._scores[brand_id].append((bucket.start + TEN_MINUTES, brand.score(bucket)))

    def alarms(self) -> list[Alarm]:
        """With the lowest limit, in steps of five per cent, that opens for nothing at no more than the target's rate."""
        limit = max((score for scores in self._scores.values() for _, score in scores), default=0.0)
        chosen: list[Alarm] = []
        # from above: at a very low limit an alarm stands for ever, and hardly any is opened for nothing either
        while limit >= LEAST_LIMIT:
            alarms = self._alarms(limit)
            judged = judge(self._truth, alarms)
            if judged.false_alarms > TARGET * judged.weeks:
                break
            chosen, limit = alarms, limit / STEP
        return chosen

    def _alarms(self, limit: float) -> list[Alarm]:
        return [alarm for brand_id, scores in self._scores.items() for alarm in _spells(brand_id, scores, limit)]


class _Brand:
    """Sums over the spans, of one brand."""

    def __init__(self, brand: TrueBrand, start: float) -> None:
        self._brand, self._start = brand, start
        # running sums from the start: scored, negative, and what was expected of each, once usual and unhappy alone
        self._sums: list[tuple[float, float, float, float, float]] = [(0.0, 0.0, 0.0, 0.0, 0.0)]

    def score(self, bucket: Bucket) -> float:
        """The largest log likelihood ratio over spans and factors."""
        brand = self._brand
        hour = min(len(brand.expected) - 1, max(0, int((bucket.start - self._start) // HOUR)))
        expected = brand.expected[hour] * TEN_MINUTES / HOUR if bucket.scored or not bucket.mentions else 0.0
        unhappy = expected * brand.negative_share[hour]
        usual = unhappy * brand.true_positive_rate + (expected - unhappy) * brand.false_positive_rate
        last = self._sums[-1]
        now = (
            last[0] + bucket.scored,
            last[1] + bucket.negative,
            last[2] + expected,
            last[3] + usual,
            last[4] + unhappy,
        )
        self._sums.append(now)
        if len(self._sums) > SPANS[-1] + 1:
            del self._sums[0]
        best = 0.0
        for span in SPANS:
            if span >= len(self._sums):
                break
            then = self._sums[-1 - span]
            best = max(best, self._ratio([after - before for after, before in zip(now, then, strict=True)], span))
        return best

    def _ratio(self, sums: list[float], span: int) -> float:
        scored, negative, expected, usual, unhappy = sums
        if negative <= usual or expected <= 0.0:
            return 0.0
        brand = self._brand
        dispersion = max(0.01, brand.dispersion * min(1.0, NOISE_SECONDS / (span * TEN_MINUTES)))
        size = 1.0 / dispersion
        share = _possible(usual / expected)
        best = 0.0
        for factor in FACTORS:
            more = (factor - 1.0) * unhappy
            total = expected + more
            bent = _possible((usual + more * brand.true_positive_rate) / total)
            count = scored * log(total / expected) - (scored + size) * log((total + size) / (expected + size))
            mix = negative * log(bent / share) + (scored - negative) * log((1.0 - bent) / (1.0 - share))
            best = max(best, count + mix)
        return best


def _possible(share: float) -> float:
    """A share that leaves room for either."""
    return min(0.999, max(1e-6, share))


def _spells(brand_id: str, scores: list[tuple[int, float]], limit: float) -> list[Alarm]:
    found: list[Alarm] = []
    opened: int | None = None
    high_at = 0
    for at, score in scores:
        if score >= limit * CLOSE_PART:
            high_at = at
        if opened is None and score >= limit:
            opened = at
        elif opened is not None and at - high_at >= CLOSE_SECONDS:
            found.append(Alarm(brand_id, opened, at))
            opened = None
    if opened is not None:
        found.append(Alarm(brand_id, opened, scores[-1][0]))
    return found
