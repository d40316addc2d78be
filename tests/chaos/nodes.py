"""Three brokers: kill -9 for the one that leads partitions in use, coordinates transactions, or coordinates the group.

One at a time, under load, and each is started again. Nothing may be lost or told twice, and every worker has to commit
again, by itself or started again by its supervisor.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from stream.ports import Input
from tests.broker import GROUPS, TRANSACTIONS, Cluster
from tests.chaos.crew import Crew
from tests.chaos.load import Feeder, lines_of, simulate
from tests.chaos.verdict import verdict
from tests.integration.service import Installation

DOWN_SECONDS = 10.0
"""A broker is missed for so long; others take over after nine."""
SETTLED_SECONDS = 3.0
ROUND_SECONDS = 120.0
"""What a kill and its end take at most, about: mentions flow for as long."""
SLOW_SECONDS = 120.0
LOOK_SECONDS = 0.2


class Commits:
    """Watches when each worker last committed, as its metrics page says, and starts again whoever has ended."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._times: dict[str, list[float]] = {name: [] for name in crew.workers}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def longest_gap(self, since: float) -> float:
        """Seconds of the longest standstill of any worker from its last commit before `since` (wall clock) to now."""
        now = time.time()
        gaps = [0.0]
        for times in self._times.values():
            seen = [max((at for at in times if at <= since), default=since), *(at for at in times if at > since), now]
            gaps += [later - earlier for earlier, later in itertools.pairwise(seen)]
        return max(gaps)

    def fresh(self, since: float) -> bool:
        """Whether every worker has committed since then (wall clock)."""
        return all(times and times[-1] > since for times in self._times.values())

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self._crew.look_after()
            for name, worker in list(self._crew.workers.items()):
                with suppress(OSError, StopIteration, ValueError, IndexError):
                    (at,) = worker.gauge("brushfire_last_commit_timestamp_seconds")
                    times = self._times[name]
                    if at and (not times or at > times[-1]):
                        times.append(at)


def run(cluster: Cluster, folder: Path, *, kills: int, seed: int, progress: Callable[[int], None]) -> dict[str, Any]:
    """Kill each of the three so many times, compare, and say what was found."""
    started = time.monotonic()
    installation = Installation(folder, cluster.bootstrap, replication_factor=len(cluster.nodes))
    installation.create_topics()
    path = simulate(folder / "stream", seed)
    lines = lines_of(path)
    group, topic = installation.config.kafka.group_id, installation.config.topics.name(Input.MENTIONS)
    targets: dict[str, Callable[[], int | None]] = {
        "leader": lambda: cluster.leader(topic, 0),
        "transaction_coordinator": lambda: cluster.coordinator(TRANSACTIONS, f"{group}-worker-0"),
        "group_coordinator": lambda: cluster.coordinator(GROUPS, group),
    }
    feeder = Feeder(installation, lines, len(targets) * kills * ROUND_SECONDS)
    gaps: dict[str, list[float]] = {what: [] for what in targets}
    with Crew(installation, 2) as crew:
        feeder.start()
        commits = Commits(crew)
        for number in range(kills):
            for place, (what, find) in enumerate(targets.items()):
                _until(lambda: cluster.in_sync and commits.fresh(time.time() - SETTLED_SECONDS), "the cluster is well")
                gaps[what].append(_lose(cluster, find, commits))
                assert not feeder.done, "the load ended before the kills"
                progress(number * len(targets) + place + 1)
        commits.stop()
        feeder.finish()
        crew.until(lambda: not installation.lag(), seconds=180.0)
        statuses = crew.terminate()
    return {
        "kills": {what: len(seconds) for what, seconds in gaps.items()},
        "mentions": len(lines),
        **verdict(installation, path),
        "longest_gap_seconds": {what: [round(gap, 1) for gap in seconds] for what, seconds in gaps.items()},
        "ended_by_themselves": crew.last_words,
        "statuses_after_sigterm": statuses,
        "seconds": round(time.monotonic() - started),
    }


def _lose(cluster: Cluster, find: Callable[[], int | None], commits: Commits) -> float:
    """Kill a node, start it again, wait until all is well; the longest standstill meanwhile."""
    victim = _until(find, "there is somebody to kill")
    killed_at = time.time()
    cluster.nodes[victim].stop()
    time.sleep(DOWN_SECONDS)
    cluster.start()
    back_at = time.time()
    _until(lambda: commits.fresh(back_at) and cluster.in_sync, "everybody commits again")
    return commits.longest_gap(killed_at)


def _until(found: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + SLOW_SECONDS
    while not (answer := found()):
        assert time.monotonic() < deadline, f"not within {SLOW_SECONDS} s: {what}"
        time.sleep(LOOK_SECONDS)
    return answer
