"""What touches a cluster by hand: topics, records, offsets, feedback."""

from __future__ import annotations

import argparse
import re
from itertools import chain
from typing import Any

from stream.cli import FAILED, FINE, add_command, add_config, agreed, existing_files, parse_time, read_config
from stream.cli.progress import Progress
from stream.config import Config
from stream.errors import ConfigError
from stream.events.mention import BRAND_ID
from stream.ports import Input, Output

VERDICTS = {
    "acknowledge": "somebody looks at it",
    "confirm": "it is a crisis",
    "dismiss": "it is none: keep quiet about it",
    "close": "it is over, once it is resolved",
    "set-root-cause": "what caused it (--value, or `unknown`)",
    "mute": "open nothing for this brand for a while",
    "unmute": "open again",
}
_CRISIS_ID = re.compile(rf"({BRAND_ID.pattern})-\d{{8}}T\d{{6}}Z(?:-\d+)?")


def add_commands(commands: Any) -> None:
    """Add `topics`, `ingest`, `rekey`, `reset` and `feedback`."""
    topics = add_command(
        commands,
        "topics",
        "create the topics that are missing, and check the others",
        "brushfire topics --config my.toml",
    )
    add_config(topics)
    topics.add_argument("--check", action="store_true", help="create nothing")
    topics.set_defaults(do=_topics)
    ingest = add_command(
        commands,
        "ingest",
        "JSON Lines into a topic, bytes unchanged, keyed by brand",
        "brushfire ingest tweets.jsonl.gz --topic mentions.v1 --config deploy/config/tweets.toml",
    )
    ingest.add_argument("files", nargs="+", metavar="FILE", help="JSON Lines, plain or gzip; - for standard input")
    ingest.add_argument("--topic", required=True, metavar="T")
    add_config(ingest)
    ingest.set_defaults(do=_ingest)
    rekey = add_command(
        commands,
        "rekey",
        "copy a topic to another, keyed by brand as mentions.partition_by says",
        "brushfire rekey --from firehose --to mentions.v1 --config my.toml",
    )
    rekey.add_argument("--from", dest="source", required=True, metavar="T")
    rekey.add_argument("--to", dest="target", required=True, metavar="U")
    add_config(rekey)
    rekey.set_defaults(do=_rekey)
    reset = add_command(
        commands,
        "reset",
        "drop the group's state and move its offsets, together",
        "brushfire reset --to earliest --config my.toml\nbrushfire reset --to 2026-01-05T00:00:00Z --config my.toml --yes",
    )
    reset.add_argument("--to", required=True, metavar="WHERE", help="earliest, latest, or an RFC 3339 time")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    add_config(reset)
    reset.set_defaults(do=_reset)
    _add_feedback(commands)


def _add_feedback(commands: Any) -> None:
    feedback = add_command(
        commands,
        "feedback",
        "tell the service what a person decided",
        "brushfire feedback confirm acme-20260105T140300Z --actor duty-1 --config my.toml\n"
        "brushfire feedback dismiss acme-20260105T140300Z --actor duty-1 --reason 'a joke' --print",
    )
    verdicts = feedback.add_subparsers(dest="verdict", metavar="VERDICT", required=True)
    for verdict, meaning in VERDICTS.items():
        parser = add_command(
            verdicts, verdict, meaning, f"brushfire feedback {verdict} acme-20260105T140300Z --actor duty-1"
        )
        parser.add_argument("crisis_id", metavar="CRISIS_ID")
        parser.add_argument("--actor", required=True, metavar="REF", help="a reference to who decided, not a name")
        parser.add_argument("--reason", metavar="TEXT")
        parser.add_argument("--value", metavar="TEXT", help="the root cause")
        parser.add_argument("--until", metavar="TIME", help="end of a mute, RFC 3339")
        parser.add_argument("--print", action="store_true", help="print the record and send nothing")
        add_config(parser)
        parser.set_defaults(do=_feedback)


def _topics(options: argparse.Namespace) -> int:
    from stream.adapters.kafka.topics import create_missing, look  # noqa: PLC0415

    config = read_config(options)
    for name in [] if options.check else create_missing(config):
        print(f"created  {name}")
    findings = look(config)
    for role, topic in findings.topics.items():
        print(f"exists   {config.topics.name(role)}  {topic.partitions} partitions")
    for problem in findings.problems:
        print(f"problem  {problem}")
    return FAILED if findings.problems else FINE


def _ingest(options: argparse.Namespace) -> int:
    from stream.adapters.files import read_values  # noqa: PLC0415
    from stream.adapters.kafka.records import ingest  # noqa: PLC0415

    config = read_config(options)
    _check_target(config, options.topic, "--topic")
    paths = existing_files(options.files)
    progress = Progress("ingest")
    values = chain.from_iterable(map(read_values, paths))
    written, without = ingest(config, options.topic, values, lambda count: _every(progress, count))
    progress.close()
    _report(f"{written} records into {options.topic}", without)
    return FINE


def _rekey(options: argparse.Namespace) -> int:
    from stream.adapters.kafka.records import rekey  # noqa: PLC0415

    config = read_config(options)
    if options.source == options.target:
        raise ConfigError("--to", "needs to be another topic")
    _check_target(config, options.target, "--to")
    progress = Progress("rekey")
    written, without = rekey(config, options.source, options.target, progress.count)
    progress.close()
    _report(f"{written} records from {options.source} to {options.target}", without)
    return FINE


def _reset(options: argparse.Namespace) -> int:
    from stream.adapters.kafka.reset import reset  # noqa: PLC0415
    from stream.app import empty_state  # noqa: PLC0415

    config = read_config(options)
    to = options.to if options.to in {"earliest", "latest"} else int(parse_time(options.to, "--to").timestamp() * 1000)
    warning = (
        f"This forgets the baselines and open crises of group {config.kafka.group_id} and reads again from {options.to}: "
        "events may be told again."
    )
    if not options.yes and not agreed(config, warning):
        return FAILED
    for where, offset in sorted(reset(config, to, empty_state(config)).items()):
        print(f"{where}  {offset}")
    return FINE


def _feedback(options: argparse.Namespace) -> int:
    from stream.adapters.kafka.records import send  # noqa: PLC0415
    from stream.app import feedback_record  # noqa: PLC0415

    config = read_config(options)
    match = _CRISIS_ID.fullmatch(options.crisis_id)
    if match is None:
        raise ConfigError("CRISIS_ID", "needs to look like acme-20260105T140300Z, as in the events")
    said = {
        "brand_id": match.group(1),
        "target": {"crisis_id": options.crisis_id},
        "verdict": options.verdict.replace("-", "_"),
        "actor_ref": options.actor,
        "reason": options.reason,
        "value": options.value,
        "until": options.until and parse_time(options.until, "--until").isoformat(),
    }
    record = feedback_record({name: value for name, value in said.items() if value is not None})
    if options.print:
        print(record.decode())
        return FINE
    topic = config.topics.name(Input.FEEDBACK)
    send(config, topic, match.group(1), record)
    print(f"sent to {topic}")
    return FINE


def _check_target(config: Config, topic: str, key: str) -> None:
    """Raw mentions have no place where others expect events. Raises `ConfigError`."""
    if topic in {config.topics.name(role) for role in Output}:
        raise ConfigError(
            key, f"{topic} is written by the service itself: mentions go into {config.topics.name(Input.MENTIONS)}"
        )


def _every(progress: Progress, count: int) -> None:
    if count % 1000 == 0:
        progress.count(count)


def _report(done: str, without: int) -> None:
    extra = f"; {without} carry no brand that could be read and will be refused" if without else ""
    print(done + extra)
