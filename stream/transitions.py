"""A log line for every transition, and none per mention."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from stream.logs import log
from stream.outcome import Outcome
from stream.pipeline import Pipeline
from stream.ports import Batch
from stream.runner import Timing


class TransitionLog:
    """An `Observer` that logs every transition, and what is assigned."""

    def turned(self, batch: Batch) -> None:
        """Tell of a change of assignment."""
        if batch.assigned or batch.revoked:
            log("assignment", assigned=sorted(batch.assigned), revoked=sorted(batch.revoked))

    def restored(self, pipeline: Pipeline) -> None:
        """A partition is ours."""
        log("restored", partition=pipeline.partition, brands=len(pipeline.brands))

    def ready(self) -> None:
        """Everything that was assigned is restored."""
        log("ready")

    def revoked(self, partition: int) -> None:
        """Told with the assignment."""

    def aborted(self) -> None:
        """The group moved on under us."""
        log("commit refused: the partitions are somebody else's now", level=logging.WARNING)

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        """One line per transition."""
        for outcome in outcomes:
            for item in outcome.told:
                event = item.event
                log(
                    f"crisis {item.verb}",
                    level=logging.WARNING if event.level >= 2 else logging.INFO,
                    brand=event.brand_id,
                    crisis_id=event.crisis_id,
                    level_now=event.level,
                    level_before=event.previous_level,
                    at=event.updated_at.isoformat(),
                    explanation=event.explanation,
                )
