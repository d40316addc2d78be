"""The ordinary talk of one brand."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from stream.lab.flow.noise import dispersion, drift, geometric, poisson, season
from stream.lab.flow.pen import Habits, Pen
from stream.lab.scenario import HOUR, Arrival, Brand, Mood, Normal, Scenario, Shift

BUCKET_SECONDS = 300
CASCADE_CHANCE = 0.12
CASCADE_MEAN = 2.0
"""Replies and reposts of a mention that draws any."""
CASCADE_SECONDS = 1200.0
"""Mean time until each of them."""
CASCADE_EXCESS = 0.52
"""What cascades of this kind add to the variance over the mean of an hour's count: simulated, over 400,000 hours."""
REPOST_CHANCE = 0.6
"""That one of them is a repost, not a reply."""
ORIGINALS = 1.0 / (1.0 + CASCADE_CHANCE * CASCADE_MEAN)
"""Part of the ordinary mentions that is no reply and no repost."""
NOISE_HOURS = 2
LEAST_NOISE = 0.02
RATE_DRIFT = 0.05
"""Standard deviation of a day's new drift of the logarithm of the rate."""
MOOD_DRIFT = 0.08
"""The same of the log odds of the negative share."""


class Talk:
    """Makes the mentions of a brand to which nothing happens, and knows what is usual."""

    def __init__(self, scenario: Scenario, brand: Brand, random: Random) -> None:
        self.brand, self._random = brand, random
        self._start, self._hours = scenario.start, scenario.hours
        self._season = season(random)
        self.habits = Habits.draw(random, brand)
        self._pen = Pen(scenario, brand, self.habits, random)
        days = scenario.hours // 24 + 2
        self._rate_drift = drift(random, days, RATE_DRIFT)
        self._mood_drift = drift(random, days, MOOD_DRIFT)
        season_variance = sum((factor - 1.0) ** 2 for factor in self._season) / len(self._season)
        cascades = CASCADE_EXCESS / brand.mentions_per_hour
        self._noise_variance = max(LEAST_NOISE, dispersion(brand.mentions_per_hour) - season_variance - cascades)
        self._dispersion = self._noise_variance + cascades
        self._noise = 1.0
        self._shifts = [
            story for story in scenario.stories if isinstance(story, Shift) and story.brand_id == brand.brand_id
        ]

    def hour(self, hour: int, found: list[Arrival]) -> None:
        """Add what is published in an hour of the scenario, and what it draws later."""
        at, random = self._start + hour * HOUR, self._random
        share = self._share(hour)
        if self.brand.buckets:
            for bucket in range(hour * 12, hour * 12 + 12):
                begin = self._start + bucket * BUCKET_SECONDS
                for _ in range(self._bucket(bucket, begin)):
                    self._ordinary(begin + random.random() * BUCKET_SECONDS, share, found, cascades=False)
            return
        if hour % NOISE_HOURS == 0:
            self._noise = random.gammavariate(1.0 / self._noise_variance, self._noise_variance)
        mean = self._expected(hour) * self._noise * self._shifted(at + HOUR / 2) * ORIGINALS
        for _ in range(poisson(random, mean)):
            self._ordinary(at + random.random() * HOUR, share, found, cascades=True)

    def normal(self) -> Normal:
        """What is usual."""
        hours = range(self._hours)
        if self.brand.buckets:
            mentions = tuple(float(sum(self.brand.buckets[hour * 12 : hour * 12 + 12])) for hour in hours)
        else:
            mentions = tuple(self._expected(hour) for hour in hours)
        return Normal(
            mentions=mentions,
            negative_share=tuple(self._share(hour) for hour in hours),
            true_positive_rate=self.habits.true_positive_rate,
            false_positive_rate=self.habits.false_positive_rate,
            dispersion=self._dispersion,
        )

    def _expected(self, hour: int) -> float:
        """Mentions expected in an hour of the scenario, shifts and noise apart."""
        of_week = int(self._start // HOUR + hour + 72) % 168  # the epoch was a Thursday
        return self.brand.mentions_per_hour * self._season[of_week] * math.exp(self._rate_drift[hour // 24])

    def _share(self, hour: int) -> float:
        """Truly negative share in an hour of the scenario."""
        usual = self.brand.negative_share
        return 1.0 / (1.0 + (1.0 / usual - 1.0) * math.exp(-self._mood_drift[hour // 24]))

    def _bucket(self, bucket: int, at: float) -> int:
        count = self.brand.buckets[bucket] if bucket < len(self.brand.buckets) else 0
        return round(count * self._shifted(at))

    def _shifted(self, at: float) -> float:
        factor = 1.0
        for story in self._shifts:
            if story.start <= at < story.end:
                factor *= story.factor
        return factor

    def _ordinary(self, at: float, share: float, found: list[Arrival], *, cascades: bool) -> None:
        random, pen = self._random, self._pen
        mood: Mood = "negative" if random.random() < share else ("positive" if random.random() < 0.5 else "neutral")
        mention = pen.mention(at, pen.platform(), pen.author(), "usual", mood)
        pen.keep(at, mention, found)
        if cascades and random.random() < CASCADE_CHANCE:
            for _ in range(geometric(random, CASCADE_MEAN)):
                self._answer(at + random.expovariate(1.0 / CASCADE_SECONDS), mention, share, found)

    def _answer(self, at: float, to: dict[str, Any], share: float, found: list[Arrival]) -> None:
        """A reply or a repost."""
        random, pen = self._random, self._pen
        if random.random() < REPOST_CHANCE:
            mention = {**to, **pen.envelope(at, to["platform"], pen.author())}
            if pen.threads:
                mention["repost_of"], mention["thread_id"] = to["mention_id"], to["mention_id"]
        else:
            mood: Mood = "negative" if random.random() < share else "neutral"
            mention = pen.mention(at, to["platform"], pen.author(), "usual", mood)
            if pen.threads:
                mention["in_reply_to"], mention["thread_id"] = to["mention_id"], to["mention_id"]
        pen.keep(at, mention, found)
