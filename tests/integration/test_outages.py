"""Workers and brokers die or hang under load: it goes on, and tells what one undisturbed process would tell."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.broker import running_cluster
from tests.chaos import nodes, workers
from tests.chaos.crew import Crew
from tests.chaos.load import Feeder, lines_of, simulate
from tests.chaos.verdict import difference, replayed
from tests.integration.service import Installation

pytestmark = [pytest.mark.broker, pytest.mark.slow]

HANG_SECONDS = 120.0
GAP_SECONDS = 45.0
"""After the loss of a broker every worker commits again within."""


def test_workers_are_killed_at_random(bootstrap_servers: str, tmp_path: Path) -> None:
    """Ten times, three workers, forty brands: nothing missing, nothing extra, in order."""
    found = workers.run(bootstrap_servers, tmp_path, kills=10, workers=3, seed=7, progress=_quiet)
    assert 30_000 <= found["mentions"]
    assert 40 == found["brands"]
    assert (0, 0, 0) == (found["missing"], found["extra"], found["misplaced"])
    assert [0, 0, 0] == found["statuses_after_sigterm"]


@pytest.mark.usefixtures("bootstrap_servers")
def test_brokers_are_killed_one_at_a_time(tmp_path: Path) -> None:
    """Of three: who leads partitions in use, who coordinates transactions, who coordinates the group."""
    with running_cluster(3) as cluster:
        found = nodes.run(cluster, tmp_path, kills=1, seed=7, progress=_quiet)
    assert (0, 0, 0) == (found["missing"], found["extra"], found["misplaced"])
    assert GAP_SECONDS >= max(gap for gaps in found["longest_gap_seconds"].values() for gap in gaps)


@pytest.mark.usefixtures("bootstrap_servers")
def test_a_broker_that_hangs_for_two_minutes(tmp_path: Path) -> None:
    """It is there and says nothing: no call of the client ends by itself, so the watchdog ends the worker with a stack dump.
    Its supervisor starts it again and again, until the broker answers."""
    with running_cluster() as cluster:
        (node,) = cluster.nodes.values()
        installation = Installation(tmp_path, cluster.bootstrap)
        installation.create_topics()
        path = simulate(tmp_path / "stream", 5)
        feeder = Feeder(installation, lines_of(path), 3 * HANG_SECONDS)
        feeder.start()
        with Crew(installation, 1, "kafka.commit_interval_seconds=0.1") as crew:
            crew.until(lambda: bool(installation.events()), seconds=120.0)
            node.pause()
            over = time.monotonic() + HANG_SECONDS
            crew.until(lambda: time.monotonic() > over, seconds=2 * HANG_SECONDS)
            node.go_on()
            feeder.finish()
            crew.until(lambda: not installation.lag(), seconds=180.0)
            assert [0] == crew.terminate()
        assert "a transaction took longer than" in crew.last_words[0]
        assert not difference(replayed(installation, path), installation.events()).any


def _quiet(_: int) -> None:
    """Nobody watches."""
