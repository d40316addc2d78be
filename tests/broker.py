"""A real Apache Kafka for the tests: one KRaft node from its Maven Central jars on Java 17, on free ports.

Any other broker can be named in KAFKA_BOOTSTRAP_SERVERS. Run as a program it stays up until interrupted:
`python -m tests.broker`.
"""

from __future__ import annotations

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
JARS = ROOT / "build" / "kafka" / "libs"
HOW = "no broker: install Java 17 and Maven (Debian: openjdk-17-jre-headless maven), or name one in KAFKA_BOOTSTRAP_SERVERS"
START_SECONDS = 60.0

POM = """<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>brushfire.tests</groupId><artifactId>broker</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.1.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
"""
PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={folder}/logs
num.partitions=4
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.backoff.ms=1000
"""


class NoBrokerError(Exception):
    """There is no broker to be had here; the message says how to get one."""


def jars() -> Path:
    """The folder with Kafka's jars, fetched once. Raises `NoBrokerError`."""
    if not any(JARS.glob("kafka_2.13-*.jar")):
        if shutil.which("mvn") is None or shutil.which("java") is None:
            raise NoBrokerError(HOW)
        JARS.parent.mkdir(parents=True, exist_ok=True)
        (JARS.parent / "pom.xml").write_text(POM)
        command = [
            "mvn",
            "-q",
            "-B",
            "dependency:copy-dependencies",
            f"-DoutputDirectory={JARS}",
            "-DincludeScope=runtime",
        ]
        done = subprocess.run(command, cwd=JARS.parent, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(JARS, ignore_errors=True)
            raise NoBrokerError(f"{HOW} (maven failed: {done.stdout[-500:]})")
    if shutil.which("java") is None:
        raise NoBrokerError(HOW)
    return JARS


class Broker:
    """One node, started, killed and restarted at will; its data lives in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._classpath = f"{jars()}/*"
        self.port, controller = _free_ports(2)
        self.bootstrap = f"127.0.0.1:{self.port}"
        self._properties = folder / "server.properties"
        self._properties.write_text(PROPERTIES.format(port=self.port, controller=controller, folder=folder))
        self._process: subprocess.Popen[bytes] | None = None
        self._java("kafka.tools.StorageTool", "format", "-t", _cluster_id(), "-c", str(self._properties))

    def _java(self, *arguments: str) -> None:
        subprocess.run(["java", "-cp", self._classpath, *arguments], check=True, capture_output=True)

    def start(self) -> None:
        """Start the node and wait until it answers."""
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["java", "-Xmx768m", "-cp", self._classpath, "kafka.Kafka", str(self._properties)],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"the broker did not start: see {self.folder / 'broker.log'}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        from kafka import KafkaAdminClient
        from kafka.errors import KafkaError

        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)):
                return False
        try:
            client = KafkaAdminClient(bootstrap_servers=self.bootstrap, bootstrap_timeout_ms=3000)
            client.list_topics()
            client.close()
        except KafkaError:
            return False
        return True

    def stop(self, how: int = signal.SIGKILL) -> None:
        """Stop the node; by default the hard way, which is also the fast one."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None


@contextmanager
def running_broker() -> Iterator[str]:
    """Bootstrap servers of a broker, for as long as the block lasts. Raises `NoBrokerError`."""
    named = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if named:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="broker-", ignore_cleanup_errors=True) as folder:
        broker = Broker(Path(folder))
        try:
            broker.start()
            yield broker.bootstrap
        finally:
            broker.stop()


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _cluster_id() -> str:
    while (drawn := base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()).startswith("-"):
        pass
    return drawn


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the node and its folder go too
    with running_broker() as bootstrap:
        print(bootstrap, flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            sys.exit(0)
