"""The loop: poll, process, commit; restore what is assigned, drop what is revoked, stop when told to."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from stream.config import Config
from stream.errors import ServiceError
from stream.events.crisis import to_cloud_event, to_state
from stream.events.dead_letter import dead_letter_headers
from stream.outcome import Outcome, Told
from stream.pipeline import Pipeline
from stream.ports import AssignmentLost, Batch, Log, Message, Output, UnreadableError
from stream.start import first_positions

PROVE_RECORDS = 1000
"""When this many records of a new group are refused and none is taken, the field map is wrong, not the producers."""

FOR_EVER = sys.maxsize


class Clock(Protocol):
    """Handed in by the composition root, the only one to read it."""

    def now(self) -> float:
        """Wall clock, seconds since the epoch."""

    def elapsed(self) -> float:
        """Seconds that never go backwards."""


class Timing(NamedTuple):
    """How long the stages of a commit took, seconds."""

    process: float
    commit: float
    latency: float
    """From the poll of its first record to the commit."""


class Observer:
    """Somebody who is told what the loop does: metrics, health, logs. This one heeds nothing."""

    def turned(self, batch: Batch) -> None:
        """The loop turned."""

    def restoring(self, remaining: int) -> None:
        """A partition is being restored: so many records of state are still to be read."""

    def restored(self, pipeline: Pipeline) -> None:
        """A partition is ours and its state is here."""

    def revoked(self, partition: int) -> None:
        """A partition is no longer ours."""

    def ready(self) -> None:
        """Everything that was assigned is restored."""

    def aborted(self) -> None:
        """A commit came too late: nothing of it was written."""

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        """A commit went through."""


class Runner:
    """Drives one log through one pipeline per partition. One thread."""

    def __init__(
        self,
        log: Log,
        config: Config,
        make_pipeline: Callable[[int], Pipeline],
        clock: Clock,
        observer: Observer,
        *,
        proven: bool = False,
    ) -> None:
        """`proven`: refusals alone stop nothing, as of a log that loses nothing by being read."""
        self.pipelines: dict[int, Pipeline] = {}
        self.ended = False
        """The log will never give more."""
        self._log = log
        self._config = config
        self._make_pipeline = make_pipeline
        self._clock = clock
        self._observer = observer
        self._idle: dict[int, _Idle] = {}
        self._pending_since: float | None = None
        self._process_seconds = 0.0
        self._proven = proven
        """Whether a mention was ever taken by this group."""

    def run(self, stop: Callable[[], bool], *, commit_interval_seconds: float, poll_seconds: float) -> None:
        """Turn until told to stop or the log ends; then commit what was processed. Raises `ServiceError`."""
        while not stop() and not self.ended:
            try:
                batch = self.turn(poll_seconds)
            except UnreadableError:
                self.commit()  # all there is to read: whoever leaves the batch out goes on right behind it
                raise
            since = self._pending_since
            due = since is not None and self._clock.elapsed() - since >= commit_interval_seconds
            # not while all that a new group read was refused, unless that was everything there is
            if due and (self._proven or batch.caught_up >= set(self.pipelines)):
                self.commit()
        if self._proven or self.ended:
            self.commit()

    def turn(self, poll_seconds: float) -> Batch:
        """One poll, and everything it brought."""
        batch = self._log.poll(poll_seconds)
        started = self._clock.elapsed()
        self._observer.turned(batch)
        for partition in batch.revoked:
            self._revoke(partition)
        if batch.assigned is not None:
            for partition in sorted(batch.assigned):
                self._restore(partition)
            self._check_interval(self._clock.elapsed() - started)
            self._observer.ready()
        for source, partition, records in batch.records:
            if partition not in self.pipelines:
                raise ServiceError(
                    f"records of partition {partition}, which was not assigned: leaving, a restart recovers"
                )
            self.pipelines[partition].process(source, records)
        self._pass_time(batch)
        self.ended = batch.ended
        self._check_refusals()
        if all(pipeline.pending.empty for pipeline in self.pipelines.values()):
            self._pending_since, self._process_seconds = None, 0.0
        else:
            self._pending_since = started if self._pending_since is None else self._pending_since
            self._process_seconds += self._clock.elapsed() - started
        return batch

    def flush(self) -> None:
        """Close every window up to the one of the largest event time of the run, in every partition."""
        until = max((pipeline.open_until for pipeline in self.pipelines.values()), default=0)
        for pipeline in self.pipelines.values():
            pipeline.advance(until * 1000)
        self.commit()

    def commit(self) -> None:
        """Write everything since the last commit, all or nothing."""
        outcomes = [pipeline.take_outcome() for pipeline in self.pipelines.values() if not pipeline.pending.empty]
        if not outcomes:
            return
        started = self._clock.elapsed()
        positions = {(source, out.partition): offset for out in outcomes for source, offset in out.positions.items()}
        try:
            self._log.commit(self._messages(outcomes), positions)
        except AssignmentLost:
            self._observer.aborted()
            self._start_over()
            return
        ended = self._clock.elapsed()
        since = started if self._pending_since is None else self._pending_since
        timing = Timing(process=self._process_seconds, commit=ended - started, latency=ended - since)
        self._pending_since, self._process_seconds = None, 0.0
        self._observer.committed(outcomes, self.pipelines, timing)

    def _messages(self, outcomes: Sequence[Outcome]) -> list[Message]:
        """What to write: what was told and forgotten, by cause; then refusals; then state."""
        recorded_at = datetime.fromtimestamp(self._clock.now(), UTC)
        messages = self._events(outcomes, recorded_at)
        refusals = [refusal for outcome in outcomes for refusal in outcome.refusals]
        for source, record, refused in sorted(refusals, key=lambda refusal: (refusal.input, refusal.record.offset)):
            headers = dead_letter_headers(record, self._config.topics.name(source), refused, recorded_at)
            messages.append(Message(Output.DEAD_LETTERS, record.key, record.value, headers))
        for outcome in outcomes:
            messages += [
                Message(Output.CHANGELOG, key, value, partition=outcome.partition) for key, value in outcome.changelog
            ]
        return messages

    def _events(self, outcomes: Sequence[Outcome], recorded_at: datetime) -> list[Message]:
        """By cause, time and brand. A brand is forgotten after what was told of it by the same cause."""
        messages: list[Message] = []
        happened: list[tuple[int, bool, int, str, Told | None]] = [
            (item.cause, item.by_clock, item.at, item.event.brand_id, item)
            for outcome in outcomes
            for item in outcome.told
        ]
        happened += [
            (item.cause, item.by_clock, FOR_EVER, item.brand_id, None)
            for outcome in outcomes
            for item in outcome.forgotten
        ]
        for *_, brand_id, item in sorted(happened, key=lambda entry: entry[:4]):
            key = brand_id.encode()
            if item is None:
                messages.append(Message(Output.CRISIS_STATE, key, None))
                continue
            event = to_cloud_event(item.event, item.change, self._config.source, recorded_at)
            state = to_state(event)
            messages.append(Message(Output.CRISIS_EVENTS, key, event.encode(), event.headers()))
            messages.append(Message(Output.CRISIS_STATE, key, state.encode(), state.headers()))
        return messages

    def _restore(self, partition: int) -> None:
        pipeline = self._make_pipeline(partition)
        restored = self._log.restore(partition)
        pipeline.restore(restored.state)
        positions = first_positions(partition, pipeline.next_offset, restored, self._config.kafka.start_from)
        if restored.state or restored.committed:
            self._proven = True
        self._log.start_at(positions)
        pipeline.next_offset.update({source: offset for (source, _), offset in positions.items()})
        self.pipelines[partition] = pipeline
        self._idle[partition] = _Idle(pipeline.watermark_ms, self._clock.elapsed())
        self._observer.restored(pipeline)

    def _check_interval(self, seconds: float) -> None:
        """Who restores for too long has lost it meanwhile, and would begin again for ever."""
        limit = self._config.kafka.max_poll_interval_seconds
        if seconds > limit:
            raise ServiceError(
                f"restoring took {seconds:.0f} s, longer than kafka.max_poll_interval_seconds ({limit:g}), and the partitions "
                "were given to others: raise it"
            )

    def _start_over(self) -> None:
        """Nothing of the commit was written, and memory is ahead of it: wait to be assigned, then restore."""
        for partition in list(self.pipelines):
            self._revoke(partition)
        self._pending_since, self._process_seconds = None, 0.0

    def _revoke(self, partition: int) -> None:
        """What was not committed is void: whoever has the partition next does it again."""
        self.pipelines.pop(partition, None)
        self._idle.pop(partition, None)
        self._observer.revoked(partition)

    def _pass_time(self, batch: Batch) -> None:
        """At the end of the log, after a silence, time goes on by the wall clock."""
        idle_after = self._config.time.idle_after_seconds
        for partition, pipeline in self.pipelines.items():
            idle = self._idle[partition]
            if pipeline.watermark_ms != idle.reached_ms:  # a mention moved it
                self._idle[partition] = _Idle(pipeline.watermark_ms, self._clock.elapsed())
                continue
            quiet = self._clock.elapsed() - idle.since
            if not idle_after or partition not in batch.caught_up or idle.moved_ms is None or quiet < idle_after:
                continue
            latest = self._clock.now() - self._config.time.allowed_lateness_seconds
            target = int(min(idle.moved_ms / 1000 + quiet, latest) * 1000)
            pipeline.advance(target)
            idle.reached_ms = pipeline.watermark_ms

    def _check_refusals(self) -> None:
        """Stop before a wrong field map or a bad deploy of ours eats a topic."""
        pipelines = self.pipelines.values()
        self._proven = self._proven or any(pipeline.pending.took_any for pipeline in pipelines)
        if not self._proven and sum(pipeline.refused_in_a_row for pipeline in pipelines) >= PROVE_RECORDS:
            raise ServiceError(
                f"the first {PROVE_RECORDS} mentions of this new group were all refused ({self._why_refused()}); nothing was "
                "committed. Look at [mentions.fields], and try `brushfire check-config --sample`"
            )
        stop_after = self._config.dead_letters.stop_after
        if stop_after is not None and any(pipeline.refused_in_a_row >= stop_after for pipeline in pipelines):
            raise ServiceError(
                f"dead_letters.stop_after = {stop_after} mentions in a row were refused ({self._why_refused()}); the last of "
                "them were not committed"
            )

    def _why_refused(self) -> str:
        messages = Counter(
            str(refusal.refused) for pipeline in self.pipelines.values() for refusal in pipeline.pending.refusals
        )
        return "; ".join(f"{count} x {message}" for message, count in messages.most_common(3))


class _Idle:
    """Since when no mention has moved a watermark, and how far the wall clock has."""

    __slots__ = ("moved_ms", "reached_ms", "since")

    def __init__(self, watermark_ms: int | None, since: float) -> None:
        self.moved_ms = watermark_ms
        self.reached_ms = watermark_ms
        self.since = since
