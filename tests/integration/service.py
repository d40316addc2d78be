"""The service and its commands as processes of their own, on topics of their own, as an operator has them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

import orjson
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from prometheus_client.parser import text_string_to_metric_families

from stream.config import Config
from stream.ports import Input, Output
from stream.settings import load
from tests.integration.topics import read_all

BRUSHFIRE = [sys.executable, "-m", "stream"]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("BRUSHFIRE__")}


class Installation:
    """Topics, a group and a configuration file that nobody else has."""

    def __init__(
        self, folder: Path, bootstrap: str, extra: str = "", partitions: int = 4, replication_factor: int = 1
    ) -> None:
        name = f"t{uuid.uuid4().hex[:8]}"
        self.folder = folder
        self.file = folder / f"{name}.toml"
        self.file.write_text(
            f"""
{extra}
[kafka]
bootstrap_servers = "{bootstrap}"
group_id = "{name}"
session_timeout_seconds = 6.0
[topics]
prefix = "{name}."
partitions = {partitions}
replication_factor = {replication_factor}
[time]
idle_after_seconds = 0
[http]
port = 0
[log]
format = "json"
"""
        )
        self.config: Config = load(self.file, {})
        self.environment = dict(ENVIRONMENT)
        """Of its processes; what looks at them from outside does not heed it."""
        self._workers: list[Worker] = []

    def command(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command with this configuration."""
        return subprocess.run(
            [*BRUSHFIRE, *arguments, "--config", str(self.file)],
            input=stdin,
            capture_output=True,
            env=self.environment,
            timeout=120,
            check=False,
        )

    def create_topics(self) -> None:
        """As an operator would."""
        done = self.command("topics")
        assert 0 == done.returncode, done.stderr.decode()

    def set_topic(self, role: str, settings: dict[str, str]) -> None:
        """Change a topic as an operator may have."""
        admin = KafkaAdminClient(bootstrap_servers=self.config.kafka.bootstrap_servers)
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, self.config.topics.name(role), configs=settings)])
        admin.close()

    def ingest(self, values: Iterable[bytes | dict[str, Any]], source: Input = Input.MENTIONS) -> None:
        """JSON Lines through the command, keyed by brand."""
        lines = b"\n".join(value if isinstance(value, bytes) else orjson.dumps(value) for value in values)
        done = self.command("ingest", "-", "--topic", self.config.topics.name(source), stdin=lines)
        assert 0 == done.returncode, done.stderr.decode()

    def worker(self, *settings: str) -> Worker:
        """One more `brushfire run`."""
        self._workers.append(Worker(self, settings))
        return self._workers[-1]

    def events(self) -> dict[str, list[dict[str, Any]]]:
        """What readers of committed records see of crises, per brand, in order."""
        found: dict[str, list[dict[str, Any]]] = {}
        for record in self.records(Output.CRISIS_EVENTS):
            event = orjson.loads(record.value)
            found.setdefault(event["subject"], []).append(event)
        return found

    def records(self, role: str) -> list[Any]:
        """Every committed record of a topic."""
        return read_all(self.config.kafka.bootstrap_servers, self.config.topics.name(role))

    def lag(self, source: Input = Input.MENTIONS) -> int:
        """Records between the group's committed offsets and the end."""
        committed, end = self._offsets(source)
        return end - committed

    def read(self, source: Input = Input.MENTIONS) -> int:
        """Records the group has committed as read."""
        return self._offsets(source)[0]

    def _offsets(self, source: Input) -> tuple[int, int]:
        """Over all partitions: (committed by the group, end)."""
        consumer = KafkaConsumer(
            bootstrap_servers=self.config.kafka.servers,
            group_id=self.config.kafka.group_id,  # asks for its offsets, and never joins
            enable_auto_commit=False,
        )
        try:
            topic = self.config.topics.name(source)
            tps = [TopicPartition(topic, partition) for partition in range(self.config.topics.partitions)]
            ends = consumer.end_offsets(tps)
            return sum(consumer.committed(tp) or 0 for tp in tps), sum(ends.values())
        finally:
            consumer.close(autocommit=False)

    def until_caught_up(self, source: Input = Input.MENTIONS, left: int = 0, seconds: float = 120.0) -> None:
        """Wait until everything written, but for so many records, was committed as read."""
        self._until(lambda: self.lag(source) - left, "everything is read", seconds)

    def until_read(self, count: int, seconds: float = 120.0) -> None:
        """Wait until so many mentions were committed as read, whatever is still to come."""
        self._until(lambda: count - self.read(), f"{count} mentions are read", seconds)

    def _until(self, missing: Callable[[], int], what: str, seconds: float) -> None:
        """Wait until nothing is missing: as long as it takes on a busy machine, but no `seconds` without getting on."""
        least, deadline = missing(), time.monotonic() + seconds
        while least > 0:
            tails = [worker.tail() for worker in self._workers]
            assert time.monotonic() < deadline, f"{seconds} s at a standstill, {least} left: {what}; {tails}"
            assert any(worker.runs for worker in self._workers), f"no worker is left: {tails[-1]}"
            time.sleep(0.2)
            now = missing()
            if now < least:
                least, deadline = now, time.monotonic() + seconds


class Worker:
    """A `brushfire run` process."""

    def __init__(self, installation: Installation, settings: Iterable[str]) -> None:
        self._log = installation.folder / f"worker-{uuid.uuid4().hex[:8]}.log"
        flags = [flag for setting in settings for flag in ("--set", setting)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*BRUSHFIRE, "run", "--config", str(installation.file), *flags],
                stdout=log,
                stderr=log,
                env=installation.environment,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.runs:
            self.kill()

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    @property
    def said(self) -> str:
        """All that it said, whatever it is."""
        return self._log.read_text()

    def tail(self) -> str:
        """The end of it."""
        return self.said[-2000:]

    @property
    def log(self) -> list[dict[str, Any]]:
        """Its log lines so far."""
        return [orjson.loads(line) for line in self._log.read_bytes().splitlines()]

    @property
    def last_error(self) -> str:
        """The last error it told of, or else the last thing."""
        said = [line for line in self.said.splitlines() if line.startswith("{")]
        lines = [orjson.loads(line) for line in said]
        errors = [line["message"] for line in lines if line["level"] == "error" and line["logger"] == "brushfire"]
        return errors[-1] if errors else self.tail()[-200:]

    def until_it_says(self, message: str, seconds: float = 60.0) -> None:
        """Wait for a log line."""
        deadline = time.monotonic() + seconds
        while message not in {line["message"] for line in self.log}:
            assert self.runs, f"it has ended: {self.tail()}"
            assert time.monotonic() < deadline, f"not within {seconds} s: {self.tail()}"
            time.sleep(0.1)

    def counters(self, name: str) -> dict[str, int]:
        """A counter as its metrics page has it, by outcome."""
        return dict(self.counted(self.page(), name, "outcome"))

    def page(self) -> str:
        """Its metrics page."""
        address = next(line["metrics"] for line in self.log if "metrics" in line)
        page: bytes = urllib.request.urlopen(address, timeout=10).read()
        return page.decode()

    @staticmethod
    def counted(page: str, name: str, label: str) -> Counter[str]:
        """A counter of a metrics page, by one of its labels; what is 0 is left out."""
        found: Counter[str] = Counter()
        for family in text_string_to_metric_families(page):
            for sample in family.samples:
                if sample.name == name and sample.value:
                    found[sample.labels[label]] += int(sample.value)
        return found

    def gauge(self, name: str) -> list[float]:
        """The values of a gauge, by whatever labels."""
        families = text_string_to_metric_families(self.page())
        return [sample.value for family in families for sample in family.samples if sample.name == name]

    @property
    def peak_megabytes(self) -> float:
        """The most memory it ever held (Linux)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    def kill(self) -> None:
        """As a machine would fail."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=30)

    def pause(self) -> None:
        """As a machine without memory, or a debugger, would."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """The end of a pause."""
        self._process.send_signal(signal.SIGCONT)

    def terminate(self, seconds: float = 10.0) -> int:
        """As an orchestrator would ask; the exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=seconds)

    def wait(self, seconds: float = 60.0) -> int:
        """The exit status, once it ends by itself."""
        return self._process.wait(timeout=seconds)
