"""What all commands have in common: help, version, exit codes, configuration, a reader that has had enough."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stream.version import VERSION
from tests.conftest import ROOT
from tests.stream.cli.conftest import Brushfire

COMMANDS = [
    "run",
    "demo",
    "replay",
    "score-counts",
    "score-text",
    "simulate",
    "backtest",
    "calibrate",
    "topics",
    "ingest",
    "rekey",
    "reset",
    "skip",
    "dlq",
    "dlq show",
    "dlq redrive",
    "feedback",
    "feedback confirm",
    "feedback dismiss",
    "check-config",
    "schema",
    "metrics",
]


def as_process(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """`python -m stream` with its output held back as it is in a pipe."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("BRUSHFIRE__", "PYTHONUNBUF"))}
    return subprocess.run(
        [sys.executable, "-m", "stream", *arguments], cwd=ROOT, env=environ, timeout=60, check=False, **options
    )  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str, brushfire: Brushfire) -> None:
    """A line that can be copied."""
    ran = brushfire(*command.split(), "--help")
    assert (0, "") == (ran.code, ran.err)
    assert f"\n  brushfire {command.split(maxsplit=1)[0]}" in ran.out or "| brushfire score-text" in ran.out
    assert ran.out.startswith(f"usage: brushfire {command}")


def test_the_help_names_every_command_and_the_exit_codes(brushfire: Brushfire) -> None:
    """And where settings come from."""
    ran = brushfire("--help")
    assert 0 == ran.code
    for command in COMMANDS:
        assert re.search(rf"^    {command.split(maxsplit=1)[0]}\b", ran.out, re.MULTILINE)
    assert "0 fine, 1 failed while running, 2 bad configuration or usage" in ran.out
    assert "BRUSHFIRE__SECTION__KEY" in ran.out


def test_the_version_is_told(brushfire: Brushfire) -> None:
    """On standard output."""
    assert (0, f"brushfire {VERSION}\n", "") == brushfire("--version")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["--dance"],
        ["replay"],
        ["replay", "x.jsonl", "--dance"],
        ["metrics", "too", "many"],
        ["demo", "--seed", "seven"],
        ["simulate"],
        ["ingest", "x.jsonl"],
        ["rekey", "--from", "a"],
        ["reset"],
        ["skip", "--topic", "mentions.v1"],
        ["dlq"],
        ["dlq", "show", "--reason", "boredom"],
        ["feedback", "shrug", "acme-20260105T140300Z", "--actor", "me"],
        ["feedback", "confirm", "acme-20260105T140300Z"],
    ],
)
def test_wrong_usage_exits_2(arguments: list[str], brushfire: Brushfire) -> None:
    """With the usage on standard error and nothing on standard output."""
    ran = brushfire(*arguments)
    assert (2, "") == ran[:2]
    assert "usage: brushfire" in ran.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[time]\nwindow_secs = 60", r"time\.window_secs: is no setting; did you mean window_seconds\?"),
        ("[time]\nwindow_seconds = 61", r"time\.window_seconds: must be one of: 10, 20, 30, 60, 100, 150, 300"),
        ("[policy]\nwatch = 'high'", r"policy\.watch: must be a number"),
        ("[brands.acme]\nwatsch = 3", r"brands\.acme\.watsch: is no setting; did you mean watch\?"),
        ("[platforms.myspace]\ntime = 'collected_at'", r"platforms\.myspace: is no platform"),
        (
            "[mentions.fields]\npublished = 'created_at'",
            r"published is no field of a mention; did you mean published_at\?",
        ),
        ("nonsense", r"my\.toml: is not TOML"),
    ],
)
def test_a_wrong_configuration_exits_2_and_names_the_key(
    text: str, said: str, brushfire: Brushfire, toml: Callable[[str], Path]
) -> None:
    """With what would be right."""
    ran = brushfire("check-config", toml(text))
    assert (2, "") == ran[:2]
    assert re.search(rf"^brushfire: .*{said}", ran.err)
    assert 1 == ran.err.count("\n"), "one line, no traceback"


@pytest.mark.parametrize(
    "command", ["run", "demo", "topics", "replay x", "ingest x --topic t", "rekey --from a --to b", "reset --to latest"]
)
def test_every_command_reads_its_configuration_first(
    command: str, brushfire: Brushfire, toml: Callable[[str], Path]
) -> None:
    """Before anything is read, written or asked."""
    ran = brushfire(*command.split(), "--config", toml("[kafka]\ngroup = 'mine'"))
    assert (2, "", "brushfire: kafka.group: is no setting; did you mean group_id?\n") == ran


def test_a_configuration_that_is_not_there_exits_2(brushfire: Brushfire, tmp_path: Path) -> None:
    """And is named."""
    ran = brushfire("check-config", "--config", tmp_path / "my.toml")
    assert (2, "", f"brushfire: {tmp_path}/my.toml: cannot be read: No such file or directory\n") == ran


def test_flags_win_over_the_environment_and_that_over_the_file(
    brushfire: Brushfire, toml: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Defaults < file < environment < flags."""
    path = toml("[policy]\nwatch = 3.1\nissue = 4.1\nmajor = 5.1")
    monkeypatch.setenv("BRUSHFIRE__POLICY__ISSUE", "4.2")
    monkeypatch.setenv("BRUSHFIRE__POLICY__MAJOR", "5.2")
    policy = brushfire("check-config", path, "--set", "policy.major=5.3", "--json").json["configuration"]["policy"]
    assert (3.1, 4.2, 5.3, 7.0) == (policy["watch"], policy["issue"], policy["major"], policy["severe"])


@pytest.mark.parametrize(
    ("setting", "said"),
    [("policy.watch", "--set: policy.watch needs to be KEY=VALUE"), ("policy.x=1", "policy.x: is no")],
)
def test_a_wrong_flag_is_named(setting: str, said: str, brushfire: Brushfire) -> None:
    """As in the file."""
    ran = brushfire("check-config", "--set", setting)
    assert 2 == ran.code
    assert said in ran.err


# ---------------------------------------------------------------- as a process


@pytest.mark.parametrize("command", [["schema"], ["metrics"]])
def test_a_reader_that_has_had_enough_is_no_error(command: list[str]) -> None:
    """`brushfire schema | head -1`: no traceback, no `Exception ignored`."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = as_process(*command, stdout=writing, stderr=subprocess.PIPE)
    finally:
        os.close(writing)
    assert b"" == ran.stderr


def test_it_is_a_module_and_a_command() -> None:
    """`python -m stream` is `brushfire`; usage errors leave with 2."""
    assert f"brushfire {VERSION}\n".encode() == as_process("--version", stdout=subprocess.PIPE).stdout
    ran = as_process("dance", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert (2, b"") == (ran.returncode, ran.stdout)
    assert b"usage: brushfire" in ran.stderr


@pytest.mark.slow
def test_without_a_broker_commands_say_so_and_exit_1() -> None:
    """The service as a log line, for whoever collects them; others in words."""
    away = ["--set", "kafka.bootstrap_servers=127.0.0.1:1", "--set", "kafka.bootstrap_timeout_seconds=0.3"]
    ran = as_process("topics", *away, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    last = ran.stderr.decode().splitlines()[-1]
    assert (1, b"") == (ran.returncode, ran.stdout)
    assert re.match(r"brushfire: .*127\.0\.0\.1:1", last)
    ran = as_process("run", *away, "--set", "http.port=0", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    line = json.loads(ran.stderr.decode().splitlines()[-1])
    assert (1, b"", "error") == (ran.returncode, ran.stdout, line["level"])
    assert "127.0.0.1:1" in line["message"]
