"""The log on Kafka: a consumer group for the inputs, one transaction for state, events and offsets, a compacted changelog."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import (
    CommitFailedError,
    CorruptRecordError,
    FencedInstanceIdError,
    KafkaError,
    OffsetOutOfRangeError,
    ProducerFencedError,
)
from kafka.structs import OffsetAndMetadata

from stream.adapters.kafka.connection import consumer, failed, producer
from stream.adapters.kafka.rejoin import Rejoin
from stream.adapters.kafka.restore import Restorer
from stream.adapters.kafka.transaction import CLOSE_SECONDS, Entry, close, write_transaction
from stream.adapters.kafka.unreadable import first_unreadable
from stream.adapters.kafka.watchdog import bounded
from stream.config import Config
from stream.errors import ServiceError
from stream.events.dead_letter import cut_to_fit
from stream.ports import AssignmentLost, Batch, Input, Message, Output, Restored, UnreadableError

ENDS_MS = 1000
"""How long the cluster may take to say where its partitions end; nothing passes for silent until it does."""
TAKEN_OVER = "kafka: another worker uses the same kafka.instance and has taken over: give each its own"


class KafkaLog:
    """A `Log` on a Kafka cluster.

    State belongs to the partition: the changelog has as many partitions as the inputs, and equal numbers of the three
    inputs are on one worker, which only the range assignor guarantees.
    """

    def __init__(
        self,
        config: Config,
        inputs: Sequence[Input],
        dead_letter_bytes: int,
        on_restore: Callable[[int], None],
    ) -> None:
        """`inputs` are those whose topic exists; `dead_letter_bytes` is what the dead letter topic takes at most."""
        self._config = config
        self._dead_letter_bytes = dead_letter_bytes
        self._topics = {config.topics.name(source): source for source in inputs}
        self._changes = _Changes()
        self._group: Any = None
        instance = config.kafka.instance or uuid.uuid4().hex[:12]
        self._producer = producer(
            config,
            transactional_id=f"{config.kafka.group_id}-{instance}",
            transaction_timeout_ms=int(config.kafka.transaction_timeout_seconds * 1000),
        )
        with bounded("init_transactions", 2 * config.kafka.call_timeout_seconds):
            try:
                self._producer.init_transactions()
            except KafkaError as error:
                raise failed("init_transactions failed", error) from None
        self._consumer = consumer(
            config,
            group_id=config.kafka.group_id,
            # a worker with a name of its own is a static member: restarted, it has its partitions back at once
            group_instance_id=config.kafka.instance,
            # positions come from the state: never from a policy that would jump over records
            auto_offset_reset="none",
            partition_assignment_strategy=(RangePartitionAssignor,),
            max_poll_records=config.kafka.max_poll_records,
            max_poll_interval_ms=int(config.kafka.max_poll_interval_seconds * 1000),
            session_timeout_ms=int(config.kafka.session_timeout_seconds * 1000),
            heartbeat_interval_ms=int(min(3.0, config.kafka.session_timeout_seconds / 3) * 1000),
        )
        self._rejoin = Rejoin(self._consumer)
        self._restorer = Restorer(config, self._consumer, on_restore)
        self._changes.consumer = self._consumer
        self._consumer.subscribe(list(self._topics), listener=self._changes)

    def poll(self, timeout_seconds: float) -> Batch:
        """Wait at most so long for records or for a change of assignment. Raises `ServiceError`, `UnreadableError` at a batch."""
        if self._changes.rebalancing:
            self._rejoin.go_on()
        try:
            polled = self._consumer.poll(timeout_ms=int(timeout_seconds * 1000))
            return self._batch(polled)
        except OffsetOutOfRangeError:
            raise ServiceError(
                "kafka: the log no longer holds what comes next (retention was faster than we): "
                "`brushfire reset --to earliest|latest|TIME`"
            ) from None
        except FencedInstanceIdError:
            raise ServiceError(TAKEN_OVER) from None
        except CorruptRecordError:
            raise self._corrupt() from None
        except KafkaError as error:  # what a retry would mend, the client has retried
            raise failed("cannot read", error) from None

    def _batch(self, polled: Mapping[TopicPartition, Sequence[Any]]) -> Batch:
        batch = Batch()
        assigned, revoked = self._changes.take()
        if revoked:
            batch.revoked = {tp.partition for tp in revoked}
        if assigned is not None:
            batch.assigned = self._check_assigned(assigned)
            self._group = self._consumer.group_metadata()
            return batch  # what was polled before the restore is read again from where the state says
        for tp, records in polled.items():
            batch.records.append((self._topics[tp.topic], tp.partition, records))
        self._look_at_ends(batch)
        return batch

    def _corrupt(self) -> ServiceError:
        """Which batch it was: what the client says names no partition at times, and may quote the record."""
        positions = {tp: self._consumer.position(tp, timeout_ms=0) for tp in self._consumer.assignment()}
        found = first_unreadable(self._config, {tp: at for tp, at in positions.items() if at is not None})
        if found is None:
            return ServiceError("kafka: a batch was corrupt when it came, and is not any more: a restart recovers")
        tp, offset = found
        return UnreadableError(
            f"kafka: {tp.topic} partition {tp.partition}: the batch at offset {offset} is corrupt. If no replica has it whole, "
            f"`brushfire skip --topic {tp.topic} --partition {tp.partition} --offset {offset}` leaves it out"
        )

    def _check_assigned(self, assigned: set[TopicPartition]) -> set[int]:
        """Equal numbers of every input, or something is wrong with the assignor or the topics."""
        by_topic = {topic: sorted(tp.partition for tp in assigned if tp.topic == topic) for topic in self._topics}
        if len({tuple(partitions) for partitions in by_topic.values()}) > 1:
            raise ServiceError(
                f"kafka: this worker was given unequal partitions of its inputs: {by_topic}. Was one of them created since the "
                "other workers started? Stop all of them, then start them"
            )
        return {tp.partition for tp in assigned}

    def _look_at_ends(self, batch: Batch) -> None:
        """How far each partition is from its end."""
        behind: set[int] = set()
        everything: set[int] = set()
        for tp in self._consumer.assignment():
            everything.add(tp.partition)
            end = self._consumer.highwater(tp)
            position = None if self._changes.waiting(tp) else self._consumer.position(tp, timeout_ms=0)
            if end is None or position is None:
                behind.add(tp.partition)
                continue
            batch.lag[self._topics[tp.topic], tp.partition] = max(0, end - position)
            if position < end:
                behind.add(tp.partition)
        batch.caught_up = self._at_the_end(everything - behind - {partition for _, partition, _ in batch.records})

    def _at_the_end(self, quiet: set[int]) -> set[int]:
        """Which of these partitions hold nothing more, as the cluster says now.

        What the last fetch said may be old: a worker that stood still would take the mentions that wait for silence.
        """
        tps = [tp for tp in self._consumer.assignment() if tp.partition in quiet]
        if not tps:
            return set()
        try:
            ends = self._consumer.end_offsets(tps, timeout_ms=ENDS_MS)
        except KafkaError:
            return set()
        return quiet - {tp.partition for tp in tps if (self._consumer.position(tp, timeout_ms=0) or 0) < ends[tp]}

    def restore(self, partition: int) -> Restored:
        """Read the state of a partition to its true end, past what a dead worker left open."""
        inputs = {source: TopicPartition(topic, partition) for topic, source in self._topics.items()}
        return self._restorer.restore(partition, inputs)

    def start_at(self, positions: Mapping[tuple[Input, int], int]) -> None:
        """Read on from these offsets."""
        for (source, partition), offset in positions.items():
            tp = TopicPartition(self._config.topics.name(source), partition)
            self._consumer.seek(tp, offset)
            self._consumer.resume(tp)
            self._changes.started(tp)

    def commit(self, messages: Iterable[Message], positions: Mapping[tuple[Input, int], int]) -> None:
        """One transaction for everything. Raises `AssignmentLost` where the group has moved on, else `ServiceError`.

        Raises `ValueError` without positions.
        """
        existing = self._topics.values()
        offsets = {
            TopicPartition(self._config.topics.name(source), partition): OffsetAndMetadata(offset, "", -1)
            for (source, partition), offset in positions.items()
            if source in existing
        }
        if not offsets:
            raise ValueError(
                "a commit without positions: they are what the group refuses from a worker it has given up"
            )
        entries = map(self._entry, messages)
        with bounded("a transaction", self._config.kafka.call_timeout_seconds):
            try:
                try:
                    write_transaction(self._producer, entries, offsets, self._group)
                except CommitFailedError:
                    self._producer.abort_transaction()
                    self._give_up()
                    raise AssignmentLost from None
            except (ProducerFencedError, FencedInstanceIdError):
                raise ServiceError(TAKEN_OVER) from None
            except KafkaError as error:
                raise failed("a transaction failed", error) from None

    def _give_up(self) -> None:
        """Others have what we had."""
        # the client learns of it a little later: until it is assigned anew, it has nothing that is ours
        self._consumer.pause(*self._consumer.assignment())
        # the client keeps offsets that were refused, and would write them with its next commit, over those of others
        self._producer._transaction_manager._pending_txn_offset_commits.clear()  # noqa: SLF001

    def _entry(self, message: Message) -> Entry:
        if message.output is Output.DEAD_LETTERS:
            message = cut_to_fit(message, self._dead_letter_bytes)
            if message.value is None and message.key is None:
                message = message._replace(value=b"")  # the client sends no record without key and value
        topic = self._config.topics.name(message.output)
        return Entry(topic, message.key, message.value, message.headers, message.partition)

    def close(self) -> None:
        """Leave the group and close the clients, whatever they still wait for."""
        with bounded("closing", self._config.kafka.call_timeout_seconds):
            for client in (self._consumer, *self._restorer.clients()):
                with suppress(KafkaError):
                    client.close(autocommit=False, timeout_ms=CLOSE_SECONDS * 1000)
            close(self._producer)


class _Changes(ConsumerRebalanceListener):  # type: ignore[misc]
    """Notes changes of assignment for the loop: the client calls it from a thread of its own.

    New partitions are paused at once: nothing is fetched before the state says from where.
    """

    def __init__(self) -> None:
        self.consumer: KafkaConsumer
        self._lock = threading.Lock()
        self._assigned: set[TopicPartition] | None = None
        self._revoked: set[TopicPartition] = set()
        self._waiting: set[TopicPartition] = set()
        self.rebalancing = False
        """What was assigned is taken back, and nothing is assigned anew yet."""

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """The client's call: partitions are ours."""
        with self._lock:
            self._assigned = set(assigned)
            self._waiting = set(assigned)
            self.rebalancing = False
            for tp in self._assigned:
                self.consumer.seek(tp, 0)
                self.consumer.pause(tp)

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """The client's call: partitions are given back."""
        with self._lock:
            self._revoked |= set(revoked)
            self._assigned = None
            self.rebalancing = True

    on_partitions_lost = on_partitions_revoked

    def take(self) -> tuple[set[TopicPartition] | None, set[TopicPartition]]:
        """(assigned or None, revoked) since the last call."""
        with self._lock:
            changes = self._assigned, self._revoked
            self._assigned, self._revoked = None, set()
            return changes

    def waiting(self, tp: TopicPartition) -> bool:
        """Whether a partition still waits for its position."""
        return tp in self._waiting

    def started(self, tp: TopicPartition) -> None:
        """A partition has its position."""
        with self._lock:
            self._waiting.discard(tp)
