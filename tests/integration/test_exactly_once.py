"""Through a real broker, with and without a kill: the crisis events are those of the replay, each once, in order."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.load import lines_of
from tests.chaos.verdict import comparable, replayed
from tests.integration.service import BRUSHFIRE, Installation

pytestmark = [pytest.mark.broker, pytest.mark.slow]

FIELDS = """[mentions.fields]
brand_id = "brand"
"author.ref" = "author"
language = "lang"
"""


@pytest.fixture(params=["simulated", "tweets"])
def stream(
    request: pytest.FixtureRequest, tmp_path: Path, bootstrap_servers: str
) -> Iterator[tuple[Installation, Path]]:
    if request.param == "tweets":
        path = request.getfixturevalue("shared_data") / "tweets" / "tweets.jsonl.gz"
        yield Installation(tmp_path, bootstrap_servers, FIELDS), path
        return
    installation = Installation(tmp_path, bootstrap_servers)
    simulated = [*BRUSHFIRE, "simulate", "--scenario", "demo", "--seed", "3", "--out", str(tmp_path / "stream")]
    subprocess.run(simulated, check=True, capture_output=True)
    yield installation, tmp_path / "stream" / "mentions.jsonl.gz"


def test_a_worker_that_is_left_alone(stream: tuple[Installation, Path]) -> None:
    """One worker reads everything; SIGTERM ends it with 0."""
    installation, path = stream
    installation.create_topics()
    installation.ingest(lines_of(path))
    with installation.worker() as worker:
        installation.until_caught_up()
        assert 0 == worker.terminate()
    expected = replayed(installation, path)
    assert expected
    assert comparable(expected) == comparable(installation.events())


def test_a_worker_that_is_killed_half_way(stream: tuple[Installation, Path]) -> None:
    """SIGKILL somewhere in the middle, then another worker: it restores, and nothing is lost or told twice."""
    installation, path = stream
    installation.create_topics()
    values = lines_of(path)
    installation.ingest(values)
    with installation.worker() as worker:
        installation.until_caught_up(left=len(values) * 2 // 3)
        worker.kill()
    left = installation.lag()
    assert 0 < left < len(values)
    with installation.worker() as worker:
        installation.until_caught_up()
        assert 0 == worker.terminate()
    assert comparable(replayed(installation, path)) == comparable(installation.events())
