"""`brushfire calibrate`: what it writes and says, and what it refuses before the work."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from stream.lab.scenario import DAY, Brand, Scenario
from stream.lab.simulate import write
from stream.lab.wishes import START
from tests.stream.cli.conftest import Brushfire

BEGIN = START.timestamp()
TARGET = ("--target-opens-per-week", "0.5")


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small brand for eight days, to which nothing happens."""
    out = tmp_path_factory.mktemp("quiet")
    brand = Brand(brand_id="acme", mentions_per_hour=12.0)
    write(Scenario(start=BEGIN, end=BEGIN + 8 * DAY, brands=(brand,)), "flow", 4, out)
    return out / "mentions.jsonl.gz"


def test_the_policy_is_written_and_said(brushfire: Brushfire, quiet: Path, tmp_path: Path) -> None:
    out = tmp_path / "calibrated.toml"
    ran = brushfire("calibrate", quiet, *TARGET, "--out", out)
    assert (0, "") == (ran.code, ran.err)
    written = tomllib.loads(out.read_text())
    assert written["policy"]["watch"] == written["calibration"]["watch"]
    assert "asked for: at most 0.5" in ran.out
    assert 0 == brushfire("check-config", out).code


@pytest.mark.slow
def test_without_a_file_the_policy_goes_to_standard_output(brushfire: Brushfire, quiet: Path) -> None:
    """And what was found to standard error; for a machine everything in one line."""
    ran = brushfire("calibrate", quiet, *TARGET)
    assert 0 == ran.code
    policy = tomllib.loads(ran.out)
    assert {"policy", "calibration"} == policy.keys()
    assert "asked for: at most 0.5" in ran.err
    machine = brushfire("calibrate", quiet, *TARGET, "--json")
    assert (0, "") == (machine.code, machine.err)
    assert {**policy["policy"], **policy["calibration"]} == json.loads(machine.out)


def test_wrong_arguments_are_told_before_the_work(brushfire: Brushfire, quiet: Path, tmp_path: Path) -> None:
    """Exit 2, and what is wrong."""
    (tmp_path / "out.toml").write_text("mine")
    for arguments, why in (
        ([tmp_path / "none.jsonl", *TARGET], "none.jsonl: there is no such file"),
        ([quiet, "--target-opens-per-week", "0"], "needs to be over 0 and below 100"),
        ([quiet, "--target-opens-per-week", "nan"], "needs to be over 0 and below 100"),
        ([quiet, *TARGET, "--out", tmp_path / "out.toml"], "exists; choose another name, or --force"),
        ([quiet, *TARGET, "--out", tmp_path, "--force"], "is a folder, and a file is needed"),
        ([quiet, *TARGET, "--out", tmp_path / "none" / "out.toml"], "there is no such folder"),
        ([quiet, *TARGET, "--truth", tmp_path / "none.json"], "none.json: cannot be read"),
    ):
        ran = brushfire("calibrate", *arguments)
        assert (2, "") == (ran.code, ran.out), why
        assert why in ran.err
    assert "mine" == (tmp_path / "out.toml").read_text()


def test_nothing_is_calibrated_on_nothing(brushfire: Brushfire, tmp_path: Path) -> None:
    """Exit 1: neither of no mentions, nor of refused ones."""
    for content, why in ((b"", "needs a week at least"), (b'{"no": 1}\n', "every mention was refused")):
        (tmp_path / "x.jsonl").write_bytes(content)
        ran = brushfire("calibrate", tmp_path / "x.jsonl", *TARGET)
        assert 1 == ran.code
        assert why in ran.err
