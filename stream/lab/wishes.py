"""What a simulated stream is to be like, whatever happens in it: how many brands, how large, how long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from stream.errors import ConfigError
from stream.lab.phrases import LANGUAGES
from stream.lab.scenario import WEEK, Brand, Content

START = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday; where a stream begins unless told otherwise."""
JUDGED_AFTER = WEEK
"""Nothing happens before, so that whoever needs to learn what is usual has a week for it."""
NAMES = ("alder", "birch", "cedar", "dogwood", "elm", "fir", "gorse", "hazel", "ivy", "juniper", "larch", "maple")
RATES = (2.0, 430.0)
"""Mentions an hour of the smallest and the largest brand; the others lie between them, evenly on a logarithm."""
SECTORS = ("food", "travel", "banks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a stream is to be like, apart from its scenario."""

    brands: int = 12
    weeks: int = 4
    rates: tuple[float, float] = RATES
    content: Content | None = None
    """Unset: scores in the families, texts in single stories."""
    threads: bool = True
    start: datetime = START
    counts: tuple[Path, ...] = ()
    """Series of counts, `timestamp,value`, for the family of that name."""


def draw_brands(random: Random, wishes: Wishes) -> tuple[Brand, ...]:
    """Brands of all sizes between two rates. Raises `ConfigError`."""
    count = wishes.brands
    low, high = wishes.rates
    if count < 1 or not 0.1 <= low <= high <= 10_000.0:
        raise ConfigError(
            "--brands, --rate", "need at least 1 brand, and 0.1 to 10,000 mentions an hour, the lower rate first"
        )
    places = list(range(count))
    random.shuffle(places)
    found = []
    for number, place in enumerate(places):
        part = place / (count - 1) if count > 1 else 0.5
        name = NAMES[number % len(NAMES)] + (f"-{number // len(NAMES) + 1}" if number >= len(NAMES) else "")
        found.append(
            Brand(
                brand_id=name,
                mentions_per_hour=round(low * math.exp(part * math.log(high / low)), 2),
                negative_share=round(random.uniform(0.08, 0.3), 3),
                languages=tuple(random.sample(LANGUAGES, 2)),
                sector=SECTORS[number % len(SECTORS)],
            )
        )
    return tuple(found)
