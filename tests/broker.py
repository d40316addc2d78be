"""A real Apache Kafka for the tests: KRaft nodes from its Maven Central jars on Java 17, on free ports.

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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
JARS = ROOT / "build" / "kafka" / "libs"
HOW = "no broker: install Java 17 and Maven (Debian: openjdk-17-jre-headless maven), or name one in KAFKA_BOOTSTRAP_SERVERS"
START_SECONDS = 120.0

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
node.id={number}
controller.quorum.voters={voters}
listeners={protocol}://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}{doors}
advertised.listeners={protocol}://{host}:{port}{advertised_doors}
controller.listener.names=CONTROLLER
inter.broker.listener.name={protocol}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,{protocol}:{protocol}{door_protocols}
log.dirs={folder}/logs
num.partitions=4
auto.create.topics.enable=false
default.replication.factor={size}
min.insync.replicas={majority}
offsets.topic.replication.factor={size}
offsets.topic.num.partitions={internal_partitions}
transaction.state.log.replication.factor={size}
transaction.state.log.min.isr={majority}
transaction.state.log.num.partitions={internal_partitions}
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.backoff.ms=1000
"""
INTERNAL_PARTITIONS = 4
"""Of the topics in which Kafka keeps groups and transactions."""
TRANSACTIONS, GROUPS = "__transaction_state", "__consumer_offsets"


class Listener(NamedTuple):
    """How clients reach a cluster, beyond its ports."""

    protocol: str = "PLAINTEXT"
    host: str = "127.0.0.1"
    """The name that brokers tell of themselves."""
    properties: str = ""
    """More lines for every node."""
    storage: tuple[str, ...] = ()
    """More arguments for the formatting of its storage: users."""
    client: Mapping[str, Any] = {}
    """Arguments a client needs to get in."""
    doors: Mapping[str, str] = {}
    """More ways in, by a name of their own: the protocol of each."""


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


class Node:
    """One node of a cluster, started, killed and restarted at will; its data lives in a folder of its own."""

    def __init__(self, folder: Path, port: int, properties: str) -> None:
        self.port = port
        self.folder = folder
        folder.mkdir()
        self._classpath = f"{jars()}/*"
        self._properties = folder / "server.properties"
        self._properties.write_text(properties)
        self._process: subprocess.Popen[bytes] | None = None

    def format(self, cluster_id: str, arguments: Sequence[str]) -> None:
        """Prepare its storage."""
        tool = ["kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(self._properties), *arguments]
        subprocess.run(["java", "-cp", self._classpath, *tool], check=True, capture_output=True)

    def start(self) -> None:
        """Start it; whether it answers is for the cluster to say."""
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["java", "-Xmx768m", "-cp", self._classpath, "kafka.Kafka", str(self._properties)],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def stop(self, how: int = signal.SIGKILL) -> None:
        """Stop it; by default the hard way, which is also the fast one."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None

    def pause(self) -> None:
        """Let it hang: its connections stay, and nobody answers."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """The end of a pause."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)


class Cluster:
    """Some nodes on free ports of this machine, each of them broker and controller."""

    def __init__(self, folder: Path, size: int = 1, listener: Listener | None = None) -> None:
        self._listener = listener or Listener()
        ways = 2 + len(self._listener.doors)
        ports = _free_ports(ways * size)
        voters = ",".join(f"{number}@127.0.0.1:{ports[size + number - 1]}" for number in range(1, size + 1))
        self.nodes: dict[int, Node] = {}
        self.doors: dict[str, str] = {}
        """A bootstrap server of each further way in."""
        for number in range(1, size + 1):
            doors = dict(zip(self._listener.doors, ports[2 * size + number - 1 :: size], strict=True))
            self.doors = {door: f"{self._listener.host}:{port}" for door, port in doors.items()}
            properties = PROPERTIES.format(
                number=number,
                voters=voters,
                protocol=self._listener.protocol,
                host=self._listener.host,
                port=ports[number - 1],
                controller=ports[size + number - 1],
                doors="".join(f",{door}://127.0.0.1:{port}" for door, port in doors.items()),
                advertised_doors="".join(f",{door}://{self._listener.host}:{port}" for door, port in doors.items()),
                door_protocols="".join(f",{door}:{protocol}" for door, protocol in self._listener.doors.items()),
                folder=folder / str(number),
                size=size,
                majority=size // 2 + 1,
                internal_partitions=INTERNAL_PARTITIONS,
            )
            self.nodes[number] = Node(folder / str(number), ports[number - 1], properties + self._listener.properties)
        self.bootstrap = ",".join(f"{self._listener.host}:{node.port}" for node in self.nodes.values())
        cluster_id = _cluster_id()
        for node in self.nodes.values():
            node.format(cluster_id, self._listener.storage)

    def start(self) -> None:
        """Start every node that is down, and wait until all answer."""
        down = [node for node in self.nodes.values() if not node.runs]
        for node in down:
            node.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or not all(node.runs for node in down):
                raise RuntimeError(f"the cluster did not start: see {down[0].folder / 'broker.log'}")
            time.sleep(0.2)

    def stop(self, how: int = signal.SIGKILL) -> None:
        """Stop every node."""
        for node in self.nodes.values():
            node.stop(how)

    def leader(self, topic: str, partition: int) -> int | None:
        """Number of the node that leads a partition; None while there is none, or none that can be asked."""
        found = [one for one in self._partitions(topic) if one["partition_index"] == partition]
        return found[0]["leader_id"] if found and found[0]["leader_id"] in self.nodes else None

    def coordinator(self, kind: str, name: str) -> int | None:
        """Number of the node that coordinates a transactional id (`TRANSACTIONS`) or a group (`GROUPS`)."""
        return self.leader(kind, java_hash(name) % INTERNAL_PARTITIONS)

    @property
    def in_sync(self) -> bool:
        """Whether every replica of every partition is in sync: then any node may die."""
        described = self._ask(lambda client: client.describe_topics())
        return bool(described) and all(
            len(partition["isr_nodes"]) == len(self.nodes) for topic in described for partition in topic["partitions"]
        )

    def _partitions(self, topic: str) -> list[Any]:
        described = self._ask(lambda client: client.describe_topics([topic]))
        return [partition for found in described or () for partition in found["partitions"]]

    def _answers(self) -> bool:
        brokers = self._ask(lambda client: client.describe_cluster()["brokers"]) or ()
        return len(self.nodes) == sum(not broker["is_fenced"] for broker in brokers)

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        """The answer of whichever node gives one; None where none does."""
        from kafka import KafkaAdminClient
        from kafka.errors import KafkaError

        if not any(_listens(node.port) for node in self.nodes.values()):
            return None
        try:
            client = KafkaAdminClient(
                bootstrap_servers=self.bootstrap.split(","), bootstrap_timeout_ms=3000, **self._listener.client
            )
        except KafkaError:
            return None
        try:
            return question(client)
        except KafkaError:
            return None
        finally:
            client.close()


@contextmanager
def running_cluster(size: int = 1, listener: Listener | None = None) -> Iterator[Cluster]:
    """A cluster, for as long as the block lasts. Raises `NoBrokerError`."""
    with tempfile.TemporaryDirectory(prefix="broker-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(Path(folder), size, listener)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def running_broker() -> Iterator[str]:
    """Bootstrap servers of a broker, for as long as the block lasts. Raises `NoBrokerError`."""
    named = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if named:
        yield named
        return
    with running_cluster() as cluster:
        yield cluster.bootstrap


def java_hash(text: str) -> int:
    """What Java's `String.hashCode` gives, without the sign bit: Kafka chooses coordinators by it."""
    found = 0
    for character in text:
        found = (31 * found + ord(character)) & 0xFFFFFFFF
    return found & 0x7FFFFFFF


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return not probe.connect_ex(("127.0.0.1", port))


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
