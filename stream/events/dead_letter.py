"""Dead letter: a record that was not taken, untouched, with headers that say why; and the record again, out of it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from stream.errors import Refused
from stream.events.door import Headers
from stream.events.envelope import rfc3339
from stream.ports import Message, Record, StoredRecord
from stream.version import VERSION

CUT_BYTES = 64 * 1024
"""A value that is too large to be forwarded is cut to this: a dead letter must not become poison."""
_FIRST = "__connect.errors.topic"
"""From the last header of this name on they are ours: the record may be a dead letter itself."""
_TELLING_BYTES = 512
"""Room for the headers that say what was cut."""


def dead_letter_headers(
    record: Record, topic: str, refused: Refused, failed_at: datetime
) -> list[tuple[str, bytes | None]]:
    """The record's own headers, then Kafka Connect's names and ours."""
    ours = {
        _FIRST: topic,
        "__connect.errors.partition": record.partition,
        "__connect.errors.offset": record.offset,
        "__connect.errors.stage": "VALUE_CONVERTER",
        "__connect.errors.exception.class.name": "stream.errors.Refused",
        "__connect.errors.exception.message": refused.message,
        "dlq.reason": str(refused.reason),
        "dlq.timestamp": record.timestamp,
        "dlq.failed_at": rfc3339(failed_at),
        "dlq.service_version": VERSION,
    }
    return [*record.headers, *((name, str(value).encode()) for name, value in ours.items())]


def cut_to_fit(message: Message, max_bytes: int) -> Message:
    """The dead letter as it came if it fits into `max_bytes`, or else what does, with headers that say what it was.

    The value is cut first, then the record's own headers are left out, and where that is not enough the key is cut.
    """
    if _size(message) <= max_bytes:
        return message
    room = max_bytes - _TELLING_BYTES
    value, told = _cut("value", message.value, max_bytes)
    theirs, ours = _whose(message.headers)
    message = message._replace(value=value, headers=[*theirs, *ours, *told])
    if theirs and _size(message) > room:
        content = b"".join(name.encode() + (said or b"") for name, said in theirs)
        told += [("dlq.headers_count", str(len(theirs)).encode()), *_telling("headers", content)]
        message = message._replace(headers=[*ours, *told])
    if _size(message) > room:
        key, key_told = _cut("key", message.key, max_bytes)
        message = message._replace(key=key, headers=[*message.headers, *key_told])
    return message


def _size(message: Message) -> int:
    headers = sum(len(name.encode()) + len(content or b"") + 10 for name, content in message.headers)
    return len(message.key or b"") + len(message.value or b"") + headers


class DeadLetter(NamedTuple):
    """What a dead letter says. Texts are as they stand in the headers: escape them before a terminal."""

    record: StoredRecord
    """The record as it came, where it stood."""
    topic: str
    reason: str
    message: str
    """Path and rule."""
    failed_at: datetime | None
    service_version: str
    size: int
    """Bytes of the value as it came."""
    whole: bool
    """Whether nothing of it was cut."""


def read_dead_letter(letter: Record) -> DeadLetter | None:
    """Read a record of the dead letter topic; None where it is none of ours. Never raises."""
    theirs, ours = _whose(letter.headers)
    told = {name: (content or b"").decode(errors="replace") for name, content in ours}
    try:
        partition, offset = int(told["__connect.errors.partition"]), int(told["__connect.errors.offset"])
        timestamp, reason = int(told["dlq.timestamp"]), told["dlq.reason"]
        size = int(told.get("dlq.value_size", len(letter.value or b"")))
    except (KeyError, ValueError):
        return None
    failed_at = None
    with suppress(KeyError, ValueError):
        said = datetime.fromisoformat(told["dlq.failed_at"])
        failed_at = said if said.tzinfo is not None else None
    return DeadLetter(
        record=StoredRecord(partition, offset, timestamp, letter.key, letter.value, tuple(theirs)),
        topic=told[_FIRST],
        reason=reason,
        message=told.get("__connect.errors.exception.message", ""),
        failed_at=failed_at,
        service_version=told.get("dlq.service_version", ""),
        size=size,
        whole=not any(f"dlq.{what}_size" in told for what in ("value", "headers", "key")),
    )


def _whose(headers: Headers) -> tuple[Headers, Headers]:
    """The record's own headers, and ours."""
    first = max((at for at, (name, _) in enumerate(headers) if name == _FIRST), default=len(headers))
    return headers[:first], headers[first:]


def _cut(what: str, content: bytes | None, max_bytes: int) -> tuple[bytes | None, list[tuple[str, bytes]]]:
    """The beginning of the content, and what it was where that is not all of it."""
    cut_bytes = min(CUT_BYTES, max_bytes // 4)
    if content is None or len(content) <= cut_bytes:
        return content, []
    return content[:cut_bytes], _telling(what, content)


def _telling(what: str, content: bytes) -> list[tuple[str, bytes]]:
    size, digest = str(len(content)), hashlib.sha256(content).hexdigest()
    return [(f"dlq.{what}_size", size.encode()), (f"dlq.{what}_sha256", digest.encode())]
