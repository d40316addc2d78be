"""Reads header names that are not UTF-8: the client takes them for a corrupt batch, and would never get beyond one.

Brokers do not look at header names, so any producer can write such a record. As in Kafka's own client, what is no
UTF-8 in a name is replaced; values of headers are bytes, and stay as they are.
"""

from __future__ import annotations

from typing import Any

from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatch


class _Forgiving(bytes):
    """Bytes of which every part can be read as text."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _Forgiving(found) if isinstance(at, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "replace") -> str:
        return super().decode(encoding, errors)


class ForgivingBatch(DefaultRecordBatch):  # type: ignore[misc]
    """A batch that is read as usual until a header name is no UTF-8."""

    __slots__ = ()

    def _read_msg(self) -> Any:
        try:
            return super()._read_msg()
        except UnicodeDecodeError:
            # for the rest of the batch: slower, but copied once, however many such names there are
            buffer: bytes = self._buffer  # type: ignore[has-type]
            self._buffer = _Forgiving(buffer)  # type: ignore[misc]
            return super()._read_msg()


def forgive_header_names() -> None:
    """Let every consumer of this process read such records."""
    memory_records.DefaultRecordBatch = ForgivingBatch
