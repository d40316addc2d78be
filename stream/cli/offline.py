"""The same core over files: replay, simulated streams, counts and texts."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from stream.adapters.files import STDIN, Source
from stream.cli import FAILED, FINE, add_command, add_config, existing_files, fresh_folder, read_config
from stream.cli.progress import Progress
from stream.errors import ConfigError, ServiceError
from stream.ports import Input


def add_commands(commands: Any) -> None:
    """Add `replay`, `simulate`, `score-counts` and `score-text`."""
    _add_replay(commands)
    simulate = add_command(
        commands,
        "simulate",
        "labelled mention streams of known truth",
        "brushfire simulate --scenario crisis --seed 1 --out stream\nbrushfire replay stream/mentions.jsonl.gz --out out",
    )
    simulate.add_argument("--scenario", default="crisis", metavar="NAME", help="quiet, crisis, launch or demo")
    simulate.add_argument("--seed", type=int, default=1, metavar="N")
    simulate.add_argument("--out", type=Path, required=True, metavar="DIR")
    simulate.add_argument("--force", action="store_true", help="write into a folder that has files in it")
    simulate.set_defaults(do=_simulate)
    counts = add_command(
        commands,
        "score-counts",
        "the volume detector on any count series: columns timestamp,value in, score,alert added",
        "brushfire score-counts counts/*.csv --out scored",
    )
    counts.add_argument("files", nargs="+", metavar="FILE.csv")
    counts.add_argument("--out", type=Path, required=True, metavar="DIR")
    counts.add_argument("--force", action="store_true", help="write into a folder that has files in it")
    counts.set_defaults(do=_score_counts)
    text = add_command(
        commands,
        "score-text",
        "what the text scorer makes of each line's `text` (and `language`)",
        'echo \'{"text": "never buying this again"}\' | brushfire score-text -',
    )
    text.add_argument("file", metavar="FILE.jsonl", help="JSON Lines, - for standard input")
    text.set_defaults(do=_score_text)


def _add_replay(commands: Any) -> None:
    parser = add_command(
        commands,
        "replay",
        "the same core over JSON Lines, plain or gzip: what would have been told",
        "brushfire replay mentions.jsonl.gz --config my.toml --out out\n"
        "brushfire replay mentions.jsonl --feedback said.jsonl --flush --json",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="mentions, in order of arrival; - for standard input")
    add_config(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="where crisis-events.jsonl and friends go")
    parser.add_argument("--force", action="store_true", help="write into a folder that has files in it")
    parser.add_argument(
        "--feedback", action="append", default=[], metavar="F", help="operator feedback, merged by `at`"
    )
    parser.add_argument(
        "--activity", action="append", default=[], metavar="F", help="activities, merged by `starts_at`"
    )
    parser.add_argument("--flush", action="store_true", help="close every window up to the newest mention")
    parser.add_argument(
        "--batch-lines", type=int, default=500, metavar="N", help="lines a batch; changes nothing but speed"
    )
    parser.add_argument("--json", action="store_true", help="the summary as JSON")
    parser.set_defaults(do=_replay)


def _replay(options: argparse.Namespace) -> int:
    from stream.app import replay  # noqa: PLC0415 -- after the arguments are known to be right
    from stream.summary import Summary  # noqa: PLC0415

    config = read_config(options)
    if options.batch_lines < 1:
        raise ConfigError("--batch-lines", "needs to be at least 1")
    sources = [
        *(Source(Input.MENTIONS, path) for path in existing_files(options.files)),
        *(Source(Input.FEEDBACK, path) for path in existing_files(options.feedback)),
        *(Source(Input.ACTIVITY, path) for path in existing_files(options.activity)),
    ]
    out = fresh_folder(options.out, force=options.force) if options.out is not None else None
    summary = Summary()
    runner, log = replay(config, sources, out, [summary], options.batch_lines)
    progress = Progress("replay")
    try:
        while not runner.ended:
            runner.turn(0.0)
            runner.commit()
            progress.share(log.progress, f"{summary.opened_count} opened")
        if options.flush:
            runner.flush()
    finally:
        progress.close()
        log.close()
    print(json.dumps(summary.as_dict()) if options.json else summary.as_text())
    if summary.received and not summary.taken:
        raise ServiceError(
            "every mention was refused: look at [mentions.fields], and try `brushfire check-config --sample`"
        )
    return FINE


def _simulate(options: argparse.Namespace) -> int:
    from stream.lab import simulate  # noqa: PLC0415

    simulate.scenario(options.scenario)
    out = fresh_folder(options.out, force=options.force)
    count = simulate.write(options.scenario, options.seed, out)
    print(f"{count} mentions in {out / 'mentions.jsonl.gz'}, the truth in {out / 'truth.json'}")
    return FINE


def _score_counts(options: argparse.Namespace) -> int:
    from stream.lab.counts import score_series  # noqa: PLC0415

    paths = [Path(path) for path in existing_files(options.files)]
    names = Counter(path.name for path in paths)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise ConfigError(twice[0], "is given twice: files are told apart by their name")
    if options.out.resolve() in {path.resolve().parent for path in paths}:
        raise ConfigError(str(options.out), "holds the files to be scored, and they would be written over")
    out = fresh_folder(options.out, force=options.force)
    progress = Progress("score-counts")
    alerts = rows = 0
    for done, path in enumerate(paths):
        progress.share(done / len(paths), path.name)
        with path.open(newline="", encoding="utf-8-sig") as source:  # a spreadsheet begins with a byte order mark
            scored = list(score_series(source, str(path)))
        with (out / path.name).open("w", newline="", encoding="utf-8") as target:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(["timestamp", "value", "score", "alert"])
            writer.writerows([row.timestamp, row.value, f"{row.score:.6g}", int(row.alert)] for row in scored)
        rows, alerts = rows + len(scored), alerts + sum(row.alert for row in scored)
    progress.close()
    print(f"{rows} rows of {len(paths)} series, {alerts} alerts, in {out}")
    return FINE


def _score_text(options: argparse.Namespace) -> int:
    from stream.lab.texts import score_lines  # noqa: PLC0415

    (path,) = existing_files([options.file])
    source = sys.stdin.buffer if path == STDIN else Path(path).open("rb")  # noqa: SIM115 -- closed below
    wrong = 0
    try:
        for number, line, problem in score_lines(source):
            if problem is not None:
                wrong += 1
                print(f"{path}:{number}: {problem}", file=sys.stderr)
            else:
                sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
    finally:
        if path != STDIN:
            source.close()
    return FAILED if wrong else FINE
