"""Explains: a configuration, the schemas, the metrics."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stream.cli import FAILED, FINE, add_command, add_config, existing_files, read_config
from stream.config import Config
from stream.errors import ConfigError
from stream.ports import Input


def add_commands(commands: Any) -> None:
    """Add `check-config`, `schema` and `metrics`."""
    check = add_command(
        commands,
        "check-config",
        "explain a configuration, and say what of a sample is counted and refused",
        "brushfire check-config my.toml\nbrushfire check-config my.toml --sample mentions.jsonl",
    )
    check.add_argument("file", nargs="?", metavar="F", help="TOML file; without it, the defaults")
    add_config(check)
    check.add_argument("--sample", metavar="FILE", help="mentions to try; a file, because it is read twice")
    check.add_argument("--json", action="store_true")
    check.set_defaults(do=_check)
    schema = add_command(
        commands, "schema", "the JSON Schema of an event", "brushfire schema\nbrushfire schema crisis-event"
    )
    schema.add_argument("noun", nargs="?", metavar="NOUN", help="without it, all of them")
    schema.set_defaults(do=_schema)
    metrics = add_command(commands, "metrics", "every metric the service exports", "brushfire metrics --json")
    metrics.add_argument("--json", action="store_true")
    metrics.set_defaults(do=_metrics)


def _check(options: argparse.Namespace) -> int:
    from stream.settings import shown  # noqa: PLC0415

    if options.file is not None:
        if options.config is not None:
            raise ConfigError("--config", "the file is given already")
        options.config = Path(options.file)
    config = read_config(options)
    told: dict[str, Any] = {"config_hash": config.config_hash(), "configuration": shown(config)}
    lines = [*_settings_as_text(told["configuration"])]
    lines.append(f"config_hash {told['config_hash']}: settings that can change a decision")
    status = FINE
    if options.sample is not None:
        told["sample"], as_text = _try(config, options.sample)
        lines.append(as_text)
        status = FINE if told["sample"]["seen"]["taken"] else FAILED
    print(json.dumps(told) if options.json else "\n".join(lines))
    return status


def _settings_as_text(configuration: dict[str, Any]) -> Iterator[str]:
    for section, values in configuration.items():
        if isinstance(values, dict):
            yield f"[{section}]"
            yield from (f"  {key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
        else:
            yield f"{section} = {json.dumps(values)}"


def _try(config: Config, path: str) -> tuple[dict[str, Any], str]:
    """What becomes of a sample, for a machine and for people."""
    from stream.adapters.files import STDIN, Source, read_values  # noqa: PLC0415
    from stream.app import replay  # noqa: PLC0415
    from stream.lab import sample  # noqa: PLC0415
    from stream.summary import Summary  # noqa: PLC0415

    if path == STDIN:
        raise ConfigError("--sample", "needs a file: it is read twice")
    existing_files([path])
    summary = Summary()
    runner, log = replay(config, [Source(Input.MENTIONS, path)], None, [summary], 500)
    runner.run(lambda: False, commit_interval_seconds=0.0, poll_seconds=0.0)
    log.close()
    seen = sample.look(read_values(path), config)
    return {**summary.as_dict(), "seen": seen}, f"{summary.records_as_text()}\n{sample.as_text(seen)}"


def _schema(options: argparse.Namespace) -> int:
    from stream.events.schema import NOUNS, json_schema  # noqa: PLC0415

    if options.noun is not None and options.noun not in NOUNS:
        raise ConfigError("NOUN", f"{options.noun} is none of {', '.join(NOUNS)}")
    told = json_schema(options.noun) if options.noun else {noun: json_schema(noun) for noun in NOUNS}
    print(json.dumps(told, indent=2))
    return FINE


def _metrics(options: argparse.Namespace) -> int:
    from stream.metrics import MANIFEST, PREFIX  # noqa: PLC0415

    if options.json:
        told = [{**metric._asdict(), "name": PREFIX + metric.name} for metric in MANIFEST]
        print(json.dumps(told, indent=2))
        return FINE
    for metric in MANIFEST:
        labels = "{" + ",".join(metric.labels) + "}" if metric.labels else ""
        print(f"{metric.kind:<9} {PREFIX}{metric.name}{labels}\n          {metric.help}")
    return FINE
