"""The changelog stays small: the broker drops what newer records of the same keys replaced, and what is left restores."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from stream.ports import Output
from tests.chaos.load import lines_of, simulate
from tests.chaos.verdict import difference, replayed
from tests.integration.service import Installation

pytestmark = [pytest.mark.broker, pytest.mark.slow]

COMPACTED_SECONDS = 90.0
LEAST_SEGMENT = 1024 * 1024
"""Brokers take no smaller one; `brushfire topics` asks for 50 times as much."""


def test_what_was_replaced_is_dropped(tmp_path: Path, bootstrap_servers: str) -> None:
    """Of many small commits little is left, and a worker that starts from it tells the rest as if it had been there."""
    installation = Installation(tmp_path, bootstrap_servers, partitions=1)
    installation.create_topics()
    installation.set_topic(
        Output.CHANGELOG,
        {"cleanup.policy": "compact", "segment.bytes": str(LEAST_SEGMENT), "min.cleanable.dirty.ratio": "0.1"},
    )
    path = simulate(tmp_path / "stream", 3)
    lines = lines_of(path)
    installation.ingest(lines[: len(lines) * 3 // 4])
    with installation.worker("kafka.commit_interval_seconds=0.05", "kafka.max_poll_records=200") as worker:
        installation.until_caught_up(seconds=240.0)
        commits = worker.counters("brushfire_transactions_total")["committed"]
        assert 0 == worker.terminate()
    deadline = time.monotonic() + COMPACTED_SECONDS
    while (left := _own_records(installation)) > commits // 2:
        assert time.monotonic() < deadline, f"of {commits} own records of the partition {left} are left"
        time.sleep(1.0)
    installation.ingest(lines[len(lines) * 3 // 4 :])
    with installation.worker() as worker:
        installation.until_caught_up(seconds=120.0)
        assert 0 == worker.terminate()
    assert not difference(replayed(installation, path), installation.events()).any


def _own_records(installation: Installation) -> int:
    """How many records of the key that every commit writes are there; those of the active segment stay."""
    return sum(record.key == b"p" for record in installation.records(Output.CHANGELOG))
