"""The loop bench: what a mention costs in the whole Kafka loop, as a ratio to bare `poll` + `orjson.loads`.

    python -m tests.bench [--mentions 200000] [--rounds 5]

Rounds of both are interleaved in fresh processes; the ratio is bare CPU time / service CPU time, the median counts.
`core_ratio` is the same of the core alone, without Kafka, on the same mentions.
Everything is on: transactions, changelog, metrics, health. Prints a table and one JSON line.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from statistics import median
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from stream.adapters.kafka.topics import create_missing
from stream.app import pipeline_factory
from stream.partitioning import MURMUR2, partition_of
from stream.ports import LATER_MS, Input, Output, StoredRecord
from stream.settings import load
from tests.bench.mentions import mentions
from tests.broker import running_broker

PARTITIONS = 4
BRANDS = 100
MINUTES = 60


def main() -> int:
    """Run the bench; exit 1 when the ratio is below the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--target", type=float, default=0.4)
    options = parser.parse_args()
    with running_broker() as bootstrap, tempfile.TemporaryDirectory() as folder:
        told = measure(bootstrap, Path(folder), options.mentions, options.rounds)
    print(json.dumps(told))
    return 0 if told["ratio"] >= options.target else 1


def measure(bootstrap: str, folder: Path, count: int, rounds: int) -> dict[str, Any]:
    """All rounds and what they add up to."""
    prefix = f"bench-{uuid.uuid4().hex[:8]}."
    input_bytes = fill(bootstrap, prefix, count)
    core = [core_cpu(count) for _ in range(rounds)]
    bare, service = [], []
    for number in range(rounds):
        settings = write_settings(folder, bootstrap, prefix, number)
        create_missing(load(settings, {}))
        bare.append(run("bare", settings, count))
        service.append(run("service", settings, count))
        print(
            f"round {number + 1}: bare {1e6 * bare[-1]['cpu'] / count:5.1f} us, service {1e6 * service[-1]['cpu'] / count:5.1f} us "
            f"a mention, ratio {bare[-1]['cpu'] / service[-1]['cpu']:.2f}, {service[-1]['commits']:.0f} commits, "
            f"{service[-1]['rss_mb']:.0f} MB",
            flush=True,
        )
    changelog = topic_bytes(bootstrap, f"{prefix}0.{'brushfire-changelog.v1'}")
    return {
        "mentions": count,
        "rounds": rounds,
        "bare_us": round(1e6 * median(item["cpu"] for item in bare) / count, 2),
        "core_us": round(1e6 * median(core) / count, 2),
        "service_us": round(1e6 * median(item["cpu"] for item in service) / count, 2),
        "core_ratio": round(median(item["cpu"] for item in bare) / median(core), 3),
        "ratio": round(median(one["cpu"] / other["cpu"] for one, other in zip(bare, service, strict=True)), 3),
        "ratio_rounds": [round(one["cpu"] / other["cpu"], 3) for one, other in zip(bare, service, strict=True)],
        "counted": service[-1]["counted"],
        "opened": service[-1]["opened"],
        "commits": service[-1]["commits"],
        "mentions_per_second_wall": round(count / median(item["wall"] for item in service)),
        "changelog_share_of_input": round(changelog / input_bytes, 3),
        "rss_mb": round(max(item["rss_mb"] for item in service), 1),
    }


def fill(bootstrap: str, prefix: str, count: int) -> int:
    """Write the mentions; returns their bytes."""
    from kafka import KafkaAdminClient

    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    topic = f"{prefix}mentions"
    admin.create_topics({topic: {"num_partitions": PARTITIONS, "replication_factor": 1}}, wait_for_metadata=True)
    admin.close()
    producer = KafkaProducer(bootstrap_servers=bootstrap, linger_ms=20, batch_size=128 * 1024)
    total = 0
    for brand_id, value in mentions(count, BRANDS, MINUTES):
        total += len(value)
        producer.send(topic, value=value, key=brand_id.encode(), partition=partition_of(brand_id, PARTITIONS, MURMUR2))
    producer.flush()
    producer.close()
    return total


def write_settings(folder: Path, bootstrap: str, prefix: str, number: int) -> Path:
    """A configuration of its own for each round: fresh group, state and outputs, the same mentions."""
    names = {
        "activity": "brand-activity.v1",
        "feedback": "operator-feedback.v1",
        "crisis_events": "crisis-events.v1",
        "crisis_state": "crisis-state.v1",
        "dead_letters": "mentions.dlq.v1",
        "changelog": "brushfire-changelog.v1",
    }
    path = folder / f"round-{number}.toml"
    lines = [
        "[kafka]",
        f'bootstrap_servers = "{bootstrap}"',
        f'group_id = "{prefix}{number}"',
        "[topics]",
        f'mentions = "{prefix}mentions"',
        *(f'{role} = "{prefix}{number}.{name}"' for role, name in names.items()),
        f"partitions = {PARTITIONS}",
        "replication_factor = 1",
        "[http]",
        "port = 0",
        "[log]",
        'level = "warning"',
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def run(what: str, settings: Path, count: int) -> dict[str, Any]:
    """One measured process."""
    command = [sys.executable, "-m", "tests.bench.worker", what, str(settings), str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def core_cpu(count: int) -> float:
    """CPU seconds of the pure core for as many mentions, in batches of 500, with the state it would write."""
    config = load(None, {})
    make = pipeline_factory(config)
    pipelines = [make(partition) for partition in range(PARTITIONS)]
    batches: list[list[StoredRecord]] = [[] for _ in range(PARTITIONS)]
    cpu = 0.0
    for number, (brand_id, value) in enumerate(mentions(count, BRANDS, MINUTES)):
        partition = partition_of(brand_id, PARTITIONS, MURMUR2)
        batches[partition].append(StoredRecord(partition, number, LATER_MS, None, value))
        if len(batches[partition]) == 500:
            started = time.process_time()
            pipelines[partition].process(Input.MENTIONS, batches[partition])
            pipelines[partition].take_outcome()
            cpu += time.process_time() - started
            batches[partition] = []
    return cpu


def topic_bytes(bootstrap: str, topic: str) -> int:
    """Keys and values of everything in a topic that was not compacted away."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, isolation_level="read_committed")
    tps = [TopicPartition(topic, partition) for partition in sorted(consumer.partitions_for_topic(topic))]
    consumer.assign(tps)
    consumer.seek_to_beginning(*tps)
    ends, total = consumer.end_offsets(tps), 0
    while any(consumer.position(tp) < ends[tp] for tp in tps):
        for records in consumer.poll(timeout_ms=500).values():
            total += sum(len(record.key or b"") + len(record.value or b"") for record in records)
    consumer.close()
    return total


__all__ = ["Output", "main"]

if __name__ == "__main__":
    sys.exit(main())
