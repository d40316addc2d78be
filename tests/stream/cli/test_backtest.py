"""`brushfire backtest`: what a policy would have done with a small simulated stream, and what it refuses to look at."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from stream.lab.scenario import DAY, HOUR, Brand, Scenario
from stream.lab.simulate import write
from stream.lab.stories import crisis, decoy
from stream.lab.wishes import START
from tests.pages import faults
from tests.pages import read as read_page
from tests.stream.cli.conftest import Brushfire

BEGIN = START.timestamp()
CRISIS_AT = BEGIN + 7.3 * DAY


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small brands for nine days; on the eighth one has a crisis, on the ninth many happy people."""
    acme = Brand(brand_id="acme", mentions_per_hour=12.0)
    calm = Brand(brand_id="calm", mentions_per_hour=5.0)
    fixed = {"factor": 15.0, "hours": 8.0, "kind": "safety", "profile": "step", "again": False, "trigger": None}
    stories = [
        *crisis(Random(1), "acme-crisis", acme, CRISIS_AT, **fixed),
        *decoy(Random(1), "viral_joy", "acme-joy", acme, BEGIN + 8.2 * DAY),
    ]
    out = tmp_path_factory.mktemp("stream")
    write(Scenario(start=BEGIN, end=BEGIN + 9 * DAY, brands=(acme, calm), stories=tuple(stories)), "flow", 4, out)
    return out


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of texts."""
    brand = Brand(brand_id="acme", mentions_per_hour=15.0, languages=("en", "uk"))
    out = tmp_path_factory.mktemp("day")
    write(Scenario(start=BEGIN, end=BEGIN + DAY, brands=(brand,), content="text"), "flow", 1, out)
    return out


def mentions(folder: Path) -> Path:
    return folder / "mentions.jsonl.gz"


@pytest.mark.slow
def test_openings_and_the_policy_are_told(brushfire: Brushfire, stream: Path) -> None:
    """A line for each opening; nothing on standard error in a pipe."""
    ran = brushfire("backtest", mentions(stream))
    assert (0, "") == (ran.code, ran.err)
    lines = ran.out.splitlines()
    (found,) = [line for line in lines if line.startswith("2026-01-12 ") and " acme " in line and "unhappy" in line]
    assert "[" not in found
    assert any(" counted" in line and "; 2 brands, 2.6 brand-weeks" in line for line in lines)
    assert lines[-1].startswith("default: ")


@pytest.mark.slow
def test_right_and_wrong_are_told_apart(brushfire: Brushfire, stream: Path, tmp_path: Path) -> None:
    """With the truth, the rules of others and the page of it all."""
    page = tmp_path / "out.html"
    ran = brushfire(
        "backtest", mentions(stream), "--truth", stream / "truth.json", "--rivals", "--report", page, "--json"
    )
    assert (0, "") == (ran.code, ran.err)
    told = ran.json
    by_name = {row["name"]: row for row in told["scores"]}
    assert {"default, level 1", "default, level 3", "metronome", "engineer, negative", "ideal"} <= by_name.keys()
    assert (1, 1.0) == (by_name["default, level 1"]["crises"], by_name["default, level 1"]["recall"])
    assert 0 < by_name["default, level 1"]["median_delay_minutes"] < 180
    assert 0.5 == by_name["ideal"]["brand_weeks"]
    assert ["viral_joy"] == [decoy["name"] for decoy in told["breakdown"]["decoys"]]
    assert ["crisis", "viral_joy"] == [story["name"] for story in told["stories"]]
    (acme,) = [brand for brand in told["brands"] if brand["brand_id"] == "acme"]
    (found,) = [one for one in acme["found"][0] if one["truth"] == "crisis"]
    assert CRISIS_AT < found["steps"][0]["at"] < CRISIS_AT + 3 * HOUR
    assert ("opened", "resolved") == (found["steps"][0]["verb"], found["steps"][-1]["verb"])
    tree = read_page(page.read_text(encoding="utf-8"))
    assert [] == faults(tree)
    assert "found 1 of 1 true crisis" in tree.text
    assert "metronome" in tree.text


@pytest.mark.slow
def test_hours_are_what_was_received(brushfire: Brushfire, stream: Path) -> None:
    """Every mention of the file is in an hour; what is usual is known from the second day on."""
    told = brushfire("backtest", mentions(stream), "--json").json
    records = [json.loads(line) for line in gzip.decompress(mentions(stream).read_bytes()).splitlines()]
    assert len(records) == sum(told["mentions"].values()) == sum(brand["mentions"] for brand in told["brands"])
    for brand in told["brands"]:
        hours = brand["hours"]
        assert brand["mentions"] == sum(hours["mentions"]) == sum(hours["scored"])
        assert {len(hours["mentions"])} == {
            len(hours[name]) for name in ("negative", "scored", "expected", "expected_high")
        }
        assert all(
            0 < usual < high for usual, high in zip(hours["expected"][24:], hours["expected_high"][24:], strict=True)
        )
    assert (BEGIN, BEGIN + 9 * DAY) == (told["start"], told["end"])
    assert ([], [], None) == (told["stories"], told["scores"], told["breakdown"])


@pytest.mark.slow
def test_two_policies_are_compared(
    brushfire: Brushfire, stream: Path, toml: Callable[[str], Path], tmp_path: Path
) -> None:
    """The second one opens nothing: what that changes is said, in the terminal and on the page."""
    deaf = toml("[policy]\nwatch = 90.0\nissue = 91.0\nmajor = 92.0\nsevere = 93.0\n")
    page = tmp_path / "out.html"
    ran = brushfire("backtest", mentions(stream), "--against", deaf, "--truth", stream / "truth.json", "--report", page)
    assert (0, "") == (ran.code, ran.err)
    assert "my: 0 opened, 0.00 a brand-week, 0.0 hours open" in ran.out
    assert "From default (A) to my (B):\nB does not open " in ran.out
    assert "1 fell into a true crisis" in ran.out
    assert "my, level 1" in ran.out
    assert ran.out.endswith(f"the report is {page}\n")
    assert "What changes from A to B" in read_page(page.read_text(encoding="utf-8")).text


@pytest.mark.slow
def test_a_policy_against_itself_changes_nothing(
    brushfire: Brushfire, stream: Path, toml: Callable[[str], Path]
) -> None:
    """And both have names."""
    same = toml("[policy]\nwatch = 3.5\n")
    ran = brushfire("backtest", mentions(stream), "--config", same, "--against", same)
    assert "From my (A) to my (against) (B):\nB opens the same crises as A, at the same times" in ran.out


def test_without_the_truth_rules_are_counted(brushfire: Brushfire, day: Path) -> None:
    """On a day of texts, which are scored for them too."""
    ran = brushfire("backtest", mentions(day), "--rivals")
    assert (0, "") == (ran.code, ran.err)
    lines = ran.out.splitlines()
    assert "alerts  a brand-week" in next(line for line in lines if "alerts" in line)
    assert any(line.startswith("default, level 1") for line in lines)
    assert not any(line.startswith("ideal") for line in lines)


def test_texts_are_scored_for_the_hours(brushfire: Brushfire, day: Path) -> None:
    hours = brushfire("backtest", mentions(day), "--json").json["brands"][0]["hours"]
    assert 0.95 < sum(hours["scored"]) / sum(hours["mentions"]) <= 1.0
    assert 0.02 < sum(hours["negative"]) / sum(hours["scored"]) < 0.4


def test_a_stream_that_is_too_short_to_be_judged_is_said_to_be(brushfire: Brushfire, day: Path) -> None:
    ran = brushfire("backtest", mentions(day), "--truth", day / "truth.json")
    assert 0 == ran.code
    assert "Nothing is judged: the stream is no longer than a policy has to learn what is usual." in ran.out


@pytest.mark.slow
def test_people_and_plans_are_heard(brushfire: Brushfire, stream: Path, tmp_path: Path) -> None:
    """A crisis is dismissed, and a lift that was announced is expected."""
    plain = brushfire("backtest", mentions(stream), "--json").json
    (found,) = [one for one in plain["brands"][0]["found"][0] if one["steps"][0]["at"] > CRISIS_AT][:1]
    said: dict[str, Any] = {
        "feedback_id": "f",
        "brand_id": "acme",
        "verdict": "dismiss",
        "target": {"crisis_id": found["crisis_id"]},
        "actor_ref": "u-1",
        "at": "2026-01-12T10:00:00Z",
    }
    plan = {
        "activity_id": "a",
        "brand_id": "acme",
        "kind": "campaign",
        "starts_at": "2026-01-12T00:00:00Z",
        "ends_at": "2026-01-14T00:00:00Z",
        "expected_lift": 9.0,
    }
    (tmp_path / "said.jsonl").write_text(json.dumps(said) + "\n")
    (tmp_path / "plans.jsonl").write_text(json.dumps(plan) + "\n")
    heard = brushfire("backtest", mentions(stream), "--feedback", tmp_path / "said.jsonl", "--json").json
    verbs = [step["verb"] for one in heard["brands"][0]["found"][0] for step in one["steps"]]
    assert "dismissed" in verbs
    planned = brushfire("backtest", mentions(stream), "--activity", tmp_path / "plans.jsonl", "--json").json
    assert plain["policies"][0]["opened"] > planned["policies"][0]["opened"]


# ---------------------------------------------------------------- what is refused


def test_what_is_read_twice_cannot_come_from_a_pipe(brushfire: Brushfire, day: Path) -> None:
    for arguments in (["-"], [mentions(day), "--feedback", "-"], [mentions(day), "--activity", "-"]):
        ran = brushfire("backtest", *arguments)
        assert (2, "") == (ran.code, ran.out)
        assert "standard input cannot be read twice: give files" in ran.err


def test_wrong_arguments_are_told_before_the_work(
    brushfire: Brushfire, day: Path, stream: Path, toml: Callable[[str], Path], tmp_path: Path
) -> None:
    """Exit 2, and what is wrong."""
    (tmp_path / "out.html").write_text("mine")
    (tmp_path / "no-truth.json").write_text('{"version": 1}')
    file, bad = mentions(day), toml("[policy]\nwatch = 9.0\n")
    for arguments, why in (
        ([tmp_path / "none.jsonl"], "none.jsonl: there is no such file"),
        ([tmp_path], "is a folder, and a file is needed"),
        ([file, "--feedback", tmp_path / "none"], "there is no such file"),
        ([file, "--config", bad], "watch <= issue"),
        ([file, "--against", bad], "watch <= issue"),
        ([file, "--against", tmp_path / "none.toml"], "none.toml"),
        ([file, "--truth", tmp_path / "none.json"], "none.json: cannot be read"),
        ([file, "--truth", tmp_path / "no-truth.json"], "is no truth of a simulated stream"),
        ([file, "--report", tmp_path / "out.html"], "exists; choose another name, or --force"),
        ([file, "--report", tmp_path], "is a folder"),
        ([file, "--report", tmp_path / "none" / "out.html"], "there is no such folder"),
    ):
        ran = brushfire("backtest", *arguments)
        assert (2, "") == (ran.code, ran.out), why
        assert why in ran.err
    assert "mine" == (tmp_path / "out.html").read_text()


def test_a_report_is_written_over_by_force(brushfire: Brushfire, day: Path, tmp_path: Path) -> None:
    (tmp_path / "out.html").write_text("mine")
    assert 0 == brushfire("backtest", mentions(day), "--report", tmp_path / "out.html", "--force").code
    assert (tmp_path / "out.html").read_text().startswith("<!DOCTYPE html>")


def test_the_truth_of_another_stream_is_refused(brushfire: Brushfire, day: Path, stream: Path, tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_bytes(
        b'{"mention_id": "1", "brand_id": "other", "published_at": "2026-01-05T00:00:00Z", "platform": "x"}\n'
    )
    ran = brushfire("backtest", tmp_path / "other.jsonl", "--truth", stream / "truth.json")
    assert (2, "") == (ran.code, ran.out)
    assert "truth.json: is the truth of another stream" in ran.err


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "there are no mentions in"),
        ("\n\n", "there are no mentions in"),
        ('{"id": 1}\nnothing\n', "every mention was refused: look at [mentions.fields]"),
        (
            '{"mention_id": "1", "brand_id": "acme", "published_at": "2200-01-05T00:00:00Z", "platform": "x"}\n',
            "every mention was refused",
        ),
        (
            '{"mention_id": "1", "brand_id": "acme", "published_at": "2026-01-05T00:00:00Z", "platform": "x", "op": "delete"}\n',
            "there are no mentions in",
        ),
    ],
    ids=["empty", "empty lines", "refused", "from the future", "deletes"],
)
def test_a_stream_of_nothing_fails(brushfire: Brushfire, content: str, why: str, tmp_path: Path) -> None:
    """As in `replay`."""
    (tmp_path / "in.jsonl").write_text(content)
    ran = brushfire("backtest", tmp_path / "in.jsonl", "--rivals", "--report", tmp_path / "out.html")
    assert (1, "") == (ran.code, ran.out)
    assert why in ran.err
    assert not (tmp_path / "out.html").exists()


def test_brands_that_are_refused_are_not_read(brushfire: Brushfire, stream: Path, toml: Callable[[str], Path]) -> None:
    told = brushfire(
        "backtest", mentions(stream), "--config", toml('[brands]\nunknown = "refuse"\n[brands.calm]\n'), "--json"
    ).json
    assert ["calm"] == [brand["brand_id"] for brand in told["brands"]]
    assert told["mentions"]["refused"] > told["mentions"]["counted"]


def test_a_terminal_shows_how_far_it_is(
    brushfire: Brushfire, day: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bar of each run, on standard error, and nothing is left of it."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert 0 == brushfire("backtest", mentions(day)).code
    assert "default [####" in terminal.getvalue()
    assert terminal.getvalue().endswith(" \r")
