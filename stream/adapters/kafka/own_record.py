"""The partitions' own records, as the changelog has them last: for commands, which need no brand."""

from __future__ import annotations

from collections.abc import Iterable

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from stream.adapters.kafka.connection import consumer, failed
from stream.adapters.kafka.stretch import stretch
from stream.config import Config
from stream.ports import Output

OWN = b"p"
TAIL = 2000
"""Every commit ends with it, so that it is usually among the last records."""


def own_records(config: Config, partitions: Iterable[int]) -> dict[int, bytes]:
    """The own record of each of these partitions that has one. Raises `ServiceError`."""
    reader = consumer(config, group_id=None, auto_offset_reset="earliest")
    topic = config.topics.name(Output.CHANGELOG)
    try:
        found = {partition: _last(reader, TopicPartition(topic, partition)) for partition in partitions}
    except KafkaError as error:
        raise failed(f"{topic} cannot be read", error) from None
    finally:
        reader.close(autocommit=False)
    return {partition: value for partition, value in found.items() if value is not None}


def _last(reader: KafkaConsumer, tp: TopicPartition) -> bytes | None:
    first, end = reader.beginning_offsets([tp])[tp], reader.end_offsets([tp])[tp]
    near = max(first, end - TAIL)
    found = _last_between(reader, tp, near, end)
    return found if found is not None or near == first else _last_between(reader, tp, first, near)


def _last_between(reader: KafkaConsumer, tp: TopicPartition, start: int, end: int) -> bytes | None:
    found = None
    for records in stretch(reader, tp, start, end):
        found = next((record.value for record in reversed(records) if record.key == OWN), found)
    return found
