"""Reads the dead letter topic, and writes letters to their inputs again: records and what was re-driven, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from kafka import TopicPartition
from kafka.errors import GroupIdNotFoundError, KafkaError, ProducerFencedError
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

from stream.adapters.kafka.connection import consumer, failed, producer
from stream.adapters.kafka.redriven import Redriven, Round
from stream.adapters.kafka.stretch import stretch
from stream.adapters.kafka.transaction import Entry, close, write_transaction
from stream.adapters.kafka.watchdog import bounded
from stream.config import Config
from stream.errors import ServiceError
from stream.ports import Output, Record, StoredRecord

TRANSACTION_SECONDS = 15.0
"""Readers of the inputs wait for a re-drive that died at most so long, or until it is started again."""
LETTERS, BYTES = 500, 4 * 1024 * 1024
"""What one transaction holds at most."""

Progress = Callable[[float], None]


def group_of(config: Config) -> str:
    """The group whose offsets say what was re-driven. Nobody ever joins it."""
    return f"{config.kafka.group_id}-dlq"


class DeadLetterTopic:
    """The dead letter topic from its beginning to where it ends now."""

    def __init__(self, config: Config) -> None:
        self.name = config.topics.name(Output.DEAD_LETTERS)
        # one client knows the offsets of the group, without being in it
        self._reader = consumer(config, group_id=group_of(config), auto_offset_reset="earliest")
        with _told("cannot read", self.name):
            partitions = self._reader.partitions_for_topic(self.name)
            if not partitions:
                raise ServiceError(f"kafka: topic {self.name} does not exist, or this user may not see it")
            self._tps = [TopicPartition(self.name, partition) for partition in sorted(partitions)]
            self._first = dict(self._reader.beginning_offsets(self._tps))
            self._ends = dict(self._reader.end_offsets(self._tps))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close(autocommit=False)

    def redriven(self) -> dict[int, Redriven]:
        """What was re-driven before, by partition of this topic."""
        with _told("cannot ask what was re-driven of", self.name):
            return {tp.partition: self._committed(tp) for tp in self._tps}

    def _committed(self, tp: TopicPartition) -> Redriven:
        try:
            found = self._reader.committed(tp, metadata=True)
        except GroupIdNotFoundError:
            return Redriven()
        return Redriven() if found is None or found.offset < 0 else Redriven.read(found.offset, found.metadata or "")

    def read(self, progress: Progress) -> Iterator[Record]:
        """Every letter, partition after partition, in order; `progress` is told the share."""
        total = sum(self._ends[tp] - self._first[tp] for tp in self._tps)
        done = 0
        with _told("cannot read", self.name):
            for tp in self._tps:
                first, end = self._first[tp], self._ends[tp]
                for records in stretch(self._reader, tp, first, end, LETTERS):
                    yield from records
                    progress((done + (self._reader.position(tp) or 0) - first) / total)
                done += end - first


class Redrive:
    """Writes letters again, some hundred a transaction, with the note of what was re-driven.

    The transactional id is the same each time: who starts a second one ends the first, and what the first left open.
    """

    def __init__(self, config: Config, topic: DeadLetterTopic) -> None:
        self.written = 0
        """Letters whose transaction is through."""
        self._topic = topic.name
        self._group = group_of(config)
        self._seconds = config.kafka.call_timeout_seconds
        self._pending: list[tuple[str, StoredRecord]] = []
        self._pending_bytes = 0
        self._producer = producer(
            config,
            transactional_id=f"{self._group}-redrive",
            transaction_timeout_ms=int(TRANSACTION_SECONDS * 1000),
        )
        with bounded("init_transactions", 2 * self._seconds), _told("cannot write", self._topic):
            self._producer.init_transactions()
        self._before = topic.redriven()  # only now: whoever was before us writes nothing any more
        self._rounds = {partition: Round(known) for partition, known in self._before.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                self._commit()
        finally:
            close(self._producer)

    def was_redriven(self, letter: Record) -> bool:
        """Whether it was written again before."""
        return letter.offset in self._before[letter.partition]

    def leave(self, letter: Record) -> None:
        """It stays a dead letter."""
        self._rounds[letter.partition].passed(letter.offset, redriven=False)

    def write(self, letter: Record, topic: str, record: StoredRecord) -> None:
        """Write its record to its topic, to the partition the record names. Raises `ServiceError`."""
        self._pending.append((topic, record))
        self._pending_bytes += len(record.value or b"")
        self._rounds[letter.partition].passed(letter.offset, redriven=True)
        if len(self._pending) >= LETTERS or self._pending_bytes >= BYTES:
            self._commit()

    def _commit(self) -> None:
        if not self._pending:
            return  # letters that were left need no note of their own
        offsets = {
            TopicPartition(self._topic, partition): OffsetAndMetadata(known.until, known.note(), -1)
            for partition, known in ((partition, one.so_far()) for partition, one in self._rounds.items())
        }
        with bounded("a transaction", self._seconds), self._explained():
            entries = [
                Entry(topic, record.key, record.value, record.headers, record.partition)
                for topic, record in self._pending
            ]
            write_transaction(self._producer, entries, offsets, ConsumerGroupMetadata(group_id=self._group))
        self.written += len(self._pending)
        self._pending, self._pending_bytes = [], 0

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say what is through already: starting again goes on from there."""
        try:
            yield
        except ProducerFencedError:
            raise ServiceError(
                f"kafka: another re-drive of this group has begun and goes on; {self.written} letters were written by this one"
            ) from None
        except KafkaError as error:
            raise ServiceError(
                f"{failed('a transaction failed', error)}; {self.written} letters were written before. "
                "The same command again goes on from there"
            ) from None


@contextmanager
def _told(what: str, topic: str) -> Iterator[None]:
    """The client's errors as ours."""
    try:
        yield
    except KafkaError as error:
        raise failed(f"{what} {topic}", error) from None
