"""What is deployed, read; and the tools that check it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = ROOT / "docker-compose.yml"
PROMETHEUS = DEPLOY / "prometheus"
ALERTMANAGER = DEPLOY / "alertmanager" / "alertmanager.yml"
GRAFANA = DEPLOY / "grafana"

PACKAGES = {"promtool": "prometheus", "amtool": "prometheus-alertmanager"}
"""The Debian package of each tool."""


def read_yaml(path: Path) -> Any:
    """A YAML file, as plain values."""
    return YAML(typ="safe", pure=True).load(path)


def dashboard() -> dict[str, Any]:
    """The dashboard, as Grafana reads it."""
    read: dict[str, Any] = orjson.loads((GRAFANA / "dashboards" / "brushfire.json").read_bytes())
    return read


def alerts() -> list[dict[str, Any]]:
    """Every alert of the rules."""
    return [rule for group in read_yaml(PROMETHEUS / "rules.yml")["groups"] for rule in group["rules"]]


def run_tool(name: str, *arguments: str | Path) -> str:
    """What a tool says of a file it finds right; a test fails with what it says of another."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is missing: apt-get install {PACKAGES[name]}")
    done = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said
