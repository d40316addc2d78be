"""Start, stop and shared work: what orchestrators and groups do to a worker."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stream.ports import Output
from tests.integration.service import Installation
from tests.mentions import mention, story

pytestmark = [pytest.mark.broker, pytest.mark.slow]


@pytest.fixture
def installation(tmp_path: Path, bootstrap_servers: str) -> Installation:
    return Installation(tmp_path, bootstrap_servers)


def _verbs(installation: Installation) -> dict[str, list[str]]:
    return {brand: [event["type"].split(".")[3] for event in events] for brand, events in installation.events().items()}


def test_without_topics_it_does_not_start(installation: Installation) -> None:
    """And says which, and how to get them."""
    with installation.worker() as worker:
        assert 1 == worker.wait()
        (line,) = [line for line in worker.log if line["level"] == "error"]
        assert f"{installation.config.topics.name('mentions')} does not exist" in line["message"]
        assert "brushfire topics" in line["message"]


def test_without_a_broker_it_does_not_start(installation: Installation) -> None:
    """A clear line within the time it was given."""
    settings = "kafka.bootstrap_servers=127.0.0.1:1", "kafka.bootstrap_timeout_seconds=3"
    with installation.worker(*settings) as worker:
        assert 1 == worker.wait(seconds=15)
        (line,) = [line for line in worker.log if line["level"] == "error" and line["logger"] == "brushfire"]
        assert "127.0.0.1:1" in line["message"]


def test_a_wrong_setting_is_named(installation: Installation) -> None:
    """Exit 2 with the path of the key."""
    done = installation.command("run", "--set", "time.window_seconds=61")
    assert 2 == done.returncode
    assert b"time.window_seconds" in done.stderr


def test_sigterm_under_load(installation: Installation) -> None:
    """Finish the batch, commit, leave the group, exit 0 within ten seconds; the next one goes on at once."""
    installation.create_topics()
    written = 120_000  # a worker reads a third of it while a busy machine tells how far it is
    installation.ingest(mention(f"m{number}", number, f"brand-{number % 40}") for number in range(written))
    with installation.worker() as worker:
        installation.until_caught_up(left=written - 1000)
        assert 0 == worker.terminate(seconds=10)
        assert "stopped" == worker.log[-1]["message"]
    left = installation.lag()
    assert 0 < left < written
    with installation.worker() as successor:
        installation.until_caught_up()
        counts = successor.counters("brushfire_mentions_total")
        assert 0 == successor.terminate()
    assert {"counted": left} == counts


def test_a_worker_that_stood_still_takes_nothing_for_silence(installation: Installation) -> None:
    """Mentions waited while the process was stopped: time does not pass over them, and none is late."""
    installation.create_topics()
    seconds = "time.idle_after_seconds=2", "time.allowed_lateness_seconds=2", "time.window_seconds=10"

    def say(number: int) -> None:
        now = datetime.now(UTC).isoformat()
        installation.ingest({"mention_id": f"m{number}", "brand_id": "acme", "published_at": now} for _ in range(1))

    with installation.worker(*seconds, "kafka.session_timeout_seconds=60") as worker:
        say(1)
        installation.until_caught_up()
        for number in (2, 3):
            worker.pause()
            say(number)
            time.sleep(12)
            worker.go_on()
            installation.until_caught_up()
        assert {"counted": 3} == worker.counters("brushfire_mentions_total")
        assert 0 == worker.terminate()


def test_two_workers_share_and_one_takes_over(installation: Installation) -> None:
    """The second joins, the first is killed: each brand's crisis is told once, in order."""
    installation.create_topics()
    brands = [f"brand-{number}" for number in range(12)]
    mentions = sorted(
        (
            {**found, "mention_id": f"{brand}-{found['mention_id']}"}
            for number, brand in enumerate(brands)
            for found in story(brand_id=brand, seed=number)
        ),
        key=lambda found: found["published_at"],
    )
    half = len(mentions) // 2
    installation.ingest(mentions[:half])
    with installation.worker() as first, installation.worker() as second:
        _until_shared(installation, 2)
        installation.until_caught_up()
        first.kill()
        installation.ingest(mentions[half:])
        installation.until_caught_up()
        assert 0 == second.terminate()
    assert {brand: ["opened", "escalated"] for brand in brands} == {
        brand: verbs[:2] for brand, verbs in _verbs(installation).items()
    }
    for events in installation.events().values():
        assert list(range(1, len(events) + 1)) == [event["data"]["revision"] for event in events]


def _until_shared(installation: Installation, members: int) -> None:
    from kafka import KafkaAdminClient
    from kafka.errors import CoordinatorNotAvailableError

    group = installation.config.kafka.group_id
    admin = KafkaAdminClient(bootstrap_servers=installation.config.kafka.bootstrap_servers)
    found: dict[str, Any] = {}
    try:
        for _ in range(100):
            with suppress(CoordinatorNotAvailableError):  # of a broker that has just started
                found = admin.describe_groups([group])[group]
            if found.get("group_state") == "Stable" and len(found.get("members", ())) == members:
                return
            time.sleep(0.2)
        raise AssertionError(f"the group never had {members} members: {found}")
    finally:
        admin.close()


def test_state_that_fits_no_offset_is_not_guessed(installation: Installation) -> None:
    """Offsets moved by another tool: refuse, and name the command that moves both."""
    from kafka import KafkaConsumer, TopicPartition
    from kafka.structs import OffsetAndMetadata

    installation.create_topics()
    installation.ingest([mention("m1", 1), mention("m2", 2)])
    with installation.worker() as worker:
        installation.until_caught_up()
        assert 0 == worker.terminate()
    consumer = KafkaConsumer(
        bootstrap_servers=installation.config.kafka.bootstrap_servers,
        group_id=installation.config.kafka.group_id,
        enable_auto_commit=False,
    )
    topic = installation.config.topics.name("mentions")
    consumer.assign([TopicPartition(topic, partition) for partition in range(4)])
    consumer.commit({TopicPartition(topic, partition): OffsetAndMetadata(0, "", -1) for partition in range(4)})
    consumer.close(autocommit=False)
    with installation.worker() as worker:
        assert 1 == worker.wait()
        (line,) = [line for line in worker.log if line["level"] == "error"]
        assert "brushfire reset" in line["message"]
    assert 1 == sum(record.key == b"b/acme" for record in installation.records(Output.CHANGELOG))
