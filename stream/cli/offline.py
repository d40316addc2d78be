"""The same core over files: replay, counts and texts."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from stream.adapters.files import STDIN, Source
from stream.cli import FAILED, FINE, add_command, add_config, existing_files, fresh_folder, read_config
from stream.cli.progress import Progress
from stream.config import Config
from stream.errors import ConfigError, ServiceError
from stream.ports import Input
from stream.runner import Observer

if TYPE_CHECKING:
    from stream.lab.counts import Scored
    from stream.lab.labelled import Labelled, Series
    from stream.lab.nab import Judged

ALL_REFUSED = "every mention was refused: look at [mentions.fields], and try `brushfire check-config --sample`"

BATCH_LINES = 500


def add_commands(commands: Any) -> None:
    """Add `replay`, `score-counts` and `score-text`."""
    _add_replay(commands)
    counts = add_command(
        commands,
        "score-counts",
        "the volume detector on any count series: columns timestamp,value in, score,alert added",
        "brushfire score-counts counts/*.csv --out scored\n"
        "brushfire score-counts counts/*.csv --out scored --windows windows.json --labels labels.json",
    )
    counts.add_argument("files", nargs="+", metavar="FILE.csv")
    counts.add_argument("--out", type=Path, required=True, metavar="DIR")
    counts.add_argument(
        "--windows",
        metavar="F",
        help="labelled windows in NAB's format: also print how well the alerts agree with them",
    )
    counts.add_argument(
        "--labels", metavar="F", help="labelled moments in NAB's format, to tell how late the alerts are"
    )
    counts.add_argument("--json", action="store_true", help="what is printed as JSON")
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
        "--batch-lines", type=int, default=BATCH_LINES, metavar="N", help="lines a batch; changes nothing but speed"
    )
    parser.add_argument("--json", action="store_true", help="the summary as JSON")
    parser.set_defaults(do=_replay)


def replay_files(  # noqa: PLR0913 -- what a run over files is made of
    config: Config,
    sources: Sequence[Source],
    out: Path | None,
    observer: Observer,
    batch_lines: int = BATCH_LINES,
    *,
    flush: bool = False,
    label: str = "replay",
    note: Callable[[], str] = str,
) -> None:
    """Run the core over files to their end, with a bar on a terminal; `note` is a word on what was found so far."""
    from stream.app import be_lazy_about_cycles, replay  # noqa: PLC0415 -- after the arguments are known to be right

    be_lazy_about_cycles()
    runner, log = replay(config, sources, out, [observer], batch_lines)
    progress = Progress(label)
    try:
        while not runner.ended:
            runner.turn(0.0)
            runner.commit()
            progress.share(log.progress, note())
        if flush:
            runner.flush()
    finally:
        progress.close()
        log.close()


def _replay(options: argparse.Namespace) -> int:
    from stream.summary import Summary  # noqa: PLC0415 -- after the arguments are known to be right

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
    replay_files(
        config,
        sources,
        out,
        summary,
        options.batch_lines,
        flush=options.flush,
        note=lambda: f"{summary.opened_count} opened",
    )
    print(json.dumps(summary.as_dict()) if options.json else summary.as_text())
    if summary.received and not summary.taken:
        raise ServiceError(ALL_REFUSED)
    return FINE


def _score_counts(options: argparse.Namespace) -> int:
    from stream.lab import nab  # noqa: PLC0415
    from stream.lab.counts import score_series  # noqa: PLC0415

    paths = _count_series(options)
    labelled = _labelled(options, paths)
    out = fresh_folder(options.out, force=options.force)
    progress = Progress("score-counts")
    alerts = rows = 0
    known: list[tuple[Series, list[Scored]]] = []
    for done, path in enumerate(paths):
        progress.share(done / len(paths), path.name)
        with path.open(newline="", encoding="utf-8-sig") as source:  # a spreadsheet begins with a byte order mark
            scored = list(score_series(source, str(path)))
        if labelled is not None:
            known.append((labelled.series(path.name, [row.timestamp for row in scored]), scored))
        _write_scored(out / path.name, scored)
        rows, alerts = rows + len(scored), alerts + sum(row.alert for row in scored)
    progress.close()
    found = _judged(known, options.windows) if known else []
    if options.json:
        told = {"rows": rows, "series": len(paths), "alerts": alerts, "out": str(out), "detectors": to_builtins(found)}
        print(json.dumps(told))
    else:
        print(f"{rows} rows of {len(paths)} series, {alerts} alert{'' if alerts == 1 else 's'}, in {out}")
        if found:
            print(nab.as_text(found))
    return FINE


def _judged(known: Sequence[tuple[Series, list[Scored]]], file: str) -> list[Judged]:
    from stream.lab.nab import compare, judged_windows  # noqa: PLC0415

    series = [one for one, _ in known]
    if not judged_windows(series):
        raise ConfigError(file, "has no window behind the beginnings of the series, which are not judged")
    scores = [[row.score for row in scored] for _, scored in known]
    return compare(series, scores, [[row.alert for row in scored] for _, scored in known])


def _count_series(options: argparse.Namespace) -> list[Path]:
    """The files to score; what was given may not be written over."""
    paths = [Path(path) for path in existing_files(options.files)]
    names = Counter(path.name for path in paths)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise ConfigError(twice[0], "is given twice: files are told apart by their name")
    if options.out.resolve() in {path.resolve().parent for path in paths}:
        raise ConfigError(str(options.out), "holds the files to be scored, and they would be written over")
    return paths


def _labelled(options: argparse.Namespace, paths: Sequence[Path]) -> Labelled | None:
    """What was labelled, if anything was."""
    from stream.lab.labelled import Labelled  # noqa: PLC0415

    if options.windows is None:
        if options.labels is not None:
            raise ConfigError("--labels", "needs --windows")
        return None
    existing_files([file for file in (options.windows, options.labels) if file is not None])
    labels = None if options.labels is None else Path(options.labels)
    return Labelled(Path(options.windows), labels, [path.name for path in paths])


def _write_scored(path: Path, scored: Sequence[Scored]) -> None:
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["timestamp", "value", "score", "alert"])
        writer.writerows([row.timestamp, row.value, f"{row.score:.6g}", int(row.alert)] for row in scored)


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
