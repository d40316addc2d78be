"""The commands. One file per kind of work; each adds its parsers and does one thing.

============  =====================================================
`service`     run, demo
`offline`     replay, score-counts, score-text
`simulate`    streams of known truth
`backtest`    what a policy would have done with one
`calibrate`   limits for a wanted rate
`cluster`     topics, ingest, rekey, reset, feedback
`skip`        leave out a batch that cannot be read
`dlq`         dead letters: look, and take in after all
`reference`   check-config, schema, metrics
`progress`    a bar on a terminal, nothing in a pipe
============  =====================================================
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stream import logs, settings
from stream.config import Config
from stream.errors import ConfigError, ServiceError
from stream.version import VERSION

FINE, FAILED, WRONG_USE = 0, 1, 2

EPILOG = """examples:
  brushfire demo                                  watch crises being found; needs nothing
  brushfire check-config my.toml --sample x.jsonl what would be counted, and what refused
  brushfire topics --config my.toml               create what is missing, check the rest
  brushfire run --config my.toml                  the service on Kafka
  brushfire dlq show --config my.toml             what was refused, why, and what to do
  brushfire replay mentions.jsonl.gz --out out    the same core over a file
  brushfire backtest x.jsonl.gz --report out.html what a policy would have done, as a page

exit status: 0 fine, 1 failed while running, 2 bad configuration or usage
settings: defaults < TOML file < BRUSHFIRE__SECTION__KEY < --set SECTION.KEY=VALUE"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()  # here, not when the interpreter ends: there nobody could catch a broken pipe
    except BrokenPipeError:
        _give_up_stdout()  # whoever read us has had enough
        return FAILED
    except OSError as error:  # a full disk, a folder that may not be written
        _give_up_stdout()
        print(f"brushfire: {error.filename or 'cannot write'}: {error.strerror}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130


def _give_up_stdout() -> None:
    """What is still in the buffer would fail again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str] | None) -> int:
    from stream.cli import backtest, calibrate, cluster, dlq, offline, reference, service, simulate, skip  # noqa: PLC0415 -- they use this module's helpers

    parser = argparse.ArgumentParser(
        prog="brushfire",
        description="Catch the brand crisis while it is still a brush fire.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"brushfire {VERSION}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for room in (service, offline, simulate, backtest, calibrate, cluster, dlq, skip, reference):
        room.add_commands(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.do(options))
    except ConfigError as error:
        print(f"brushfire: {error}", file=sys.stderr)
        return WRONG_USE
    except ServiceError as error:
        logs.log(str(error), level=40) if options.command == "run" else print(f"brushfire: {error}", file=sys.stderr)
        return FAILED


def add_command(commands: Any, name: str, help_text: str, example: str) -> argparse.ArgumentParser:
    """A subcommand with an example in its help."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_text,
        description=help_text[0].upper() + help_text[1:] + ".",
        epilog="example:\n" + "\n".join(f"  {line}" for line in example.splitlines()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser


def add_config(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """`--config` and `--set`."""
    parser.add_argument("--config", type=Path, required=required, metavar="F", help="TOML file with settings")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="one setting, e.g. policy.watch=3.5; repeatable"
    )


def read_config(options: argparse.Namespace) -> Config:
    """The configuration of a command, and its log lines set up. Raises `ConfigError`."""
    flags = {}
    for pair in options.set:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ConfigError("--set", f"{pair} needs to be KEY=VALUE")
        flags[key] = value
    config = settings.load(options.config, os.environ, flags)
    logs.set_up(config.log)
    for weakness in config.kafka.weaknesses:
        logs.log(weakness, level=logging.WARNING)
    return config


def agreed(config: Config, warning: str) -> bool:
    """Whether a person goes on after a warning, by typing the name of the group."""
    print(f"{warning} Type the name of the group to go on: ", end="", flush=True)
    if sys.stdin.readline().strip() == config.kafka.group_id:
        return True
    print("nothing was changed")
    return False


def parse_time(text: str, key: str) -> datetime:
    """An RFC 3339 time, in UTC. Raises `ConfigError`, which names the option."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ConfigError(key, "needs to be an RFC 3339 time with Z or an offset")
    return at.astimezone(UTC)


def existing_files(paths: Sequence[str]) -> list[str]:
    """Paths that can be read, `-` for standard input. Raises `ConfigError`."""
    for path in paths:
        if path != "-" and not Path(path).exists():
            raise ConfigError(path, "there is no such file")
        if path != "-" and Path(path).is_dir():
            raise ConfigError(path, "is a folder, and a file is needed")
    return list(paths)


def fresh_folder(path: Path, *, force: bool) -> Path:
    """A folder to write to; one with files is refused unless forced. Raises `ConfigError`."""
    if path.exists() and not path.is_dir():
        raise ConfigError(str(path), "is a file, and a folder is needed")
    if path.is_dir() and any(path.iterdir()) and not force:
        raise ConfigError(str(path), "has files in it; choose another folder, or --force to write over them")
    path.mkdir(parents=True, exist_ok=True)
    return path


def new_file(path: Path | None, *, force: bool) -> None:
    """Whether a file can be written, before the long work; nothing where none is wanted. Raises `ConfigError`."""
    if path is None:
        return
    if path.is_dir():
        raise ConfigError(str(path), "is a folder, and a file is needed")
    if not path.parent.is_dir():
        raise ConfigError(str(path.parent), "there is no such folder")
    if path.exists() and not force:
        raise ConfigError(str(path), "exists; choose another name, or --force to write over it")
