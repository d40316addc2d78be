"""`brushfire simulate`: the same arguments write the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from stream.lab.simulate import SCENARIOS, Scenario, scenario, simulate, truth
from tests.stream.cli.conftest import Brushfire


@pytest.mark.slow
def test_the_same_arguments_write_the_same_bytes(brushfire: Brushfire, tmp_path: Path) -> None:
    """Packed: no name and no time in the header; another seed, another stream, the same incidents."""

    def digests(*arguments: str) -> list[str]:
        out = tmp_path / "-".join(arguments)
        assert 0 == brushfire("simulate", "--scenario", "demo", "--seed", arguments[0], "--out", out).code
        return [hashlib.sha256((out / name).read_bytes()).hexdigest() for name in ("mentions.jsonl.gz", "truth.json")]

    first, again, other = digests("1"), digests("1", "again"), digests("2")
    assert first == again
    assert first[0] != other[0]
    incidents = [json.loads((tmp_path / name / "truth.json").read_bytes())["incidents"] for name in ("1", "2")]
    assert incidents[0] == incidents[1]


def test_the_files_are_what_the_command_says(
    brushfire: Brushfire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON Lines, packed, and the truth beside them; a folder with files only by force."""
    monkeypatch.setitem(SCENARIOS, "quiet", Scenario(12, SCENARIOS["quiet"].brands))
    arguments = ["simulate", "--scenario", "quiet", "--seed", "5", "--out", tmp_path / "out"]
    ran = brushfire(*arguments)
    assert (0, "") == (ran.code, ran.err)
    lines = gzip.decompress((tmp_path / "out" / "mentions.jsonl.gz").read_bytes()).splitlines()
    assert ran.out.startswith(f"{len(lines)} mentions in ")
    assert list(simulate(scenario("quiet"), 5)) == [json.loads(line) for line in lines]
    assert truth(scenario("quiet"), "quiet", 5) == json.loads((tmp_path / "out" / "truth.json").read_bytes())
    assert 2 == brushfire(*arguments).code
    assert 0 == brushfire(*arguments, "--force").code


def test_a_scenario_that_is_none_is_named(brushfire: Brushfire, tmp_path: Path) -> None:
    """With those that are; nothing is made."""
    ran = brushfire("simulate", "--scenario", "crises", "--out", tmp_path / "out")
    assert (2, "") == ran[:2]
    assert "did you mean crisis?" in ran.err
    assert all(name in ran.err for name in SCENARIOS)
    assert not (tmp_path / "out").exists()
