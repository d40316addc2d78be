"""Drops a group's state and moves its offsets, together: half of it would be worse than nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

from stream.adapters.kafka.connection import admin, consumer, failed, producer
from stream.adapters.kafka.topics import look
from stream.adapters.kafka.watchdog import bounded
from stream.config import Config
from stream.errors import ServiceError
from stream.ports import Input, Output

TRANSACTION_SECONDS = 300.0
MakeState = Callable[[int, dict[Input, int]], bytes]
"""(partition, next offset per input) to the partition's own record of an empty state."""


def reset(config: Config, to: str | int, make_state: MakeState) -> dict[str, int]:
    """Forget everything and begin at `to`: "earliest", "latest", or milliseconds since the epoch.

    Returns the new offsets as `{"topic/partition": offset}`. Raises `ServiceError` while the group has members.
    """
    _check_stopped(config)
    inputs = look(config).inputs
    reader = consumer(config, group_id=None, auto_offset_reset="earliest")
    try:
        offsets = _targets(reader, config, inputs, to)
        keys = {partition: _keys(reader, config, partition) for partition in range(config.topics.partitions)}
    except KafkaError as error:
        raise failed("reset failed, nothing was changed", error) from None
    finally:
        reader.close(autocommit=False)
    _write(config, offsets, keys, make_state)
    return {f"{tp.topic}/{tp.partition}": offset for tp, offset in offsets.items()}


def _check_stopped(config: Config) -> None:
    client = admin(config)
    try:
        group = client.describe_groups([config.kafka.group_id])[config.kafka.group_id]
    except KafkaError as error:
        raise failed("cannot ask for the group", error) from None
    finally:
        client.close()
    if group.get("members"):
        count = len(group["members"])
        raise ServiceError(
            f"group {config.kafka.group_id} has {count} member{'s' if count > 1 else ''}: stop the workers first "
            "(one that was killed is forgotten after kafka.session_timeout_seconds)"
        )


def _targets(reader: KafkaConsumer, config: Config, inputs: list[Input], to: str | int) -> dict[TopicPartition, int]:
    tps = [
        TopicPartition(config.topics.name(source), partition)
        for source in inputs
        for partition in range(config.topics.partitions)
    ]
    if to == "earliest":
        return dict(reader.beginning_offsets(tps))
    ends = dict(reader.end_offsets(tps))
    if to == "latest":
        return ends
    found = reader.offsets_for_times(dict.fromkeys(tps, to))
    return {tp: found[tp].offset if found.get(tp) is not None else ends[tp] for tp in tps}


def _keys(reader: KafkaConsumer, config: Config, partition: int) -> set[bytes]:
    """Every key the changelog of a partition holds."""
    tp = TopicPartition(config.topics.name(Output.CHANGELOG), partition)
    reader.assign([tp])
    reader.seek_to_beginning(tp)
    end = reader.end_offsets([tp])[tp]
    keys: set[bytes] = set()
    while (reader.position(tp) or 0) < end:
        for record in reader.poll(timeout_ms=1000, max_records=10_000).get(tp, ()):
            keys.add(record.key)
    return keys


def _write(
    config: Config, offsets: dict[TopicPartition, int], keys: dict[int, set[bytes]], make_state: MakeState
) -> None:
    changelog = config.topics.name(Output.CHANGELOG)
    by_topic = {config.topics.name(source): source for source in Input}
    writer = producer(
        config,
        transactional_id=f"{config.kafka.group_id}-reset-{uuid.uuid4().hex[:12]}",
        transaction_timeout_ms=int(TRANSACTION_SECONDS * 1000),
    )
    with bounded("reset", TRANSACTION_SECONDS):
        try:
            writer.init_transactions()
            writer.begin_transaction()
            for partition, known in keys.items():
                for key in sorted(known - {b"p"}):
                    writer.send(changelog, key=key, value=None, partition=partition)
                own = {by_topic[tp.topic]: offset for tp, offset in offsets.items() if tp.partition == partition}
                writer.send(changelog, key=b"p", value=make_state(partition, own), partition=partition)
            moved = {tp: OffsetAndMetadata(offset, "", -1) for tp, offset in offsets.items()}
            writer.send_offsets_to_transaction(moved, ConsumerGroupMetadata(group_id=config.kafka.group_id))
            writer.commit_transaction()
        except KafkaError as error:
            raise failed("reset failed, nothing was changed", error) from None
        finally:
            writer.close(timeout=5)
