"""Live while the loop turns, ready once everything that was assigned is restored."""

from __future__ import annotations

from typing import Any

from stream.adapters.memory import MemoryLog, MemoryTopics
from stream.health import Health
from stream.ports import Batch
from stream.runner import Runner
from tests.mentions import HandClock, pipeline, settings


class GivenLog(MemoryLog):
    """Polls what it is given, then nothing."""

    def __init__(self, topics: MemoryTopics, *given: Batch) -> None:
        super().__init__(topics)
        self.given = list(given)

    def poll(self, timeout_seconds: float) -> Batch:
        return self.given.pop(0) if self.given else Batch()


def worker(clock: HandClock, *given: Batch) -> tuple[Runner, Health]:
    health = Health(clock, 60.0)
    config = settings()
    log = GivenLog(MemoryTopics(config.topics.partitions), *given)
    return Runner(log, config, lambda partition: pipeline(config, partition), clock, health), health


def test_healthy_while_the_loop_turns() -> None:
    """And for a while after; a loop that hangs is not."""
    clock = HandClock()
    runner, health = worker(clock)
    assert health.healthy, "it has just begun"
    clock.seconds = 60.0
    assert health.healthy
    clock.seconds = 60.5
    assert not health.healthy
    runner.turn(0.0)
    assert health.healthy


def test_a_long_restore_is_no_hang() -> None:
    """Each partition that is done is a sign of life, and so is every look at how much of one is left."""
    clock = HandClock()

    class SlowLog(GivenLog):
        def restore(self, partition: int) -> Any:
            assert health.healthy
            clock.seconds += 50.0
            return super().restore(partition)

    health = Health(clock, 60.0)
    config = settings()
    log = SlowLog(MemoryTopics(4), Batch(assigned={0, 1, 2, 3}))
    Runner(log, config, lambda partition: pipeline(config, partition), clock, health).turn(0.0)
    assert 200.0 == clock.seconds
    assert health.healthy
    for remaining in (500, 400, 300):
        clock.seconds += 50.0
        health.restoring(remaining)
    assert health.healthy


def test_ready_once_restored() -> None:
    """Not before anything is assigned, and not again while something new is restored."""
    runner, health = worker(HandClock(), Batch(), Batch(assigned={0, 1}), Batch(), Batch(assigned={2}))
    runner.turn(0.0)
    assert not health.is_ready
    for _ in range(3):
        runner.turn(0.0)
        assert health.is_ready


def test_not_ready_while_restoring() -> None:
    """Also a worker that was ready before."""
    seen = []

    class WatchedLog(GivenLog):
        def restore(self, partition: int) -> Any:
            seen.append(health.is_ready)
            return super().restore(partition)

    health = Health(HandClock(), 60.0)
    config = settings()
    log = WatchedLog(MemoryTopics(4), Batch(assigned={0}), Batch(assigned={1}))
    runner = Runner(log, config, lambda partition: pipeline(config, partition), HandClock(), health)
    runner.turn(0.0)
    assert health.is_ready
    runner.turn(0.0)
    assert [False, False] == seen
    assert health.is_ready


def test_a_worker_without_partitions_is_ready() -> None:
    """The others have them all: it stands by, and a rolling update must not wait for it."""
    runner, health = worker(HandClock(), Batch(assigned=set()))
    runner.turn(0.0)
    assert health.is_ready


def test_a_worker_that_lost_its_last_partition_is_ready() -> None:
    """Revoked, and nothing assigned in its place."""
    runner, health = worker(HandClock(), Batch(assigned={0}), Batch(revoked={0}), Batch(assigned=set()))
    for _ in range(3):
        runner.turn(0.0)
    assert health.is_ready
    assert {} == runner.pipelines
