"""A log in memory: the embedded default of the demo, and the reference the other adapters are compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stream.partitioning import murmur2
from stream.ports import Batch, Input, Message, Output, Record, Restored


class MemoryTopics:
    """What a cluster would hold: inputs, outputs, state and offsets. It outlives the logs that use it."""

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self.inputs: dict[tuple[Input, int], list[Record]] = {
            (source, partition): [] for source in Input for partition in range(partitions)
        }
        self.outputs: dict[Output, list[Message]] = {output: [] for output in Output}
        self.state: list[dict[bytes, bytes]] = [{} for _ in range(partitions)]
        self.committed: dict[tuple[Input, int], int] = {}

    def append(self, source: Input, record: Record) -> None:
        """Write a record to the partition it names; its offset must be the next one."""
        records = self.inputs[source, record.partition]
        if record.offset != len(records):
            raise ValueError(f"offset {record.offset} does not follow {len(records) - 1}")
        records.append(record)


class MemoryLog:
    """A `Log` over `MemoryTopics` that is assigned every partition at its first poll."""

    def __init__(self, topics: MemoryTopics, max_poll_records: int = 500) -> None:
        self._topics = topics
        self._max = max_poll_records
        self._positions: dict[tuple[Input, int], int] = {}
        self._assigned = False

    def poll(self, timeout_seconds: float) -> Batch:
        """Never waits: what is not there yet is for the next poll."""
        batch = Batch()
        if not self._assigned:
            self._assigned = True
            batch.assigned = set(range(self._topics.partitions))
            return batch
        behind: set[int] = set()
        for (source, partition), records in self._topics.inputs.items():
            position = self._positions.get((source, partition), 0)
            found: Sequence[Record] = records[position : position + self._max]
            if found:
                self._positions[source, partition] = position + len(found)
                batch.records.append((source, partition, found))
            if position + len(found) < len(records):
                behind.add(partition)
            batch.lag[source, partition] = len(records) - position - len(found)
        batch.caught_up = set(range(self._topics.partitions)) - behind
        return batch

    def restore(self, partition: int) -> Restored:
        """State and positions of the last commit."""
        inputs = [source for source in Input if (source, partition) in self._topics.inputs]
        return Restored(
            state=dict(self._topics.state[partition]),
            committed={
                source: self._topics.committed[source, partition]
                for source in inputs
                if (source, partition) in self._topics.committed
            },
            available={source: (0, len(self._topics.inputs[source, partition])) for source in inputs},
        )

    def start_at(self, positions: Mapping[tuple[Input, int], int]) -> None:
        """Read on from these offsets."""
        self._positions.update(positions)

    def commit(self, messages: Iterable[Message], positions: Mapping[tuple[Input, int], int]) -> None:
        """All or nothing, since nothing can fail in between."""
        for message in messages:
            if message.output is not Output.CHANGELOG:
                self._topics.outputs[message.output].append(message)
                continue
            key = message.key or b""
            partition = message.partition if message.partition is not None else murmur2(key) % self._topics.partitions
            if message.value is None:
                self._topics.state[partition].pop(key, None)
            else:
                self._topics.state[partition][key] = message.value
        self._topics.committed.update(positions)

    def close(self) -> None:
        """Nothing to give back."""
