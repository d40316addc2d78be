"""The contract of the one port, against memory, files and a real broker."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

from stream.adapters.files import FILES, FilesLog, Layout, Source
from stream.adapters.memory import MemoryLog, MemoryTopics
from stream.partitioning import MURMUR2, partition_of
from stream.ports import AssignmentLost, Input, Log, Message, Output, StoredRecord
from stream.settings import load
from tests.contracts.logs import PATIENCE_SECONDS, Harness, changelog, read, settled, settled_together, started

PARTITIONS = 2
BRANDS = {partition_of(name, PARTITIONS, MURMUR2): name for name in ("acme", "bmw", "cola", "dhl")}


def value(partition: int, number: int) -> bytes:
    """A mention whose brand belongs to the partition."""
    return orjson.dumps(
        {"mention_id": f"m{number}", "brand_id": BRANDS[partition], "published_at": "2026-01-05T00:00:00Z"}
    )


class MemoryHarness:
    partitions = PARTITIONS

    def __init__(self) -> None:
        self._topics = MemoryTopics(PARTITIONS)

    @contextmanager
    def opened(self) -> Iterator[Log]:
        yield MemoryLog(self._topics, max_poll_records=2)

    def write(self, source: Input, partition: int, value: bytes) -> None:
        offset = len(self._topics.inputs[source, partition])
        self._topics.append(source, StoredRecord(partition, offset, int(time.time() * 1000), None, value))

    def written(self, output: Output) -> list[tuple[bytes | None, bytes | None]]:
        return [(message.key, message.value) for message in self._topics.outputs[output]]


class FilesHarness:
    """Files end, and begin anew: what is asked of a restart does not apply to them."""

    partitions = PARTITIONS

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources = {source: folder / f"{source}.jsonl" for source in Input}
        for path in self._sources.values():
            path.touch()
        (folder / "out").mkdir()

    @contextmanager
    def opened(self) -> Iterator[Log]:
        sources = [Source(source, str(path)) for source, path in self._sources.items()]
        layout = Layout(PARTITIONS, MURMUR2, None, int(time.time() * 1000), {source.value: source for source in Input})
        log = FilesLog(sources, layout, self._folder / "out", batch_lines=2)
        try:
            yield log
        finally:
            log.close()

    def write(self, source: Input, partition: int, value: bytes) -> None:
        with self._sources[source].open("ab") as file:
            file.write(value + b"\n")

    def written(self, output: Output) -> list[tuple[bytes | None, bytes | None]]:
        return [(None, line) for line in (self._folder / "out" / FILES[output]).read_bytes().splitlines()]


class KafkaHarness:
    partitions = PARTITIONS

    def __init__(self, bootstrap: str, settings: Mapping[str, Any] = MappingProxyType({})) -> None:
        from stream.adapters.kafka.topics import create_missing

        self.config = load(
            None,
            {},
            {
                "kafka.bootstrap_servers": bootstrap,
                "kafka.group_id": f"contract-{uuid.uuid4().hex[:8]}",
                "kafka.session_timeout_seconds": 6,
                "topics.prefix": f"contract-{uuid.uuid4().hex[:8]}.",
                "topics.partitions": PARTITIONS,
                "topics.replication_factor": 1,
                **settings,
            },
        )
        create_missing(self.config)

    @contextmanager
    def opened(self) -> Iterator[Log]:
        from stream.adapters.kafka.log import KafkaLog

        log = KafkaLog(self.config, list(Input), 1024 * 1024, lambda remaining: None)
        try:
            yield log
        finally:
            log.close()

    def write(self, source: Input, partition: int, value: bytes) -> None:
        with closing(KafkaProducer(bootstrap_servers=self.config.kafka.servers)) as producer:
            producer.send(self.config.topics.name(source), value=value, partition=partition).get(timeout=10)

    def written(self, output: Output) -> list[tuple[bytes | None, bytes | None]]:
        from tests.integration.topics import read_all

        return [
            (record.key, record.value)
            for record in read_all(self.config.kafka.bootstrap_servers, self.config.topics.name(output))
        ]


KAFKA = pytest.param("kafka", marks=[pytest.mark.broker, pytest.mark.slow])


def _harness(request: pytest.FixtureRequest, tmp_path: Path) -> Harness:
    if request.param == "memory":
        return MemoryHarness()
    if request.param == "files":
        return FilesHarness(tmp_path)
    return KafkaHarness(request.getfixturevalue("bootstrap_servers"))


@pytest.fixture(params=["memory", "files", KAFKA])
def harness(request: pytest.FixtureRequest, tmp_path: Path) -> Harness:
    return _harness(request, tmp_path)


@pytest.fixture(params=["memory", KAFKA])
def restartable(request: pytest.FixtureRequest, tmp_path: Path) -> Harness:
    """Not files: a run over files begins with nothing."""
    return _harness(request, tmp_path)


def test_everything_is_assigned_before_anything_is_read(harness: Harness) -> None:
    """The worker has to restore first."""
    harness.write(Input.MENTIONS, 0, value(0, 1))
    with harness.opened() as log:
        batch = settled(log)
        assert set(range(PARTITIONS)) == batch.assigned
        assert [] == batch.records
        nothing = log.restore(0)
        assert ({}, {}) == (dict(nothing.state), dict(nothing.committed))


def test_partitions_are_assigned_however_short_the_polls_are(harness: Harness) -> None:
    """A worker polls briefly, and a rebalance on a busy cluster takes longer."""
    for _ in range(5):
        with harness.opened() as log:
            assert set(range(PARTITIONS)) == settled(log, poll_seconds=0.005).assigned


def test_records_come_in_order_with_their_bytes(harness: Harness) -> None:
    """Per input and partition; bytes and offsets untouched."""
    values = [value(number % 2, number) for number in range(7)]
    for number, written in enumerate(values):
        harness.write(Input.MENTIONS, number % 2, written)
    harness.write(Input.FEEDBACK, 1, value(1, 99))
    with harness.opened() as log:
        started(log, PARTITIONS)
        found = read(log, 8)
        for partition in range(PARTITIONS):
            mentions = [record for source, at, record in found if (source, at) == (Input.MENTIONS, partition)]
            assert values[partition::2] == [record.value for record in mentions]
            offsets = [record.offset for record in mentions]
            assert sorted(set(offsets)) == offsets
            assert {partition} == {record.partition for record in mentions}
            assert all(record.timestamp > 0 for record in mentions)
        assert [value(1, 99)] == [record.value for source, _, record in found if source is Input.FEEDBACK]


def test_what_is_committed_can_be_read(harness: Harness) -> None:
    """Events and dead letters; values as they were given."""
    with harness.opened() as log:
        started(log, PARTITIONS)
        log.commit(
            [
                Message(Output.CRISIS_EVENTS, b"acme", b'{"n":1}', [("content-type", b"application/cloudevents+json")]),
                Message(Output.CRISIS_EVENTS, b"acme", b'{"n":2}'),
                Message(Output.CRISIS_STATE, b"acme", b'{"n":2}'),
            ],
            {(Input.MENTIONS, 0): 0},
        )
    assert [b'{"n":1}', b'{"n":2}'] == [value for _, value in harness.written(Output.CRISIS_EVENTS)]
    assert [b'{"n":2}'] == [value for _, value in harness.written(Output.CRISIS_STATE)]


def test_the_end_is_told(harness: Harness) -> None:
    """Caught up, or ended: there is nothing behind what was handed out."""
    harness.write(Input.MENTIONS, 0, value(0, 1))
    with harness.opened() as log:
        started(log, PARTITIONS)
        assert 1 == len(read(log, 1))
        for _ in range(100):
            batch = log.poll(0.1)
            if batch.ended or batch.caught_up == set(range(PARTITIONS)):
                return
        raise AssertionError("never caught up")


def test_state_and_positions_survive_a_restart(restartable: Harness) -> None:
    """What one transaction wrote, and nothing else; deleted keys are gone."""
    for number in range(4):
        restartable.write(Input.MENTIONS, 0, value(0, number))
    with restartable.opened() as log:
        started(log, PARTITIONS)
        assert 4 == len(read(log, 4))
        log.commit([changelog(b"p", b"1", 0), changelog(b"b/a", b"x", 0)], {(Input.MENTIONS, 0): 1})
        log.commit(
            [
                changelog(b"p", b"2", 0),
                changelog(b"b/a", None, 0),
                changelog(b"b/b", b"y", 0),
                changelog(b"p", b"9", 1),
            ],
            {(Input.MENTIONS, 0): 3},
        )
    with restartable.opened() as log:
        settled(log)
        restored = log.restore(0)
        assert {b"p": b"2", b"b/b": b"y"} == dict(restored.state)
        assert 3 == restored.committed[Input.MENTIONS]
        assert (0, 4) == restored.available[Input.MENTIONS]
        other = log.restore(1)
        assert {b"p": b"9"} == dict(other.state)
        log.start_at({(Input.MENTIONS, 0): 3, (Input.MENTIONS, 1): 0})
        assert [value(0, 3)] == [record.value for _, _, record in read(log, 1)]


def test_a_worker_that_dies_before_its_commit_leaves_nothing(restartable: Harness) -> None:
    """What it read is read again by the next one."""
    restartable.write(Input.MENTIONS, 1, value(1, 1))
    for _ in range(2):
        with restartable.opened() as log:
            started(log, PARTITIONS)
            assert [value(1, 1)] == [record.value for _, _, record in read(log, 1)]
    assert [] == restartable.written(Output.CRISIS_EVENTS)


# ---------------------------------------------------------------- Kafka alone

BRIEF = {"kafka.max_poll_interval_seconds": 12, "kafka.call_timeout_seconds": 10}


def committed(harness: KafkaHarness) -> dict[int, int]:
    """Offsets of mentions that the group has committed, by partition."""
    config = harness.config
    client = KafkaConsumer(bootstrap_servers=config.kafka.servers, group_id=config.kafka.group_id)
    try:
        tps = [TopicPartition(config.topics.name(Input.MENTIONS), partition) for partition in range(PARTITIONS)]
        return {tp.partition: client.committed(tp) for tp in tps}
    finally:
        client.close(autocommit=False)


@pytest.mark.broker
@pytest.mark.slow
def test_a_loop_that_stands_still_loses_its_partitions(bootstrap_servers: str) -> None:
    """Its heart beats, and it does not poll: another has its partitions, its commit is refused and leaves nothing. Awake
    again it has its share, and what was refused stays so."""
    harness = KafkaHarness(bootstrap_servers, BRIEF)
    refused, taken, later = (
        {(Input.MENTIONS, partition): offset for partition in range(PARTITIONS)} for offset in (1, 2, 3)
    )
    for number in range(6):
        harness.write(Input.MENTIONS, number % 2, value(number % 2, number))
    with harness.opened() as still, harness.opened() as other:
        started(still, PARTITIONS)
        assert set(range(PARTITIONS)) == settled(other).assigned
        with pytest.raises(AssignmentLost):
            still.commit([Message(Output.CRISIS_EVENTS, b"acme", b"still")], refused)
        other.commit([Message(Output.CRISIS_EVENTS, b"acme", b"other")], taken)
        shares = [batch.assigned or set() for batch in settled_together([still, other])]
        assert [1, 1] == [len(share) for share in shares]
        (mine,) = shares[0]
        still.commit([], {(Input.MENTIONS, mine): later[Input.MENTIONS, mine]})
    assert [(b"acme", b"other")] == harness.written(Output.CRISIS_EVENTS)
    assert {mine: 3, 1 - mine: 2} == committed(harness)


@pytest.mark.broker
@pytest.mark.slow
def test_a_rebalance_that_ends_between_two_polls_is_no_reason_for_another(bootstrap_servers: str) -> None:
    """A worker has other things to do than to poll: whenever the group settles, each is told once what it has."""
    harness = KafkaHarness(bootstrap_servers)
    with harness.opened() as first, harness.opened() as second:
        settled(first)
        told: list[list[int]] = [[], []]
        turns, deadline = 0, time.monotonic() + PATIENCE_SECONDS
        while turns < 12:  # five seconds after both were told: a heartbeat, and more
            assert time.monotonic() < deadline, told
            turns += all(told)
            for log, shares in zip((first, second), told, strict=True):
                batch = log.poll(0.01)
                if batch.assigned is not None:
                    shares.append(len(batch.assigned))
                time.sleep(0.2)
        assert [[1], [1]] == told


@pytest.mark.broker
@pytest.mark.slow
def test_a_transaction_that_was_left_open_is_waited_for(bootstrap_servers: str) -> None:
    """It has committed positions and nothing else yet: until the cluster gives it up, nobody knows where to go on."""
    harness = KafkaHarness(bootstrap_servers, BRIEF | {"kafka.transaction_timeout_seconds": 12})
    dead = KafkaProducer(
        bootstrap_servers=bootstrap_servers,
        transactional_id=f"{harness.config.kafka.group_id}-x",
        transaction_timeout_ms=12_000,
    )
    dead.init_transactions()
    dead.begin_transaction()
    positions = {TopicPartition(harness.config.topics.name(Input.MENTIONS), 0): OffsetAndMetadata(7, "", -1)}
    dead.send_offsets_to_transaction(positions, ConsumerGroupMetadata(group_id=harness.config.kafka.group_id))
    with harness.opened() as log:
        settled(log)
        assert {} == log.restore(0).committed
    with suppress(KafkaError):
        dead.close(timeout=1)


@pytest.mark.broker
@pytest.mark.slow
def test_a_commit_needs_positions(bootstrap_servers: str) -> None:
    """Without them the group could not refuse it."""
    with KafkaHarness(bootstrap_servers).opened() as log, pytest.raises(ValueError, match="without positions"):
        log.commit([Message(Output.CRISIS_EVENTS, b"acme", b"x")], {})
