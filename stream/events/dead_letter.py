"""Dead letter: a record that was not taken, untouched, with headers that say why."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from stream.errors import Refused
from stream.events.door import Headers
from stream.ports import Record
from stream.version import VERSION

CUT_BYTES = 64 * 1024
"""A value that is too large to be forwarded is cut to this: a dead letter must not become poison."""


def dead_letter_headers(
    record: Record, topic: str, refused: Refused, failed_at: datetime
) -> list[tuple[str, bytes | None]]:
    """The record's own headers, then Kafka Connect's names and ours."""
    ours = {
        "__connect.errors.topic": topic,
        "__connect.errors.partition": record.partition,
        "__connect.errors.offset": record.offset,
        "__connect.errors.stage": "VALUE_CONVERTER",
        "__connect.errors.exception.class.name": "stream.errors.Refused",
        "__connect.errors.exception.message": refused.message,
        "dlq.reason": str(refused.reason),
        "dlq.timestamp": record.timestamp,
        "dlq.failed_at": msgspec.json.encode(failed_at).decode().strip('"'),
        "dlq.service_version": VERSION,
    }
    return [*record.headers, *((name, str(value).encode()) for name, value in ours.items())]


def cut_to_fit(value: bytes | None, headers: Headers, max_bytes: int) -> tuple[bytes | None, Headers]:
    """The value as it came if it fits into `max_bytes` beside its headers, or else its beginning and what it was."""
    if value is None:
        return value, headers
    overhead = sum(len(name) + len(content or b"") + 10 for name, content in headers)
    if len(value) + overhead <= max_bytes:
        return value, headers
    told = [
        ("dlq.value_size", str(len(value)).encode()),
        ("dlq.value_sha256", hashlib.sha256(value).hexdigest().encode()),
    ]
    return value[:CUT_BYTES], [*headers, *told]
