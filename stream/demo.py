"""The embedded default: simulated brands through the same core, told as a story. No broker, no file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TextIO

import orjson

from detectors.severity import LEVELS
from stream.adapters.memory import MemoryTopics
from stream.events.brand_key import glance
from stream.lab.simulate import Scenario, simulate
from stream.outcome import Outcome
from stream.partitioning import MURMUR2, partition_of
from stream.pipeline import Pipeline
from stream.ports import Input, StoredRecord
from stream.runner import Observer, Timing

CHUNK = 250
"""Mentions between two turns of the loop."""


class Narrator(Observer):
    """Tells each transition in a line for people."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._opened: list[tuple[str, datetime]] = []

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        """One line per transition."""
        told = [item for outcome in outcomes for item in outcome.told]
        for item in sorted(told, key=lambda item: (item.at, item.event.brand_id)):
            event = item.event
            if item.verb == "opened":
                self._opened.append((event.brand_id, event.updated_at))
            words = ", ".join(driver.value for driver in [*event.drivers.hashtags, *event.drivers.terms][:4])
            about = f" About: {words}." if words and item.verb in {"opened", "escalated", "reopened"} else ""
            self._out.write(
                f"{event.updated_at:%a %H:%M}  {event.brand_id:<9} {item.verb:<11} {LEVELS[event.level]:<6} "
                f"{event.explanation}{about}\n"
            )
            self._out.flush()

    def compare(self, chosen: Scenario, start: datetime) -> None:
        """What the simulation did, and how long after each of it the brand's next crisis was told."""
        for brand in chosen.brands:
            for incident in brand.incidents:
                began = start + timedelta(hours=incident.starts_after_hours)
                delays = [at - began for brand_id, at in self._opened if brand_id == brand.brand_id and at >= began]
                told = f"told {min(delays).total_seconds() / 60:.0f} minutes later" if delays else "not told"
                self._out.write(f"{began:%a %H:%M}  {brand.brand_id:<9} {incident.kind} began; {told}.\n")


def fill(topics: MemoryTopics, chosen: Scenario, seed: int, start: datetime) -> Iterator[None]:
    """Write a scenario into topics, a chunk at a time; yields after each."""
    for count, mention in enumerate(simulate(chosen, seed, start), start=1):
        value = orjson.dumps(mention)
        partition = partition_of(mention["brand_id"], topics.partitions, MURMUR2)
        records = topics.inputs[Input.MENTIONS, partition]
        arrived_ms = glance(value, None, "collected_at").time_ms or -1
        topics.append(Input.MENTIONS, StoredRecord(partition, len(records), arrived_ms, None, value))
        if count % CHUNK == 0:
            yield
    yield
