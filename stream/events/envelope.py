"""CloudEvents 1.0: the envelope in and out (structured JSON, attributes repeated as `ce_*` headers)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Raw, Struct

CONTENT_TYPE = b"application/cloudevents+json; charset=UTF-8"
MENTION = "io.brushfire.mention.v1"
ACTIVITY = "io.brushfire.activity.v1"
FEEDBACK = "io.brushfire.feedback.v1"
CRISIS_STATE = "io.brushfire.crisis.state.v1"

SEVERITIES = {0: ("INFO", 9), 1: ("INFO", 9), 2: ("WARN", 13), 3: ("ERROR", 17), 4: ("FATAL", 21)}


class Incoming(Struct, frozen=True, gc=False):
    """What is read of an incoming envelope in structured mode."""

    specversion: str | None = None
    type: str | None = None
    data: Raw = Raw(b"null")


class CloudEvent(Struct, frozen=True, omit_defaults=True):
    """An outgoing event. `id` is deterministic; `recordedtime` is the only wall-clock value in it."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    recordedtime: datetime
    partitionkey: str
    correlationid: str
    severitytext: str
    severitynumber: int
    dataschema: str
    datacontenttype: str
    data: Any
    causationid: str | None = None

    def encode(self) -> bytes:
        """Structured JSON."""
        return msgspec.json.encode(self)

    def headers(self) -> list[tuple[str, bytes]]:
        """The attributes again as headers, so that a consumer can filter without parsing."""
        attributes = ((name, getattr(self, name)) for name in _HEADERS)
        return [
            ("content-type", CONTENT_TYPE),
            *((f"ce_{name}", str(value).encode()) for name, value in attributes if value is not None),
            ("ce_time", rfc3339(self.time).encode()),
            ("ce_recordedtime", rfc3339(self.recordedtime).encode()),
        ]


_HEADERS = (
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "partitionkey",
    "correlationid",
    "causationid",
    "severitytext",
    "severitynumber",
    "dataschema",
)


def rfc3339(at: datetime) -> str:
    """A time as it is written everywhere: UTC, with `Z`."""
    return msgspec.json.encode(at.astimezone(UTC)).decode().strip('"')
