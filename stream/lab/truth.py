"""What really happens in a simulated stream, as `truth.json` says it: read back by the scoring and by calibration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from stream.errors import ConfigError
from stream.lab.scenario import Arrival, Normal, Scenario, Story
from stream.lab.wishes import JUDGED_AFTER

STEP_SECONDS = 300
VERSION = 1
SHARED = {"story_id", "brand_id", "name", "start", "end"}

Time = Annotated[float, Meta(ge=0.0, le=1e11)]
"""Seconds since the epoch."""
Amount = Annotated[float, Meta(ge=0.0, le=1e9)]
Part = Annotated[float, Meta(ge=0.0, le=1.0)]


class Tally:
    """Counts what is said in each story, every five minutes from its start."""

    def __init__(self, scenario: Scenario) -> None:
        self.hours = 0
        """Counted so far."""
        self._stories = scenario.stories
        self.counts: list[list[int]] = [[] for _ in scenario.stories]

    def add(self, published: Iterable[Arrival]) -> None:
        """Count an hour."""
        self.hours += 1
        for arrival in published:
            if arrival.story >= 0:
                counts = self.counts[arrival.story]
                step = max(0, int((arrival.published_at - self._stories[arrival.story].start) // STEP_SECONDS))
                if step >= len(counts):
                    counts += [0] * (step + 1 - len(counts))
                counts[step] += 1


class TrueStory(Struct, frozen=True, kw_only=True):
    """A story. Times are seconds since the epoch, `[start, end)`."""

    story_id: str
    brand_id: str
    name: str
    is_crisis: bool
    start: Time
    end: Time
    details: dict[str, Any]
    """What else is known of it: factor, profile, kind, phase_of …"""
    mentions: list[int]
    """Said in it, every five minutes from its start."""

    def __post_init__(self) -> None:
        """Raises `ValueError` or `TypeError` where it makes no sense."""
        if self.end < self.start:
            raise ValueError("a story ends before it begins")
        if not isinstance(self.details.get("factor", 1.0), int | float):
            raise TypeError("the factor of a story is no number")
        if not all(isinstance(self.details.get(name, ""), str) for name in ("kind", "profile")):
            raise TypeError("kind or profile of a story is no word")

    def mentions_until(self, at: float) -> int:
        """Said in it before a time, by when it was published."""
        return sum(self.mentions[: max(0, int((at - self.start) // STEP_SECONDS))])


class TrueBrand(Struct, frozen=True, kw_only=True):
    """A brand, and what is usual for it, an hour each; see `stream.lab.scenario.Normal`."""

    brand_id: str
    mentions_per_hour: Amount
    expected: Annotated[list[Amount], Meta(min_length=1)]
    negative_share: list[Part]
    true_positive_rate: Part
    false_positive_rate: Part
    dispersion: Amount

    def __post_init__(self) -> None:
        """Raises `ValueError` where it makes no sense."""
        if len(self.negative_share) != len(self.expected):
            raise ValueError("a brand needs a negative share for each hour")


class Truth(Struct, frozen=True, kw_only=True):
    """The truth of one stream."""

    version: int
    scenario: dict[str, Any]
    """What it was made of: world, seed, content, threads."""
    start: Time
    end: Time
    judged_from: Time
    """Before, nothing is judged: whoever needs to learn what is usual has this time for it."""
    brands: list[TrueBrand]
    stories: list[TrueStory]

    @classmethod
    def of(cls, scenario: Scenario, world: str, seed: int, normals: Mapping[str, Normal], tally: Tally) -> Truth:
        """The truth of a stream that was made."""
        return cls(
            version=VERSION,
            scenario={"world": world, "seed": seed, "content": scenario.content, "threads": scenario.threads},
            start=scenario.start,
            end=scenario.end,
            judged_from=min(
                [scenario.start + JUDGED_AFTER, *(story.start for story in scenario.stories), scenario.end]
            ),
            brands=[
                TrueBrand(
                    brand_id=brand.brand_id,
                    mentions_per_hour=brand.mentions_per_hour,
                    expected=[round(value, 3) for value in normals[brand.brand_id].mentions],
                    negative_share=[round(value, 4) for value in normals[brand.brand_id].negative_share],
                    true_positive_rate=round(normals[brand.brand_id].true_positive_rate, 4),
                    false_positive_rate=round(normals[brand.brand_id].false_positive_rate, 4),
                    dispersion=round(normals[brand.brand_id].dispersion, 4),
                )
                for brand in scenario.brands
            ],
            stories=[_true_story(story, counts) for story, counts in zip(scenario.stories, tally.counts, strict=True)],
        )

    def as_json(self) -> bytes:
        """As it is written."""
        return msgspec.json.format(msgspec.json.encode(self), indent=0) + b"\n"


def read_truth(path: Path) -> Truth:
    """Read a `truth.json`. Raises `ConfigError`."""
    try:
        truth = msgspec.json.decode(path.read_bytes(), type=Truth)
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"is no truth of a simulated stream: {error}") from None
    if truth.version != VERSION:
        raise ConfigError(str(path), f"is of version {truth.version}, this release reads {VERSION}")
    return truth


def _true_story(story: Story, counts: list[int]) -> TrueStory:
    own = {field.name: getattr(story, field.name) for field in fields(story) if field.name not in SHARED}
    details = {key: value for key, value in own.items() if value not in {None, "", False} and value != ()}
    return TrueStory(
        story_id=story.story_id,
        brand_id=story.brand_id,
        name=story.name,
        is_crisis=story.is_crisis,
        start=round(story.start, 3),
        end=round(story.end, 3),
        details={key: round(value, 4) if isinstance(value, float) else value for key, value in details.items()},
        mentions=counts,
    )
