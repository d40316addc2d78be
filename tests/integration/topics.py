"""Looks into topics from outside, as any reader would: committed records only."""

from __future__ import annotations

from typing import Any

from kafka import KafkaConsumer, TopicPartition


def read_all(bootstrap: str, topic: str, isolation_level: str = "read_committed") -> list[Any]:
    """Every record of a topic up to its end, partition after partition."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level=isolation_level,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    try:
        tps = [TopicPartition(topic, partition) for partition in sorted(consumer.partitions_for_topic(topic) or ())]
        consumer.assign(tps)
        consumer.seek_to_beginning(*tps)
        ends = consumer.end_offsets(tps)
        found: dict[Any, list[Any]] = {tp: [] for tp in tps}
        while any(consumer.position(tp) < ends[tp] for tp in tps):
            for tp, records in consumer.poll(timeout_ms=300, max_records=5000).items():
                found[tp] += records
        return [record for tp in tps for record in found[tp]]
    finally:
        consumer.close(autocommit=False)
