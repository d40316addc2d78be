"""What every test may ask for, and what may be missing on a developer's machine but never in CI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadScopeScheduling

from tests.broker import NoBrokerError, running_broker

ROOT = Path(__file__).parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"
REQUIRED = os.environ.get("BRUSHFIRE_TESTS_REQUIRE", "").split()
"""Where this is set, nothing may skip but for a reason that is not in it: `all`, or all without `data`."""


USUAL = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""How fast examples are made says something about the machine, nothing about the code."""
hypothesis_settings.register_profile("usual", USUAL)
hypothesis_settings.load_profile("usual")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What needs a broker takes longest and begins first."""
    yield
    items.sort(key=lambda item: item.get_closest_marker("broker") is None)


class BrokerApart(LoadScopeScheduling):  # type: ignore[misc]
    """Side by side run what needs a broker, one after the other, and the rest, a file at a time."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "broker" if file.startswith(("tests/integration/", "tests/contracts/")) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BrokerApart | None:
    """For `--dist loadscope`."""
    return BrokerApart(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where everything is required, a skip is a failure."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and REQUIRED and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if "data" in REQUIRED or "no data:" not in reason:
            report.outcome = "failed"
            report.longrepr = f"nothing may skip here, and this did: {reason}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real input that is not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no data: ../shared/data is not beside this checkout")
    return SHARED_DATA


@pytest.fixture(scope="session")
def bootstrap_servers() -> Iterator[str]:
    """A real broker, started once for all tests, or the one in KAFKA_BOOTSTRAP_SERVERS."""
    try:
        with running_broker() as servers:
            yield servers
    except NoBrokerError as missing:
        pytest.skip(str(missing))
