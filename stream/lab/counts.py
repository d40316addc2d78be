"""The volume detector on any series of counts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

from detectors.severity import Policy
from detectors.signals.attention import Attention
from stream.errors import ConfigError

REFRACTORY_SECONDS = 24 * 3600
"""After an alert a series is quiet for a day: one incident, one alert."""


class _Row(NamedTuple):
    number: int
    """Line of the file, from 1."""
    timestamp: str
    value: str


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
    rows = _rows(lines, name)
    times = [seconds(row.timestamp, f"{name}:{row.number}") for row in rows]
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
        signal.close(at, _count(row.value, f"{name}:{row.number}"))
        previous = at
        score = signal.score if signal.warm else 0.0
        alert = score >= limit and at - alerted_at >= REFRACTORY_SECONDS
        alerted_at = at if alert else alerted_at
        yield Scored(row.timestamp, row.value, score, alert)


def read_counts(path: Path) -> tuple[list[int], list[int]]:
    """Seconds and counts of a series, row by row. Raises `ConfigError`."""
    name = str(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as source:
            rows = _rows(source, name)
    except OSError as error:
        raise ConfigError(name, f"cannot be read: {error.strerror}") from None
    if not rows:
        raise ConfigError(name, "holds no rows")
    times = [seconds(row.timestamp, f"{name}:{row.number}") for row in rows]
    return times, [_count(row.value, f"{name}:{row.number}") for row in rows]


def _rows(lines: Iterable[str], name: str) -> list[_Row]:
    try:
        reader = csv.DictReader(lines)
        if not {"timestamp", "value"} <= set(reader.fieldnames or ()):
            raise ConfigError(name, "needs the columns timestamp and value")
        return [_Row(reader.line_num, row["timestamp"] or "", row["value"] or "") for row in reader]
    except (csv.Error, UnicodeDecodeError) as error:
        raise ConfigError(name, f"is no CSV in UTF-8: {type(error).__name__}") from None


def seconds(text: str, where: str) -> int:
    """A date and time as whole seconds since 1970; without a zone it is UTC. Raises `ConfigError`, naming `where`."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(where, "timestamp is no date and time") from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def _count(text: str, where: str) -> int:
    try:
        value = float(text)
    except ValueError:
        raise ConfigError(where, "value needs to be a number") from None
    if not 0.0 <= value < float("inf"):
        raise ConfigError(where, "value needs to be a count of at least 0")
    return round(value)
