"""Reads a stretch of a partition, for commands: from an offset to where it ended when they began."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kafka import KafkaConsumer, TopicPartition

POLL_MS = 1000
MAX_RECORDS = 10_000


def stretch(
    reader: KafkaConsumer, tp: TopicPartition, start: int, end: int, max_records: int = MAX_RECORDS
) -> Iterator[list[Any]]:
    """The records in `[start, end)`, in order, a list for each poll; some are empty. Assigns the partition to the reader."""
    reader.assign([tp])
    reader.seek(tp, start)
    while (reader.position(tp) or 0) < end:
        polled = reader.poll(timeout_ms=POLL_MS, max_records=max_records).get(tp, [])
        yield [record for record in polled if record.offset < end]
