"""Dead letters: look at them, and take them in after all."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from heapq import nlargest
from typing import TYPE_CHECKING, Any, NamedTuple

from stream.cli import FAILED, FINE, add_command, add_config, agreed, parse_time, read_config
from stream.cli.progress import Progress
from stream.config import Config
from stream.errors import ConfigError, Reason
from stream.events.dead_letter import read_dead_letter
from stream.letters import Found, Tally, Wanted, addressed, in_words
from stream.ports import Record
from stream.second_look import TAKEN, SecondLooks

if TYPE_CHECKING:
    from stream.adapters.kafka.dead_letters import DeadLetterTopic

LIMIT = 20
Known = Callable[[Record], bool]
"""Whether a letter was re-driven before."""
Look = Callable[["DeadLetterTopic", Known], Iterator[Found]]
"""Every letter of the topic, looked at."""


def add_commands(commands: Any) -> None:
    """Add `dlq show` and `dlq redrive`."""
    dlq = add_command(
        commands,
        "dlq",
        "show dead letters, say what would become of them now, and take them in after all",
        "brushfire dlq show --config my.toml\nbrushfire dlq redrive --dry-run --config my.toml",
    )
    actions = dlq.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = add_command(
        actions,
        "show",
        "counts by reason and input, what to do, and the newest letters; changes nothing",
        "brushfire dlq show --config my.toml\n"
        "brushfire dlq show --reason schema --since 2026-11-22T00:00:00Z --config my.toml\n"
        "brushfire dlq show --brand acme --limit 3 --values --config my.toml\n"
        "brushfire dlq show --json --limit 0 --config my.toml | jq -r .message | sort | uniq -c",
    )
    _add_filters(show)
    show.add_argument("--limit", type=int, default=LIMIT, metavar="N", help=f"letters to show, 0 for all ({LIMIT})")
    show.add_argument("--values", action="store_true", help="also show the records, which may hold texts and handles")
    show.add_argument("--json", action="store_true", help="one JSON object a line for each letter, without the counts")
    show.set_defaults(do=_show)
    redrive = add_command(
        actions,
        "redrive",
        "write the letters that would be taken now to the input they came from; the workers may run",
        "brushfire dlq redrive --dry-run --config my.toml\n"
        "brushfire dlq redrive --reason schema --brand acme --config my.toml\n"
        "brushfire dlq redrive --yes --config my.toml",
    )
    _add_filters(redrive)
    redrive.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
    redrive.add_argument("--again", action="store_true", help="also letters that were re-driven before")
    redrive.add_argument("--yes", action="store_true", help="do not ask")
    redrive.set_defaults(do=_redrive)


def _add_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reason", choices=[str(reason) for reason in Reason], metavar="R", help="only this dlq.reason"
    )
    parser.add_argument(
        "--brand", metavar="B", help="only this brand, by the record or, where it is unreadable, the key"
    )
    parser.add_argument("--since", metavar="TIME", help="only refused at or after this RFC 3339 time")
    add_config(parser)


def _show(options: argparse.Namespace) -> int:
    from stream.adapters.kafka.dead_letters import DeadLetterTopic  # noqa: PLC0415

    if options.limit < 0:
        raise ConfigError("--limit", "needs to be at least 0")
    config = read_config(options)
    look, tally = _looks(config, options), Tally()
    with DeadLetterTopic(config) as topic:
        known = topic.redriven()
        found = look(topic, lambda letter: letter.offset in known[letter.partition])
        newest = nlargest(options.limit or sys.maxsize, tally.counting(found), key=lambda one: one.failed_at)
    if options.json:
        for one in newest:
            print(json.dumps(one.as_dict(values=options.values)))
        return FINE
    print(f"{topic.name}: {tally.count} dead letter{'' if tally.count == 1 else 's'}")
    for line in tally.lines():
        print(line)
    if newest:
        print(f"\nnewest first, {len(newest)} of {tally.count}:")
    for one in newest:
        print(one.as_text(values=options.values))
    return FINE


def _redrive(options: argparse.Namespace) -> int:
    from stream.adapters.kafka.dead_letters import DeadLetterTopic, Redrive  # noqa: PLC0415

    config = read_config(options)
    look = _looks(config, options)
    with DeadLetterTopic(config) as topic:
        known = topic.redriven()
        before: Known = lambda letter: not options.again and letter.offset in known[letter.partition]  # noqa: E731
        plan = _plan(config, look(topic, before))
        print(f"{topic.name}: {plan.told}")
        if not plan.records or options.dry_run:
            print("nothing was written")
            return FINE
        if not options.yes and not agreed(config, f"This writes {_records(plan.records)} to the inputs."):
            return FAILED
        with Redrive(config, topic) as out:
            before = lambda letter: not options.again and out.was_redriven(letter)  # noqa: E731
            for found in look(topic, before):
                if found.is_taken and found.letter is not None:
                    out.write(found.place, found.letter.topic, addressed(found))
                else:
                    out.leave(found.place)
    print(f"wrote {_records(out.written)}; the same command again writes none of them")
    return FINE


def _looks(config: Config, options: argparse.Namespace) -> Look:
    """What looks at every letter of the topic, with a bar on a terminal."""
    from stream.app import pipeline_factory  # noqa: PLC0415

    since = None if options.since is None else parse_time(options.since, "--since")
    wanted = Wanted(options.reason, options.brand, since)
    judge = SecondLooks(config, pipeline_factory(config))

    def look(topic: DeadLetterTopic, known: Known) -> Iterator[Found]:
        progress = Progress("dlq")
        for place in topic.read(progress.share):
            letter = read_dead_letter(place)
            seen = judge.look(letter)
            yield Found(place, letter, seen, known(place), wanted.holds(letter, seen, place.key))
        progress.close()

    return look


class _Plan(NamedTuple):
    records: int
    """Letters to write."""
    told: str


def _plan(config: Config, letters: Iterator[Found]) -> _Plan:
    """What is to be written, and how much of it comes too late, as far as that can be known."""
    from stream.adapters.kafka.own_record import own_records  # noqa: PLC0415
    from stream.app import own_state  # noqa: PLC0415

    tally, window_ends = Tally(), Counter[tuple[int, int]]()
    for found in tally.counting(letters):
        if found.is_taken and found.seen.window_end:
            window_ends[found.seen.partition, found.seen.window_end] += 1
    partitions = {partition for partition, _ in window_ends}
    state, own = own_state(config), own_records(config, partitions) if partitions else {}
    reached = {partition: state(partition, own.get(partition)).watermark_ms or 0 for partition in partitions}
    late = sum(count for (at, end), count in window_ends.items() if end * 1000 <= reached[at])
    told = in_words(tally.outcomes) or "no such letters"
    if late:
        told += f"\n{late} of them are mentions whose window is closed: they will be late, and change no decision"
    if late < window_ends.total():
        told += f"\n{window_ends.total() - late} are mentions whose window is open still: late or not depends on when they are read"
    return _Plan(tally.outcomes[TAKEN], told)


def _records(count: int) -> str:
    return f"{count} record{'' if count == 1 else 's'}"
