"""What a log must do, whichever it is: the suite runs against memory, files and a real broker."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from stream.ports import Batch, Input, Log, Message, Output, Record

PATIENCE_SECONDS = 30.0


class Harness(Protocol):
    """A kind of log, and the outside it stands in."""

    partitions: int

    @contextmanager
    def opened(self) -> Iterator[Log]:
        """A log as a worker would open it; closed afterwards. May be opened again: a restart."""

    def write(self, source: Input, partition: int, value: bytes) -> None:
        """Put a record into an input."""

    def written(self, output: Output) -> list[tuple[bytes | None, bytes | None]]:
        """(key, value) of everything readers of committed records see in an output."""


def settled(log: Log, poll_seconds: float = 0.1) -> Batch:
    """Poll until the log has assigned its partitions; restores and starts nothing."""
    (batch,) = settled_together([log], poll_seconds)
    return batch


def settled_together(logs: list[Log], poll_seconds: float = 0.1) -> list[Batch]:
    """Poll in turn until each has partitions; what each was assigned last."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    last: dict[int, Batch] = {}
    while len(last) < len(logs):
        assert time.monotonic() < deadline, f"nothing was assigned within {PATIENCE_SECONDS} s"
        for place, log in enumerate(logs):
            batch = log.poll(poll_seconds)
            if batch.assigned:
                last[place] = batch
    return [last[place] for place in range(len(logs))]


def started(log: Log, partitions: int) -> None:
    """Assigned, and started where the last commit ended or at the beginning."""
    settled(log)
    for partition in range(partitions):
        restored = log.restore(partition)
        log.start_at(
            {
                (source, partition): restored.committed.get(source, first)
                for source, (first, _) in restored.available.items()
            }
        )


def read(log: Log, count: int, turns: int = 100) -> list[tuple[Input, int, Record]]:
    """At least so many records, in the order they were handed out."""
    found: list[tuple[Input, int, Record]] = []
    for _ in range(turns):
        batch = log.poll(0.1)
        found += [(source, partition, record) for source, partition, records in batch.records for record in records]
        if len(found) >= count or batch.ended:
            return found
    return found


def changelog(key: bytes, value: bytes | None, partition: int) -> Message:
    """A record of state."""
    return Message(Output.CHANGELOG, key, value, partition=partition)
