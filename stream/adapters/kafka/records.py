"""Records in and out by hand: ingest files, re-key a topic, send feedback."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain, islice
from typing import Self

from kafka import TopicPartition
from kafka.errors import KafkaError

from stream.adapters.kafka.connection import admin, consumer, failed, producer
from stream.config import Config
from stream.errors import ServiceError
from stream.events.brand_key import glance
from stream.partitioning import partition_of
from stream.ports import Headers, Input

Progress = Callable[[int], None]
IN_FLIGHT = 10_000
PROVE_VALUES = 1000
"""When so many values have no brand, the field map is wrong."""


def ingest(config: Config, topic: str, values: Iterable[bytes], progress: Progress) -> tuple[int, int]:
    """Write values unchanged, keyed by brand. Returns (written, written without a brand that could be read).

    The record's timestamp is the wall clock, as of every producer: event time lives in the payload. Raises `ServiceError`
    before anything is written where none of the first values has a brand.
    """
    following = iter(values)
    first = list(islice(following, PROVE_VALUES))
    with _Writer(config, topic) as writer:
        if first and not any(map(writer.brand_of, first)):
            raise ServiceError(
                f"none of the first {len(first)} records has a brand that could be read; nothing was written. Look at "
                "[mentions.fields], and try `brushfire check-config --sample`"
            )
        for value in chain(first, following):
            writer.write(value, [])
            progress(writer.written)
    return writer.written, writer.without_brand


def rekey(config: Config, source: str, target: str, progress: Progress) -> tuple[int, int]:
    """Copy a topic to another, keyed by brand, up to where it ends now. Returns (copied, without a brand)."""
    reader = consumer(config, group_id=None, auto_offset_reset="earliest")
    try:
        partitions = reader.partitions_for_topic(source)
        if not partitions:
            raise ServiceError(f"kafka: topic {source} does not exist")
        tps = [TopicPartition(source, partition) for partition in sorted(partitions)]
        reader.assign(tps)
        reader.seek_to_beginning(*tps)
        ends = reader.end_offsets(tps)
        with _Writer(config, target, source) as writer:
            while any((reader.position(tp) or 0) < ends[tp] for tp in tps):
                for records in reader.poll(timeout_ms=1000, max_records=2000).values():
                    for record in records:
                        writer.write(record.value, record.headers, record.key)
                progress(writer.written)
    except KafkaError as error:
        raise failed(f"copying {source} failed", error) from None
    finally:
        reader.close(autocommit=False)
    return writer.written, writer.without_brand


def send(config: Config, topic: str, brand_id: str, value: bytes) -> None:
    """Write one record to the partition of its brand, and wait until the cluster has it."""
    with _Writer(config, topic) as writer:
        writer.write(value, [], brand_id=brand_id)


def _partitions_of(config: Config, topic: str) -> int:
    """How many partitions a topic has. The client would wait for one that does not exist."""
    client = admin(config)
    try:
        (found,) = (described for described in client.describe_topics() if described["name"] == topic)
    except ValueError:
        raise ServiceError(f"kafka: topic {topic} does not exist, or this user may not see it") from None
    except KafkaError as error:
        raise failed(f"cannot ask for topic {topic}", error) from None
    finally:
        client.close()
    return len(found["partitions"])


class _Writer:
    """Writes records to the partition of their brand, a bounded number in flight."""

    def __init__(self, config: Config, topic: str, source: str | None = None) -> None:
        """`source` is the topic that is copied, if any."""
        self.written = 0
        self.without_brand = 0
        self._topic = topic
        side_inputs = {config.topics.name(Input.ACTIVITY), config.topics.name(Input.FEEDBACK)}
        self._field_map = None if side_inputs & {topic, source} else config.mentions.field_map()
        self._partition_by = config.mentions.partition_by
        self._partitions = _partitions_of(config, topic)
        self._producer = producer(config)
        self._pending: list[object] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                self._settle()
        finally:
            self._producer.close(timeout=30)

    def brand_of(self, value: bytes) -> str | None:
        """The brand of a record, if it can be read."""
        return glance(value, self._field_map, None).brand_id

    def write(
        self, value: bytes | None, headers: Headers, key: bytes | None = None, brand_id: str | None = None
    ) -> None:
        """Send a record; what has no readable brand goes where its old key or chance puts it, to be refused there."""
        if brand_id is None and value is not None:
            brand_id = self.brand_of(value)
        partition = None
        if brand_id is None:
            self.without_brand += 1
            key = key or (b"" if value is None else None)
        else:
            key = brand_id.encode()
            partition = partition_of(brand_id, self._partitions, self._partition_by)
        sent = [(name, content or b"") for name, content in headers]
        self._pending.append(self._producer.send(self._topic, value=value, key=key, headers=sent, partition=partition))
        self.written += 1
        if len(self._pending) >= IN_FLIGHT:
            self._settle()

    def _settle(self) -> None:
        try:
            self._producer.flush(timeout=60)
            for future in self._pending:
                future.get(timeout=0)  # type: ignore[attr-defined]
        except KafkaError as error:
            raise failed(f"writing to {self._topic} failed", error) from None
        self._pending = []
