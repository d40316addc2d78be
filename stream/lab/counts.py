"""The volume detector on any series of counts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from detectors.severity import Policy
from detectors.signals.attention import Attention
from stream.errors import ConfigError

REFRACTORY_SECONDS = 24 * 3600
"""After an alert a series is quiet for a day: one incident, one alert."""


class Scored(NamedTuple):
    """One row: `score` >= 0, `alert` where a watch would have been opened."""

    timestamp: str
    value: str
    score: float
    alert: bool


def score_series(lines: Iterable[str], name: str) -> Iterator[Scored]:
    """Score a series of `timestamp,value` rows in order, in one pass, without looking ahead.

    The bucket is the usual spacing of the rows; missing rows count as empty. Raises `ConfigError` for a file that is
    no such series.
    """
    reader = csv.DictReader(lines)
    if not {"timestamp", "value"} <= set(reader.fieldnames or ()):
        raise ConfigError(name, "needs the columns timestamp and value")
    rows = [row for row in reader if row["timestamp"]]
    times = [_seconds(row["timestamp"], name, number) for number, row in enumerate(rows, start=2)]
    steps = [later - earlier for earlier, later in pairwise(times)]
    if any(step <= 0 for step in steps):
        raise ConfigError(name, "the timestamps need to rise from row to row")
    bucket = int(median(steps)) if steps else 300
    signal, limit, alerted_at = Attention(bucket), Policy().watch, float("-inf")
    previous: int | None = None
    for row, at in zip(rows, times, strict=True):
        if previous is not None:
            for missing in range(previous + bucket, at - bucket // 2, bucket):
                signal.close(missing, 0)
        signal.close(at, _count(row["value"], name))
        previous = at
        score = signal.score if signal.warm else 0.0
        alert = score >= limit and at - alerted_at >= REFRACTORY_SECONDS
        alerted_at = at if alert else alerted_at
        yield Scored(row["timestamp"], row["value"], score, alert)


def _seconds(text: str, name: str, number: int) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{name}:{number}", "timestamp is no date and time") from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def _count(text: str, name: str) -> int:
    try:
        value = float(text)
    except ValueError:
        raise ConfigError(name, "value needs to be a number") from None
    if not 0.0 <= value < float("inf"):
        raise ConfigError(name, "value needs to be a count of at least 0")
    return round(value)
