"""Leaves a batch out that cannot be read: state and offset go on behind it together, and nothing else is touched."""

from __future__ import annotations

from typing import NamedTuple

from kafka import TopicPartition
from kafka.errors import KafkaError

from stream.adapters.kafka.connection import consumer, failed
from stream.adapters.kafka.own_record import OWN
from stream.adapters.kafka.reset import move
from stream.adapters.kafka.unreadable import complaint, readable_from
from stream.config import Config
from stream.errors import ServiceError
from stream.ports import Input


class Hole(NamedTuple):
    """Offsets that cannot be read: `[start, end)`."""

    start: int
    end: int


def hole_at(config: Config, tp: tuple[str, int], offset: int, expected: int | None) -> Hole:
    """The batch that cannot be read at `offset` of (topic, partition), where the group stands.

    `expected` is the next offset by the state, None without one. Raises `ServiceError` where the batch can be read, or
    the group is not there: what lies before would be lost.
    """
    place = TopicPartition(*tp)
    where = f"{place.topic} partition {place.partition}"
    start = _beginning(config, place, offset) if expected is None else expected
    if start > offset:
        raise ServiceError(f"{where}: the group is at offset {start} already; nothing was changed")
    if complaint(config, place, start) is None:
        if complaint(config, place, offset) is None:
            raise ServiceError(f"{where}: offset {offset} can be read: there is nothing to leave out")
        raise ServiceError(
            f"{where}: the group is at offset {start} and has not read what lies before {offset}: start a worker first, it "
            "takes that in and stops at the batch; nothing was changed"
        )
    hole = Hole(start, readable_from(config, place, start))
    if offset >= hole.end:
        raise ServiceError(f"{where}: what cannot be read next is offset {start}, not {offset}; nothing was changed")
    return hole


def _beginning(config: Config, tp: TopicPartition, offset: int) -> int:
    """Where a worker without state begins."""
    if config.kafka.start_from != "earliest":
        return offset
    reader = consumer(config, group_id=None)
    try:
        return int(reader.beginning_offsets([tp])[tp])
    except KafkaError as error:
        raise failed(f"cannot ask where {tp.topic} begins", error) from None
    finally:
        reader.close(autocommit=False)


def leave_out(config: Config, source: Input, partition: int, hole: Hole, own_record: bytes) -> None:
    """Go on behind the hole, in one transaction; `own_record` is the partition's record that says so."""
    tp = TopicPartition(config.topics.name(source), partition)
    move(config, "skip", [(partition, OWN, own_record)], {tp: hole.end})
