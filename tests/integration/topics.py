"""Looks into topics from outside, as any reader would: committed records only."""

from __future__ import annotations

import time
from typing import Any

from kafka import KafkaConsumer, TopicPartition

OPEN_SECONDS = 120.0
"""A transaction that its producer left open ends within."""


def read_all(bootstrap: str, topic: str, isolation_level: str = "read_committed") -> list[Any]:
    """Every record of a topic up to its end, partition after partition; waits for transactions that are open."""
    servers = bootstrap.split(",")
    consumer = KafkaConsumer(
        bootstrap_servers=servers,
        isolation_level=isolation_level,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    everything = KafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    try:
        tps = [TopicPartition(topic, partition) for partition in sorted(consumer.partitions_for_topic(topic) or ())]
        consumer.assign(tps)
        consumer.seek_to_beginning(*tps)
        ends = everything.end_offsets(tps)
        found: dict[Any, list[Any]] = {tp: [] for tp in tps}
        deadline = time.monotonic() + OPEN_SECONDS
        while any(consumer.position(tp) < ends[tp] for tp in tps):
            assert time.monotonic() < deadline, f"a transaction in {topic} is open for longer than {OPEN_SECONDS} s"
            for tp, records in consumer.poll(timeout_ms=300, max_records=5000).items():
                found[tp] += records
        return [record for tp in tps for record in found[tp]]
    finally:
        consumer.close(autocommit=False)
        everything.close(autocommit=False)
