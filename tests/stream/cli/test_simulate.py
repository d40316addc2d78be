"""`brushfire simulate`: what is asked for is what is written."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from stream.lab.flow import Flow
from stream.lab.scenarios import names, scenario
from stream.lab.simulate import mentions
from stream.lab.wishes import Wishes
from tests.stream.cli.conftest import Brushfire

SMALL = ("--brands", "2", "--weeks", "1", "--rate", "1-3")


def lines(out: Path) -> list[dict[str, object]]:
    """The mentions of a stream."""
    return [json.loads(line) for line in gzip.decompress((out / "mentions.jsonl.gz").read_bytes()).splitlines()]


def test_the_files_are_what_the_command_says(brushfire: Brushfire, tmp_path: Path) -> None:
    """JSON Lines, packed, and the truth beside them; a folder with files only by force."""
    arguments = ["simulate", "--scenario", "quiet", *SMALL, "--seed", "5", "--out", tmp_path / "out"]
    ran = brushfire(*arguments)
    assert (0, "") == (ran.code, ran.err)
    found = lines(tmp_path / "out")
    assert ran.out == (
        f"{len(found)} mentions in {tmp_path}/out/mentions.jsonl.gz, the truth in {tmp_path}/out/truth.json\n"
    )
    chosen = scenario("quiet", 5, Wishes(brands=2, weeks=1, rates=(1.0, 3.0)))
    assert list(mentions(chosen, Flow(chosen, 5), 5)) == found
    truth = json.loads((tmp_path / "out" / "truth.json").read_bytes())
    assert (chosen.start, chosen.end, []) == (truth["start"], truth["end"], truth["stories"])
    assert 2 == brushfire(*arguments).code
    assert 0 == brushfire(*arguments, "--force").code
    assert found == lines(tmp_path / "out")


def test_texts_without_threads_for_those_who_want_them(brushfire: Brushfire, tmp_path: Path) -> None:
    """A family has scores unless told otherwise."""
    quiet = ("simulate", "--scenario", "quiet", *SMALL, "--out")
    assert 0 == brushfire(*quiet, tmp_path / "scores").code
    assert 0 == brushfire(*quiet, tmp_path / "texts", "--content", "text", "--no-threads").code
    scores, texts = lines(tmp_path / "scores"), lines(tmp_path / "texts")
    assert all("sentiment" in mention and "text" not in mention for mention in scores)
    assert all("text" in mention and "sentiment" not in mention for mention in texts)
    assert any("thread_id" in mention for mention in scores)
    assert not any("thread_id" in mention for mention in texts)


def test_the_other_world_is_another_stream(brushfire: Brushfire, tmp_path: Path) -> None:
    """Of the same brands."""
    for world in ("flow", "people"):
        ran = brushfire("simulate", "--scenario", "quiet", *SMALL, "--world", world, "--out", tmp_path / world)
        assert (0, "") == (ran.code, ran.err)
    flow, people = (lines(tmp_path / world) for world in ("flow", "people"))
    assert flow != people
    assert {mention["brand_id"] for mention in flow} == {mention["brand_id"] for mention in people}


def test_series_of_counts_become_brands(brushfire: Brushfire, tmp_path: Path) -> None:
    """One a file, with as many mentions as it counts."""
    rows = [f"2026-01-05 {row // 12:02}:{row % 12 * 5:02}:00,{row % 3}" for row in range(48)]
    (tmp_path / "acme.csv").write_text("\n".join(["timestamp,value", *rows]), encoding="utf-8")
    ran = brushfire("simulate", "--scenario", "counts", "--counts", tmp_path / "acme.csv", "--out", tmp_path / "out")
    assert (0, "") == (ran.code, ran.err)
    assert 48 == len(lines(tmp_path / "out"))
    people = ("--world", "people", "--out", tmp_path / "people")
    ran = brushfire("simulate", "--scenario", "counts", "--counts", tmp_path / "acme.csv", *people)
    assert (2, "") == ran[:2]
    assert "--world" in ran.err
    assert not (tmp_path / "people").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--scenario", "quiet", "--brands", "0"), "--brands, --rate: need at least 1 brand"),
        (("--scenario", "quiet", "--rate", "many"), "--rate: needs to be a number of mentions an hour, or two"),
        (("--scenario", "quiet", "--rate", "3-many"), "--rate: needs to be a number of mentions an hour, or two"),
        (("--scenario", "quiet", "--rate", "nan"), "0.1 to 10,000 mentions an hour"),
        (("--scenario", "decoys", "--weeks", "2"), "--weeks: need at least 3 for decoys"),
        (("--scenario", "counts"), "--counts: the scenario counts needs series"),
        (("--scenario", "counts", "--counts", "missing.csv"), "missing.csv: there is no such file"),
        (("--scenario", "quiet", "--counts", __file__), "--counts: belongs to the scenario counts"),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is_written(
    arguments: tuple[str, ...], said: str, brushfire: Brushfire, tmp_path: Path
) -> None:
    ran = brushfire("simulate", *arguments, "--out", tmp_path / "out")
    assert (2, "") == ran[:2]
    assert said in ran.err
    assert not (tmp_path / "out").exists()


def test_a_scenario_that_is_none_is_named(brushfire: Brushfire, tmp_path: Path) -> None:
    """With those that are; nothing is made."""
    ran = brushfire("simulate", "--scenario", "crysis", "--out", tmp_path / "out")
    assert (2, "") == ran[:2]
    assert "did you mean crisis?" in ran.err
    assert all(name in ran.err for name in names())
    assert not (tmp_path / "out").exists()
