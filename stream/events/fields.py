"""The field map: reads topics that already exist, so that nobody has to rewrite a producer."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

RFC3339, EPOCH_SECONDS, EPOCH_MILLISECONDS = "rfc3339", "epoch_seconds", "epoch_milliseconds"
TIME_FORMATS = (RFC3339, EPOCH_SECONDS, EPOCH_MILLISECONDS)
_TIMES = ("published_at", "collected_at", "author.created_at")


class FieldMap:
    """Builds a record of the contract's shape out of one of another.

    `fields` gives for a field of the contract (dotted path) where to find it in the record (dotted path), `constants`
    gives values that no record carries. Fields of the same name are taken as they are, unless they are mapped.
    """

    __slots__ = ("_constants", "_fields", "_replaced", "_scale", "_times")

    def __init__(self, fields: Mapping[str, str], constants: Mapping[str, Any], time_format: str = RFC3339) -> None:
        self._fields = [(target.split("."), source.split(".")) for target, source in fields.items()]
        self._constants = [(target.split("."), value) for target, value in constants.items()]
        self._replaced = {target[0] for target, _ in [*self._fields, *self._constants]}
        self._scale = {RFC3339: 0.0, EPOCH_SECONDS: 1.0, EPOCH_MILLISECONDS: 0.001}[time_format]
        self._times = [path.split(".") for path in _TIMES] if self._scale else []

    def apply(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record in the contract's shape. Missing sources are left out; the type is checked afterwards."""
        out = {name: value for name, value in record.items() if name not in self._replaced}
        for target, value in self._constants:
            put(out, target, deepcopy(value))  # fields may be put into it: they belong to this record alone
        for target, source in self._fields:
            found = _get(record, source)
            if found is not None:
                put(out, target, found)
        for path in self._times:
            number = _get(out, path)
            if isinstance(number, int | float) and not isinstance(number, bool):
                put(out, path, self._time(number))
        return out

    def _time(self, number: float) -> Any:
        try:
            return datetime.fromtimestamp(number * self._scale, UTC)
        except (OverflowError, OSError, ValueError):
            return number  # left as it is, it breaks the rule of its field


def _get(record: Any, path: list[str]) -> Any:
    for name in path:
        if not isinstance(record, dict):
            return None
        record = record.get(name)
    return record


def put(record: dict[str, Any], path: list[str], value: Any) -> None:
    """Set the value at a path, and make the objects that lead there."""
    for name in path[:-1]:
        inner = record.get(name)
        if not isinstance(inner, dict):
            inner = record[name] = {}
        record = inner
    record[path[-1]] = value
