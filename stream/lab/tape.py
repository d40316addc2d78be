"""Readings taken down while a stream runs through the core, and policies tried on them afterwards.

Readings depend on the mentions alone, so one run serves for every limit: only the decision is made anew, by the same
code that makes it in the service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from detectors.brand import TICK_SECONDS
from detectors.crisis import Lifecycle, Moment
from detectors.severity import CALM, Policy, Verdict, judge
from detectors.signals.reading import HOT, Reading
from stream.lab.scenario import WEEK
from stream.outcome import Outcome
from stream.pipeline import Pipeline
from stream.runner import Timing
from stream.summary import Received


class Row(NamedTuple):
    """One window that was not calm."""

    end: int
    readings: tuple[Reading, ...]
    people: dict[str, int]
    """How many different people stand behind the readings that could reach a limit."""


class Tape(Received):
    """The rows of each brand, in order. To be run with the lowest limits there may be."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, list[Row]] = {}
        self.since = 0
        self.until = 0
        """From the first time known to the last one, seconds, event time."""
        self.silent = 0
        """Of these, seconds in which nothing was heard of any brand, but for the first week of each such silence."""

    @property
    def watched(self) -> int:
        """Seconds of which it says something: silences are cut to a week, as a backtest cuts them."""
        return self.until - self.since - self.silent

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        """Listen to brands that were not heard before."""
        super().committed(outcomes, pipelines, timing)
        for pipeline in pipelines.values():
            if pipeline.watermark_ms is not None:
                at = pipeline.watermark_ms // 1000
                self.silent += max(0, at - self.until - int(WEEK)) if self.since else 0
                self.until = max(self.until, at)
                self.since = min(self.since or at, at)
            for brand_id, brand in pipeline.brands.items():
                if brand.monitor.recorder is None:
                    rows = self.rows.setdefault(brand_id, [])
                    brand.monitor.recorder = partial(_take_down, rows, brand.monitor.policy.reopen_ratio * HOT)


def _take_down(
    rows: list[Row], least: float, end: int, readings: tuple[Reading, ...], people: Callable[[Reading], int]
) -> None:
    asked = {reading.name: people(reading) for reading in readings if reading.warm and reading.score >= least}
    rows.append(Row(end, readings, asked))


def openings(rows: Sequence[Row], policy: Policy) -> list[int]:
    """When a policy would have opened crises, seconds; as the service would, but for collectors that fall silent."""
    lifecycle = Lifecycle("tried")
    found: list[int] = []
    clock = 0
    for row in rows:
        _pass_calm(lifecycle, policy, clock, row.end)
        clock = row.end
        people = partial(_asked, row)
        verdict = judge(row.readings, policy, people, lifecycle.eased(row.end, policy))
        if _step(lifecycle, policy, verdict, row.end):
            found.append(row.end)
    return found


def _asked(row: Row, reading: Reading) -> int:
    return row.people.get(reading.name, 0)


def _pass_calm(lifecycle: Lifecycle, policy: Policy, since: int, until: int) -> None:
    """The windows between two rows, as long as something can still move."""
    at = (since // TICK_SECONDS + 1) * TICK_SECONDS
    while at < until and (lifecycle.active or lifecycle.holding):
        _step(lifecycle, policy, CALM, at)
        at += TICK_SECONDS


def _step(lifecycle: Lifecycle, policy: Policy, verdict: Verdict, end: int) -> bool:
    """Judge one window; says whether a crisis opened."""
    lifecycle.observe(verdict, end)
    moment = Moment(end, verdict, policy, onset=end, blocked=False, silent=False, grown=False)
    return any(change.verb == "opened" for change in lifecycle.decide(moment))
