"""The published figures on streams of known truth, written into docs/laboratory.md: `make laboratory`.

Ourselves and the rules of others on quiet weeks, crises and decoys of both noise worlds, several seeds each. The seeds
are kept for this: whoever tunes, tunes on others.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from multiprocessing import Pool
from multiprocessing.pool import Pool as PoolOf
from pathlib import Path
from typing import Any, NamedTuple

from stream.adapters.files import Source, read_values
from stream.app import replay
from stream.config import Config
from stream.lab import simulate
from stream.lab.backtest import Reader, Run, judged_runs
from stream.lab.figures import breakdown, figures
from stream.lab.recorder import Recorder
from stream.lab.rivals.rules import RIVALS
from stream.lab.scenarios import scenario
from stream.lab.scoring import Judged, judge, pooled
from stream.lab.truth import read_truth
from stream.lab.wishes import Wishes
from stream.ports import Input
from tests import calibration
from tests.calibration import Quiet

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "laboratory.md"
FIGURES = ROOT / "docs" / "laboratory.json"
SEEDS = (101, 102, 103)
CALIBRATED_ON, JUDGED_ON = 201, (202, 203, 204)
FAMILIES = ("quiet", "crises", "decoys")
WORLDS = {"flow": ("flow", True), "people": ("people", True), "people without threads": ("people", False)}
"""How a world is called here: the world, and whether mentions say threads and reposts."""


class Stream(NamedTuple):
    """One stream to be measured."""

    world: str
    family: str
    seed: int


def measure(stream: Stream, *, rivals: bool) -> tuple[Stream, dict[str, Judged]]:
    """Make a stream, run ourselves and perhaps the rules of others over it, hold the alarms against the truth."""
    world, threads = WORLDS[stream.world]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        simulate.write(scenario(stream.family, stream.seed, Wishes(threads=threads)), world, stream.seed, out)
        truth, mentions = read_truth(out / "truth.json"), str(out / "mentions.jsonl.gz")
        config, recorder = Config(), Recorder()
        sources = [Source(Input.MENTIONS, mentions)]
        if (out / "activity.jsonl").is_file():
            sources.append(Source(Input.ACTIVITY, str(out / "activity.jsonl")))
        runner, log = replay(config, sources, None, [recorder], 500)
        runner.run(lambda: False, commit_interval_seconds=0.0, poll_seconds=0.0)
        runner.flush()
        log.close()
        found = judged_runs([Run("brushfire", config, recorder)], truth)
        if rivals:
            reader = Reader(rivals=True, truth=truth)
            reader.read(read_values(mentions), config)
            found |= {name: judge(truth, alarms) for name, alarms in reader.alarms().items()}
    return stream, found


def main() -> None:
    """Measure, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only",
        choices=("alarms", "ours", "calibration", "page"),
        help="a part; `ours`: our own alarms, those of others as they stand; `page` measures nothing",
    )
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    told = json.loads(FIGURES.read_bytes()) if FIGURES.is_file() else {}
    with Pool(options.processes, maxtasksperchild=1) as pool:
        if options.only in {None, "alarms"}:
            told |= {"seeds": SEEDS, "worlds": alarms(pool)}
        if options.only == "ours":
            told["worlds"] = with_ours(told["worlds"], alarms(pool, rivals=False))
        if options.only in {None, "calibration"}:
            told["calibration"] = calibrations(pool)
    FIGURES.write_text(json.dumps(told, indent=0) + "\n", encoding="utf-8")
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def with_ours(stands: dict[str, Any], measured: dict[str, Any]) -> dict[str, Any]:
    """Everybody's figures as they stand, and ours as they were measured now."""
    return {
        world: {
            "rows": found["rows"] + [row for row in stands[world]["rows"] if not row["name"].startswith("brushfire")],
            "details": found["details"],
        }
        for world, found in measured.items()
    }


def alarms(pool: PoolOf, *, rivals: bool = True) -> dict[str, Any]:
    """Everybody on every stream; without `rivals` ourselves alone, because the others do not change when we do."""
    streams = [Stream(world, family, seed) for seed in SEEDS for world in WORLDS for family in FAMILIES]
    done = pool.imap_unordered(partial(measure, rivals=rivals), streams)
    results = dict(_with_progress(done, len(streams)))
    return {world: world_figures(results, world, SEEDS) for world in WORLDS}


def calibrations(pool: PoolOf) -> list[dict[str, Any]]:
    """Limits found on one seed, judged on the others, in every world."""
    quiet = {
        (world, seed): Quiet(name, seed, threads)
        for world, (name, threads) in WORLDS.items()
        for seed in (CALIBRATED_ON, *JUDGED_ON)
    }
    tapes = dict(_with_progress(pool.imap_unordered(calibration.taped, quiet.values()), len(quiet)))
    return [
        {
            "world": world,
            **calibration.judged(
                tapes[quiet[world, CALIBRATED_ON]], [tapes[quiet[world, seed]] for seed in JUDGED_ON], target
            ),
        }
        for world in WORLDS
        for target in calibration.TARGETS
    ]


def _with_progress(done: Iterable[tuple[Any, Any]], total: int) -> Iterator[tuple[Any, Any]]:
    started = time.monotonic()
    for number, (stream, found) in enumerate(done, start=1):
        minutes = (time.monotonic() - started) / 60.0
        print(f"{number}/{total} {minutes:5.1f} min  {' '.join(map(str, stream))}", file=sys.stderr, flush=True)
        yield stream, found


def world_figures(results: dict[Stream, dict[str, Judged]], world: str, seeds: Sequence[int]) -> dict[str, Any]:
    """Everybody's figures in one world, over all seeds; of ourselves the details too."""
    names = list(results[Stream(world, "quiet", seeds[0])])
    rows = []
    for name in names:
        by_family = {family: [results[Stream(world, family, seed)][name] for seed in seeds] for family in FAMILIES}
        rows.append(
            {
                "name": name,
                **{family: _kept(figures(name, pooled(parts)), family) for family, parts in by_family.items()},
                "seeds": {
                    family: [_kept(figures(name, part), family, ("",)) for part in parts]
                    for family, parts in by_family.items()
                },
            }
        )
    ours = "brushfire, level 2"
    details = {
        family: breakdown(pooled([results[Stream(world, family, seed)][ours] for seed in seeds]))
        for family in ("crises", "decoys")
    }
    return {"rows": rows, "details": details}


COLUMNS = (
    ("quiet: false a brand-week", "quiet", "false_opens_per_brand_week"),
    ("… as episodes", "quiet", "false_episodes_per_brand_week"),
    ("crises found", "crises", "recall"),
    ("false beside them", "crises", "false_opens_per_brand_week"),
    ("big found", "crises", "big_recall"),
    ("median minutes", "crises", "big_median_delay_minutes"),
    ("in 2 h", "crises", "big_within_two_hours"),
    ("opens an incident", "crises", "opens_per_incident"),
    ("again told", "crises", "reignitions_told"),
    ("decoys opened", "decoys", "decoys_opened"),
    ("found after decoys", "decoys", "recall"),
    ("hours open for nothing", "crises", "hours_open_outside_per_brand_week"),
)


def _kept(row: dict[str, Any], family: str, ends: Sequence[str] = ("", "_low", "_high")) -> dict[str, Any]:
    """What the page shows of a row."""
    keys = [f"{key}{end}" for _, of, key in COLUMNS if of == family for end in ends]
    return {key: row[key] for key in keys if key in row}


def table(rows: Iterable[dict[str, Any]]) -> str:
    """In Markdown."""
    lines = ["| | " + " | ".join(heading for heading, *_ in COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for row in rows:
        stands = row["name"].startswith(("brushfire", "ideal"))  # the others send alerts, and these end as they begin
        cells = [
            _cell(row[family], key) if stands or not key.startswith("hours") else "–" for _, family, key in COLUMNS
        ]
        lines.append(f"| {row['name']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if value is None:
        return "never" if key.endswith("minutes") else "–"
    return f"{value:.0f}" if key.endswith("minutes") or value >= 20.0 else f"{value:.2f}"


def intervals(rows: Iterable[dict[str, Any]]) -> str:
    """Of our own rows: each figure with its 95 % interval, and what each seed had."""
    lines = ["| | figure | 95 % interval | seeds |", "|---|---|---|---|"]
    for row in rows:
        if not row["name"].startswith("brushfire"):
            continue
        for heading, family, key in COLUMNS:
            own = row[family]
            if f"{key}_low" in own:
                each = ", ".join(f"{seed[key]:.2f}" for seed in row["seeds"][family] if key in seed)
                span = f"{own[f'{key}_low']:.2f} to {own[f'{key}_high']:.2f}"
                lines.append(f"| {row['name']}: {heading} | {own[key]:.2f} | {span} | {each} |")
    return "\n".join(lines)


def groups(details: dict[str, Any]) -> str:
    """Our own crises at level 2 by what they were."""
    lines = ["| | crises | found | median minutes | in 2 h |", "|---|---|---|---|---|"]
    for kind in ("rate", "factor", "profile", "big", "boycott"):
        for row in details["crises"][kind]:
            if row["crises"]:
                cells = [
                    str(row["crises"]),
                    *(_cell(row, key) for key in ("recall", "median_delay_minutes", "within_two_hours")),
                ]
                lines.append(f"| {row['name']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def decoys(worlds: dict[str, Any]) -> str:
    """What was opened for each kind of decoy, at level 2."""
    names = sorted({row["name"] for world in worlds.values() for row in world["details"]["decoys"]["decoys"]})
    lines = ["| | " + " | ".join(worlds) + " |", "|---" * (len(worlds) + 1) + "|"]
    for name in names:
        found = [
            {row["name"]: row for row in world["details"]["decoys"]["decoys"]}.get(name) for world in worlds.values()
        ]
        cells = [f"{row['opened']} of {row['number']}" if row else "–" for row in found]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def rules() -> str:
    """The rules of others, and what had to be assumed."""
    lines = ["| rule | what it does | assumed |", "|---|---|---|"]
    lines += [f"| {rule.name} | {rule.does} | {rule.assumed} |" for rule in RIVALS]
    return "\n".join(lines)


def blocks() -> dict[str, str]:
    """The generated parts of the page."""
    told = json.loads(FIGURES.read_bytes())
    found = {"decoys": decoys(told["worlds"]), "rules": rules(), "seeds": ", ".join(map(str, told["seeds"]))}
    found["calibration"] = calibration.table(told["calibration"])
    for world, values in told["worlds"].items():
        name = world.replace(" ", "-")
        found[f"table-{name}"] = table(values["rows"])
        found[f"intervals-{name}"] = intervals(values["rows"])
        found[f"groups-{name}"] = groups(values["details"])
    return found


def filled(text: str) -> str:
    """The page with its generated parts as the figures have them."""
    for name, block in blocks().items():
        marks = f"<!-- {name} -->", f"<!-- /{name} -->"
        text = re.sub(
            f"{marks[0]}.*?{marks[1]}", lambda _, b=block, m=marks: f"{m[0]}\n{b}\n{m[1]}", text, flags=re.DOTALL
        )
    return text


if __name__ == "__main__":
    main()
