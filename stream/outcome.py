"""What a batch changed: the only thing that leaves the core."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from stream.errors import Refused
from stream.events.crisis import CrisisEvent
from stream.ports import Input, Record
from stream.windows import COUNTED

DELAY_BITS = 64
"""Delays in seconds fit into so many bits, by far."""


class Told(NamedTuple):
    """A transition to be told, and where in the log it was caused."""

    cause: int
    """Offset of the record that moved the time; -1 where the wall clock did."""
    at: int
    """When it happened, seconds, event time."""
    verb: str
    event: CrisisEvent


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
    forgotten: list[str] = field(default_factory=list)
    """Brands of which everything is deleted, their state on the topics too."""
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
    def empty(self) -> bool:
        """Whether there is nothing to commit."""
        return not (self.positions or self.closed)
