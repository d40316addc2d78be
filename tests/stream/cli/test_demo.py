"""`brushfire demo`: the service on its embedded default, as somebody sees it who has just installed it."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from prometheus_client import parser

from stream.app import demo
from stream.lab.singles import DEMO_BRANDS
from tests.conftest import ROOT
from tests.mentions import settings

pytestmark = pytest.mark.slow
STORY = re.compile(
    r"^\w{3} \d\d:\d\d  (?P<brand>\w+) +(?P<verb>\w+) +(?P<level>normal|watch|issue|major|severe) +(?P<why>.+)$"
)


def finished(process: subprocess.Popen[str]) -> tuple[str, str]:
    """The rest of what it says, once it has ended. `communicate` would lose what a readline before it took in."""
    assert process.stdout is not None
    assert process.stderr is not None
    said = process.stdout.read(), process.stderr.read()
    process.wait(timeout=60)
    return said


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m stream demo`, ended with its block."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BRUSHFIRE__")}
    process = subprocess.Popen(
        [sys.executable, "-m", "stream", "demo", *arguments],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def metrics(first_line: str) -> dict[str, dict[tuple[str, ...], float]]:
    """What `/metrics` says at the address that the demo has told."""
    found = re.search(r"Metrics: (http://127\.0\.0\.1:\d+/metrics)$", first_line)
    assert found is not None, first_line
    with urllib.request.urlopen(found.group(1), timeout=10) as answer:
        page = answer.read().decode()
    told: dict[str, dict[tuple[str, ...], float]] = {}
    for family in parser.text_string_to_metric_families(page):
        for sample in family.samples:
            told.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return told


def until_shown(first_line: str, name: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Gauges are refreshed once a second."""
    for _ in range(100):
        if name in (told := metrics(first_line)):
            return told
        time.sleep(0.1)
    raise AssertionError(f"{name} was never shown")


def test_a_crisis_is_found_and_the_demo_ends_by_itself() -> None:
    """Within a minute, with exit 0; told with what was seen and what is usual; metrics can be read meanwhile."""
    with running("--set", "http.port=0") as process:
        assert process.stdout is not None
        first = process.stdout.readline().rstrip()
        assert first.startswith("5 simulated brands over 3 days.")
        assert 1.0 == metrics(first)["brushfire_build_info"].popitem()[1]
        rest, errors = finished(process)
    assert (0, "") == (process.returncode, errors)
    told = [found for line in rest.splitlines() if (found := STORY.match(line))]
    volta = [found for found in told if "volta" == found["brand"]]
    assert "opened" == volta[0]["verb"]
    seen = re.compile(
        r"\d+ (unhappy people|people calling for a boycott) within .+ where [\d.]+ (is|are) usual \(normally at most \d+\)"
    )
    assert any(seen.match(found["why"]) for found in volta), "what was seen and what is usual"
    assert {"major", "severe"} & {found["level"] for found in volta}, "the battery fire is a crisis"
    others = {found["level"] for found in told if "volta" != found["brand"]}
    assert {"watch", "normal"} >= others, "a launch is worth a look at most"
    opened = sum("opened" == found["verb"] for found in told)
    assert re.search(rf"^{opened} cris[ei]s opened \(.+\) in \d+ mentions\.", rest, re.MULTILINE)


def test_another_seed_tells_another_story() -> None:
    """And a busy port is no reason not to tell it; the crisis is found all the same."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running("--seed", "11", "--set", f"http.port={port}") as process:
            out, errors = process.communicate(timeout=60)
    assert (0, "") == (process.returncode, errors)
    assert f":{port}/" not in out.splitlines()[0]
    assert ("volta", "opened") in {
        found.group("brand", "verb") for line in out.splitlines() if (found := STORY.match(line))
    }


def test_it_stays_up_when_asked_and_leaves_when_told() -> None:
    """--keep: metrics of the present, with the crisis on them; Ctrl-C ends it without a traceback."""
    with running("--keep", "--set", "http.port=0") as process:
        assert process.stdout is not None
        first = process.stdout.readline().rstrip()
        for line in process.stdout:
            if line.startswith("Still serving"):
                break
        told = until_shown(first, "brushfire_crisis_level")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert (0, "") == (process.returncode, errors)
    brands = {brand.brand_id for brand in DEMO_BRANDS}
    assert {(brand,) for brand in brands} == set(told["brushfire_crisis_level"])
    assert {(brand,) for brand in brands} == set(told["brushfire_brand_mentions_total"])
    assert 1.0 == told["brushfire_ready"][()]
    assert len(brands) == told["brushfire_state_brands"][()]
    watermark = max(told["brushfire_watermark_timestamp_seconds"].values())
    assert abs(datetime.now(UTC).timestamp() - watermark) < 900
    transitions = told["brushfire_crisis_transitions_total"]
    assert sum(transitions.values()) >= 3


def test_configured_policies_hold_in_the_demo() -> None:
    """A policy can be tried on it: with limits nobody reaches nothing opens."""
    strict = dict.fromkeys(("policy__watch", "policy__issue", "policy__major", "policy__severe"), 99.0)
    out = io.StringIO()
    demo(settings(http__port=0, **strict), seed=6, keep=False, out=out)
    assert "\n0 crises opened in " in out.getvalue()
    assert not [line for line in out.getvalue().splitlines() if STORY.match(line)]
