"""Dead letters looked at and taken in after all, on a cluster."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from kafka import KafkaProducer

from stream.adapters.kafka.dead_letters import group_of
from stream.partitioning import MURMUR2, partition_of
from stream.ports import Input, Output
from tests.integration.service import Installation
from tests.mentions import mention

pytestmark = [pytest.mark.broker, pytest.mark.slow]

FIELDS = '[mentions.fields]\nbrand_id = "company"\n'
"""What the mended configuration reads."""
HERE = partition_of("acme", 2, MURMUR2)


def _of_company(mention_id: str, seconds: float, **fields: object) -> bytes:
    """A mention in the shape of a producer that was not foreseen."""
    said = mention(mention_id, seconds, **fields)
    return orjson.dumps({"company": said.pop("brand_id"), **said})


@pytest.fixture
def installation(tmp_path: Path, bootstrap_servers: str) -> Installation:
    """Taken: a few good ones. Refused: three of another shape, one that is no JSON."""
    made = Installation(tmp_path, bootstrap_servers, partitions=2)
    made.create_topics()
    topic = made.config.topics.name(Input.MENTIONS)
    producer = KafkaProducer(bootstrap_servers=bootstrap_servers)
    for number in range(3):
        producer.send(topic, orjson.dumps(mention(f"good-{number}", number)), partition=HERE)
    producer.send(topic, b"\x1b[31mno json", key=b"acme", partition=HERE)
    for number in range(3):
        headers = [("trace", b"t"), ("__connect.errors.topic", b"elsewhere")]
        producer.send(topic, _of_company(f"c{number}", number), key=b"k", partition=number % 2, headers=headers)
    producer.close(timeout=10)
    with made.worker() as worker:
        made.until_caught_up()
        assert 0 == worker.terminate()
    assert 4 == len(made.records(Output.DEAD_LETTERS))
    return made


def _mend(installation: Installation) -> None:
    installation.file.write_text(FIELDS + installation.file.read_text())


def test_show_counts_explains_and_keeps_values_to_itself(installation: Installation) -> None:
    """By reason with what to do; one line a letter; the value only where it is asked for, and never as it is."""
    shown = installation.command("dlq", "show")
    assert 0 == shown.returncode, shown.stderr.decode()
    out = shown.stdout.decode()
    assert "4 dead letters" in out
    assert "3  schema" in out
    assert "mend the producer, or [mentions.fields]" in out
    assert "brand_id: is required" in out
    assert "no json" not in out
    values = installation.command("dlq", "show", "--reason", "not_json", "--values").stdout.decode()
    assert "1 dead letter\n" in values
    assert "\\x1b[31mno json" in values
    assert "\x1b" not in values


def test_show_for_machines(installation: Installation) -> None:
    """A line a letter, with what would become of it under the configuration that is given."""
    _mend(installation)
    lines = [orjson.loads(line) for line in installation.command("dlq", "show", "--json").stdout.splitlines()]
    assert {"taken": 3, "refused": 1} == {
        now: sum(line["now"] == now for line in lines) for now in ("taken", "refused")
    }
    (odd,) = [line for line in lines if line["now"] == "refused"]
    assert ("not_json", HERE, 3, 12, False) == tuple(
        odd[name] for name in ("reason", "partition", "offset", "size", "redriven")
    )
    assert not any("value_base64" in line for line in lines)
    brand = installation.command("dlq", "show", "--json", "--brand", "acme", "--limit", "2")
    assert 2 == len(brand.stdout.splitlines())
    later = installation.command("dlq", "show", "--json", "--since", "2100-01-01T00:00:00Z")
    assert b"" == later.stdout


def test_letters_are_taken_in_once(installation: Installation) -> None:
    """Before the mend nothing is written; after it each letter once, as it came, where its brand belongs."""
    before = len(installation.records(Input.MENTIONS))
    useless = installation.command("dlq", "redrive", "--yes")
    assert (0, True) == (useless.returncode, b"nothing was written" in useless.stdout)
    _mend(installation)
    dry = installation.command("dlq", "redrive", "--dry-run")
    assert b"3 would be taken now, 1 would be refused again" in dry.stdout
    declined = installation.command("dlq", "redrive", stdin=b"no\n")
    assert 1 == declined.returncode
    assert before == len(installation.records(Input.MENTIONS))
    name = installation.config.kafka.group_id
    done = installation.command("dlq", "redrive", stdin=f"{name}\n".encode())
    assert 0 == done.returncode, done.stderr.decode()
    assert b"wrote 3 records" in done.stdout
    written = [
        record
        for record in installation.records(Input.MENTIONS)
        if record.key == b"acme" and b"company" in record.value
    ]
    assert {_of_company(f"c{number}", number) for number in range(3)} == {record.value for record in written}
    for record in written:
        assert HERE == record.partition
        assert [("trace", b"t"), ("__connect.errors.topic", b"elsewhere")] == list(record.headers)
    again = installation.command("dlq", "redrive", "--yes")
    assert b"1 would be refused again, 3 re-driven before\nnothing was written" in again.stdout
    assert before + 3 == len(installation.records(Input.MENTIONS))
    forced = installation.command("dlq", "redrive", "--yes", "--again", "--reason", "schema")
    assert b"wrote 3 records" in forced.stdout
    with installation.worker() as worker:
        installation.until_caught_up(left=4)  # a transaction's marker counts as lag until a record follows
        counts = worker.counters("brushfire_mentions_total")
        assert 0 == worker.terminate()
    assert (3, 3) == (counts["counted"], counts["duplicate"])


def test_what_was_left_is_found_after_the_next_mend(installation: Installation) -> None:
    """A filter is no promise about the others: what one run leaves, a later one takes."""
    _mend(installation)
    none = installation.command("dlq", "redrive", "--yes", "--reason", "not_json")
    assert b"nothing was written" in none.stdout
    producer = KafkaProducer(bootstrap_servers=installation.config.kafka.bootstrap_servers)
    topic = installation.config.topics.name(Input.MENTIONS)
    producer.send(topic, _of_company("late", -86400), partition=HERE)
    future = orjson.dumps({"company": "acme", **mention("future", 10 * 365 * 86400), "brand_id": 7})
    producer.send(topic, future, partition=HERE)
    producer.close(timeout=10)
    with installation.worker("time.max_future_seconds=0") as worker:
        installation.until_caught_up()
        assert 0 == worker.terminate()
    first = installation.command("dlq", "redrive", "--yes", "--reason", "schema")
    assert b"wrote 3 records" in first.stdout
    second = installation.command("dlq", "redrive", "--yes", "--set", "time.max_future_seconds=999999999")
    assert b"1 would be taken now, 1 would be refused again, 3 re-driven before" in second.stdout
    assert b"wrote 1 record;" in second.stdout


def test_what_comes_too_late_is_said_before(installation: Installation) -> None:
    """A window that the state has closed stays closed."""
    installation.ingest([mention("much-later", 86400)])
    with installation.worker() as worker:
        installation.until_caught_up()
        assert 0 == worker.terminate()
    _mend(installation)
    dry = installation.command("dlq", "redrive", "--dry-run")
    assert b"3 of them are mentions whose window is closed: they will be late" in dry.stdout


def test_no_letters(tmp_path: Path, bootstrap_servers: str) -> None:
    """Nothing to show, nothing to do, and no topic at all."""
    installation = Installation(tmp_path, bootstrap_servers)
    nowhere = installation.command("dlq", "show")
    assert (1, True) == (nowhere.returncode, b"does not exist" in nowhere.stderr)
    installation.create_topics()
    assert b"0 dead letters" in installation.command("dlq", "show").stdout
    assert b"no such letters\nnothing was written" in installation.command("dlq", "redrive", "--yes").stdout
    assert f"{installation.config.kafka.group_id}-dlq" == group_of(installation.config)
