"""What a batch changed: the only thing that leaves the core."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from detectors.crisis import Change
from stream.errors import Refused
from stream.events.crisis import CrisisEvent
from stream.ports import Input, Record
from stream.windows import COUNTED, REFUSED

DELAY_BITS = 64
"""Delays in seconds fit into so many bits, by far."""


class Told(NamedTuple):
    """A transition to be told, and where in the log it was caused."""

    cause: int
    """Offset of the record that moved the time, or of the last one before the wall clock did; -1 before any."""
    by_clock: bool
    """Whether the wall clock moved the time."""
    at: int
    """When it happened, seconds, event time."""
    change: Change
    event: CrisisEvent

    @property
    def verb(self) -> str:
        """What happened."""
        return self.change.verb


class Forgotten(NamedTuple):
    """A brand of which everything is deleted, its state on the topics too; and where in the log that was caused."""

    cause: int
    by_clock: bool
    brand_id: str


class Refusal(NamedTuple):
    """A record that is not taken."""

    input: Input
    record: Record
    refused: Refused


@dataclass(slots=True)
class Outcome:
    """Events, refusals, counts, changed state and positions of one partition since the last commit."""

    partition: int
    told: list[Told] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    changelog: list[tuple[bytes, bytes | None]] = field(default_factory=list)
    forgotten: list[Forgotten] = field(default_factory=list)
    positions: dict[Input, int] = field(default_factory=dict)
    closed: bool = False
    """Whether a window of a brand was closed."""
    received: int = 0
    counted: dict[str, int] = field(default_factory=dict)
    """Mentions counted, by platform."""
    others: dict[tuple[str, str], int] = field(default_factory=dict)
    """Mentions of which something else became: (platform, outcome)."""
    brand_mentions: dict[str, int] = field(default_factory=dict)
    """Mentions counted, by brand."""
    unscored: int = 0
    unknown_values: Counter[str] = field(default_factory=Counter)
    collection_delay_bits: list[int] = field(default_factory=lambda: [0] * DELAY_BITS)
    """Collector delays in whole seconds by their bit length: a histogram with bounds of powers of two."""
    collection_delay_sum_seconds: int = 0

    @property
    def mentions(self) -> dict[tuple[str, str], int]:
        """(platform, outcome) of all mentions received."""
        return {**{(platform, COUNTED): count for platform, count in self.counted.items()}, **self.others}

    @property
    def took_any(self) -> bool:
        """Whether a mention was taken."""
        return bool(self.counted) or any(became != REFUSED for _, became in self.others)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to commit."""
        return not (self.positions or self.closed)
