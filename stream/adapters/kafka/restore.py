"""What a worker begins from: the state of a partition out of the compacted changelog, and where its group stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import GroupIdNotFoundError, KafkaError, KafkaTimeoutError

from stream.adapters.kafka.connection import consumer, failed
from stream.config import Config
from stream.errors import ServiceError
from stream.ports import Input, Output, Restored

POLL_MS = 1000
OFFSETS_MS = 10_000
"""How long a restore waits for the cluster to say where partitions begin and end: a restart asks again."""


class Restorer:
    """Reads the changelog with clients of its own, each made when it is first needed.

    `group` is the consumer of the inputs; `on_restore` is told how many records are left to read.
    """

    def __init__(self, config: Config, group: KafkaConsumer, on_restore: Callable[[int], None]) -> None:
        self._config = config
        self._group = group
        self._on_restore = on_restore
        self._committed_reader: KafkaConsumer | None = None
        self._uncommitted_reader: KafkaConsumer | None = None
        self._patience_ms = int(2000 * config.kafka.transaction_timeout_seconds)
        """Without any progress for so long a restore gives up: longer than an abandoned transaction stays open."""

    def restore(self, partition: int, inputs: Mapping[Input, TopicPartition]) -> Restored:
        """Read the state of a partition to its true end. Raises `ServiceError`."""
        changelog = TopicPartition(self._config.topics.name(Output.CHANGELOG), partition)
        try:
            # offsets first: once they are settled, nothing of whoever was before us can be committed any more
            committed = {source: self._committed(tp) for source, tp in inputs.items()}
            state = self._read_changelog(changelog)
            tps = list(inputs.values())
            first = self._group.beginning_offsets(tps, timeout_ms=OFFSETS_MS)
            end = self._group.end_offsets(tps, timeout_ms=OFFSETS_MS)
        except KafkaError as error:
            raise failed(f"restore of partition {partition} failed", error) from None
        return Restored(
            state=state,
            committed={source: offset for source, offset in committed.items() if offset is not None},
            available={source: (first[tp], end[tp]) for source, tp in inputs.items()},
        )

    def _committed(self, tp: TopicPartition) -> int | None:
        """The cluster says it only once a transaction that a dead worker left open has ended."""
        attempts = 1 + self._patience_ms // OFFSETS_MS
        while True:
            try:
                offset = self._group.committed(tp, timeout_ms=OFFSETS_MS)
            except GroupIdNotFoundError:
                return None
            except KafkaTimeoutError:
                self._on_restore(1)  # how much there is to restore is not known yet
                attempts -= 1
                if not attempts:
                    raise
                continue
            return None if offset is None or offset < 0 else int(offset)

    def _read_changelog(self, changelog: TopicPartition) -> dict[bytes, bytes]:
        """The last value of every key. The end is taken uncommitted and read committed until the position is there."""
        if self._committed_reader is None:
            self._committed_reader = consumer(self._config, group_id=None, auto_offset_reset="earliest")
        reader = self._committed_reader
        reader.assign([changelog])
        reader.seek_to_beginning(changelog)
        end = self._true_end(changelog)
        state: dict[bytes, bytes] = {}
        patience = self._patience_ms // POLL_MS
        while (position := reader.position(changelog) or 0) < end:
            self._on_restore(end - position)
            polled = reader.poll(timeout_ms=POLL_MS, max_records=10_000)
            for record in polled.get(changelog, ()):
                if record.value is None:
                    state.pop(record.key, None)
                else:
                    state[record.key] = record.value
            if (reader.position(changelog) or 0) > position:
                patience = self._patience_ms // POLL_MS
                continue
            patience -= 1
            if patience <= 0:
                raise ServiceError(
                    f"kafka: {changelog.topic} partition {changelog.partition} cannot be read beyond offset {position} of "
                    f"{end}: is a transaction of a dead worker still open?"
                )
        self._on_restore(0)
        return state

    def _true_end(self, changelog: TopicPartition) -> int:
        """The end including open transactions: a `read_committed` consumer would stop before them."""
        if self._uncommitted_reader is None:
            self._uncommitted_reader = consumer(self._config, group_id=None, isolation_level="read_uncommitted")
        return int(self._uncommitted_reader.end_offsets([changelog], timeout_ms=OFFSETS_MS)[changelog])

    def clients(self) -> Iterator[KafkaConsumer]:
        """Those that were made, for whoever closes them."""
        for client in (self._committed_reader, self._uncommitted_reader):
            if client is not None:
                yield client
