"""One broker that hangs for two minutes within a transaction: it is there and says nothing, and no call of the client ends by
itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.broker import Cluster, Node
from tests.chaos.crew import Crew
from tests.chaos.load import Feeder, lines_of, simulate
from tests.chaos.verdict import verdict
from tests.integration.service import Installation

HANG_SECONDS = 120.0
CAUGHT_SECONDS = 40.0
"""A worker that still runs then was caught between two transactions, not within one: twice what its watchdog waits."""
TRIES = 8
OFTEN = "kafka.commit_interval_seconds=0.1"


def run(cluster: Cluster, folder: Path, *, seed: int, progress: Callable[[int], None]) -> dict[str, Any]:
    """Let it hang, let it go on, compare, and say what was found."""
    started = time.monotonic()
    (node,) = cluster.nodes.values()
    installation = Installation(folder, cluster.bootstrap)
    installation.create_topics()
    path = simulate(folder / "stream", seed)
    lines = lines_of(path)
    feeder = Feeder(installation, lines, 3 * HANG_SECONDS)
    feeder.start()
    with Crew(installation, 1, OFTEN) as crew:
        crew.until(lambda: bool(installation.events()), seconds=120.0)
        over = _hang_within_a_transaction(node, crew, installation) + HANG_SECONDS
        crew.until(lambda: time.monotonic() > over, seconds=2 * HANG_SECONDS)
        node.go_on()
        progress(1)
        feeder.finish()
        crew.until(lambda: not installation.lag(), seconds=180.0)
        statuses = crew.terminate()
    return {
        "hang_seconds": HANG_SECONDS,
        "mentions": len(lines),
        **verdict(installation, path),
        "ended_by_themselves": crew.last_words,
        "statuses_after_sigterm": statuses,
        "seconds": round(time.monotonic() - started),
    }


def _hang_within_a_transaction(node: Node, crew: Crew, installation: Installation) -> float:
    """Let it hang until a worker is caught in it; when that hang began."""
    for _ in range(TRIES):
        hung_at = time.monotonic()
        if _caught(node, crew):
            return hung_at
        node.go_on()
        _read_on(crew, installation)
    raise AssertionError(f"caught between two transactions {TRIES} times")


def _caught(node: Node, crew: Crew) -> bool:
    """Let it hang; whether a worker ends, because its watchdog has acted."""
    crew.last_words.clear()
    deadline = time.monotonic() + CAUGHT_SECONDS
    node.pause()
    crew.until(lambda: bool(crew.last_words) or time.monotonic() > deadline, seconds=2 * CAUGHT_SECONDS)
    return bool(crew.last_words)


def _read_on(crew: Crew, installation: Installation) -> None:
    before = installation.read()
    crew.until(lambda: installation.read() > before, seconds=120.0)
