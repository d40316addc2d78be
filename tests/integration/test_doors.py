"""Hostile records on a real topic: each is refused for its reason, bytes untouched, and the next good one is counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest
from kafka import KafkaProducer

from stream.partitioning import MURMUR2, partition_of
from stream.ports import Input, Output
from tests.integration.service import Installation
from tests.mentions import mention

pytestmark = [pytest.mark.broker, pytest.mark.slow]

PARTITIONS = 2
HERE = partition_of("acme", PARTITIONS, MURMUR2)
BROKER_LIMIT = 1024 * 1024
"""`max.message.bytes` of a topic by default, with a little for the batch around the record."""


class Bad(NamedTuple):
    """A record, and why it is refused."""

    reason: str
    value: bytes
    partition: int = HERE
    headers: tuple[tuple[str, bytes], ...] = ()


def _text_of(size: int) -> bytes:
    return orjson.dumps(mention("large", 1, text="x" * size))


HOSTILE = {
    "a megabyte": Bad("too_large", _text_of(1_000_000)),
    "just under the broker's limit": Bad("too_large", _text_of(BROKER_LIMIT - 300)),
    "just over ours": Bad("too_large", _text_of(512 * 1024)),
    "nested and closed": Bad("too_deep", b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"),
    "nested and open": Bad("too_deep", b"[" * 200_000),
    "empty": Bad("not_json", b""),
    "no json": Bad("not_json", b"hello"),
    "cut off": Bad("not_json", orjson.dumps(mention("m", 1))[:-5]),
    "not utf-8": Bad("not_json", orjson.dumps(mention("m", 1)).replace(b"m", b"\xff\xfe", 1)),
    "latin-1 text": Bad("not_json", orjson.dumps(mention("m", 1, text="QQ")).replace(b"QQ", b"caf\xe9")),
    "NaN": Bad("not_json", orjson.dumps(mention("m", 1, sentiment={"score": 0.5})).replace(b"0.5", b"NaN")),
    "1e999": Bad("not_json", orjson.dumps(mention("m", 1, reach=7)).replace(b"7}", b"1e999}")),
    "a list": Bad("schema", b"[]"),
    "nothing of a mention": Bad("schema", b"{}"),
    "an integer that is none": Bad("schema", orjson.dumps(mention("m", 1, reach="many"))),
    "a score out of range": Bad("schema", orjson.dumps(mention("m", 1, sentiment={"score": -7}))),
    "naive time": Bad("bad_time", orjson.dumps(mention("m", 1) | {"published_at": "2026-01-05T00:00:00"})),
    "no time at all": Bad("bad_time", orjson.dumps(mention("m", 1) | {"published_at": "yesterday"})),
    "future time": Bad("future_time", orjson.dumps(mention("m", 1) | {"published_at": "2126-01-05T00:00:00Z"})),
    "another partition": Bad("wrong_partition", orjson.dumps(mention("m", 1)), 1 - HERE),
    "an event of another major": Bad(
        "unsupported_version",
        orjson.dumps({"specversion": "1.0", "type": "io.brushfire.mention.v9", "id": "1", "source": "x", "data": {}}),
    ),
    "a header that promises what is not there": Bad(
        "not_json", b"\x00\x00\x00\x00\x01avro", headers=(("content-type", b"application/json"),)
    ),
}


@pytest.fixture
def installation(tmp_path: Path, bootstrap_servers: str) -> Installation:
    made = Installation(tmp_path, bootstrap_servers, partitions=PARTITIONS)
    made.create_topics()
    return made


@pytest.fixture
def producer(bootstrap_servers: str) -> Iterator[KafkaProducer]:
    made = KafkaProducer(bootstrap_servers=bootstrap_servers, max_request_size=4 * 1024 * 1024)
    yield made
    made.close(timeout=10)


def test_hostile_records(installation: Installation, producer: KafkaProducer) -> None:
    """Between any two of them a good one, which is counted."""
    topic = installation.config.topics.name(Input.MENTIONS)
    places = {}
    for number, (name, bad) in enumerate(HOSTILE.items()):
        sent = producer.send(topic, key=b"acme", value=bad.value, partition=bad.partition, headers=list(bad.headers))
        places[sent.get(timeout=10).partition, sent.get(timeout=10).offset] = name
        producer.send(topic, value=orjson.dumps(mention(f"good-{number}", number)), partition=HERE).get(timeout=10)
    with installation.worker() as worker:
        installation.until_caught_up()
        counts = worker.counters("brushfire_mentions_total")
        assert 0 == worker.terminate()
        assert [] == [line for line in worker.log if line["level"] in {"error", "critical"}]
    found = {}
    for letter in installation.records(Output.DEAD_LETTERS):
        headers = dict(letter.headers)
        place = int(headers["__connect.errors.partition"]), int(headers["__connect.errors.offset"])
        bad = HOSTILE[places[place]]
        found[places[place]] = headers["dlq.reason"].decode()
        assert b"acme" == letter.key
        assert set(bad.headers) <= set(letter.headers)
        assert bad.value == letter.value
        assert len(headers["__connect.errors.exception.message"]) < 500
    assert {name: bad.reason for name, bad in HOSTILE.items()} == found
    assert {"counted": len(HOSTILE), "refused": len(HOSTILE)} == counts


@pytest.mark.parametrize("roomy", [False, True])
def test_a_dead_letter_that_does_not_fit_is_cut(
    installation: Installation, producer: KafkaProducer, *, roomy: bool
) -> None:
    """A topic that takes more than the dead letter topic or our own producer does: of what is too large, be it the
    value, the headers or the key, the size and the hash are kept."""
    takes = {Input.MENTIONS: "8000000"} | ({Output.DEAD_LETTERS: "8000000"} if roomy else {})
    for role, limit in takes.items():
        installation.set_topic(role, {"max.message.bytes": limit})
    topic = installation.config.topics.name(Input.MENTIONS)
    value, odd, large = _text_of(2_000_000), b"{}", b"x" * 2_000_000
    producer.send(topic, key=b"acme", value=value, partition=HERE).get(timeout=20)
    producer.send(topic, key=b"acme", value=odd, partition=HERE, headers=[("large", large)]).get(timeout=20)
    producer.send(topic, key=large, value=odd, partition=HERE).get(timeout=20)
    producer.send(topic, value=orjson.dumps(mention("good", 1)), partition=HERE).get(timeout=10)
    with installation.worker() as worker:
        installation.until_caught_up()
        assert 0 == worker.terminate()
    letters = installation.records(Output.DEAD_LETTERS)
    assert [value[: 64 * 1024], odd, odd] == [letter.value for letter in letters]
    assert [b"acme", b"acme", large[: 64 * 1024]] == [letter.key for letter in letters]
    for letter, what, content in zip(
        letters, ("value", "headers", "key"), (value, b"large" + large, large), strict=True
    ):
        headers = dict(letter.headers)
        assert str(len(content)).encode() == headers[f"dlq.{what}_size"]
        assert hashlib.sha256(content).hexdigest().encode() == headers[f"dlq.{what}_sha256"]
        assert {"dlq.reason", "__connect.errors.offset"} <= set(headers)
        assert "large" not in headers


def test_a_wrong_field_map_eats_nothing(installation: Installation, producer: KafkaProducer) -> None:
    """The first thousand of a new group all refused: exit 1 with what to do, and nothing is committed."""
    topic = installation.config.topics.name(Input.MENTIONS)
    for number in range(1500):
        producer.send(topic, orjson.dumps({"id": str(number), "brand": "acme", "created": "2026-01-05T00:00:00Z"}))
    producer.flush()
    with installation.worker() as worker:
        assert 1 == worker.wait()
        (line,) = [line for line in worker.log if line["level"] == "error"]
        assert "[mentions.fields]" in line["message"]
    assert 1500 == installation.lag()
    assert [] == installation.records(Output.DEAD_LETTERS)
    assert [] == installation.records(Output.CHANGELOG)
