"""A batch that a disk has damaged: the worker stops and names it, `brushfire skip` leaves it out, and nothing else is lost."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from kafka import KafkaProducer

from stream.partitioning import MURMUR2, partition_of
from stream.ports import Input, Output
from tests.broker import Cluster, running_cluster
from tests.integration.service import Installation
from tests.mentions import mention

pytestmark = [pytest.mark.broker, pytest.mark.slow]

HERE = partition_of("acme", 1, MURMUR2)


@pytest.fixture
def broker(bootstrap_servers: str) -> Iterator[Cluster]:
    """A node of its own: it is stopped, and its files are written to."""
    with running_cluster() as cluster:
        yield cluster


def _write(installation: Installation, batches: list[list[str]]) -> None:
    """Each list becomes one batch."""
    topic = installation.config.topics.name(Input.MENTIONS)
    producer = KafkaProducer(bootstrap_servers=installation.config.kafka.bootstrap_servers, linger_ms=200)
    for ids in batches:
        for mention_id in ids:
            producer.send(topic, orjson.dumps(mention(mention_id, 1)), partition=HERE, headers=[("trace", b"t")])
        producer.flush()
    producer.close(timeout=10)


def _damage(broker: Cluster, installation: Installation, mention_id: bytes) -> None:
    """Flip a byte of the batch that holds a mention."""
    broker.stop(signal.SIGTERM)
    (node,) = broker.nodes.values()
    (path,) = node.folder.glob(f"logs/{installation.config.topics.name(Input.MENTIONS)}-{HERE}/*.log")
    raw = bytearray(path.read_bytes())
    raw[raw.index(mention_id)] ^= 0x20
    path.write_bytes(raw)
    broker.start()


def test_a_damaged_batch_is_named_and_left_out(tmp_path: Path, broker: Cluster) -> None:
    """What came before is counted once, the batch is left out, what comes behind is counted."""
    installation = Installation(tmp_path, broker.bootstrap, partitions=1)
    installation.create_topics()
    topic = installation.config.topics.name(Input.MENTIONS)
    _write(installation, [["a1", "a2"], ["b1", "b2", "b3"], ["c1"]])
    _damage(broker, installation, b"b1")
    with installation.worker() as worker:
        assert 1 == worker.wait()
        (line,) = [line["message"] for line in worker.log if line["level"] == "error"]
    command = f"brushfire skip --topic {topic} --partition {HERE} --offset 2"
    assert f"`{command}`" in line
    assert 4 == installation.lag()

    arguments = command.split()[1:]
    elsewhere = installation.command(*arguments[:-1], "5", "--yes")
    assert (1, True) == (elsewhere.returncode, b"is offset 2, not 5" in elsewhere.stderr)
    behind = installation.command(*arguments[:-1], "1", "--yes")
    assert (1, True) == (behind.returncode, b"is at offset 2 already" in behind.stderr)
    declined = installation.command(*arguments, stdin=b"no\n")
    assert (1, 4) == (declined.returncode, installation.lag())
    done = installation.command(*arguments, "--yes")
    assert 0 == done.returncode, done.stderr.decode()
    assert f"left out offsets 2 to 4 of {topic} partition {HERE}: at most 3 records".encode() in done.stdout
    assert 1 == installation.lag()

    _write(installation, [["d1"], ["a1"]])
    with installation.worker() as worker:
        installation.until_caught_up()
        assert {"counted": 2, "duplicate": 1} == worker.counters("brushfire_mentions_total")
        assert 0 == worker.terminate()
    assert [] == installation.records(Output.DEAD_LETTERS)


def test_a_new_group_that_begins_with_one(tmp_path: Path, broker: Cluster) -> None:
    """There is no state to move: there is one afterwards. A batch at the end of the log can be left out, too."""
    installation = Installation(tmp_path, broker.bootstrap, partitions=1)
    installation.create_topics()
    topic = installation.config.topics.name(Input.MENTIONS)
    _write(installation, [["a1", "a2"]])
    _damage(broker, installation, b"a1")
    with installation.worker() as worker:
        assert 1 == worker.wait()
    done = installation.command("skip", "--topic", topic, "--partition", "0", "--offset", "0", "--yes")
    assert 0 == done.returncode, done.stderr.decode()
    _write(installation, [["b1"]])
    with installation.worker() as worker:
        installation.until_caught_up()
        assert {"counted": 1} == worker.counters("brushfire_mentions_total")
        running = installation.command("skip", "--topic", topic, "--partition", "0", "--offset", "0", "--yes")
        assert (1, True) == (running.returncode, b"stop the workers first" in running.stderr)
        assert 0 == worker.terminate()
