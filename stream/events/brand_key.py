"""Which brand a raw record is about, and when: for whoever routes records without taking them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from stream.events.fields import FieldMap

_decoder = msgspec.json.Decoder()


class Glance(msgspec.Struct, frozen=True):
    """What a router needs to know of a record; None where it cannot be told."""

    brand_id: str | None = None
    time_ms: int | None = None


def glance(value: bytes, field_map: FieldMap | None, time_field: str | None) -> Glance:
    """Look at a record without validating it. Never raises: what cannot be read has no brand and no time.

    Without a `time_field` nobody asks when: that is half the cost.

    As at the door, what is no bare event, read through the field map if there is one, may be one in its envelope.
    """
    try:
        record = _decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Glance()
    if not isinstance(record, dict):
        return Glance()
    seen = _look(record, field_map, time_field)
    found = seen.brand_id is not None and (time_field is None or seen.time_ms is not None)
    if not found and "specversion" in record and isinstance(record.get("data"), dict):
        return _look(record["data"], field_map, time_field)
    return seen


def _look(record: dict[str, Any], field_map: FieldMap | None, time_field: str | None) -> Glance:
    if field_map is not None:
        record = field_map.apply(record)
    brand_id = record.get("brand_id")
    time_ms = None if time_field is None else _time_ms(record.get(time_field))
    return Glance(brand_id if isinstance(brand_id, str) else None, time_ms)


def _time_ms(value: Any) -> int | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    return round((value - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
