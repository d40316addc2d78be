"""`brushfire simulate`: streams of known truth."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from stream.cli import FINE, add_command, existing_files, fresh_folder
from stream.cli.progress import Progress
from stream.errors import ConfigError


def add_commands(commands: Any) -> None:
    """Add `simulate`."""
    parser = add_command(
        commands,
        "simulate",
        "labelled mention streams of known truth",
        "brushfire simulate --scenario crisis --seed 1 --out stream\n"
        "brushfire simulate --scenario decoys --world people --seed 7 --out month\n"
        "brushfire simulate --scenario quiet --brands 1 --rate 10000 --weeks 1 --out busy\n"
        "brushfire simulate --scenario counts --counts series/*.csv --out counts",
    )
    parser.add_argument(
        "--scenario",
        default="crisis",
        metavar="NAME",
        help="a family: quiet, crises, decoys, counts; a single story: crisis, launch, demo, or the cause of a crisis "
        "(product_failure …), or what is none (viral_joy, collector_stall …); a wrong name lists them all",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--world", choices=("flow", "people"), default="flow", help="which noise (default: flow)")
    parser.add_argument(
        "--content",
        choices=("sentiment", "text"),
        help="what mentions bring (default: sentiment in families, text in single stories)",
    )
    parser.add_argument(
        "--no-threads",
        action="store_true",
        help="leave out thread_id, in_reply_to and repost_of, as many collectors do",
    )
    parser.add_argument("--brands", type=int, metavar="N", help="of a family (default: 12)")
    parser.add_argument("--weeks", type=int, metavar="N", help="of a family (default: 4)")
    parser.add_argument(
        "--rate", metavar="R", help="mentions an hour of every brand, or LOW-HIGH (default: 2-430), up to 10000"
    )
    parser.add_argument("--counts", nargs="+", type=Path, default=[], metavar="FILE.csv", help="series for `counts`")
    parser.add_argument("--force", action="store_true", help="write into a folder that has files in it")
    parser.set_defaults(do=_simulate)


def _simulate(options: argparse.Namespace) -> int:
    from stream.lab import simulate  # noqa: PLC0415 -- after the arguments are known to be right
    from stream.lab.scenarios import scenario  # noqa: PLC0415
    from stream.lab.wishes import RATES, Wishes  # noqa: PLC0415

    wishes = Wishes(
        brands=12 if options.brands is None else options.brands,
        weeks=4 if options.weeks is None else options.weeks,
        rates=RATES if options.rate is None else _rates(options.rate),
        content=options.content,
        threads=not options.no_threads,
        counts=tuple(Path(path) for path in existing_files([str(path) for path in options.counts])),
    )
    if options.counts and options.world != "flow":
        raise ConfigError("--world", "counts are taken over by the flow world only")
    chosen = scenario(options.scenario, options.seed, wishes)
    out = fresh_folder(options.out, force=options.force)
    progress = Progress("simulate")
    try:
        count = simulate.write(
            chosen, options.world, options.seed, out, lambda share: progress.share(share, options.scenario)
        )
    finally:
        progress.close()
    print(f"{count} mentions in {out / 'mentions.jsonl.gz'}, the truth in {out / 'truth.json'}")
    return FINE


def _rates(text: str) -> tuple[float, float]:
    low, _, high = text.partition("-")
    try:
        return float(low), float(high or low)
    except ValueError:
        raise ConfigError("--rate", "needs to be a number of mentions an hour, or two: 2-430") from None
