"""The window bench: what the detectors cost once mentions are decoded and enriched, and how large their state gets.

    python -m tests.bench.windows [FILE ...] [--brands 12] [--weeks 1] [--rate 2-430] [--seed 9] [--world people]

Feeds the windows of streams, or of a quiet simulated one, to `BrandMonitor`, brand by brand. `us a mention` is what
grows with the mentions of a window (copies, scorers, `summarise`, people); `us a window` is everything else, silence
between windows included. `us a minute` is all of it over the minutes that passed, those in which nobody spoke as well: what a
brand costs. CPU time, the best of several rounds. `bytes` is the largest snapshot of the monitor as it is stored.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import orjson

from detectors.authors import AuthorMemory
from detectors.brand import BrandMonitor
from detectors.copies import Copies
from detectors.scorers import Scorers
from detectors.text import LexiconScorer
from detectors.window import summarise
from stream.brand import Brand, BrandRules, deflated
from stream.config import Config
from stream.enrich import Enricher
from stream.intake import Intake
from stream.lab.scenarios import scenario
from stream.lab.simulate import WORLDS, mentions
from stream.lab.wishes import Wishes
from stream.observation import Observed
from stream.ports import LATER_MS, StoredRecord

Window = tuple[int, list[Observed]]
END = 1 << 40
"""Seconds; after everything."""
SNAPSHOT_EVERY = 50
"""Windows."""


class Cost(NamedTuple):
    """Of one brand."""

    brand_id: str
    mentions: int
    windows: int
    us_a_window: float
    us_a_mention: float
    minutes: int
    us_a_minute: float
    state_bytes: int


def main() -> int:
    """Run the bench; print a table and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="mentions.jsonl.gz")
    parser.add_argument("--brands", type=int, default=12)
    parser.add_argument("--weeks", type=int, default=1)
    parser.add_argument("--rate", default="2-430")
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--world", choices=sorted(WORLDS), default="people")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    streams = [lines(path) for path in options.files] or [simulated(options)]
    costs = [cost(brand_id, held, options.rounds) for stream in streams for brand_id, held in windows(stream).items()]
    for one in costs:
        print(
            f"{one.brand_id:12} {one.mentions:8} mentions {one.windows:7} windows {one.us_a_window:6.1f} us a window "
            f"{one.us_a_mention:5.2f} us a mention {one.us_a_minute:6.1f} us a minute {one.state_bytes:6} bytes"
        )
    of = dict(zip(Cost._fields, zip(*costs, strict=True), strict=True))
    print(
        json.dumps(
            {
                "windows": sum(of["windows"]),
                "us_a_window": round(fmean(of["us_a_window"], of["windows"]), 1),
                "us_a_mention": round(fmean(of["us_a_mention"], of["mentions"]), 2),
                "us_a_minute": round(fmean(of["us_a_minute"], of["minutes"]), 1),
                "most_state_bytes": max(of["state_bytes"]),
            }
        )
    )
    return 0


def lines(path: Path) -> Iterator[bytes]:
    """The records of a stream."""
    with gzip.open(path) as packed:
        yield from packed


def simulated(options: argparse.Namespace) -> Iterator[bytes]:
    """The records of a quiet month, or less."""
    low, _, high = options.rate.partition("-")
    wishes = Wishes(brands=options.brands, weeks=options.weeks, rates=(float(low), float(high or low)))
    chosen = scenario("quiet", options.seed, wishes)
    world = WORLDS[options.world](chosen, options.seed)
    return map(orjson.dumps, mentions(chosen, world, options.seed))


def windows(records: Iterable[bytes]) -> dict[str, list[Window]]:
    """By brand the windows that hold something, as the service would see them if nothing were late."""
    config = Config()
    intake, enricher, brands = Intake(config, 0), Enricher(config, LexiconScorer.load()), dict[str, Brand]()
    for number, value in enumerate(records):
        mention, at_ms, _, _ = intake.mention(StoredRecord(0, number, LATER_MS, None, value))
        brand = brands.get(mention.brand_id)
        if brand is None:
            rules = BrandRules(config.policy_for(mention.brand_id), config.time.window_seconds, END, 1)
            brand = brands[mention.brand_id] = Brand(mention.brand_id, rules, 0)
        brand.take(enricher.observe(mention, at_ms, number, brand.wants_words))
    return {brand_id: brand.windows.close(END) for brand_id, brand in brands.items()}


def cost(brand_id: str, held: list[Window], rounds: int) -> Cost:
    """What the windows of a brand cost."""
    count = sum(len(observations) for _, observations in held)
    whole = min(seconds(judge, held) for _ in range(rounds))
    people = min(seconds(listen, held) for _ in range(rounds))
    minutes = (held[-1][0] - held[0][0]) // 60 + 1
    return Cost(
        brand_id=brand_id,
        mentions=count,
        windows=len(held),
        us_a_window=1e6 * (whole - people) / len(held),
        us_a_mention=1e6 * people / count,
        minutes=minutes,
        us_a_minute=1e6 * whole / minutes,
        state_bytes=state(held),
    )


def seconds(work: Callable[[list[Window]], object], held: list[Window]) -> float:
    """CPU seconds."""
    started = time.process_time()
    work(held)
    return time.process_time() - started


def judge(held: list[Window]) -> None:
    """Everything."""
    monitor = _monitor()
    for start, observations in held:
        monitor.advance(start + 60, [(start, observations)])


def listen(held: list[Window]) -> None:
    """Only what looks at every mention."""
    copies, scorers, authors = Copies(), Scorers(), AuthorMemory()
    for start, observations in held:
        copied = copies.find(start, observations)
        authors.count(summarise(start, observations, copied, scorers.hear(start, observations, copied)))


def state(held: list[Window]) -> int:
    """Bytes of the largest of some snapshots."""
    monitor, most = _monitor(), 0
    for number, (start, observations) in enumerate(held):
        told = monitor.advance(start + 60, [(start, observations)])
        if told or number % SNAPSHOT_EVERY == 0:
            most = max(most, len(deflated(monitor.snapshot())))
    return most


def _monitor() -> BrandMonitor:
    return BrandMonitor("bench", Config().policy_for("bench"))


if __name__ == "__main__":
    sys.exit(main())
