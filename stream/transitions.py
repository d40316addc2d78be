"""A log line for every transition, and none per mention; one for all records of a commit that broke us."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from stream.errors import Reason
from stream.logs import log
from stream.outcome import Outcome
from stream.pipeline import Pipeline
from stream.ports import Batch
from stream.runner import Observer, Timing


class TransitionLog(Observer):
    """Logs every transition, what is assigned, and what broke us."""

    def turned(self, batch: Batch) -> None:
        """Tell of a change of assignment."""
        if batch.assigned is not None or batch.revoked:
            log("assignment", assigned=sorted(batch.assigned or ()), revoked=sorted(batch.revoked))

    def restored(self, pipeline: Pipeline) -> None:
        """A partition is ours."""
        log("restored", partition=pipeline.partition, brands=len(pipeline.brands))

    def ready(self) -> None:
        """Everything that was assigned is restored."""
        log("ready")

    def aborted(self) -> None:
        """The group moved on under us."""
        log("commit refused: the partitions are somebody else's now", level=logging.WARNING)

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        """One line per transition, and one for all that broke us."""
        self._tell_of_our_errors(outcomes)
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

    def _tell_of_our_errors(self, outcomes: Sequence[Outcome]) -> None:
        """The first of a commit with its place in our code, and how many there were; nothing of what was in them."""
        broke_us = [
            refusal
            for outcome in outcomes
            for refusal in outcome.refusals
            if refusal.refused.reason is Reason.HANDLER_ERROR
        ]
        if broke_us:
            first = broke_us[0]
            log(
                f"records refused because of an error of ours: {first.refused}",
                level=logging.ERROR,
                count=len(broke_us),
                input=first.input,
                partition=first.record.partition,
                offset=first.record.offset,
                frames=first.refused.frames,
            )
