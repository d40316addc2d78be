"""Writes down what a policy does while it runs over a stream: its crises, and what it held to be usual."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from stream.events.crisis import CrisisEvent
from stream.lab.findings import Found, Signal, Step
from stream.lab.scenario import HOUR
from stream.outcome import Outcome, Told
from stream.pipeline import Pipeline
from stream.runner import Timing
from stream.summary import Received

WHOLE_HOUR = int(HOUR)


class Recorder(Received):
    """The crises of a run, and each brand's expected hours."""

    def __init__(self, *, expects: bool = True) -> None:
        """`expects`: whether to write down what was usual."""
        super().__init__()
        self.brands: set[str] = set()
        """Every brand that was taken."""
        self.expected: dict[str, Expected] = {}
        """By brand."""
        self.opened = 0
        self._expects = expects
        self._looked: dict[int, int] = {}
        """Partition: the hour at whose beginning its baselines were last looked at."""
        self._found: dict[str, dict[str, _Record]] = {}

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        """Note what was told, and look at the baselines once an hour."""
        super().committed(outcomes, pipelines, timing)
        for outcome in outcomes:
            pipeline = pipelines[outcome.partition]
            self.brands.update(pipeline.brands)
            for told in outcome.told:
                self._note(told)
            if self._expects:
                self._look(pipeline)

    def found(self, brand_id: str) -> list[Found]:
        """The crises of a brand in order of time."""
        return [record.as_found() for record in self._found.get(brand_id, {}).values()]

    def all_found(self) -> dict[str, list[Found]]:
        """The same of every brand that has any."""
        return {brand_id: self.found(brand_id) for brand_id in sorted(self._found)}

    def _note(self, told: Told) -> None:
        event = told.event
        record = self._found.setdefault(event.brand_id, {}).setdefault(event.crisis_id, _Record(event))
        record.steps.append(Step(at=told.at, verb=told.verb, level=event.level))
        record.last = event
        self.opened += told.verb == "opened"

    def _look(self, pipeline: Pipeline) -> None:
        """What is usual in the hour that has begun: its own mentions are not learned yet."""
        if pipeline.watermark_ms is None:
            return
        now = pipeline.watermark_ms // 1000 // WHOLE_HOUR
        if self._looked.get(pipeline.partition, now - 1) >= now:
            return
        self._looked[pipeline.partition] = now
        for brand_id, brand in pipeline.brands.items():
            expected = self.expected.get(brand_id)
            if expected is None:
                expected = self.expected[brand_id] = Expected(now)
            # of an hour that a batch of mentions jumped over, what is known at its end
            for hour in range(expected.end, now + 1):
                usual = brand.monitor.gauges((hour + 1) * WHOLE_HOUR)
                expected.add(usual.mentions_expected, usual.mentions_expected_high)


class Expected:
    """What a brand's baselines held to be usual, hour by hour. Hours are counted from the epoch."""

    __slots__ = ("_highs", "_start", "_usual")

    def __init__(self, start: int) -> None:
        self._start = start
        self._usual, self._highs = array("d"), array("d")

    @property
    def end(self) -> int:
        """The hour after the last one."""
        return self._start + len(self._usual)

    def add(self, usual: float, high: float) -> None:
        """The next hour."""
        self._usual.append(usual)
        self._highs.append(high)

    def of(self, hour: int) -> tuple[float, float]:
        """Mentions expected in an hour, and usually not more; zeros where nothing was known."""
        place = hour - self._start
        return (self._usual[place], self._highs[place]) if 0 <= place < len(self._usual) else (0.0, 0.0)


class _Record:
    """One crisis, growing."""

    def __init__(self, first: CrisisEvent) -> None:
        self.first = self.last = first
        self.steps: list[Step] = []

    def as_found(self) -> Found:
        first, last = self.first, self.last
        drivers = [driver.value for driver in [*last.drivers.hashtags, *last.drivers.terms]]
        return Found(
            crisis_id=first.crisis_id,
            first_signal_at=int(first.first_signal_at.timestamp()),
            steps=list(self.steps),
            explanation=first.explanation,
            signals=[_signal(signal) for signal in msgspec.to_builtins(first.signals)],
            kind=last.kind,
            drivers=drivers,
            size=msgspec.to_builtins(last.size),
        )


def _signal(told: dict[str, Any]) -> Signal:
    return Signal(**{name: told[name] for name in Signal.__struct_fields__})
