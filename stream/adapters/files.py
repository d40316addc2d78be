"""JSON Lines in, JSON Lines out: the same core over files, plain or gzip, or standard input."""

from __future__ import annotations

import gzip
import sys
import zlib
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import IO, NamedTuple

import orjson

from stream.errors import ConfigError, ServiceError
from stream.events.brand_key import Glance, glance
from stream.events.fields import FieldMap
from stream.partitioning import partition_of
from stream.ports import Batch, Input, Message, Output, Record, Restored, StoredRecord

STDIN = "-"
FILES = {
    Output.CRISIS_EVENTS: "crisis-events.jsonl",
    Output.CRISIS_STATE: "crisis-state.jsonl",
    Output.DEAD_LETTERS: "dead-letters.jsonl",
}
TIME_FIELDS = {Input.MENTIONS: "published_at", Input.ACTIVITY: "starts_at", Input.FEEDBACK: "at"}


class Source(NamedTuple):
    """A file to read, and what is in it."""

    input: Input
    path: str


class Layout(NamedTuple):
    """How lines become records of a log, as a cluster would have it."""

    partitions: int
    partition_by: str
    field_map: FieldMap | None
    started_at_ms: int
    """The run's own time: what a log would stamp on each record."""
    topics: Mapping[str, Input]
    """Topic name to input, to find a refused record again."""


class _Line(NamedTuple):
    source: Input
    offset: int
    value: bytes
    seen: Glance


class FilesLog:
    """A `Log` over files: every partition is assigned at the first poll, and it ends with the files.

    Lines come in the order of the files, activities and feedback merged in by their own time: before the first mention
    that was published later. `offset` is the number of the line over all files of its input, from 0.
    """

    def __init__(self, sources: Sequence[Source], layout: Layout, out: Path | None, batch_lines: int = 500) -> None:
        self._layout = layout
        self._batch_lines = batch_lines
        self._assigned = False
        self._stack = ExitStack()
        self._lines_read = dict.fromkeys(Input, 0)
        self._starts: dict[Input, list[tuple[int, str]]] = {source: [] for source in Input}
        self._raw: IO[bytes] | None = None
        self._done_bytes = 0
        self._total_bytes = sum(Path(source.path).stat().st_size for source in sources if source.path != STDIN)
        self._out: dict[Output, IO[bytes]] = {}
        if out is not None:
            self._out = {output: self._stack.enter_context((out / name).open("wb")) for output, name in FILES.items()}
        self._lines = self._in_order(sources)

    @property
    def progress(self) -> float:
        """Share of the bytes that was read, 0 to 1; 0 for standard input."""
        here = self._raw.tell() if self._raw is not None and self._raw.seekable() else 0
        return min(1.0, (self._done_bytes + here) / self._total_bytes) if self._total_bytes else 0.0

    def poll(self, timeout_seconds: float) -> Batch:
        """The next lines; never waits."""
        batch = Batch()
        if not self._assigned:
            self._assigned = True
            batch.assigned = set(range(self._layout.partitions))
            return batch
        groups: dict[tuple[Input, int], list[Record]] = {}
        for _ in range(self._batch_lines):
            line = next(self._lines, None)
            if line is None:
                batch.ended = True
                break
            record = self._record(line)
            if line.source is not Input.MENTIONS:  # it keeps its place among the mentions
                batch.records += [(*key, records) for key, records in groups.items()]
                groups = {}
            groups.setdefault((line.source, record.partition), []).append(record)
        batch.records += [(*key, records) for key, records in groups.items()]
        return batch

    def restore(self, partition: int) -> Restored:
        """A run over files begins with nothing."""
        return Restored({}, {}, dict.fromkeys(Input, (0, 0)))

    def start_at(self, positions: Mapping[tuple[Input, int], int]) -> None:
        """Files are read from their beginning."""

    def commit(self, messages: Iterable[Message], positions: Mapping[tuple[Input, int], int]) -> None:
        """Append to the files of the run; without an output folder, forget."""
        for message in messages:
            file = self._out.get(message.output)
            if file is not None and message.value is not None:
                letter = message.output is Output.DEAD_LETTERS
                file.write((self._dead_letter(message) if letter else message.value) + b"\n")

    def close(self) -> None:
        """Close the files."""
        self._stack.close()

    def _dead_letter(self, message: Message) -> bytes:
        headers = {name: (content or b"").decode() for name, content in message.headers}
        source = self._layout.topics[headers["__connect.errors.topic"]]
        offset = int(headers["__connect.errors.offset"])
        starts = self._starts[source]
        start, path = starts[bisect_right(starts, (offset, chr(0x10FFFF))) - 1]
        return orjson.dumps(
            {
                "reason": headers["dlq.reason"],
                "message": headers["__connect.errors.exception.message"],
                "file": path,
                "line": offset - start + 1,
                "value_base64": b64encode(message.value or b"").decode("ascii"),
            }
        )

    def _record(self, line: _Line) -> StoredRecord:
        brand_id, layout = line.seen.brand_id, self._layout
        return StoredRecord(
            partition=partition_of(brand_id, layout.partitions, layout.partition_by) if brand_id else 0,
            offset=line.offset,
            timestamp=layout.started_at_ms,
            key=None,
            value=line.value,
        )

    def _in_order(self, sources: Sequence[Source]) -> Iterator[_Line]:
        """Mentions as they come, the side inputs merged in by time."""
        side = [line for source in sources if source.input is not Input.MENTIONS for line in self._read(source)]
        if not side:
            for source in sources:
                if source.input is Input.MENTIONS:
                    yield from self._read(source, timed=False)
            return
        side.sort(key=_time_ms, reverse=True)
        clock_ms = 0
        for source in sources:
            if source.input is Input.MENTIONS:
                for line in self._read(source):
                    at_ms = _time_ms(line)
                    if at_ms <= self._layout.started_at_ms:  # what is beyond moves no time, if it is taken at all
                        clock_ms = max(clock_ms, at_ms)
                    while side and _time_ms(side[-1]) < clock_ms:
                        yield side.pop()
                    yield line
        yield from reversed(side)

    def _read(self, source: Source, *, timed: bool = True) -> Iterator[_Line]:
        """The lines of a file that are not empty."""
        time_field = TIME_FIELDS[source.input] if timed else None
        field_map = self._layout.field_map if source.input is Input.MENTIONS else None
        self._starts[source.input].append((self._lines_read[source.input], source.path))
        with _open(source.path) as raw:
            self._raw = raw
            for value in _lines(raw, source.path):
                offset = self._lines_read[source.input]
                self._lines_read[source.input] += 1
                if value.strip():
                    seen = glance(value, field_map, time_field)
                    yield _Line(source.input, offset, value.rstrip(b"\r\n"), seen)
            self._done_bytes += raw.tell() if raw.seekable() else 0
            self._raw = None


def _time_ms(line: _Line) -> int:
    return line.seen.time_ms or 0


def read_values(path: str) -> Iterator[bytes]:
    """The lines of a file that are not empty, without their ends. Raises `ConfigError` and `ServiceError`."""
    with _open(path) as raw:
        yield from (line.rstrip(b"\r\n") for line in _lines(raw, path) if line.strip())


def _open(path: str) -> AbstractContextManager[IO[bytes]]:
    try:
        return nullcontext(sys.stdin.buffer) if path == STDIN else Path(path).open("rb")
    except OSError as error:
        raise ConfigError(path, f"cannot be read: {error.strerror}") from None


def _lines(raw: IO[bytes], path: str) -> Iterator[bytes]:
    """The lines, plain or gzip; a file that breaks off or is no gzip is told as what it is."""
    try:
        yield from gzip.GzipFile(fileobj=raw) if path.endswith(".gz") else raw
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ServiceError(f"{path}: is no complete gzip file: {error}") from None
