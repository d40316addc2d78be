"""What the dashboard, the rules and their unit tests ask for is what the service tells: names, suffixes and labels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from stream.metrics import MANIFEST, PREFIX
from tests.deploy.files import PROMETHEUS, alerts, dashboard, read_yaml, run_tool

ADDED = {"job", "instance"}
"""Labels that Prometheus adds to everything it scrapes."""


def exposed() -> dict[str, set[str]]:
    """Series of the service and of its scrape, and their labels."""
    series = {"up": set(ADDED)}
    for metric in MANIFEST:
        suffixes = ("_bucket", "_sum", "_count") if metric.kind == "histogram" else ("",)
        for suffix in suffixes:
            own = {"le"} if suffix == "_bucket" else set()
            series[PREFIX + metric.name + suffix] = {*metric.labels, *own, *ADDED}
    return series


def shown() -> dict[str, str]:
    """Expressions of the dashboard by panel and query, as Prometheus gets them."""
    ours = {"$__rate_interval": "5m", "$__interval": "5m", "$__range": "12h", "$brand": "acme"}
    found = {}
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", []):
            expression = target["expr"]
            for variable, value in ours.items():
                expression = expression.replace(variable, value)
            found[f"{panel['title']} {target['refId']}"] = expression
    return found


EXPOSED = exposed()
EXPRESSIONS = shown() | {rule["alert"]: rule["expr"] for rule in alerts()}
UNIT_TEST_SERIES = sorted(
    {given["series"] for test in read_yaml(PROMETHEUS / "tests.yml")["tests"] for given in test["input_series"]}
)
SELECTOR = re.compile(rf"\b({PREFIX}\w+|up)\b(?:{{([^}}]*)}})?")
MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
GROUPING = re.compile(r"\b(?:by|on)\s*\(([^)]*)\)")


def problems(expression: str) -> list[str]:
    """Names that are not exposed, and labels that are asked of a metric that does not have them."""
    wrong = []
    for operand in re.split(r"\b(?:and|or)\b", expression):
        for name, matchers in SELECTOR.findall(operand):
            if name not in EXPOSED:
                wrong.append(f"{name} is not exposed")
            elif unknown := (labels_kept(operand) | set(MATCHER.findall(matchers))) - EXPOSED[name]:
                wrong.append(f"{name} has no {', '.join(sorted(unknown))}")
    return wrong


def labels_kept(expression: str) -> set[str]:
    """Labels by which an expression groups or matches."""
    return {label for labels in GROUPING.findall(expression) for label in re.findall(r"\w+", labels)}


@pytest.mark.parametrize("where", EXPRESSIONS)
def test_every_expression_asks_for_what_is_exposed(where: str) -> None:
    """Another name, a forgotten `_total` or a label from elsewhere would give an empty panel or an alert that sleeps."""
    assert SELECTOR.search(EXPRESSIONS[where])
    assert [] == problems(EXPRESSIONS[where])


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("rate(brushfire_mentions[5m])", ["brushfire_mentions is not exposed"]),
        ("rate(brushfire_batch_seconds[5m])", ["brushfire_batch_seconds is not exposed"]),
        ('brushfire_ready{brand="acme"}', ["brushfire_ready has no brand"]),
        (
            "sum by (topic) (brushfire_watermark_timestamp_seconds)",
            ["brushfire_watermark_timestamp_seconds has no topic"],
        ),
        ("sum(brushfire_ready) or max by (brand) (up)", ["up has no brand"]),
        ("sum by (le, stage) (rate(brushfire_batch_seconds_bucket[5m]))", []),
    ],
)
def test_what_is_not_exposed_would_be_found(expression: str, says: list[str]) -> None:
    """The test above can fail."""
    assert says == problems(expression)


@pytest.mark.parametrize("series", UNIT_TEST_SERIES)
def test_unit_tests_of_the_rules_feed_series_as_they_are_scraped(series: str) -> None:
    """The exact name with the exact labels: a rule tested on other series is not tested."""
    name, matchers = SELECTOR.fullmatch(series).groups()  # type: ignore[union-attr]
    assert EXPOSED[name] == set(MATCHER.findall(matchers))


def test_prometheus_can_read_every_expression_of_the_dashboard(tmp_path: Path) -> None:
    """Each as a recording rule of a file of its own."""
    rules = [{"record": "shown", "expr": expression} for expression in shown().values()]
    path = tmp_path / "dashboard.yml"
    YAML(typ="safe", pure=True).dump({"groups": [{"name": "dashboard", "rules": rules}]}, path)
    assert f"{len(rules)} rules found" in run_tool("promtool", "check", "rules", "--lint=none", path)


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_texts_of_an_alert_name_labels_it_has(rule: dict[str, str]) -> None:
    """A label that was aggregated away would leave a hole in the sentence."""
    assert set(re.findall(r"\$labels\.(\w+)", str(rule))) <= labels_kept(rule["expr"])


@pytest.mark.parametrize("panel", dashboard()["panels"], ids=lambda panel: panel["title"])
def test_legends_of_a_panel_name_labels_that_its_query_keeps(panel: dict[str, list[dict[str, str]]]) -> None:
    """Else every curve has the same name."""
    for target in panel.get("targets", []):
        assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= labels_kept(target["expr"])
    assert panel["title"]
