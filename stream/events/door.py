"""The door: a record's bytes become a typed event in one step, or a refusal with a reason from the closed list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec

from stream.errors import Reason, Refused
from stream.events.envelope import Incoming
from stream.events.fields import FieldMap, put
from stream.events.rules import TIME_RULE, broken_rule, rules_of

MAX_BYTES = 512 * 1024
Headers = Sequence[tuple[str, bytes | None]]
T = TypeVar("T")

_untyped = msgspec.json.Decoder()
_envelope = msgspec.json.Decoder(Incoming)
_A_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_BAD_BYTES = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Door(Generic[T]):
    """Takes records of one noun: CloudEvents in structured or binary mode, or bare JSON, with or without a field map."""

    def __init__(self, struct: type[T], event_type: str, field_map: FieldMap | None = None) -> None:
        self._struct = struct
        self._type, self._version = event_type.rsplit(".", 1)
        self._field_map = field_map
        self._decoder = msgspec.json.Decoder(struct)
        self._rules = rules_of(struct)

    def take(self, value: bytes | None, headers: Headers) -> T:
        """Decode and validate. Raises `Refused`; never anything else, whatever the bytes."""
        if value is None or len(value) > MAX_BYTES:
            raise _refused_unseen(value)
        if headers:
            self._check_binary_mode(headers, value)
        try:
            if not value.isascii():
                value.decode()  # msgspec skips unknown fields without looking at them
            if self._field_map is None:
                return self._decoder.decode(value)
            return self._map(_untyped.decode(value))
        except _BAD_BYTES as error:
            if isinstance(error, msgspec.ValidationError) and b'"specversion"' in value:
                return self._take_structured(value, error)
            raise self._refusal(value, error) from None

    def _take_structured(self, value: bytes, error: Exception) -> T:
        """What is no bare event may be one in its envelope."""
        data = value
        try:
            event = _envelope.decode(value)
            if event.specversion is None:
                raise self._refusal(value, error)
            self._check_attributes(event.specversion, event.type)
            data = bytes(event.data)
            return self._decoder.decode(data) if self._field_map is None else self._map(_untyped.decode(data))
        except _BAD_BYTES as bad:
            raise self._refusal(value, bad, data) from None

    def _map(self, record: Any) -> T:
        """A record of another shape."""
        if isinstance(record, dict) and self._field_map is not None:
            return msgspec.convert(self._field_map.apply(record), self._struct)
        raise Refused(Reason.SCHEMA, "value: must be a JSON object")

    def _check_binary_mode(self, headers: Headers, value: bytes) -> None:
        version = event_type = None
        for name, content in headers:
            if name == "ce_specversion":
                version = _text(content)
            elif name == "ce_type":
                event_type = _text(content)
        if version is not None:
            try:
                self._check_attributes(version, event_type)
            except Refused as refused:
                raise _unreadable(value) or refused from None

    def _check_attributes(self, specversion: str, event_type: str | None) -> None:
        if specversion != "1.0":
            raise Refused(Reason.UNSUPPORTED_VERSION, "specversion: this service reads CloudEvents 1.0")
        if event_type is None:
            raise Refused(Reason.SCHEMA, "type: is required")
        noun, _, version = event_type.rpartition(".")
        if noun != self._type:
            raise Refused(Reason.SCHEMA, f"type: must be {self._type}.{self._version}")
        if version != self._version:
            raise Refused(Reason.UNSUPPORTED_VERSION, f"type: this service reads {self._type}.{self._version}")

    def _refusal(self, value: bytes, error: Exception, data: bytes | None = None) -> Refused:
        """Which rule was broken first, in the order of `Reason`; `data` is the event, where an envelope is around it."""
        unreadable = _unreadable(value)
        if unreadable is not None:
            return unreadable
        path, rule = broken_rule(error, self._rules)
        if rule == TIME_RULE:
            worse = self._fault_beside_time(value if data is None else data, path)
            if worse is None:
                return Refused(Reason.BAD_TIME, f"{path}: {rule}")
            path, rule = worse
        return Refused(Reason.SCHEMA, f"{path}: {rule}")

    def _fault_beside_time(self, value: bytes, path: str) -> tuple[str, str] | None:
        """What but times is wrong, where the time at `path` is: the decoder stops at the first fault."""
        record = _untyped.decode(value)
        if self._field_map is not None:
            record = self._field_map.apply(record)
        rule = TIME_RULE
        while rule == TIME_RULE:
            put(record, path.split("."), _A_TIME)
            try:
                msgspec.convert(record, self._struct)
            except msgspec.ValidationError as error:
                path, rule = broken_rule(error, self._rules)
            else:
                return None
        return path, rule


def _text(content: bytes | None) -> str | None:
    """A header in words; None where it is not UTF-8, because a poisoned header must not stop a partition."""
    try:
        return content.decode() if content is not None else None
    except UnicodeDecodeError:
        return None


def _unreadable(value: bytes) -> Refused | None:
    """Why the bytes are no JSON, or None where they are."""
    try:
        _untyped.decode(value)
    except RecursionError:
        return Refused(Reason.TOO_DEEP, "value: nested too deeply")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Refused(Reason.NOT_JSON, "value: must be JSON in UTF-8, without NaN and with numbers in range")
    return None


def _refused_unseen(value: bytes | None) -> Refused:
    if value is None:
        return Refused(Reason.NOT_JSON, "value: a record without a value")
    return Refused(Reason.TOO_LARGE, f"value: at most {MAX_BYTES} bytes")


def read_untyped(value: bytes) -> Any:
    """JSON without a type. Raises what the decoder raises."""
    return _untyped.decode(value)
