"""When people talk, and what the day's topics are: waking hours, weekends, slow drift, and what each day brings."""

from __future__ import annotations

from math import cos, exp, sqrt, tau
from random import Random
from typing import NamedTuple

from stream.lab.people.draws import capped_pareto
from stream.lab.scenario import DAY, HOUR, WEEK, Brand, Scenario

UP = (
    *(0.35, 0.20, 0.12, 0.08, 0.07, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.95),
    *(1.00, 1.00, 0.95, 0.95, 0.95, 1.00, 1.00, 1.05, 1.10, 1.05, 0.85, 0.60),
)
"""How much people talk, by hour of their own day."""
HOMES = (-8, -5, -5, 0, 1, 1, 2, 3, 8)
AT_HOME = 0.7
"""Of the people, those who live in the brand's own time zone."""

TOPICS_PART = 0.25
"""Of first posts, those about a topic of the day."""
MEAN_TOPICS = 3.5
"""New ones a day, 2 to 5."""
TOPIC_HOURS = 10.0
"""After these a topic is down to a third."""
TOPIC_SHAPE, TOPIC_CAP = 2.5, 12.0
PULL_SPREAD = 0.6
"""Standard deviation of the logarithm of a topic's pull."""
DAY_MOOD, TOPIC_MOOD = sqrt(0.03), sqrt(0.12)
"""Parts of a post's mood, whose variance is 1."""
MISREAD_TOPIC = 0.3
"""Standard deviation of what a scorer makes of a topic's words."""


class Topic(NamedTuple):
    """Something that people talk about for a day or so."""

    born: float
    size: float
    pull: float
    """More than 1: its posts draw more replies and reposts."""
    mood: float
    """Above 0: people are unhappier than usual."""
    misreading: float
    """What a scorer makes of its words, too much."""


class Day(NamedTuple):
    """What a day brings to one brand."""

    rate: float
    """Part of the usual one."""
    drift: float
    """Of the mood, slowly: above 0, people are unhappier."""
    mood: float
    """Of everybody, on this day alone."""
    new: list[Topic]
    topics: list[Topic]
    """Its own and those of the day before."""
    most: float
    """Parts of the usual rate, if all of them were as much talked about as ever."""


class Zone(NamedTuple):
    """People of one time zone."""

    offset_hours: int
    part: float


class _Wave:
    """A slow rise and fall, of mean 0 over a stretch of time."""

    def __init__(self, random: Random, height: float, start: float, end: float) -> None:
        self._turns = [
            (height * random.uniform(0.6, 1.2), tau / (random.uniform(3.0, 9.0) * WEEK), random.uniform(0.0, tau))
            for _ in range(2)
        ]
        self._start, self._mean = start, 0.0
        steps = 50
        self._mean = sum(self.at(start + (end - start) * (step + 0.5) / steps) for step in range(steps)) / steps

    def at(self, at: float) -> float:
        since = at - self._start
        return sum(height * cos(speed * since + turn) for height, speed, turn in self._turns) - self._mean


class Days:
    """The hours and days of one brand."""

    def __init__(self, brand: Brand, scenario: Scenario, seed: int) -> None:
        self._key = f"people/{seed}/{brand.brand_id}"
        random = Random(f"{self._key}/days")  # noqa: S311 -- a simulation, not a secret
        self.zones = _zones(random)
        self._week = _week(self.zones, random.uniform(0.6, 0.95))
        self._most = max(self._week)
        self._rate = _Wave(random, 0.07, scenario.start, scenario.end)
        self._mood = _Wave(random, 0.08, scenario.start, scenario.end)
        self._known: dict[int, Day] = {}

    def usual(self, at: float) -> float:
        """Part of the mean rate that is expected at a time; 1 over a week."""
        return self._week[int(at // HOUR) % 168] * self.day(at).rate

    def awake(self, at: float) -> float:
        """How much people are up, from above 0 to 1."""
        return self._week[int(at // HOUR) % 168] / self._most

    def topics(self, at: float) -> list[tuple[float, Topic]]:
        """What is talked about, with its part of the usual rate; together `TOPICS_PART`, in the mean over days."""
        return [
            (topic.size * exp((topic.born - at) / (TOPIC_HOURS * HOUR)), topic)
            for topic in self.day(at).topics
            if topic.born <= at
        ]

    def day(self, at: float) -> Day:
        """That of a time, whatever was asked before; the last ones are kept."""
        number = int(at // DAY)
        day = self._known.get(number)
        if day is None:
            self._known = {known: value for known, value in self._known.items() if known >= number - 2}
            mood, topics = self._new(number)
            before = self._known[number - 1].new if number - 1 in self._known else self._new(number - 1)[1]
            middle = (number + 0.5) * DAY
            day = self._known[number] = Day(
                rate=exp(self._rate.at(middle)),
                drift=self._mood.at(middle),
                mood=mood,
                new=topics,
                topics=before + topics,
                most=1.0 - TOPICS_PART + sum(topic.size for topic in before + topics),
            )
        return day

    def _new(self, number: int) -> tuple[float, list[Topic]]:
        """Mood and topics of a day."""
        random = Random(f"{self._key}/day/{number}")  # noqa: S311 -- a simulation, not a secret
        mood = DAY_MOOD * random.gauss()
        size = TOPICS_PART * 24.0 / (MEAN_TOPICS * TOPIC_HOURS * 0.966)  # the rest of it is after its second day
        shrink = exp(-PULL_SPREAD * PULL_SPREAD / 2.0)
        return mood, [
            Topic(
                born=DAY * (number + random.random()),
                size=size * capped_pareto(random, TOPIC_SHAPE, TOPIC_CAP),
                pull=shrink * exp(PULL_SPREAD * random.gauss()),
                mood=mood + TOPIC_MOOD * random.gauss(),
                misreading=MISREAD_TOPIC * random.gauss(),
            )
            for _ in range(random.randint(2, 5))
        ]


def _zones(random: Random) -> tuple[Zone, ...]:
    home, away = random.choice(HOMES), (1.0 - AT_HOME) / 3.0
    return Zone(home, AT_HOME), *(Zone(home + random.randint(-9, 9), away) for _ in range(3))


def _week(zones: tuple[Zone, ...], weekend: float) -> list[float]:
    """Of the hours of a week, from Thursday 0:00 UTC as the epoch begins, with mean 1."""
    values = [0.0] * 168
    for hour in range(168):
        for offset, part in zones:
            day, local = divmod(hour + offset, 24)
            values[hour] += part * UP[local] * (weekend if day % 7 in {2, 3} else 1.0)
    mean = sum(values) / 168
    return [value / mean for value in values]
