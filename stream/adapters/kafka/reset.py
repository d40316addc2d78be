"""Drops a group's state and moves its offsets, together: half of it would be worse than nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

from stream.adapters.kafka.connection import admin, consumer, failed, producer
from stream.adapters.kafka.own_record import OWN
from stream.adapters.kafka.stretch import stretch
from stream.adapters.kafka.topics import look
from stream.adapters.kafka.transaction import Entry, close, write_transaction
from stream.adapters.kafka.watchdog import bounded
from stream.config import Config
from stream.errors import ServiceError
from stream.ports import Input, Output

TRANSACTION_SECONDS = 300.0
MakeState = Callable[[int, dict[Input, int]], bytes]
"""(partition, next offset per input) to the partition's own record of an empty state."""
Change = tuple[int, bytes, bytes | None]
"""Partition of the changelog, key, value; None deletes the key."""


def reset(config: Config, to: str | int, make_state: MakeState) -> dict[str, int]:
    """Forget everything and begin at `to`: "earliest", "latest", or milliseconds since the epoch.

    Returns the new offsets as `{"topic/partition": offset}`. Raises `ServiceError` while the group has members.
    """
    check_stopped(config)
    inputs = look(config).inputs
    reader = consumer(config, group_id=None, auto_offset_reset="earliest")
    try:
        offsets = _targets(reader, config, inputs, to)
        keys = {partition: _keys(reader, config, partition) for partition in range(config.topics.partitions)}
    except KafkaError as error:
        raise failed("reset failed, nothing was changed", error) from None
    finally:
        reader.close(autocommit=False)
    by_topic = {config.topics.name(source): source for source in Input}
    changes: list[Change] = []
    for partition, known in keys.items():
        changes += [(partition, key, None) for key in sorted(known - {OWN})]
        own = {by_topic[tp.topic]: offset for tp, offset in offsets.items() if tp.partition == partition}
        changes.append((partition, OWN, make_state(partition, own)))
    move(config, "reset", changes, offsets)
    return {f"{tp.topic}/{tp.partition}": offset for tp, offset in offsets.items()}


def check_stopped(config: Config) -> None:
    """Raises `ServiceError` while the group has members: they would commit over what is changed."""
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
            "(one that was killed, or has a kafka.instance, is forgotten after kafka.session_timeout_seconds)"
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
    first, end = reader.beginning_offsets([tp])[tp], reader.end_offsets([tp])[tp]
    return {record.key for records in stretch(reader, tp, first, end) for record in records}


def move(config: Config, what: str, changes: Iterable[Change], offsets: Mapping[TopicPartition, int]) -> None:
    """Change state and offsets of a group without members, in one transaction. `what` is the command. Raises `ServiceError`."""
    changelog = config.topics.name(Output.CHANGELOG)
    writer = producer(
        config,
        transactional_id=f"{config.kafka.group_id}-{what}-{uuid.uuid4().hex[:12]}",
        transaction_timeout_ms=int(TRANSACTION_SECONDS * 1000),
    )
    entries = [Entry(changelog, key, value, partition=partition) for partition, key, value in changes]
    moved = {tp: OffsetAndMetadata(offset, "", -1) for tp, offset in offsets.items()}
    with bounded(what, TRANSACTION_SECONDS):
        try:
            writer.init_transactions()
            check_stopped(config)  # once more: a supervisor may have started one meanwhile
            write_transaction(writer, entries, moved, ConsumerGroupMetadata(group_id=config.kafka.group_id))
        except KafkaError as error:
            raise failed(f"{what} failed, nothing was changed", error) from None
        finally:
            close(writer)
