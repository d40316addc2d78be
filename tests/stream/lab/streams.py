"""Small scenarios for the tests of the simulator, and what can be seen of their streams."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache
from random import Random
from typing import Any

import msgspec

from stream.events.mention import Mention
from stream.lab.flow import Flow
from stream.lab.phrases import MOODS, TOPICS, say
from stream.lab.scenario import DAY, HOUR, Arrival, Brand, Crowd, Scenario, Story
from stream.lab.simulate import mentions
from tests.mentions import START as MONDAY

START = MONDAY.timestamp()
ACME = "acme"


def quiet(*rates: float, days: float = 1.0, **brand: Any) -> Scenario:
    """`acme` and perhaps `acme-1`, `acme-2` …, of so many mentions an hour each; nothing happens."""
    names = [ACME, *(f"{ACME}-{number}" for number in range(1, len(rates)))]
    brands = (Brand(brand_id=name, mentions_per_hour=rate, **brand) for name, rate in zip(names, rates, strict=True))
    return Scenario(start=START, end=START + days * DAY, brands=tuple(brands))


def befallen(*stories: Story, rate: float = 5.0, days: float = 1.0, **brand: Any) -> Scenario:
    """One brand to which these happen."""
    return replace(quiet(rate, days=days, **brand), stories=stories)


def crowd(**fields: Any) -> Crowd:
    """At once and until the end, from 6:00 to 12:00, 200 authors an hour."""
    usual: dict[str, Any] = {
        "story_id": "acme-story",
        "brand_id": ACME,
        "name": "crisis",
        "start": START + 6 * HOUR,
        "end": START + 12 * HOUR,
        "authors_per_hour": 200.0,
        "fade_hours": 0.0,
    }
    return Crowd(**{**usual, **fields})


def arrivals(scenario: Scenario, seed: int = 1) -> list[Arrival]:
    """All mentions with what they belong to, before any fault."""
    return [arrival for hour in Flow(scenario, seed).hours() for arrival in hour]


def stream(scenario: Scenario, seed: int = 1) -> list[dict[str, Any]]:
    """The mentions as they reach us."""
    return list(mentions(scenario, Flow(scenario, seed), seed))


def of_story(scenario: Scenario, seed: int = 1) -> list[dict[str, Any]]:
    """What is said in the stories, by when it was published."""
    found = [arrival for arrival in arrivals(scenario, seed) if arrival.story >= 0]
    return [arrival.mention for arrival in sorted(found, key=lambda arrival: arrival.published_at)]


def at(mention: dict[str, Any], field: str = "published_at") -> float:
    """A time of a mention, in seconds since the epoch."""
    return datetime.fromisoformat(mention[field]).timestamp()


def hourly(times: Iterable[float], hours: int) -> list[int]:
    """How many fall into each hour from the start."""
    counts = Counter(int((time - START) // HOUR) for time in times)
    return [counts[hour] for hour in range(hours)]


def decoded(mention: dict[str, Any]) -> Mention:
    """As the door of the service reads it; a field that it does not know is an error here."""
    assert set(mention) <= set(Mention.__struct_fields__)
    return msgspec.json.decode(msgspec.json.encode(mention), type=Mention)


def mood(mention: dict[str, Any]) -> str:
    """What the author of an English text without hashtags and calls truly means."""
    return _moods()[unnumbered(mention["text"])]


def unnumbered(text: str) -> str:
    """What was said, without the number that makes it one's own."""
    return re.sub(r" \(\d+\)", "", text).rstrip("!")


@cache
def _moods() -> dict[str, str]:
    random = Random(1)
    return {unnumbered(say(random, topic, "en", one)): one for topic in TOPICS for one in MOODS for _ in range(3000)}
