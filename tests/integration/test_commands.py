"""The commands that touch a cluster, on a cluster."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from kafka import KafkaProducer

from stream.partitioning import MURMUR2, partition_of
from stream.ports import Input, Output
from tests.integration.service import Installation
from tests.mentions import mention, story

pytestmark = [pytest.mark.broker, pytest.mark.slow]


@pytest.fixture
def installation(tmp_path: Path, bootstrap_servers: str) -> Installation:
    made = Installation(tmp_path, bootstrap_servers)
    made.create_topics()
    return made


def test_topics_creates_once_and_checks(installation: Installation) -> None:
    """A second time there is nothing to create; one that does not fit is a problem."""
    again = installation.command("topics")
    assert 0 == again.returncode
    assert b"created" not in again.stdout
    unfit = installation.command("topics", "--check", "--set", "topics.partitions=5")
    assert 1 == unfit.returncode
    assert b"has 4 partitions, topics.partitions is 5" in unfit.stdout


@pytest.mark.parametrize("policy", ["delete", "compact,delete"])
def test_state_that_would_be_deleted_is_a_problem(installation: Installation, policy: str) -> None:
    """After its retention time the baselines of quiet brands, and their last state, would be gone."""
    for role in (Output.CHANGELOG, Output.CRISIS_STATE):
        installation.set_topic(role, {"cleanup.policy": policy})
    unfit = installation.command("topics", "--check")
    assert 1 == unfit.returncode
    assert 2 == unfit.stdout.count(f"has cleanup.policy {policy}, it needs compact".encode())


def test_ingest_keeps_bytes_and_finds_the_partition(installation: Installation) -> None:
    """Odd spacing survives; what has no brand is written too, and said."""
    values = [b'{ "mention_id":"1",  "brand_id":"acme" ,"published_at":"2026-01-05T00:00:00Z"}', b"no json"]
    done = installation.command(
        "ingest", "-", "--topic", installation.config.topics.name(Input.MENTIONS), stdin=b"\n".join([*values, b""])
    )
    assert 0 == done.returncode
    assert b"1 carry no brand" in done.stdout
    records = installation.records(Input.MENTIONS)
    assert set(values) == {record.value for record in records}
    (good,) = [record for record in records if record.value == values[0]]
    assert (b"acme", partition_of("acme", 4, MURMUR2)) == (good.key, good.partition)


def test_ingest_with_a_wrong_field_map_writes_nothing(installation: Installation) -> None:
    """None of the first records has a brand: nothing is written, and what to look at is said."""
    topic = installation.config.topics.name(Input.MENTIONS)
    done = installation.command("ingest", "-", "--topic", topic, stdin=b'{"brand": "acme"}\n' * 20)
    assert 1 == done.returncode
    assert b"[mentions.fields]" in done.stderr
    assert [] == installation.records(Input.MENTIONS)


def test_topics_that_do_not_exist_or_are_not_for_mentions(installation: Installation) -> None:
    """One line each, at once, and nothing is written where others expect events."""
    line = orjson.dumps(mention("m", 0))
    missing = installation.command("ingest", "-", "--topic", "nowhere", stdin=line)
    assert (1, b"brushfire: kafka: topic nowhere does not exist, or this user may not see it\n") == (
        missing.returncode,
        missing.stderr,
    )
    events = installation.config.topics.name(Output.CRISIS_EVENTS)
    mentions = installation.config.topics.name(Input.MENTIONS)
    for command in (["ingest", "-", "--topic", events], ["rekey", "--from", mentions, "--to", events]):
        refused = installation.command(*command, stdin=line)
        assert 2 == refused.returncode
        assert b"is written by the service itself" in refused.stderr
    assert [] == installation.records(Output.CRISIS_EVENTS)


def test_rekey_brings_brands_home(installation: Installation, bootstrap_servers: str) -> None:
    """A topic keyed by something else becomes one that can be run on."""
    source = installation.config.topics.name(Input.ACTIVITY)  # any topic will do
    producer = KafkaProducer(bootstrap_servers=bootstrap_servers)
    values = [orjson.dumps(mention(f"m{number}", number, f"brand-{number}")) for number in range(20)]
    for number, value in enumerate(values):
        producer.send(source, key=b"k", value=value, partition=number % 4, headers=[("trace", b"t")])
    producer.close()
    done = installation.command("rekey", "--from", source, "--to", installation.config.topics.name(Input.MENTIONS))
    assert 0 == done.returncode, done.stderr.decode()
    records = installation.records(Input.MENTIONS)
    assert set(values) == {record.value for record in records}
    for record in records:
        brand = orjson.loads(record.value)["brand_id"]
        assert (brand.encode(), partition_of(brand, 4, MURMUR2)) == (record.key, record.partition)
        assert [("trace", b"t")] == list(record.headers)


@pytest.mark.parametrize("source", [Input.ACTIVITY, Input.FEEDBACK])
def test_the_field_map_is_of_mentions_only(tmp_path: Path, bootstrap_servers: str, source: Input) -> None:
    """Ingested or copied, activities and feedback are keyed by the brand they name themselves."""
    installation = Installation(tmp_path, bootstrap_servers, '[mentions.fields]\nbrand_id = "company"')
    installation.create_topics()
    values = [orjson.dumps({"brand_id": f"brand-{number}", "company": "acme"}) for number in range(10)]
    installation.ingest(values, source)
    topic, other = (installation.config.topics.name(role) for role in (source, Input.MENTIONS))
    done = installation.command("rekey", "--from", topic, "--to", other)
    assert 0 == done.returncode, done.stderr.decode()
    for role in (source, Input.MENTIONS):
        records = installation.records(role)
        assert set(values) == {record.value for record in records}
        for record in records:
            brand = orjson.loads(record.value)["brand_id"]
            assert (brand.encode(), partition_of(brand, 4, MURMUR2)) == (record.key, record.partition)


def test_a_person_dismisses(installation: Installation) -> None:
    """From the event to the shell and back: the crisis is dismissed, and the event says by whom and why."""
    wave = story()
    installation.ingest(wave)
    with installation.worker() as worker:
        installation.until_caught_up()
        crisis_id = installation.events()["acme"][-1]["data"]["crisis_id"]
        done = installation.command("feedback", "dismiss", crisis_id, "--actor", "duty-1", "--reason", "a joke")
        assert 0 == done.returncode, done.stderr.decode()
        installation.until_caught_up(Input.FEEDBACK)
        installation.ingest([mention("later", 4 * 86400)])
        installation.until_caught_up()
        assert 0 == worker.terminate()
    last = installation.events()["acme"][-1]
    assert ("io.brushfire.crisis.dismissed.v1", crisis_id) == (last["type"], last["data"]["crisis_id"])
    assert "duty-1" == last["data"]["feedback"]["actor_ref"]


def test_feedback_on_a_crisis_that_never_was(installation: Installation) -> None:
    """A dead letter, on the feedback's own terms."""
    installation.ingest([mention("m1", 1)])
    done = installation.command("feedback", "confirm", "acme-20200101T000000Z", "--actor", "duty-1")
    assert 0 == done.returncode, done.stderr.decode()
    with installation.worker() as worker:
        installation.until_caught_up()
        installation.until_caught_up(Input.FEEDBACK)
        installation.ingest([mention("later", 4 * 86400)])
        installation.until_caught_up()
        assert 0 == worker.terminate()
    (letter,) = installation.records(Output.DEAD_LETTERS)
    assert b"unknown_target" == dict(letter.headers)["dlq.reason"]


def test_reset_begins_anew(installation: Installation) -> None:
    """State and offsets together: the same mentions again give the same events again."""
    installation.ingest(story())
    with installation.worker() as worker:
        installation.until_caught_up()
        running = installation.command("reset", "--to", "earliest", "--yes")
        assert 1 == running.returncode
        assert b"stop the workers first" in running.stderr
        assert 0 == worker.terminate()
    first = installation.events()["acme"]
    declined = installation.command("reset", "--to", "earliest", stdin=b"no\n")
    assert 1 == declined.returncode
    assert 0 == installation.lag()
    done = installation.command("reset", "--to", "earliest", "--yes")
    assert 0 == done.returncode, done.stderr.decode()
    assert installation.lag() > 0
    with installation.worker() as worker:
        installation.until_caught_up()
        assert 0 == worker.terminate()
    ids = [event["id"] for event in installation.events()["acme"]]
    assert [event["id"] for event in first] * 2 == ids
