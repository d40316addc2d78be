"""The composition root: builds everything, decides the order of start and stop, and owns the only wall clock."""

from __future__ import annotations

import gc
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

import orjson
from msgspec import structs

from detectors.text import LexiconScorer
from stream.adapters.files import FilesLog, Layout, Source
from stream.adapters.http import TEXT, HttpServer
from stream.adapters.memory import MemoryLog, MemoryTopics
from stream.config import Config
from stream.errors import ServiceError
from stream.events.crisis import Detector
from stream.events.envelope import rfc3339
from stream.health import Health
from stream.logs import log
from stream.metrics import Metrics
from stream.outcome import Outcome
from stream.pipeline import Pipeline
from stream.ports import Batch, Input
from stream.runner import Observer, Runner, Timing
from stream.summary import Summary
from stream.telemetry import Telemetry
from stream.transitions import TransitionLog
from stream.version import VERSION

POLL_SECONDS = 0.2
"""A poll waits at most so long: the loop turns, and a signal is heeded, within this time."""


class SystemClock:
    """The wall clock and a clock that never goes backwards."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def elapsed(self) -> float:
        """Seconds that never go backwards."""
        return time.monotonic()


class Observers(Observer):
    """Several observers as one, told in their order."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = observers

    def turned(self, batch: Batch) -> None:
        """The loop turned."""
        for observer in self._observers:
            observer.turned(batch)

    def restoring(self, remaining: int) -> None:
        """A partition is being restored."""
        for observer in self._observers:
            observer.restoring(remaining)

    def restored(self, pipeline: Pipeline) -> None:
        """A partition is ours."""
        for observer in self._observers:
            observer.restored(pipeline)

    def ready(self) -> None:
        """Everything that was assigned is restored."""
        for observer in self._observers:
            observer.ready()

    def revoked(self, partition: int) -> None:
        """A partition is gone."""
        for observer in self._observers:
            observer.revoked(partition)

    def aborted(self) -> None:
        """A commit was refused."""
        for observer in self._observers:
            observer.aborted()

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        """A commit went through."""
        for observer in self._observers:
            observer.committed(outcomes, pipelines, timing)


def pipeline_factory(config: Config) -> Callable[[int], Pipeline]:
    """Makes the pipeline of a partition; all share one text scorer."""
    scorer = LexiconScorer.load()
    detector = Detector(version=VERSION, config_hash=config.config_hash(), model_hash=scorer.version)
    return lambda partition: Pipeline(partition, config, scorer, detector)


def replay(
    config: Config, sources: Sequence[Source], out: Path | None, observers: Sequence[Observer], batch_lines: int
) -> tuple[Runner, FilesLog]:
    """A runner over files, ready to run, and its log."""
    clock = SystemClock()
    layout = Layout(
        partitions=config.topics.partitions,
        partition_by=config.mentions.partition_by,
        field_map=config.mentions.field_map(),
        started_at_ms=int(clock.now() * 1000),
        topics={config.topics.name(source): source for source in Input},
    )
    log = FilesLog(sources, layout, out, batch_lines)
    return Runner(log, config, pipeline_factory(config), clock, Observers(observers), proven=True), log


@contextmanager
def monitored(config: Config) -> Iterator[tuple[Metrics, list[Observer], HttpServer]]:
    """Metrics and health, served as long as the block lasts."""
    clock = SystemClock()
    metrics = Metrics()
    health = Health(clock, config.http.healthy_within_seconds)
    pages = {
        "/metrics": lambda: (200, *metrics.page()),
        "/-/healthy": lambda: (200, b"healthy\n", TEXT) if health.healthy else (503, b"the loop stands still\n", TEXT),
        "/-/ready": lambda: (200, b"ready\n", TEXT) if health.is_ready else (503, b"restoring\n", TEXT),
    }
    server = HttpServer(config.http.host, config.http.port, pages)
    server.start()
    try:
        yield metrics, [Telemetry(metrics, config, clock), health], server
    finally:
        server.stop()


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set: finish the batch, commit, leave."""
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, lambda *_: stop.set())
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def be_lazy_about_cycles() -> None:
    """The state is large and without cycles: looking for some at Python's usual rate costs a tenth of the loop."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def serve(config: Config) -> None:
    """The service on Kafka, until told to stop. Raises `ServiceError`."""
    from stream.adapters.kafka.log import KafkaLog  # noqa: PLC0415 -- the offline commands need no client
    from stream.adapters.kafka.topics import look  # noqa: PLC0415

    be_lazy_about_cycles()
    with stop_signals() as stop, monitored(config) as (_, observers, server):
        log("starting", version=VERSION, config_hash=config.config_hash(), metrics=f"http://{server.address}/metrics")
        if find_spec("crc32c") is None:
            log("the crc32c package is missing: reading from Kafka is 8 times slower", level=30)
        findings = look(config)
        if findings.problems:
            raise ServiceError(
                "topics: " + "; ".join(findings.problems) + "; `brushfire topics` creates what is missing"
            )
        everybody = Observers([*observers, TransitionLog()])
        kafka = KafkaLog(config, findings.inputs, findings.dead_letter_bytes, everybody.restoring)
        runner = Runner(kafka, config, pipeline_factory(config), SystemClock(), everybody)
        try:
            runner.run(
                stop.is_set, commit_interval_seconds=config.kafka.commit_interval_seconds, poll_seconds=POLL_SECONDS
            )
        finally:
            kafka.close()
        log("stopped")


def own_state(config: Config) -> Callable[[int, bytes | None], Pipeline]:
    """Takes up the own record of a partition, if it has one, without its brands: for commands that look at it or move it."""
    make = pipeline_factory(config)

    def state(partition: int, own_record: bytes | None) -> Pipeline:
        pipeline = make(partition)
        pipeline.restore({} if own_record is None else {b"p": own_record})
        return pipeline

    return state


def empty_state(config: Config) -> Callable[[int, dict[Input, int]], bytes]:
    """Makes the own record of a partition that has read nothing: what `reset` leaves behind."""
    make = pipeline_factory(config)

    def state(partition: int, next_offset: dict[Input, int]) -> bytes:
        pipeline = make(partition)
        pipeline.next_offset = next_offset
        return pipeline.snapshot()

    return state


def feedback_record(said: Mapping[str, object]) -> bytes:
    """An OperatorFeedback, given its id and its time."""
    now = datetime.fromtimestamp(SystemClock().now(), UTC)
    return orjson.dumps({"feedback_id": uuid.uuid4().hex, "at": rfc3339(now), **said})


def demo(config: Config, *, seed: int, keep: bool, out: TextIO) -> None:
    """Three simulated days of a few brands, ending now, through the same core; told as they are found."""
    from stream.demo import Narrator, fill  # noqa: PLC0415 -- the service needs no simulated world
    from stream.lab.scenarios import scenario  # noqa: PLC0415
    from stream.lab.wishes import Wishes  # noqa: PLC0415

    clock, topics, summary = SystemClock(), MemoryTopics(config.topics.partitions), Summary()
    ending_now = datetime.fromtimestamp(clock.now(), UTC) - timedelta(hours=scenario("demo", seed).hours)
    chosen = scenario("demo", seed, Wishes(start=ending_now))
    watched = {brand.brand_id: config.brands.policies.get(brand.brand_id, {}) for brand in chosen.brands}
    config = structs.replace(config, brands=structs.replace(config.brands, policies=watched))
    with stop_signals() as stop, monitored(_free_port(config)) as (_, observers, server):
        out.write(
            f"{len(chosen.brands)} simulated brands over {chosen.hours // 24} days. Metrics: http://{server.address}/metrics\n"
        )
        narrator = Narrator(out)
        runner = Runner(
            MemoryLog(topics), config, pipeline_factory(config), clock, Observers([*observers, narrator, summary])
        )
        for _ in fill(topics, chosen, seed):
            if stop.is_set():
                return
            while not runner.turn(0.0).caught_up:
                pass
            runner.commit()
        out.write(f"{summary.transitions_as_text()} in {summary.received} mentions. What was simulated:\n")
        narrator.compare(chosen)
        if keep:
            out.write("Still serving metrics; Ctrl-C ends it.\n")
            out.flush()
            while not stop.wait(POLL_SECONDS):
                runner.turn(0.0)
                runner.commit()


def _free_port(config: Config) -> Config:
    """The demo need not be on a known port."""
    with socket.socket() as probe:
        try:
            probe.bind((config.http.host, config.http.port))
        except OSError:
            return structs.replace(config, http=structs.replace(config.http, port=0))
    return config
