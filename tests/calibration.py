"""Calibrated on one seed, judged on others: whether the rate that `calibrate` states is the rate that comes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from stream.adapters.files import Source
from stream.app import replay
from stream.config import Config
from stream.lab import simulate
from stream.lab.calibrate import Crises, calibrate, lowest_limits
from stream.lab.scenario import WEEK
from stream.lab.scenarios import scenario
from stream.lab.tape import Tape, openings
from stream.lab.wishes import Wishes
from stream.ports import Input

TARGETS = (0.1, 0.2, 0.5, 1.0)


class Quiet(NamedTuple):
    """A quiet stream: world, seed, and whether mentions say threads."""

    world: str
    seed: int
    threads: bool = True


def taped(stream: Quiet, wishes: Wishes | None = None) -> tuple[Quiet, Tape]:
    """Make the stream, and take down its readings."""
    wishes = wishes or Wishes(threads=stream.threads)
    with tempfile.TemporaryDirectory() as folder:
        out, tape = Path(folder), Tape()
        simulate.write(scenario("quiet", stream.seed, wishes), stream.world, stream.seed, out)
        sources = [Source(Input.MENTIONS, str(out / "mentions.jsonl.gz"))]
        runner, log = replay(lowest_limits(Config()), sources, None, [tape], 500)
        runner.run(lambda: False, commit_interval_seconds=0.0, poll_seconds=0.0)
        runner.flush()
        log.close()
    return stream, tape


def judged(own: Tape, others: Sequence[Tape], target: float) -> dict[str, Any]:
    """What is stated of the first one, and what comes true on each of the others, a brand and week."""
    config = calibrate(own, Config(), target, Crises())
    found = config.calibration
    assert found is not None
    rates = [
        sum(len(openings(rows, config.policy)) for rows in tape.rows.values())
        / (len(tape.rows) * (tape.until - tape.since) / WEEK)
        for tape in others
    ]
    return {
        "target": target,
        "watch": found.watch,
        "stated": found.opens_per_week,
        "low": found.low,
        "high": found.high,
        "realised": [round(rate, 3) for rate in rates],
        "inside": all(found.low <= rate <= found.high for rate in rates),
    }


def table(rows: Sequence[dict[str, Any]]) -> str:
    """In Markdown."""
    lines = ["| | asked for | limit | stated | 99 % | three other seeds |", "|---|---|---|---|---|---|"]
    for row in rows:
        realised = ", ".join(f"{rate:.2f}" for rate in row["realised"])
        lines.append(
            f"| {row['world']} | {row['target']:g} | {row['watch']:g} | {row['stated']:.2f} "
            f"| {row['low']:.2f} to {row['high']:.2f} | {realised} |"
        )
    return "\n".join(lines)
