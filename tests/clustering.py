"""How bursty simulated talk is beside real talk, in quiet time: `python -m tests.clustering` (needs ../shared)."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, variance
from typing import NamedTuple

from stream.lab.counts import read_counts
from stream.lab.scenario import Brand, Scenario
from stream.lab.simulate import WORLDS

SHARED = Path(__file__).parents[2] / "shared"
TEN_MINUTES, HOUR, WEEKS = 600, 3600, 4


class Clustering(NamedTuple):
    """Of a count series: mean an hour, and variance over mean of the counts of ten minutes and of an hour."""

    rate: float
    ten_minutes: float
    hour: float


def clustering(times: Sequence[float], counts: Sequence[float], unusual: Sequence[tuple[float, float]]) -> Clustering:
    """Over the steps that lie outside what is labelled as unusual."""
    found = []
    for seconds in (TEN_MINUTES, HOUR):
        steps: dict[int, float] = {}
        for at, count in zip(times, counts, strict=True):
            if not any(start <= at < end for start, end in unusual):
                steps[int(at // seconds)] = steps.get(int(at // seconds), 0.0) + count
        values = list(steps.values())[1:-1]
        found.append((fmean(values), variance(values) / fmean(values)))
    return Clustering(found[1][0], found[0][1], found[1][1])


def real(path: Path, windows: Sequence[Sequence[str]]) -> Clustering:
    """A series of the Numenta Anomaly Benchmark outside its labelled windows."""
    times, counts = read_counts(path)
    labelled = [(_seconds(begin), _seconds(end)) for begin, end in windows]
    return clustering(times, counts, labelled)


def simulated(world: str, rate: float, seed: int) -> Clustering:
    """A quiet brand of a world."""
    start = datetime(2026, 1, 5, tzinfo=UTC).timestamp()
    brand = Brand(brand_id="acme", mentions_per_hour=rate)
    chosen = Scenario(start=start, end=start + WEEKS * 168 * HOUR, brands=(brand,))
    times = [arrival.published_at for hour in WORLDS[world](chosen, seed).hours() for arrival in hour]
    grid = [start + step * 300 for step in range(WEEKS * 168 * 12)]
    counts = [0] * len(grid)
    for at in times:
        if at < chosen.end:
            counts[int((at - start) // 300)] += 1
    return clustering(grid, counts, ())


def repost_shares(seed: int) -> dict[str, float]:
    """Of the real tweets those that begin as reposts do, and of each world's quiet mentions those that are."""
    shares = {}
    with gzip.open(SHARED / "data" / "tweets" / "tweets.jsonl.gz") as lines:
        texts = [json.loads(line)["text"].lower() for line in lines]
    shares["real tweets"] = sum(text.startswith("rt ") for text in texts) / len(texts)
    start = datetime(2026, 1, 5, tzinfo=UTC).timestamp()
    brands = tuple(Brand(brand_id=f"brand-{number}", mentions_per_hour=60.0) for number in range(8))
    chosen = Scenario(start=start, end=start + 168 * HOUR, brands=brands)
    for world, make in WORLDS.items():
        mentions = [arrival.mention for hour in make(chosen, seed).hours() for arrival in hour]
        shares[world] = sum("repost_of" in mention for mention in mentions) / len(mentions)
    return shares


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC).timestamp()


def main() -> None:
    """Print the comparison as a table."""
    if not SHARED.is_dir():
        sys.exit("no data: ../shared is not beside this checkout")
    nab = SHARED / "data" / "nab"
    windows = json.loads((nab / "windows.json").read_bytes())
    print("| mentions an hour | | ten minutes | an hour |\n|---|---|---|---|")
    for path in sorted((nab / "realTweets").glob("*.csv")):
        seen = real(path, windows[f"realTweets/{path.name}"])
        print(f"| {seen.rate:.0f} | {path.stem.rpartition('_')[2]} | {seen.ten_minutes:.1f} | {seen.hour:.1f} |")
        for world in WORLDS:
            made = [simulated(world, seen.rate, seed) for seed in (1, 2, 3)]
            ten, hour = fmean(one.ten_minutes for one in made), fmean(one.hour for one in made)
            print(f"| | {world} | {ten:.1f} | {hour:.1f} |")
    for name, share in repost_shares(1).items():
        print(f"reposts, {name}: {share:.2f}")


if __name__ == "__main__":
    main()
