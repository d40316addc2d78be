"""A worker under fire: ten thousand hostile records on a real topic, and batches that are small until they are read."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from kafka import KafkaProducer

from stream.events.door import MAX_BYTES
from stream.ports import Input, Output
from tests.hostile import SECRET, Hostile, before, corpus, most_series, ours
from tests.integration.service import Installation, Worker
from tests.mentions import mention

pytestmark = [pytest.mark.broker, pytest.mark.slow]

BRANDS = 3_000
BOMB_BYTES = 64 * 2**20
MEGABYTES = 300
"""A worker that reads the corpus had a peak of 165 MB."""


def send(producer: KafkaProducer, topic: str, records: list[Hostile]) -> None:
    """In order, to the one partition."""
    sent = [
        producer.send(
            topic, key=key, value=value or (b"" if key is None else value), headers=list(headers), partition=0
        )
        for value, key, headers in records
    ]
    producer.flush(timeout=60)
    for future in sent:
        future.get(timeout=0)


def test_a_worker_under_fire(tmp_path: Path, bootstrap_servers: str) -> None:
    """Everything is accounted for, dead letters are untouched, page and memory are bounded, and no word of it leaks."""
    installation = Installation(tmp_path, bootstrap_servers, "[brands.acme]\n", partitions=1)
    installation.create_topics()
    topic = installation.config.topics.name(Input.MENTIONS)
    fire = [said for said in corpus(brands=BRANDS) if len(said.value or b"") < 600_000]
    story = [Hostile(orjson.dumps(value)) for value in before()]
    records = [*story, *fire, Hostile(orjson.dumps(mention("last", 780)))]
    producers = [KafkaProducer(bootstrap_servers=bootstrap_servers, compression_type=codec) for codec in (None, "gzip")]
    for start in range(0, len(records), 1000):
        send(producers[start // 1000 % 2], topic, records[start : start + 1000])
    with installation.worker() as worker:
        installation.until_caught_up(seconds=50)
        page, peak = worker.page(), worker.peak_megabytes
        assert 0 == worker.terminate(20)
    became = worker.counted(page, "brushfire_mentions_total", "outcome")
    assert len(records) == became.total()
    letters = installation.records(Output.DEAD_LETTERS)
    assert became["refused"] == len(letters) == worker.counted(page, "brushfire_dead_letters_total", "reason").total()
    check_letters(records, letters)
    assert len(page.splitlines()) - page.count("# ") <= most_series(installation.config)
    check_log(worker, len(installation.records(Output.CRISIS_EVENTS)))
    assert peak < MEGABYTES


def test_a_batch_that_is_small_until_it_is_read(tmp_path: Path, bootstrap_servers: str) -> None:
    """What a compressed batch costs: all of it is in memory at once, a little over twice. A broker takes a mebibyte."""
    installation = Installation(tmp_path, bootstrap_servers, partitions=1)
    installation.create_topics()
    producer = KafkaProducer(
        bootstrap_servers=bootstrap_servers, compression_type="gzip", batch_size=2 * BOMB_BYTES, linger_ms=5000
    )
    topic = installation.config.topics.name(Input.MENTIONS)
    text = "x" * (MAX_BYTES - 200)
    records = [
        Hostile(orjson.dumps(mention(f"bomb-{number}", 0, text=text))) for number in range(BOMB_BYTES // MAX_BYTES)
    ]
    send(producer, topic, [Hostile(orjson.dumps(mention("first", 0)))])
    with installation.worker() as worker:
        installation.until_caught_up()
        before_megabytes = worker.peak_megabytes
        send(producer, topic, records)
        installation.until_caught_up()
        grown = worker.peak_megabytes - before_megabytes
        assert len(records) + 1 == worker.counted(worker.page(), "brushfire_mentions_total", "outcome")["counted"]
        assert 0 == worker.terminate(20)
    assert grown < 3 * BOMB_BYTES / 2**20


def check_letters(records: list[Hostile], letters: list[Any]) -> None:
    """Value, key and headers as they were written; nothing of them in what the service adds."""
    for letter in letters:
        added = ours(letter.headers)
        written = records[int(dict(added)["__connect.errors.offset"] or b"")]
        assert (written.value or b"", written.key) == (letter.value or b"", letter.key)
        theirs = letter.headers[: len(letter.headers) - len(added)]
        assert [content for _, content in written.headers] == [content for _, content in theirs]
        assert not [content for _, content in added if SECRET.encode() in (content or b"")]
    assert "handler_error" not in Counter(dict(letter.headers)["dlq.reason"].decode() for letter in letters)


def check_log(worker: Worker, events: int) -> None:
    """A line for each step of its life and each transition, whichever way lines are broken."""
    text = worker.said
    lines = [json.loads(line) for line in text.splitlines()]
    assert events
    assert {"starting": 1, "assignment": 1, "restored": 1, "ready": 1, "stopped": 1, "crisis": events} == Counter(
        line["message"].split()[0] for line in lines if line["logger"] == "brushfire"
    )
    assert SECRET not in text
