"""The service on Kafka, and its embedded default."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from stream.cli import FINE, add_command, add_config, read_config


def add_commands(commands: Any) -> None:
    """Add `run` and `demo`."""
    run = add_command(commands, "run", "the service on Kafka", "brushfire run --config deploy/config/brushfire.toml")
    add_config(run)
    run.set_defaults(do=_run)
    demo = add_command(
        commands, "demo", "watch crises being found on simulated brands: no broker, no file", "brushfire demo --keep"
    )
    add_config(demo)
    demo.add_argument("--seed", type=int, default=6, metavar="N", help="another seed, another story (default 6)")
    demo.add_argument("--keep", action="store_true", help="stay up and serve metrics until interrupted")
    demo.set_defaults(do=_demo)


def _run(options: argparse.Namespace) -> int:
    from stream.app import serve  # noqa: PLC0415 -- after the arguments are known to be right

    serve(read_config(options))
    return FINE


def _demo(options: argparse.Namespace) -> int:
    from stream.app import demo  # noqa: PLC0415

    demo(read_config(options), seed=options.seed, keep=options.keep, out=sys.stdout)
    return FINE
