"""Workers and brokers die or hang under load: it goes on, and tells what one undisturbed process would tell.

Each runs in a process of its own, because the client leaves sockets of brokers that died to the garbage collector.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import orjson
import pytest

from tests.broker import ROOT

pytestmark = [pytest.mark.broker, pytest.mark.slow, pytest.mark.usefixtures("bootstrap_servers")]

GAP_SECONDS = 45.0
"""After the loss of a broker every worker commits again within."""


def chaos(*arguments: str) -> dict[str, Any]:
    """What `python -m tests.chaos` found; nothing may be missing, extra or misplaced."""
    command = [sys.executable, "-m", "tests.chaos", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=900, check=False)
    assert 0 == done.returncode, done.stderr.decode()[-3000:] + done.stdout.decode()
    found: dict[str, Any] = orjson.loads(done.stdout)
    assert (0, 0, 0) == (found["missing"], found["extra"], found["misplaced"])
    assert {0} == set(found["statuses_after_sigterm"])
    return found


def test_workers_are_killed_at_random() -> None:
    """Ten times, three workers, forty brands."""
    found = chaos("--kills", "10")
    assert 30_000 <= found["mentions"]
    assert 40 == found["brands"]


def test_brokers_are_killed_one_at_a_time() -> None:
    """Of three: who leads partitions in use, who coordinates transactions, who coordinates the group."""
    found = chaos("--victims", "nodes", "--kills", "1")
    assert GAP_SECONDS >= max(gap for gaps in found["longest_gap_seconds"].values() for gap in gaps)


def test_a_broker_that_hangs_for_two_minutes() -> None:
    """The watchdog ends the worker with a stack dump; its supervisor starts it again and again, until the broker answers."""
    found = chaos("--victims", "hang")
    assert "a transaction took longer than" in found["ended_by_themselves"][0]
