"""What would become of a dead letter under the present configuration: the same door, with nothing but this one record."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from stream.config import Config
from stream.errors import Reason, Refused, broken_by
from stream.events.brand_key import glance
from stream.events.dead_letter import DeadLetter
from stream.intake import Intake
from stream.partitioning import TRUSTED, partition_of
from stream.pipeline import Pipeline
from stream.ports import Input

TAKEN, REFUSED, CUT, FOREIGN = "taken", "refused", "cut", "foreign"


class SecondLook(NamedTuple):
    """Where a letter would go, and what would become of it."""

    outcome: str
    """`taken`; `refused` again; `cut`: not all of it is here; `foreign`: no letter of ours, or of no input of ours."""
    refused: Refused | None = None
    source: Input = Input.MENTIONS
    brand_id: str | None = None
    """The brand it names, if it can be read."""
    partition: int = 0
    """Where the record belongs."""
    keeps_key: bool = False
    """Whether key and partition are trusted to have been right, whatever the brand."""
    window_end: int = 0
    """End of the window of a mention that would be taken, seconds since the epoch; 0 of anything else."""


class SecondLooks:
    """Looks again at dead letters, each by itself: what depends on other records is not known.

    A record is judged by its first timestamp: that it was written again does not make a fast clock right. Of feedback only
    the shape is judged: whether its crisis is there, only the worker knows.
    """

    def __init__(self, config: Config, make_pipeline: Callable[[int], Pipeline]) -> None:
        """`make_pipeline` makes what tries those that broke us: they pass the door."""
        self._config = config
        self._make = make_pipeline
        self._sources = {config.topics.name(source): source for source in Input}
        self._intake = Intake(config, 0)

    def look(self, letter: DeadLetter | None) -> SecondLook:
        """Judge one letter; None is one of somebody else."""
        source = self._sources.get(letter.topic) if letter is not None else None
        if letter is None or source is None:
            return SecondLook(FOREIGN)
        config, record = self._config, letter.record
        field_map = config.mentions.field_map() if source is Input.MENTIONS else None
        brand_id = glance(record.value, field_map, None).brand_id if record.value is not None else None
        partition, trusted = record.partition, config.mentions.partition_by == TRUSTED
        if brand_id is not None and not trusted:
            partition = partition_of(brand_id, config.topics.partitions, config.mentions.partition_by)
        seen = SecondLook(CUT, None, source, brand_id, partition, trusted)
        if not 0 <= partition < config.topics.partitions:
            return seen._replace(outcome=FOREIGN)
        if not letter.whole:
            return seen
        try:
            return seen._replace(outcome=TAKEN, window_end=self._take(source, letter, partition))
        except Refused as refused:
            return seen._replace(outcome=REFUSED, refused=refused)
        except Exception as error:  # noqa: BLE001 -- it broke us before
            return seen._replace(outcome=REFUSED, refused=broken_by(error))

    def _take(self, source: Input, letter: DeadLetter, partition: int) -> int:
        """End of the window of a mention, 0 of anything else. Raises `Refused`."""
        window_end = 0
        if source is Input.MENTIONS:
            mention, at_ms, *_ = self._intake.mention(letter.record)
            self._intake.check_known(mention.brand_id)
            window = self._config.time.window_seconds
            window_end = at_ms // 1000 // window * window + window
        elif source is Input.ACTIVITY:
            self._intake.check_known(self._intake.plan(letter.record)[0])
        else:
            self._intake.feedback(letter.record)
            if letter.reason == Reason.UNKNOWN_TARGET:
                raise Refused(Reason.UNKNOWN_TARGET, letter.message)
        if letter.reason == Reason.HANDLER_ERROR:
            pipeline = self._make(partition)
            pipeline.process(source, [letter.record])
            for refusal in pipeline.pending.refusals:
                if refusal.refused.reason is Reason.HANDLER_ERROR:
                    raise refusal.refused
        return window_end
