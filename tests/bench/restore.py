"""The restore bench: how long a worker needs to take up the state of many brands, and how large that is.

    python -m tests.bench.restore [--brands 10000]

A week of simulated brands of all sizes is run through the core; their states are written, under as many names as asked
for, into a changelog on a real broker, and a worker is started. Prints one JSON line: bytes of the changelog, seconds
from the start of the process to ready, of which `restoring`, and its memory.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from kafka import KafkaProducer

from stream.app import pipeline_factory
from stream.config import Config
from stream.lab.scenarios import scenario
from stream.lab.simulate import WORLDS, mentions
from stream.lab.wishes import Wishes
from stream.partitioning import MURMUR2, partition_of
from stream.ports import LATER_MS, Input, Output, StoredRecord
from tests.broker import running_broker
from tests.integration.service import Installation

SEED = 9
WAIT_SECONDS = 600.0


def main() -> int:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brands", type=int, default=10_000)
    options = parser.parse_args()
    with running_broker() as bootstrap, tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder), bootstrap)
        installation.create_topics()
        states = states_of_a_week(installation.config)
        sizes = fill(installation, states, options.brands)
        print(json.dumps({"brands": options.brands, **sizes, **restore(installation)}))
    return 0


def states_of_a_week(config: Config) -> dict[int, list[bytes]]:
    """By partition, the whole records of its brands and, first, its own."""
    chosen = scenario("quiet", SEED, Wishes(brands=12, weeks=1))
    make, pipelines = pipeline_factory(config), {}
    for number, mention in enumerate(mentions(chosen, WORLDS["people"](chosen, SEED), SEED)):
        partition = partition_of(mention["brand_id"], config.topics.partitions, MURMUR2)
        if partition not in pipelines:
            pipelines[partition] = make(partition)
        record = StoredRecord(partition, number, LATER_MS, None, orjson.dumps(mention))
        pipelines[partition].process(Input.MENTIONS, [record])
    found: dict[int, list[bytes]] = {}
    until = max(pipeline.watermark_ms or 0 for pipeline in pipelines.values())
    for partition, pipeline in pipelines.items():
        pipeline.advance(until)
        pipeline.next_offset = dict.fromkeys(Input, 0)  # of topics that are empty here
        outcome = pipeline.take_outcome()
        found[partition] = [pipeline.snapshot(), *(value for key, value in outcome.changelog if key.startswith(b"b/"))]
    return found


def fill(installation: Installation, states: dict[int, list[bytes]], brands: int) -> dict[str, int]:
    """Write the states under many names; the bytes of it."""
    config, topic = installation.config, installation.config.topics.name(Output.CHANGELOG)
    bodies = [body for _, *bodies in states.values() for body in bodies]
    own = next(first for first, *_ in states.values())
    producer = KafkaProducer(bootstrap_servers=config.kafka.bootstrap_servers, linger_ms=20, batch_size=1 << 17)
    total = 0
    for partition in range(config.topics.partitions):
        producer.send(topic, key=b"p", value=own, partition=partition)
    for number in range(brands):
        name, body = f"brand-{number}", bodies[number % len(bodies)]
        partition = partition_of(name, config.topics.partitions, MURMUR2)
        producer.send(topic, key=f"b/{name}".encode(), value=body, partition=partition)
        total += len(body)
    producer.flush()
    producer.close()
    return {
        "changelog_bytes": total,
        "median_bytes": int(median(map(len, bodies))),
        "most_bytes": max(map(len, bodies)),
    }


def restore(installation: Installation) -> dict[str, Any]:
    """Start a worker and wait until it is ready."""
    started = time.monotonic()
    with installation.worker() as worker:
        address, began = None, None
        while time.monotonic() - started < WAIT_SECONDS:
            assert worker.runs, worker.tail()
            lines = worker.log
            address = next((line["metrics"] for line in lines if "metrics" in line), None)
            if address is not None:
                began = began or time.monotonic()
                if _ready(address.removesuffix("/metrics") + "/-/ready"):
                    break
            time.sleep(0.05)
        ready = time.monotonic()
        known = sum(worker.gauge("brushfire_state_brands"))
        memory = worker.peak_megabytes
        assert 0 == worker.terminate(seconds=30)
    return {
        "restored_brands": int(known),
        "seconds": round(ready - started, 1),
        "restoring_seconds": round(ready - (began or ready), 1),
        "rss_mb": round(memory),
    }


def _ready(page: str) -> bool:
    try:
        return bool(urllib.request.urlopen(page, timeout=10).status == 200)
    except urllib.error.HTTPError:
        return False


if __name__ == "__main__":
    sys.exit(main())
