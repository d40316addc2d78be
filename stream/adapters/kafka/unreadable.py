"""Batches the client cannot decode: where they begin and where what can be read goes on.

The client says which partition it was in words only, which may quote the record, and spins for ever when it is polled
again afterwards. So each place is looked at with a new client.
"""

from __future__ import annotations

from collections.abc import Mapping

from kafka import TopicPartition
from kafka.errors import CorruptRecordError, KafkaError

from stream.adapters.kafka.connection import consumer, failed
from stream.config import Config
from stream.errors import ServiceError

PATIENCE = 30
"""Seconds in which the cluster has to hand out something."""


def first_unreadable(config: Config, positions: Mapping[TopicPartition, int]) -> tuple[TopicPartition, int] | None:
    """Which of these next offsets cannot be read; None where all can, as after an error of the network."""
    for tp, offset in sorted(positions.items()):
        if complaint(config, tp, offset) is not None:
            return tp, offset
    return None


def readable_from(config: Config, tp: TopicPartition, offset: int) -> int:
    """The first offset behind the unreadable batch at `offset`: steps that double, then halves.

    Every offset of a batch gives the same complaint, because a broker hands out whole batches. A damaged batch behind
    the first one has a complaint of its own, unless the client names no offset: then both are taken for one.
    """
    said = complaint(config, tp, offset)
    inside, behind = offset, offset + 1
    while complaint(config, tp, behind) == said:
        inside, behind = behind, behind + 2 * (behind - offset)
    while behind - inside > 1:
        middle = (inside + behind) // 2
        if complaint(config, tp, middle) == said:
            inside = middle
        else:
            behind = middle
    return behind


def complaint(config: Config, tp: TopicPartition, offset: int) -> str | None:
    """What the client says instead of reading from here, in words that may quote the record; None where it reads.

    The end of the log counts as readable. Raises `ServiceError` where the cluster hands out nothing.
    """
    reader = consumer(config, group_id=None, auto_offset_reset="none")
    try:
        reader.assign([tp])
        reader.seek(tp, offset)
        end = reader.end_offsets([tp])[tp]
        for _ in range(PATIENCE):
            if (reader.position(tp) or 0) >= end or reader.poll(timeout_ms=1000, max_records=1):
                return None
    except CorruptRecordError as error:
        return str(error)
    except KafkaError as error:
        raise failed(f"{tp.topic} partition {tp.partition} cannot be read at offset {offset}", error) from None
    finally:
        reader.close(autocommit=False)
    raise ServiceError(f"kafka: {tp.topic} partition {tp.partition} hands out nothing at offset {offset}")
