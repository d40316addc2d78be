"""One measured process of the loop bench: bare polling, or the whole service. Prints one JSON line.

CPU time is that of all threads of the process, from the first poll that brings records to the last commit.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import orjson
from kafka import KafkaConsumer, TopicPartition

from stream.adapters.kafka.log import KafkaLog
from stream.adapters.kafka.topics import look
from stream.app import POLL_SECONDS, Observers, SystemClock, be_lazy_about_cycles, monitored, pipeline_factory
from stream.config import Config
from stream.ports import Input
from stream.runner import Runner
from stream.settings import load
from stream.summary import Summary


def bare(config: Config, expected: int) -> dict[str, float]:
    """`poll` and `orjson.loads`: what any consumer in this client pays."""
    topic = config.topics.name(Input.MENTIONS)
    consumer = KafkaConsumer(
        bootstrap_servers=config.kafka.bootstrap_servers,
        enable_auto_commit=False,
        max_poll_records=config.kafka.max_poll_records,
    )
    tps = [TopicPartition(topic, partition) for partition in range(config.topics.partitions)]
    consumer.assign(tps)
    consumer.seek_to_beginning(*tps)
    for tp in tps:
        consumer.position(tp)
    cpu, seen = time.process_time(), 0
    while seen < expected:
        for records in consumer.poll(timeout_ms=200).values():
            for record in records:
                orjson.loads(record.value)
            seen += len(records)
    cpu = time.process_time() - cpu
    consumer.close()
    return {"cpu": cpu, "seen": seen}


def service(config: Config, expected: int) -> dict[str, float]:
    """Everything the service does, as `brushfire run` does it."""
    be_lazy_about_cycles()
    with monitored(config) as (metrics, observers, _):
        findings = look(config)
        summary = Summary()
        everybody = Observers([*observers, summary])
        log = KafkaLog(config, findings.inputs, findings.dead_letter_bytes, everybody.restoring)
        runner = Runner(log, config, pipeline_factory(config), SystemClock(), everybody)
        while not runner.pipelines:
            runner.turn(POLL_SECONDS)
        cpu, wall = time.process_time(), time.monotonic()
        runner.run(
            lambda: summary.received >= expected,
            commit_interval_seconds=config.kafka.commit_interval_seconds,
            poll_seconds=POLL_SECONDS,
        )
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
        commits = metrics.counter("transactions_total").labels("committed")
        told = {
            "cpu": cpu,
            "wall": wall,
            "seen": summary.received,
            "counted": summary.mentions["counted"],
            "opened": summary.opened_count,
            "commits": next(sample.value for family in [commits] for sample in family.collect()[0].samples),
            "rss_mb": int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6,
        }
        log.close()
    return told


if __name__ == "__main__":
    what, path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    chosen = {"bare": bare, "service": service}[what]
    print(json.dumps(chosen(load(Path(path), {}), count)))
