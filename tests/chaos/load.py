"""A simulated stream of many brands with many crises, and who writes it into the topic while others kill."""

from __future__ import annotations

import gzip
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import orjson
from kafka import KafkaProducer

from stream.partitioning import MURMUR2, partition_of
from stream.ports import Input
from tests.integration.service import BRUSHFIRE, Installation

BRANDS, WEEKS, RATE = 40, 2, "1-6"
"""Some 40,000 mentions."""
PATIENCE_MS = 300_000
"""So long may the cluster be away."""


def simulate(folder: Path, seed: int) -> Path:
    """A stream with many crises."""
    wishes = ["--brands", str(BRANDS), "--weeks", str(WEEKS), "--rate", RATE]
    command = [*BRUSHFIRE, "simulate", "--scenario", "crises", "--seed", str(seed), *wishes, "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "mentions.jsonl.gz"


def lines_of(path: Path) -> list[bytes]:
    """The records of a stream."""
    return gzip.decompress(path.read_bytes()).splitlines()


class Feeder:
    """Writes lines into the mentions topic from a thread of its own, evenly over some time, each exactly once."""

    def __init__(self, installation: Installation, lines: Sequence[bytes], seconds: float) -> None:
        self._config = installation.config
        self._lines = lines
        self._per_second = len(lines) / max(seconds, 1.0)
        self._hurry = threading.Event()
        self._failed: Exception | None = None
        self._thread = threading.Thread(target=self._feed, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def finish(self) -> None:
        """Write what is left at once, and wait until every line was confirmed."""
        self._hurry.set()
        self._thread.join()
        if self._failed is not None:
            raise self._failed

    @property
    def done(self) -> bool:
        """Whether nothing is left to write."""
        return not self._thread.is_alive()

    def _feed(self) -> None:
        try:
            self._write()
        except Exception as error:  # noqa: BLE001 -- told to whoever waits
            self._failed = error

    def _write(self) -> None:
        topic, partitions = self._config.topics.name(Input.MENTIONS), self._config.topics.partitions
        producer = KafkaProducer(
            bootstrap_servers=self._config.kafka.servers,
            acks="all",
            enable_idempotence=True,
            linger_ms=20,
            max_block_ms=PATIENCE_MS,
            delivery_timeout_ms=PATIENCE_MS,
        )
        started, pending = time.monotonic(), []
        for number, line in enumerate(self._lines):
            brand = orjson.loads(line)["brand_id"]
            partition = partition_of(brand, partitions, MURMUR2)
            pending.append(producer.send(topic, key=brand.encode(), value=line, partition=partition))
            ahead = number / self._per_second - (time.monotonic() - started)
            if ahead > 0.05:
                self._hurry.wait(ahead)
        producer.flush(timeout=PATIENCE_MS / 1000)
        for sent in pending:
            sent.get(timeout=PATIENCE_MS / 1000)
        producer.close(timeout=30)
