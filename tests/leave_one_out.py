"""What the volume detector scores on a series it was not tuned on: `python -m tests.quality --leave-one-out`.

Every series is left out in turn and the two constants of habit are chosen anew on the others, from a grid around the
shipped ones: not the best pair, which is luck, but the middle of all that are nearly as good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import dist
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from detectors.signals import attention
from stream.lab.counts import score_series
from stream.lab.labelled import Labelled, Series
from stream.lab.nab import Judged, as_text, judge

STEPS = range(-3, 4)
HABITUATION_STEP, UNIT_STEP = 0.05, 1.25
"""Added, and multiplied by."""
NEARLY_AS_GOOD = 1.0
"""So many points under the best are nearly as good, in the mean of the three profiles."""


class Run(NamedTuple):
    """A series under one pair of constants."""

    series: Series
    alerts: list[bool]
    judged: Judged


def leave_one_out(data: Path) -> None:
    """Print what is chosen without each series, and what that scores on those left out, all taken together."""
    paths = sorted((data / "realTweets").glob("*.csv"))
    labelled = Labelled(data / "windows.json", data / "labels.json", [path.name for path in paths])
    pairs = {steps: _constants(*steps) for steps in product(STEPS, STEPS)}
    runs = {steps: [_run(path, labelled, constants) for path in paths] for steps, constants in pairs.items()}
    kept = []
    print(f"{'left out':<24}  HABITUATION  UNIT")
    for out, path in enumerate(paths):
        chosen = middle({steps: _worth([*found[:out], *found[out + 1 :]]) for steps, found in runs.items()})
        kept.append(runs[chosen][out])
        print(f"{path.stem:<24}  {pairs[chosen]['HABITUATION']:11.2f}  {pairs[chosen]['UNIT']:4.1f}")
    print(as_text([_together("shipped", runs[0, 0]), _together("left out", kept)]))


def middle(worth: Mapping[tuple[int, int], float]) -> tuple[int, int]:
    """Of the places that are worth nearly as much as the best one, that nearest to their centre."""
    best = max(worth.values())
    plateau = [place for place, value in worth.items() if value >= best - NEARLY_AS_GOOD]
    centre = [fmean(along) for along in zip(*plateau, strict=True)]
    return min(plateau, key=lambda place: dist(place, centre))


def _constants(habituation: int, unit: int) -> dict[str, float]:
    return {
        "HABITUATION": attention.HABITUATION + HABITUATION_STEP * habituation,
        "UNIT": attention.UNIT * UNIT_STEP**unit,
    }


def _run(path: Path, labelled: Labelled, constants: Mapping[str, float]) -> Run:
    """With these constants in place of the shipped ones."""
    shipped = {name: getattr(attention, name) for name in constants}
    vars(attention).update(constants)
    scored = list(score_series(path.read_text().splitlines(), path.name))
    vars(attention).update(shipped)
    series, alerts = labelled.series(path.name, [row.timestamp for row in scored]), [row.alert for row in scored]
    return Run(series, alerts, judge(path.stem, [series], [alerts]))


def _worth(runs: Sequence[Run]) -> float:
    """The mean of the three profiles over some series, each weighed by its windows as the benchmark does."""
    judged = [run.judged for run in runs]
    return sum(fmean(one.scores.values()) * one.windows for one in judged) / sum(one.windows for one in judged)


def _together(name: str, runs: Sequence[Run]) -> Judged:
    return judge(name, [run.series for run in runs], [run.alerts for run in runs])
