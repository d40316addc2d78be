"""Live while the loop turns, ready once restored."""

from __future__ import annotations

from stream.pipeline import Pipeline
from stream.ports import Batch
from stream.runner import Clock, Observer


class Health(Observer):
    """Knows when the loop last turned and whether the worker is restored.

    Liveness says nothing about brokers: a cluster that is away is no reason to restart every worker.
    """

    def __init__(self, clock: Clock, healthy_within_seconds: float) -> None:
        self._clock = clock
        self._within = healthy_within_seconds
        self._turned_at = clock.elapsed()
        self._ready = False

    @property
    def healthy(self) -> bool:
        """Whether the loop turned lately."""
        return self._clock.elapsed() - self._turned_at <= self._within

    @property
    def is_ready(self) -> bool:
        """Whether every assigned partition is restored; a worker without partitions is."""
        return self._ready

    def turned(self, batch: Batch) -> None:
        """The loop turned."""
        self._turned_at = self._clock.elapsed()
        if batch.assigned is not None:
            self._ready = False

    def restoring(self, remaining: int) -> None:
        """Restoring takes long and is no hang."""
        self._turned_at = self._clock.elapsed()

    def restored(self, pipeline: Pipeline) -> None:
        """Nor do many partitions."""
        self._turned_at = self._clock.elapsed()

    def ready(self) -> None:
        """Everything that was assigned is restored."""
        self._ready = True
