"""How a mention is written down in this world: where, by whom, in which words or with which score, found when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from statistics import NormalDist
from typing import Any, Self

from stream.lab.flow.noise import running
from stream.lab.phrases import say
from stream.lab.scenario import DAY, NEGATIVE_SCORE, Arrival, Brand, Mood, Scenario
from stream.lab.stamps import stamp

SPREAD = 0.45
"""Standard deviation of the scorer's error."""
SLOW_MINUTES = {"news": 6.0, "review": 20.0}
"""Mean delay of what is found by polling; everything else takes 5 to 90 seconds."""
PLATFORMS = {
    "x": 5.0,
    "facebook": 2.5,
    "instagram": 2.0,
    "reddit": 1.5,
    "tiktok": 1.2,
    "youtube": 0.9,
    "telegram": 0.6,
    "forum": 0.5,
    "news": 0.4,
    "review": 0.4,
}
"""Weights around which a brand's own are drawn."""
ACCOUNT_DAYS = (60, 4000)
"""Ages of the accounts of ordinary people when a stream begins."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Where people speak about a brand, how many they are, and how the scorer errs with them."""

    platforms: tuple[str, ...]
    platform_weights: tuple[float, ...]
    """Added up, the last one 1."""
    authors: int
    """The usual people."""
    true_positive_rate: float
    false_positive_rate: float

    @classmethod
    def draw(cls, random: Random, brand: Brand) -> Self:
        """Of one brand."""
        weights = {name: random.gammavariate(2.0, weight) for name, weight in PLATFORMS.items()}
        kept = sorted(weights, key=weights.__getitem__, reverse=True)[: random.randint(4, 7)]
        false_rate, youden = random.uniform(0.1, 0.2), random.uniform(0.4, 0.6)
        return cls(
            tuple(kept),
            tuple(running([weights[name] for name in kept])),
            500 + int(200 * brand.mentions_per_hour),
            false_rate + youden,
            false_rate,
        )


class Pen:
    """Writes the mentions of one story about a brand, or its ordinary talk. Each has a chance of its own, so that what
    is said in one is the same whatever else happens.
    """

    def __init__(self, scenario: Scenario, brand: Brand, habits: Habits, random: Random, story: int = -1) -> None:
        self.random, self.habits = random, habits
        self.threads = scenario.threads
        self._text, self._brand, self._story = scenario.content == "text", brand, story
        # a brand's id holds no full stop: no story's ids are those of ordinary talk
        self._name = scenario.stories[story].story_id + "." if story >= 0 else brand.brand_id + "-"
        normal = NormalDist()
        self._unhappy_mean = NEGATIVE_SCORE - SPREAD * normal.inv_cdf(habits.true_positive_rate)
        self._other_mean = NEGATIVE_SCORE - SPREAD * normal.inv_cdf(habits.false_positive_rate)
        self._today = int(scenario.start // DAY)
        self._count = 0

    def platform(self) -> str:
        """Where one speaks."""
        at, habits = self.random.random(), self.habits
        for name, until in zip(habits.platforms, habits.platform_weights, strict=True):
            if at < until:
                return name
        return habits.platforms[-1]

    def author(self) -> dict[str, Any]:
        """One of the usual people: few speak often, many now and then."""
        number = int(self.habits.authors * self.random.random() ** 2)
        return {
            "ref": f"{self._brand.brand_id}-{number:x}",
            "followers": 20 + number * 7919 % 977,
            "created_at": self.registered(number),
        }

    def registered(self, number: int) -> str:
        """When the account of a person was made, always the same of the same number."""
        youngest, oldest = ACCOUNT_DAYS
        return _midnight(self._today - youngest - number * 7919 % (oldest - youngest))

    def mention(
        self, at: float, platform: str, author: dict[str, Any], topic: str, mood: Mood, *, boycott: bool = False
    ) -> dict[str, Any]:
        """A record; a cascade's fields are put on top."""
        mention = self.envelope(at, platform, author)
        if self._text:
            language = self.random.choice(self._brand.languages)
            mention["text"] = say(self.random, topic, language, mood, boycott=boycott)
            mention["language"] = language
        else:
            mention["sentiment"] = {"score": self._score(mood), "model": "simulated-1"}
            if boycott:
                mention["intents"] = ["boycott"]
        return mention

    def envelope(self, at: float, platform: str, author: dict[str, Any]) -> dict[str, Any]:
        """Who, where and when."""
        self._count += 1
        return {
            "mention_id": f"{self._name}{self._count}",
            "brand_id": self._brand.brand_id,
            "published_at": stamp(at),
            "platform": platform,
            "author": author,
        }

    def keep(self, at: float, mention: dict[str, Any], found: list[Arrival]) -> None:
        """Send it on its way."""
        arrival = at + self._delay(mention["platform"])
        mention["collected_at"] = stamp(arrival)
        found.append(Arrival(arrival, at, mention, self._story))

    def _score(self, mood: Mood) -> float:
        """What the scorer makes of a mood, in [-1, 1]."""
        mean = self._unhappy_mean if mood == "negative" else self._other_mean
        return round(max(-1.0, min(1.0, self.random.gauss(mean, SPREAD))), 3)

    def _delay(self, platform: str) -> float:
        """Seconds until it is collected."""
        if platform in SLOW_MINUTES:
            return self.random.expovariate(1.0 / (60.0 * SLOW_MINUTES[platform]))
        return 5.0 + 85.0 * self.random.random()


@lru_cache(8192)
def _midnight(day: int) -> str:
    return stamp(day * DAY)
