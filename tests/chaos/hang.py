"""One broker that hangs for two minutes under load: it is there and says nothing, and no call of the client ends by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.broker import Cluster
from tests.chaos.crew import Crew
from tests.chaos.load import Feeder, lines_of, simulate
from tests.chaos.verdict import verdict
from tests.integration.service import Installation

HANG_SECONDS = 120.0
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
        node.pause()
        over = time.monotonic() + HANG_SECONDS
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
