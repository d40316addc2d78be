"""The one port: a log that is polled, restored from and committed to, all or nothing. Adapters live in `adapters/`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from stream.errors import ServiceError

LATER_MS = 1 << 62
"""Timestamp of a record of which nobody knows when it was written: later than any time, so it bounds none."""
Headers = Sequence[tuple[str, bytes | None]]


class Input(StrEnum):
    """The topics that are read; equal partition numbers of all three belong together."""

    MENTIONS = "mentions"
    ACTIVITY = "activity"
    FEEDBACK = "feedback"


class Output(StrEnum):
    """The topics that are written."""

    CRISIS_EVENTS = "crisis_events"
    CRISIS_STATE = "crisis_state"
    DEAD_LETTERS = "dead_letters"
    CHANGELOG = "changelog"


class Record(Protocol):
    """A record as it was read: what the adapters hand in, bytes untouched."""

    @property
    def partition(self) -> int:
        """Partition of the input."""

    @property
    def offset(self) -> int:
        """Position in the partition."""

    @property
    def timestamp(self) -> int:
        """Milliseconds since the epoch, the log's own."""

    @property
    def key(self) -> bytes | None:
        """Key of the record."""

    @property
    def value(self) -> bytes | None:
        """Value of the record."""

    @property
    def headers(self) -> Headers:
        """Headers of the record."""


class StoredRecord(NamedTuple):
    """A `Record` by value: read from a file, or kept in the state."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(slots=True)
class Batch:
    """What one poll brought."""

    records: list[tuple[Input, int, Sequence[Record]]] = field(default_factory=list)
    """(input, partition, records in order); the groups are to be processed in this order."""
    assigned: set[int] | None = None
    """Partitions that are ours from now on: restore them before their records. Empty: the others have them all."""
    revoked: set[int] = field(default_factory=set)
    """Partitions that are no longer ours: what was not committed of them is void."""
    caught_up: set[int] = field(default_factory=set)
    """Partitions of which everything there is has been handed out."""
    lag: dict[tuple[Input, int], int] = field(default_factory=dict)
    """Records not yet handed out, where the adapter looked it up."""
    ended: bool = False
    """There will never be more: the end of a file."""


class Restored(NamedTuple):
    """State and positions of a partition, as of its last commit."""

    state: Mapping[bytes, bytes]
    """Changelog key to value, the last one of each; deleted ones are absent."""
    committed: Mapping[Input, int]
    """Next offset to read per input, as the log itself remembers it."""
    available: Mapping[Input, tuple[int, int]]
    """First offset still there and the end, per input that exists."""


class Message(NamedTuple):
    """Something to be written. A value of None deletes the key of a compacted topic."""

    output: Output
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None
    """Where to write it; None: by the key."""


class AssignmentLost(Exception):  # noqa: N818 -- not an error: the group moved on
    """A commit came too late: the partitions are no longer ours, and nothing of it was written."""


class UnreadableError(ServiceError):
    """What comes next in a partition cannot be decoded; the message names it. What was handed out before it is whole."""


class Log(Protocol):
    """The seam between the core and the outside. One thread uses it."""

    def poll(self, timeout_seconds: float) -> Batch:
        """Wait at most so long for records or for a change of assignment. After `UnreadableError` it is not called again."""

    def restore(self, partition: int) -> Restored:
        """Read the state of an assigned partition to its true end. May take long; raises `ServiceError`."""

    def start_at(self, positions: Mapping[tuple[Input, int], int]) -> None:
        """Read the given inputs and partitions from these offsets on."""

    def commit(self, messages: Iterable[Message], positions: Mapping[tuple[Input, int], int]) -> None:
        """Write everything and move the positions, all or nothing.

        Raises `AssignmentLost` when nothing was written because others have the partitions, `ServiceError` when the
        outcome is unknown.
        """

    def close(self) -> None:
        """Leave: give back the partitions. What was not committed is void."""
