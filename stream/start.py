"""Where to begin reading a partition: its own record is the truth, and what the log remembers must agree with it."""

from __future__ import annotations

from collections.abc import Mapping

from stream.errors import ServiceError
from stream.ports import Input, Restored

RESET = "`brushfire reset --to earliest|latest|TIME` drops the state and moves the offsets together"


def first_positions(
    partition: int, own: Mapping[Input, int], restored: Restored, start_from: str
) -> dict[tuple[Input, int], int]:
    """Next offset of every input of a partition.

    `own` is what the partition's own record says (`p`), empty without state. Raises `ServiceError` where state and
    committed offsets differ, or where the log no longer holds what comes next.
    """
    positions: dict[tuple[Input, int], int] = {}
    for source, (first, end) in restored.available.items():
        committed = restored.committed.get(source)
        expected = own.get(source)
        where = f"{source} partition {partition}"
        if committed is not None and committed != expected:
            told = f"ends at offset {expected}" if expected is not None else "is missing"
            raise ServiceError(f"{where}: the group committed offset {committed}, but the state {told}; {RESET}")
        if expected is None:
            positions[source, partition] = first if start_from == "earliest" else end
        elif expected < first:
            raise ServiceError(
                f"{where}: next is offset {expected}, but the log begins at {first}: {first - expected} records are gone; "
                f"{RESET}"
            )
        elif expected > end:
            raise ServiceError(
                f"{where}: next is offset {expected}, but the log ends at {end}: was the topic deleted and made anew? {RESET}"
            )
        else:
            positions[source, partition] = expected
    return positions
