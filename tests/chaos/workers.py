"""SIGKILL for workers at random moments. Transactions follow one another closely, so that kills often fall into one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import orjson

from stream.ports import Output
from tests.chaos.crew import Crew
from tests.chaos.load import Feeder, lines_of, simulate
from tests.chaos.verdict import verdict
from tests.integration.service import Installation
from tests.integration.topics import read_all

START_SECONDS = 2.0
"""What a worker needs to start, about; then the next kill comes within `WITHIN_SECONDS`."""
WITHIN_SECONDS = (0.0, 2.5)
COMMIT_SECONDS = 0.02


def run(
    bootstrap: str, folder: Path, *, kills: int, workers: int, seed: int, progress: Callable[[int], None]
) -> dict[str, Any]:
    """Kill so many times, compare, and say what was found."""
    started, random = time.monotonic(), Random(seed)
    installation = Installation(folder, bootstrap)
    installation.create_topics()
    path = simulate(folder / "stream", seed)
    lines = lines_of(path)
    feeder = Feeder(installation, lines, kills * (START_SECONDS + sum(WITHIN_SECONDS) / 2))
    with Crew(installation, workers, f"kafka.commit_interval_seconds={COMMIT_SECONDS}") as crew:
        feeder.start()
        for number in range(kills):
            time.sleep(START_SECONDS + random.uniform(*WITHIN_SECONDS))
            crew.kill(random.choice(sorted(crew.workers)))
            crew.look_after()
            progress(number + 1)
        feeder.finish()
        crew.until(lambda: not installation.lag(), seconds=180.0)
        statuses = crew.terminate()
    return {
        "kills": kills,
        "workers": workers,
        "mentions": len(lines),
        "brands": len({orjson.loads(line)["brand_id"] for line in lines}),
        **verdict(installation, path),
        "aborted_records": _aborted(installation, Output.CHANGELOG) + _aborted(installation, Output.CRISIS_EVENTS),
        "ended_by_themselves": crew.last_words,
        "statuses_after_sigterm": statuses,
        "seconds": round(time.monotonic() - started),
    }


def _aborted(installation: Installation, role: str) -> int:
    """Records of transactions that came to nothing: how often a kill fell into one. Those compacted away are missing."""
    bootstrap, topic = installation.config.kafka.bootstrap_servers, installation.config.topics.name(role)
    return len(read_all(bootstrap, topic, isolation_level="read_uncommitted")) - len(read_all(bootstrap, topic))
