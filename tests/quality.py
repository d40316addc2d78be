"""The published figures on real input, printed as they stand in docs/quality.md: `make quality`.

Texts: negative against the rest. Counts: the Numenta Anomaly Benchmark. Tweets: what is opened over two years.
`--leave-one-out` prints instead what the volume detector scores on series that its habit was not tuned on.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import convert

from detectors.text import LexiconScorer
from stream.lab.nab import Judged, as_text
from tests.leave_one_out import leave_one_out

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
BRUSHFIRE = [sys.executable, "-m", "stream"]
OUTAGES = ("2014-08-01T16:27:15", "2014-09-03T19:53:08", "2015-01-27T06:30:07")
"""When talk about each of the known Facebook outages starts in the tweets."""


class Quality(NamedTuple):
    """Negative against the rest: macro-F1 over the two, and J = true positive rate - false positive rate."""

    macro_f1: float
    j: float


def quality(pairs: Sequence[tuple[bool, bool]]) -> Quality:
    """From (said negative, is negative)."""
    hit, false_alarm = pairs.count((True, True)), pairs.count((True, False))
    miss, right = pairs.count((False, True)), pairs.count((False, False))
    f1 = [2 * true / (2 * true + false_alarm + miss) for true in (hit, right)]
    return Quality(sum(f1) / 2, hit / (hit + miss) - false_alarm / (false_alarm + right))


def texts(folder: Path) -> None:
    """Each file of labelled texts, given its language, threshold one half."""
    scorer = LexiconScorer.load()
    print("texts: macro-F1 and J of negative against the rest")
    for path in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_bytes().splitlines()]
        found = quality(
            [(scorer.read(row["text"], row["lang"]).p_negative >= 0.5, row["label"] == "neg") for row in rows]
        )
        print(f"  {path.stem:<12} {found.macro_f1:.2f}  {found.j:.2f}  of {len(rows)}")


def counts(shared: Path, folder: Path) -> None:
    """The volume detector on mention counts, as our own scorer finds it; and whether an independent one agrees."""
    data = shared / "data" / "nab"
    files = [str(path) for path in sorted((data / "realTweets").glob("*.csv"))]
    labelled = ["--windows", str(data / "windows.json"), "--labels", str(data / "labels.json")]
    command = [*BRUSHFIRE, "score-counts", *files, "--out", str(folder), *labelled, "--json"]
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    found = convert(told["detectors"], list[Judged])
    print("counts: Numenta Anomaly Benchmark")
    print(as_text(found))
    report = shared / "tools" / "nab_report.py"
    if report.is_file():
        again = [sys.executable, str(report), "--data", str(data), "--scores", str(folder), "--json"]
        theirs = json.loads(subprocess.run(again, check=True, stdout=subprocess.PIPE).stdout)
        pairs = [(found[0].scores, theirs["shipped"]), (found[-1].scores, theirs["best_threshold"])]
        apart = max(abs(ours[name] - other[name]) for ours, other in pairs for name in other)
        print(f"an independent scorer {'agrees to 0.1' if apart <= 0.1 else f'DIFFERS by {apart:.1f}'}")


def tweets(path: Path, folder: Path) -> None:
    """Opens per brand-week, and when the outages were opened."""
    config = ROOT / "deploy" / "config" / "tweets.toml"
    replay = [*BRUSHFIRE, "replay", str(path), "--config", str(config), "--out", str(folder)]
    subprocess.run(replay, check=True, stdout=subprocess.DEVNULL)
    events = [json.loads(line) for line in (folder / "crisis-events.jsonl").read_bytes().splitlines()]
    opened = Counter(event["subject"] for event in events if event["type"].split(".")[3] == "opened")
    weeks = (datetime(2016, 1, 1) - datetime(2014, 1, 1)).days / 7  # noqa: DTZ001 -- a length
    print("tweets: crises opened per brand-week, and minutes from the first words about each outage")
    for brand, count in sorted(opened.items()):
        print(f"  {brand:<6} {count:3d}  {count / weeks:.2f}")
    more = {event["data"]["crisis_id"] for event in events if event["data"]["level"] >= 2}
    print(
        f"  all    {opened.total():3d}  {opened.total() / weeks / len(opened):.2f}  {len(more)} of them reach level 2"
    )
    told = [
        datetime.fromisoformat(event["time"].rstrip("Z"))
        for event in events
        if event["subject"] == "fb" and event["type"].split(".")[3] in {"opened", "reopened"}
    ]
    for start in OUTAGES:
        delays = [(at - datetime.fromisoformat(start)).total_seconds() / 60 for at in told]
        within = [delay for delay in delays if 0 <= delay <= 60]
        print(f"  outage {start}: " + (f"{min(within):.0f} min" if within else "not found within the hour"))


if __name__ == "__main__":
    if not SHARED.is_dir():
        sys.exit("no data: ../shared is not beside this checkout")
    if "--leave-one-out" in sys.argv[1:]:
        leave_one_out(SHARED / "data" / "nab")
        sys.exit()
    texts(SHARED / "data" / "sentiment")
    with tempfile.TemporaryDirectory() as scratch:
        counts(SHARED, Path(scratch) / "counts")
        tweets(SHARED / "data" / "tweets" / "tweets.jsonl.gz", Path(scratch) / "tweets")
