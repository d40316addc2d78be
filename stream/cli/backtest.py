"""`brushfire backtest`: what a policy would have done with a stream."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from stream import settings
from stream.adapters.files import STDIN, Source, read_values
from stream.cli import FINE, add_command, add_config, existing_files, new_file, read_config
from stream.cli.offline import ALL_REFUSED, replay_files
from stream.cli.progress import Progress
from stream.config import Config
from stream.errors import ConfigError, ServiceError
from stream.lab.recorder import Recorder
from stream.ports import Input

if TYPE_CHECKING:
    from stream.lab.backtest import Run
    from stream.lab.reader import Reader
    from stream.lab.truth import Truth

BATCH_LINES = 100
"""Small: once a batch it is looked at what was usual."""


def add_commands(commands: Any) -> None:
    """Add `backtest`."""
    parser = add_command(
        commands,
        "backtest",
        "what a policy would have done with a stream, the difference between two, and what others' rules would have said",
        "brushfire backtest mentions.jsonl.gz --config mine.toml --report out.html\n"
        "brushfire backtest mentions.jsonl.gz --config mine.toml --against stricter.toml --report out.html\n"
        "brushfire backtest stream/mentions.jsonl.gz --truth stream/truth.json --rivals --json",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="mentions, in order of arrival")
    add_config(parser)
    parser.add_argument("--against", type=Path, metavar="G", help="another configuration, to compare with")
    parser.add_argument("--feedback", action="append", default=[], metavar="F", help="operator feedback, as in replay")
    parser.add_argument("--activity", action="append", default=[], metavar="F", help="activities, as in replay")
    parser.add_argument(
        "--truth", type=Path, metavar="T", help="truth.json of a simulated stream: right and wrong told apart"
    )
    parser.add_argument("--rivals", action="store_true", help="run the rules that other products publish beside it")
    parser.add_argument("--report", type=Path, metavar="OUT.html", help="write a page for people")
    parser.add_argument("--force", action="store_true", help="write over an existing report")
    parser.add_argument("--json", action="store_true", help="everything, for a machine")
    parser.set_defaults(do=_backtest)


def _backtest(options: argparse.Namespace) -> int:
    from stream.lab.backtest import Run, backtest, policy_name  # noqa: PLC0415 -- after the arguments are known to be right
    from stream.lab.digest import as_text  # noqa: PLC0415
    from stream.lab.report import page  # noqa: PLC0415
    from stream.lab.truth import read_truth  # noqa: PLC0415

    files = _files(options.files)
    side = [
        *(Source(Input.FEEDBACK, path) for path in _files(options.feedback)),
        *(Source(Input.ACTIVITY, path) for path in _files(options.activity)),
    ]
    runs = [Run(policy_name(options.config), read_config(options), Recorder())]
    if options.against is not None:
        against = settings.load(options.against, os.environ)
        name = _other_name(policy_name(options.against), runs[0].name)
        runs.append(Run(name, against, Recorder(expects=False)))
    truth = read_truth(options.truth) if options.truth is not None else None
    new_file(options.report, force=options.force)
    for run in runs:
        record(run.config, files, side, run.recorder, run.name)
    found = backtest(files, runs, _read(options, files, runs[0], truth), truth, rivals=options.rivals)
    if options.report is not None:
        options.report.write_text(page(found), encoding="utf-8")
    if options.json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        print(as_text(found))
        if options.report is not None:
            print(f"the report is {options.report}")
    return FINE


def _read(options: argparse.Namespace, files: Sequence[str], run: Run, truth: Truth | None) -> Reader:
    """Each brand's hours, and what the rules of others say of them. Raises `ServiceError` where there are none."""
    from stream.app import SystemClock  # noqa: PLC0415
    from stream.lab.backtest import fits  # noqa: PLC0415
    from stream.lab.reader import Reader  # noqa: PLC0415

    reader = Reader(rivals=options.rivals, truth=truth)
    progress = Progress("rivals" if options.rivals else "counts")
    try:
        now_ms = int(SystemClock().now() * 1000)
        reader.read(_shown(files, progress), run.config, now_ms, run.recorder.brands)
    finally:
        progress.close()
    if run.recorder.received and not run.recorder.taken:
        raise ServiceError(ALL_REFUSED)
    if not reader.hours:
        raise ServiceError(f"there are no mentions in {', '.join(files)}")
    if truth is not None and not fits(truth, reader):
        raise ConfigError(str(options.truth), "is the truth of another stream")
    return reader


def record(config: Config, files: Sequence[str], side: Sequence[Source], recorder: Recorder, label: str) -> None:
    """Run a policy over a stream, and write down what it does."""
    sources = [*(Source(Input.MENTIONS, path) for path in files), *side]
    replay_files(
        config, sources, None, recorder, BATCH_LINES, flush=True, label=label, note=lambda: f"{recorder.opened} opened"
    )


def _files(paths: Sequence[str]) -> list[str]:
    if STDIN in paths:
        raise ConfigError(STDIN, "standard input cannot be read twice: give files")
    return existing_files(paths)


def _shown(files: Sequence[str], progress: Progress) -> Iterator[bytes]:
    """The lines of all files, with their number on a terminal."""
    number = 0
    for path in files:
        for value in read_values(path):
            number += 1
            if not number % 10_000:
                progress.count(number, "mentions")
            yield value


def _other_name(name: str, taken: str) -> str:
    return name if name != taken else f"{name} (against)"
