"""Writes one transaction, and looks at what became of each record: the client commits without those it could not send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from kafka import KafkaProducer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

from stream.ports import Headers

CLOSE_SECONDS = 5.0


class Entry(NamedTuple):
    """A record to be written."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None


def write_transaction(
    producer: KafkaProducer,
    entries: Iterable[Entry],
    offsets: Mapping[TopicPartition, OffsetAndMetadata],
    group: ConsumerGroupMetadata,
) -> None:
    """All or nothing. Raises `KafkaError`; what the cluster refused stays open, and is for the caller to abort."""
    try:
        producer.begin_transaction()
        sent = [_send(producer, entry) for entry in entries]
        producer.send_offsets_to_transaction(dict(offsets), group)
        for future in sent:
            if future.failed():  # a topic that may not be seen, for one: the commit would go through without it
                producer.abort_transaction()
                raise future.exception
        producer.commit_transaction()
    except KafkaError as error:
        # what failed first comes wrapped, where the client notices it at a later call: a fence, for one
        first = next((one for one in error.args if isinstance(one, KafkaError)), error)
        raise first from None
    for future in sent:
        if not future.succeeded():
            raise KafkaError("the client took a transaction for committed and has no confirmation of its records")


def _send(producer: KafkaProducer, entry: Entry) -> Any:
    try:
        return producer.send(
            entry.topic,
            key=entry.key,
            value=entry.value,
            headers=[(name, content or b"") for name, content in entry.headers],
            partition=entry.partition,
        )
    except ValueError as error:  # a partition that the topic has no more
        raise KafkaError(str(error)) from None


def close(producer: KafkaProducer) -> None:
    """Close it, whatever it still waits for: what matters was said before."""
    with suppress(KafkaError):
        producer.close(timeout=CLOSE_SECONDS)
