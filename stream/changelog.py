"""What one commit says of a brand may be larger than a record of Kafka may be: large values travel in parts.

A value of more than `PART_BYTES` is written as its parts, under keys of their own, and under its key how many there
are. All are of one transaction, so a restore finds parts that belong together, whatever was written before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson

PART_BYTES = 512 * 1024
"""With key and batch well below what a topic takes by default (1 MiB)."""
_IN_PARTS = b'{"parts":'
_PART = b"x/"


class Parts:
    """Splits values, and knows how many parts of each key the changelog holds, to delete those that are left over."""

    def __init__(self) -> None:
        self._held: dict[bytes, int] = {}

    def split(self, key: bytes, value: bytes | None) -> Iterator[tuple[bytes, bytes | None]]:
        """The records that write a value, or delete it (None)."""
        pieces: list[bytes] = []
        if value is not None and len(value) > PART_BYTES:
            pieces = [value[start : start + PART_BYTES] for start in range(0, len(value), PART_BYTES)]
            value = orjson.dumps({"parts": len(pieces)})
        yield key, value
        for number, piece in enumerate(pieces):
            yield _part_key(key, number), piece
        for number in range(len(pieces), self._held.pop(key, 0)):
            yield _part_key(key, number), None
        if pieces:
            self._held[key] = len(pieces)

    def join(self, state: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
        """The values as they were before they were split. Raises KeyError where a part is missing."""
        whole: dict[bytes, bytes] = {}
        for key, value in state.items():
            if key.startswith(_PART):
                continue
            if not value.startswith(_IN_PARTS):
                whole[key] = value
                continue
            count = self._held[key] = orjson.loads(value)["parts"]
            whole[key] = b"".join(state[_part_key(key, number)] for number in range(count))
        return whole


def _part_key(key: bytes, number: int) -> bytes:
    return _PART + key + b"/%d" % number
