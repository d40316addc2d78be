"""The embedded default: simulated brands through the same core, told as a story. No broker, no file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TextIO

import orjson

from detectors.severity import LEVELS
from stream.adapters.memory import MemoryTopics
from stream.events.brand_key import glance
from stream.lab.flow import Flow
from stream.lab.scenario import Scenario
from stream.lab.simulate import mentions
from stream.outcome import Outcome
from stream.partitioning import MURMUR2, partition_of
from stream.pipeline import Pipeline
from stream.ports import Input, StoredRecord
from stream.runner import Observer, Timing

CHUNK = 250
"""Mentions between two turns of the loop."""
NAMED = {"volta-battery": "a battery fire", "mira-launch": "a launch"}
"""The stories of the demo, for people."""


class Narrator(Observer):
    """Tells each transition in a line for people."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._rises: list[tuple[str, datetime]] = []

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        """One line per transition."""
        told = [item for outcome in outcomes for item in outcome.told]
        for item in sorted(told, key=lambda item: (item.at, item.event.brand_id)):
            event = item.event
            if item.verb in {"opened", "reopened", "escalated"}:
                self._rises.append((event.brand_id, event.updated_at))
            words = ", ".join(driver.value for driver in [*event.drivers.hashtags, *event.drivers.terms][:4])
            about = f" About: {words}." if words and item.verb in {"opened", "escalated", "reopened"} else ""
            self._out.write(
                f"{event.updated_at:%a %H:%M}  {event.brand_id:<9} {item.verb:<11} {LEVELS[event.level]:<6} "
                f"{event.explanation}{about}\n"
            )
            self._out.flush()

    def compare(self, chosen: Scenario) -> None:
        """What the simulation did, and how long after each of it a crisis of the brand was told, new or worse."""
        for story in chosen.stories:
            began = datetime.fromtimestamp(story.start, UTC)
            delays = [at - began for brand_id, at in self._rises if brand_id == story.brand_id and at >= began]
            told = f"told {min(delays).total_seconds() / 60:.0f} minutes later" if delays else "not told"
            what = NAMED.get(story.story_id, story.name)
            self._out.write(f"{began:%a %H:%M}  {story.brand_id:<9} {what} began; {told}.\n")


def fill(topics: MemoryTopics, chosen: Scenario, seed: int) -> Iterator[None]:
    """Write a scenario into topics, a chunk at a time; yields after each."""
    for count, mention in enumerate(mentions(chosen, Flow(chosen, seed), seed), start=1):
        value = orjson.dumps(mention)
        partition = partition_of(mention["brand_id"], topics.partitions, MURMUR2)
        records = topics.inputs[Input.MENTIONS, partition]
        arrived_ms = glance(value, None, "collected_at").time_ms or -1
        topics.append(Input.MENTIONS, StoredRecord(partition, len(records), arrived_ms, None, value))
        if count % CHUNK == 0:
            yield
    yield
