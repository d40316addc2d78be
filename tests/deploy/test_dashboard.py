"""The dashboard is one that Grafana can show and a tired person can read. No test here loads it in Grafana."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from stream.windows import OUTCOMES
from tests.deploy.files import COMPOSE, GRAFANA, dashboard, read_yaml

PANELS = dashboard()["panels"]
DRAWN = [panel for panel in PANELS if panel["type"] != "row"]


def test_it_is_the_page_that_alerts_link_to() -> None:
    """`/d/brushfire?var-brand=…`"""
    assert "brushfire" == dashboard()["uid"]
    assert ["brand"] == [variable["name"] for variable in dashboard()["templating"]["list"]]


def test_it_asks_the_data_source_that_is_provisioned() -> None:
    """By the fixed uid, everywhere."""
    (source,) = read_yaml(GRAFANA / "provisioning" / "datasources" / "prometheus.yml")["datasources"]
    asked = [panel["datasource"] for panel in DRAWN] + [dashboard()["templating"]["list"][0]["datasource"]]
    assert all({"type": source["type"], "uid": source["uid"]} == one for one in asked)


def test_it_is_found_where_grafana_is_told_to_look() -> None:
    """The path of the provider is the mounted folder."""
    (provider,) = read_yaml(GRAFANA / "provisioning" / "dashboards" / "brushfire.yml")["providers"]
    mounts = read_yaml(COMPOSE)["services"]["grafana"]["volumes"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in mounts


def test_ids_are_unique() -> None:
    """Grafana shows only one of two panels with the same id, and of two queries with the same letter."""
    assert len(PANELS) == len({panel["id"] for panel in PANELS})
    for panel in DRAWN:
        letters = [target["refId"] for target in panel["targets"]]
        assert sorted(set(letters)) == letters


def test_panels_neither_overlap_nor_leave_the_grid() -> None:
    """24 columns."""
    places = [panel["gridPos"] for panel in PANELS]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for a, b in combinations(places, 2):
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        assert beside or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]


@pytest.mark.parametrize("panel", DRAWN, ids=lambda panel: panel["title"])
def test_every_panel_says_what_it_shows_in_which_unit(panel: dict[str, Any]) -> None:
    """And is drawn by Grafana itself: no plugin, no HTML."""
    assert panel["type"] in {"stat", "table", "timeseries", "state-timeline"}
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["targets"]


def test_what_is_drawn_by_name_has_that_name() -> None:
    """A colour for a series that is called otherwise is no colour."""
    for panel in DRAWN:
        named = {target["legendFormat"] for target in panel["targets"]}
        for change in panel.get("transformations", []):
            named |= set(change["options"].get("renameByName", {}).values())
        for override in panel["fieldConfig"]["overrides"]:
            name = override["matcher"]["options"]
            assert name in named or ("{{outcome}}" in named and name in OUTCOMES)
