"""Partitions change hands under load: zombies, spare workers, rolling restarts. Nothing is lost, nothing told twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stream.ports import Output
from tests.chaos.crew import Crew
from tests.chaos.load import Feeder, lines_of, simulate
from tests.chaos.verdict import Events, difference, replayed
from tests.integration.service import Installation, Worker

pytestmark = [pytest.mark.broker, pytest.mark.slow]

SEED = 11
SECONDS = 30.0
"""Mentions flow for so long."""
OFTEN = "kafka.commit_interval_seconds=0.1"
PATIENT = ("kafka.call_timeout_seconds=250", "kafka.transaction_timeout_seconds=280")


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(tmp_path_factory.mktemp("stream") / "crises", SEED)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, bootstrap_servers: str, stream: Path) -> Events:
    """What one process tells of it."""
    return replayed(Installation(tmp_path_factory.mktemp("replay"), bootstrap_servers), stream)


@pytest.fixture
def installation(tmp_path: Path, bootstrap_servers: str) -> Installation:
    made = Installation(tmp_path, bootstrap_servers)
    made.create_topics()
    return made


@pytest.fixture
def feeder(installation: Installation, stream: Path) -> Feeder:
    made = Feeder(installation, lines_of(stream), SECONDS)
    made.start()
    return made


def _settled(installation: Installation, feeder: Feeder, expected: Events) -> None:
    """Everything is read, and told as one process tells it."""
    feeder.finish()
    installation.until_caught_up(seconds=180.0)
    assert not difference(expected, installation.events()).any


def _stopped(worker: Worker) -> list[str]:
    return [line["message"] for line in worker.log if line["level"] == "error" and line["logger"] == "brushfire"]


def test_a_zombie_without_a_name(installation: Installation, feeder: Feeder, expected: Events) -> None:
    """It stands still for longer than its session lasts; the other has its partitions; awake again, its commit is refused,
    and it waits for its share. Where it was stopped within a transaction, its watchdog is the first to notice, and it ends."""
    with installation.worker(OFTEN) as zombie, installation.worker(OFTEN) as other:
        installation.until_read(5_000)
        zombie.pause()
        feeder.finish()
        installation.until_caught_up(seconds=120.0)
        zombie.go_on()
        _settled(installation, feeder, expected)
        assert 0 == zombie.terminate() or "a transaction took longer than" in zombie.last_error
        assert 0 == other.terminate()


def test_a_zombie_whose_name_was_taken_over(installation: Installation, feeder: Feeder, expected: Events) -> None:
    """Its successor under the same name fences it: it ends with one clear line, and nothing of its last commit is seen.

    Also where it was stopped within a transaction; its watchdog would then be the first to notice, and waits here.
    """
    with installation.worker("kafka.instance=a", OFTEN, *PATIENT) as zombie:
        installation.until_read(5_000)
        zombie.pause()
        with installation.worker("kafka.instance=a", OFTEN) as successor:
            feeder.finish()
            installation.until_caught_up(seconds=120.0)
            zombie.go_on()
            assert 1 == zombie.wait(seconds=60)
            (message,) = _stopped(zombie)
            assert "another worker uses the same kafka.instance" in message
            _settled(installation, feeder, expected)
            assert 0 == successor.terminate()


def test_more_workers_than_partitions(installation: Installation, feeder: Feeder, expected: Events) -> None:
    """Spare workers are ready, and take over when those that work are killed."""
    workers = [installation.worker(OFTEN) for _ in range(6)]
    installation.until_read(5_000, seconds=180.0)
    for worker in workers[:4]:
        worker.kill()
    _settled(installation, feeder, expected)
    assert [0, 0] == [worker.terminate() for worker in workers[4:]]


def test_a_rolling_restart_with_another_policy(installation: Installation, feeder: Feeder, expected: Events) -> None:
    """One after the other gets a policy that never opens anything: baselines stay, what was told before stays, nothing is
    told twice, and every mention is counted once."""
    never = ["policy.target_false_opens_per_week=0", *(f"policy.{name}=1000" for name in ("severe", "major", "issue"))]
    with Crew(installation, 2, OFTEN) as crew:
        crew.until(lambda: any(installation.events().values()), seconds=120.0)
        for name in sorted(crew.workers):
            assert 0 == crew.workers[name].terminate()
            crew.workers[name] = installation.worker(f"kafka.instance={name}", OFTEN, *never, "policy.watch=1000")
        feeder.finish()
        installation.until_caught_up(seconds=180.0)
        assert [0, 0] == crew.terminate()
    found = installation.events()
    hashes = {event["data"]["detector"]["config_hash"] for events in found.values() for event in events}
    assert 2 == len(hashes)
    for brand, events in found.items():
        ids = [event["id"] for event in events]
        assert [] == [one for one, times in Counter(ids).items() if times > 1]
        before = [event["id"] for event in events if event["data"]["detector"]["config_hash"] in _of(expected)]
        assert before == [event["id"] for event in expected.get(brand, [])][: len(before)]
    assert [] == installation.records(Output.DEAD_LETTERS)


def _of(events: Events) -> set[str]:
    return {event["data"]["detector"]["config_hash"] for told in events.values() for event in told}
