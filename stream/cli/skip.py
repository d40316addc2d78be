"""Leaves a batch out that cannot be read."""

from __future__ import annotations

import argparse
from typing import Any

from stream.cli import FAILED, FINE, add_command, add_config, agreed, read_config
from stream.errors import ConfigError, ServiceError
from stream.ports import Input


def add_commands(commands: Any) -> None:
    """Add `skip`."""
    skip = add_command(
        commands,
        "skip",
        "leave out a batch that cannot be read, and keep all the rest of the state",
        "brushfire skip --topic mentions.v1 --partition 3 --offset 4711 --config my.toml",
    )
    skip.add_argument("--topic", required=True, metavar="T", help="topic, partition and offset, as the worker said")
    skip.add_argument("--partition", required=True, type=int, metavar="P")
    skip.add_argument("--offset", required=True, type=int, metavar="N")
    skip.add_argument("--yes", action="store_true", help="do not ask")
    add_config(skip)
    skip.set_defaults(do=_skip)


def _skip(options: argparse.Namespace) -> int:
    from stream.adapters.kafka.own_record import own_records  # noqa: PLC0415
    from stream.adapters.kafka.reset import check_stopped  # noqa: PLC0415
    from stream.adapters.kafka.skip import hole_at, leave_out  # noqa: PLC0415
    from stream.app import own_state  # noqa: PLC0415

    config = read_config(options)
    source = next((one for one in Input if config.topics.name(one) == options.topic), None)
    if source is None:
        raise ConfigError("--topic", f"is none of the inputs: {', '.join(config.topics.name(one) for one in Input)}")
    partition = options.partition
    if not 0 <= partition < config.topics.partitions:
        raise ConfigError("--partition", f"needs to be from 0 to {config.topics.partitions - 1}")
    check_stopped(config)
    stored = own_records(config, [partition]).get(partition)
    own = own_state(config)(partition, stored)
    hole = hole_at(config, (options.topic, partition), options.offset, own.next_offset.get(source))
    told = f"offsets {hole.start} to {hole.end - 1} of {options.topic} partition {partition}"
    if not options.yes and not agreed(config, f"This leaves out {told}: at most {hole.end - hole.start} records."):
        return FAILED
    if own_records(config, [partition]).get(partition) != stored:
        raise ServiceError("a worker has gone on meanwhile: stop it, and its supervisor; nothing was changed")
    own.next_offset[source] = hole.end
    leave_out(config, source, partition, hole, own.snapshot())
    print(f"left out {told}: at most {hole.end - hole.start} records. Start the workers again")
    return FINE
