"""Mentions, feedback and configurations for tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from detectors.text import LexiconScorer
from stream.config import Config
from stream.events.crisis import Detector
from stream.partitioning import MURMUR2, partition_of
from stream.pipeline import Pipeline
from stream.ports import LATER_MS, Input, StoredRecord
from stream.settings import load

START = datetime(2026, 1, 5, tzinfo=UTC)
DETECTOR = Detector(version="test", config_hash="0" * 16, model_hash="0" * 12)
SCORER = LexiconScorer.load()


class HandClock:
    """A clock that moves when told; it begins with the tests' world."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds

    def now(self) -> float:
        """Seconds since the epoch."""
        return START.timestamp() + self.seconds

    def elapsed(self) -> float:
        """Seconds that never go backwards."""
        return self.seconds


def at(seconds: float) -> str:
    """A time so many seconds after the start of the tests' world."""
    return (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def mention(mention_id: str, seconds: float, brand_id: str = "acme", **fields: Any) -> dict[str, Any]:
    """A mention of the contract."""
    return {"mention_id": mention_id, "brand_id": brand_id, "published_at": at(seconds), "platform": "x", **fields}


def negative(mention_id: str, seconds: float, author: str | None = None, **fields: Any) -> dict[str, Any]:
    """A complaint with an upstream score, by an author of its own."""
    ref = author or f"a-{mention_id}"
    return mention(mention_id, seconds, sentiment={"score": -0.8}, author={"ref": ref}, **fields)


def neutral(mention_id: str, seconds: float, author: str | None = None, **fields: Any) -> dict[str, Any]:
    """Ordinary talk with an upstream score, by an author of its own."""
    ref = author or f"a-{mention_id}"
    return mention(mention_id, seconds, sentiment={"score": 0.1}, author={"ref": ref}, **fields)


def feedback(verdict: str, crisis_id: str, seconds: float = 0.0, **fields: Any) -> dict[str, Any]:
    """What a person said."""
    return {
        "feedback_id": f"f-{verdict}-{seconds}",
        "brand_id": "acme",
        "target": {"crisis_id": crisis_id},
        "verdict": verdict,
        "actor_ref": "duty-1",
        "at": at(seconds),
        **fields,
    }


def settings(**flags: Any) -> Config:
    """A configuration; `section__key=value`."""
    return load(None, {}, {key.replace("__", "."): value for key, value in flags.items()})


def pipeline(config: Config | None = None, partition: int | None = None) -> Pipeline:
    """The pipeline of the partition that `acme` belongs to."""
    chosen = config or settings()
    if partition is None:
        partition = partition_of("acme", chosen.topics.partitions, MURMUR2)
    return Pipeline(partition, chosen, SCORER, DETECTOR)


def record(value: dict[str, Any] | bytes | None, offset: int = 0, **fields: Any) -> StoredRecord:
    """A record as a log would hand it out."""
    raw = value if value is None or isinstance(value, bytes) else orjson.dumps(value)
    return StoredRecord(
        **{"partition": 0, "offset": offset, "timestamp": LATER_MS, "key": None, "value": raw, **fields}
    )


def records(values: Iterable[dict[str, Any] | bytes | None], first: int = 0) -> list[StoredRecord]:
    """Records in order."""
    return [record(value, offset) for offset, value in enumerate(values, start=first)]


def feed(target: Pipeline, values: Iterable[dict[str, Any] | bytes | None], first: int = 0) -> Pipeline:
    """Give mentions to a pipeline."""
    target.process(Input.MENTIONS, records(values, first))
    return target


def told(target: Pipeline) -> list[tuple[str, dict[str, Any]]]:
    """(verb, data) of everything told since the last time, as it would be written."""
    return [(item.verb, orjson.loads(to_json(item.event))) for item in target.take_outcome().told]


def to_json(event: Any) -> bytes:
    """The wire form of an event's data."""
    import msgspec

    return msgspec.json.encode(event)


def story(days: float = 2.0, wave: int = 40, brand_id: str = "acme", seed: int = 1) -> list[dict[str, Any]]:
    """Quiet days, then a wave of unhappy people within half an hour, then ten quiet hours."""
    from random import Random

    random = Random(seed)
    found = []
    end = days * 86400
    for number in range(int((days * 24 + 10) * 20)):
        when = random.random() * (end + 10 * 3600)
        make = negative if random.random() < 0.15 else neutral
        found.append(make(f"q{number}", when, brand_id=brand_id))
    found += [negative(f"w{number}", end + random.random() * 1800, brand_id=brand_id) for number in range(wave)]
    return sorted(found, key=lambda item: item["published_at"])
