"""`brushfire calibrate`: limits for a wanted rate of false openings."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from detectors.severity import LIMITS
from stream.adapters.files import Source
from stream.cli import FINE, add_command, add_config, existing_files, new_file, read_config
from stream.cli.offline import ALL_REFUSED, replay_files
from stream.errors import ConfigError, ServiceError
from stream.ports import Input

BATCH_LINES = 100
"""Small: once a batch it is looked at how long nothing was heard."""


def add_commands(commands: Any) -> None:
    """Add `calibrate`."""
    parser = add_command(
        commands,
        "calibrate",
        "limits that give at most X false opens per brand-week on quiet history",
        "brushfire calibrate history.jsonl.gz --target-opens-per-week 0.1 --out calibrated.toml\n"
        "brushfire check-config calibrated.toml\n"
        "brushfire backtest history.jsonl.gz --config calibrated.toml --report out.html",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="mentions of a time without a crisis, in order of arrival"
    )
    parser.add_argument(
        "--target-opens-per-week",
        type=float,
        required=True,
        metavar="X",
        help="crises opened for nothing, a brand and week",
    )
    add_config(parser)
    parser.add_argument(
        "--truth", type=Path, metavar="T", help="truth.json of a simulated stream: its crises do not count"
    )
    parser.add_argument("--out", type=Path, metavar="F.toml", help="where the policy goes (default: standard output)")
    parser.add_argument("--force", action="store_true", help="write over an existing file")
    parser.add_argument("--json", action="store_true", help="limits and what was found, for a machine")
    parser.set_defaults(do=_calibrate)


def _calibrate(options: argparse.Namespace) -> int:
    from stream.lab.calibrate import Crises, as_text, as_toml, calibrate, lowest_limits  # noqa: PLC0415
    from stream.lab.tape import Tape  # noqa: PLC0415
    from stream.lab.truth import read_truth  # noqa: PLC0415

    if not 0.0 < options.target_opens_per_week < 100.0:
        raise ConfigError("--target-opens-per-week", "needs to be over 0 and below 100")
    new_file(options.out, force=options.force)
    config = read_config(options)
    truth = read_truth(options.truth) if options.truth is not None else None
    sources = [Source(Input.MENTIONS, path) for path in existing_files(options.files)]
    tape = Tape()
    replay_files(lowest_limits(config), sources, None, tape, BATCH_LINES, flush=True, label="calibrate")
    if tape.received and not tape.taken:
        raise ServiceError(ALL_REFUSED)
    found = calibrate(tape, config, options.target_opens_per_week, Crises(truth))
    if options.out is not None:
        options.out.write_text(as_toml(found), encoding="utf-8")
    if options.json:
        limits = {name: getattr(found.policy, name) for name in ("target_false_opens_per_week", *LIMITS)}
        print(json.dumps({**limits, **msgspec.to_builtins(found.calibration)}))
    elif options.out is not None:
        print(as_text(found))
    else:
        print(as_toml(found), end="")
        print(as_text(found), file=sys.stderr)
    return FINE
