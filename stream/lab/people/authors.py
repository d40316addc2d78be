"""People: a brand's regulars, each with habits, waking hours and a temper, and newcomers without end."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import exp
from random import Random
from typing import Any, NamedTuple

from stream.lab.people.days import UP, Zone
from stream.lab.people.draws import zipf
from stream.lab.scenario import DAY, HOUR
from stream.lab.stamps import stamp

REGULARS_PART = 0.5
"""Of the posts, those of people who talk about the brand again and again."""
OLDEST_DAYS = 15 * 365


class Person(NamedTuple):
    """Somebody who talks."""

    record: dict[str, Any]
    """`author` of the contract; shared by the mentions of a regular."""
    temper: float
    """Above 0: oftener unhappy than others. Of mean 0 and variance 1."""
    awake: int
    """Bit h is set: up at the hour h, UTC."""


ALWAYS = (1 << 24) - 1


def newcomer(random: Random, now: float, days: tuple[float, float] | None = None) -> Person:
    """Somebody whom nobody has seen before. `days`: the account's age, the least and the most; else any."""
    age = random.uniform(*days) if days else min(OLDEST_DAYS, exp(6.9 + 1.8 * random.gauss()))
    record = {
        "ref": f"{random.getrandbits(64):016x}",
        "followers": int(exp(4.8 + 2.2 * random.gauss())),
        "created_at": _midnight(int(now // DAY - age)),
    }
    return Person(record, random.gauss(), ALWAYS)


@lru_cache(maxsize=10_000)
def _midnight(day: int) -> str:
    return stamp(day * DAY)


class Circle:
    """Who talks about one brand."""

    def __init__(
        self, random: Random, mentions_per_hour: float, places: dict[str, float], zones: Sequence[Zone], start: float
    ) -> None:
        """Regulars grow with the rate; the busiest writes some 5 % of a small brand's mentions, less of a large one."""
        self._start = start
        self._flat = max(2.0, mentions_per_hour / 20.0)
        self._regulars: dict[str, list[Person]] = {platform: [] for platform in places}
        count = min(20_000, 20 + int(8 * mentions_per_hour))
        for platform in random.choices(list(places), list(places.values()), k=count):
            person = newcomer(random, start)
            self._regulars[platform].append(person._replace(awake=_awake(random, zones)))
        for platform, people in self._regulars.items():
            self._regulars[platform] = self._level(people)

    def _level(self, people: list[Person]) -> list[Person]:
        """So that the tempers of those who talk most do not make the brand's mood another than it is."""
        weights = [1.0 / (self._flat + rank) for rank in range(len(people))]
        total = sum(weights) or 1.0
        mean = sum(weight * person.temper for weight, person in zip(weights, people, strict=True)) / total
        return [person._replace(temper=person.temper - mean) for person in people]

    def somebody(self, random: Random, platform: str, at: float) -> Person:
        """Who is up at a time, and talks on a platform: a regular or a newcomer."""
        people = self._regulars.get(platform)
        if people and random.random() < REGULARS_PART * min(1.0, len(people) / 10.0):
            person = self._regular(random, people, at)
            if person is not None:
                return person
        return newcomer(random, self._start)

    def regular(self, random: Random, platform: str, at: float) -> Person | None:
        """One who is up, if there is any."""
        people = self._regulars.get(platform)
        return self._regular(random, people, at) if people else None

    def _regular(self, random: Random, people: list[Person], at: float) -> Person | None:
        hour = int(at // HOUR) % 24
        for _ in range(4):
            person = people[zipf(random, len(people), self._flat)]
            if person.awake >> hour & 1:
                return person
        return None


def _awake(random: Random, zones: Sequence[Zone]) -> int:
    """Waking hours of somebody: those of a time zone, of an early riser or a late one; now and then up at night."""
    (zone,) = random.choices(zones, [zone.part for zone in zones])
    shift = zone.offset_hours + round(random.gauss(0.0, 1.2))
    hours = 0
    for hour in range(24):
        if UP[(hour + shift) % 24] > 0.3 or random.random() < 0.05:
            hours |= 1 << hour
    return hours
