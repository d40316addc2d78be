"""What must hold on real input: six brands' tweets over two years, and mention counts of five brands."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.quality import OUTAGES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
WEEKS = 2 * 365 / 7


def _replayed(tweets: Path, out: Path, batch_lines: int) -> list[dict[str, Any]]:
    config = ROOT / "deploy" / "config" / "tweets.toml"
    command = [sys.executable, "-m", "stream", "replay", tweets, "--config", config, "--out", out]
    subprocess.run([*command, "--batch-lines", str(batch_lines)], check=True, capture_output=True, cwd=ROOT)
    lines = (out / "crisis-events.jsonl").read_bytes().splitlines()
    return [{**orjson.loads(line), "recordedtime": None} for line in lines]


def test_tweets_of_six_brands(shared_data: Path, tmp_path: Path) -> None:
    """One policy for all; at most one open per brand-week; two of the outages within the hour, the third is too thin.

    Twice, with other batches: the same events.
    """
    tweets = shared_data / "tweets" / "tweets.jsonl.gz"
    events = _replayed(tweets, tmp_path / "first", 500)
    assert events == _replayed(tweets, tmp_path / "second", 7)
    told = [(event["subject"], event["type"].split(".")[3], datetime.fromisoformat(event["time"])) for event in events]
    brands = {brand for brand, _, _ in told}
    assert 6 == len(brands)
    for brand in brands:
        opens = sum(1 for found, verb, _ in told if (found, verb) == (brand, "opened"))
        assert opens / WEEKS <= 1.0, brand
    starts = [datetime.fromisoformat(start).replace(tzinfo=UTC) for start in OUTAGES]
    found = [
        any(
            brand == "fb" and verb in {"opened", "reopened"} and start <= at <= start + timedelta(hours=1)
            for brand, verb, at in told
        )
        for start in starts
    ]
    assert [True, True, False] == found  # docs/quality.md says why


def test_mention_counts_are_scored(shared_data: Path, tmp_path: Path) -> None:
    """Every series of the benchmark is read, row by row; the reporting tool accepts what is written."""
    files = sorted((shared_data / "nab" / "realTweets").glob("*.csv"))
    command = [sys.executable, "-m", "stream", "score-counts", *files, "--out", tmp_path / "scored"]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    report = [sys.executable, shared_data.parent / "tools" / "nab_report.py", "--data", shared_data / "nab"]
    done = subprocess.run([*report, "--scores", tmp_path / "scored", "--json"], check=True, capture_output=True)
    assert len(files) == orjson.loads(done.stdout)["series"]
