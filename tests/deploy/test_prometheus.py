"""Prometheus and Alertmanager take their files, and the alerts do what their unit tests say."""

from __future__ import annotations

import re

import pytest

from tests.deploy.files import ALERTMANAGER, PROMETHEUS, alerts, read_yaml, run_tool


def test_prometheus_takes_its_configuration() -> None:
    """With the rules it names."""
    assert "SUCCESS" in run_tool("promtool", "check", "config", PROMETHEUS / "prometheus.yml")


def test_the_rules_are_valid_and_lint_finds_nothing() -> None:
    """No rule is there twice."""
    said = run_tool("promtool", "check", "rules", "--lint=all", "--lint-fatal", PROMETHEUS / "rules.yml")
    assert f"{len(alerts())} rules found" in said


@pytest.mark.slow
def test_the_alerts_fire_and_hold_as_their_unit_tests_say() -> None:
    """Among them: nothing says "resolved" because a process died."""
    assert "SUCCESS" in run_tool("promtool", "test", "rules", PROMETHEUS / "tests.yml")


@pytest.mark.parametrize("alert", [rule["alert"] for rule in alerts()])
def test_every_alert_has_a_unit_test_in_which_it_fires_and_one_in_which_it_does_not(alert: str) -> None:
    """A rule that never fires passes every test in which nothing is expected."""
    cases = [
        case
        for test in read_yaml(PROMETHEUS / "tests.yml")["tests"]
        for case in test["alert_rule_test"]
        if case["alertname"] == alert
    ]
    assert {True, False} == {bool(case["exp_alerts"]) for case in cases}


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_every_alert_says_how_bad_it_is_what_it_means_and_where_to_look(rule: dict[str, dict[str, str]]) -> None:
    """The same three texts for each, and a severity that is routed."""
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert {"summary", "description", "dashboard"} == set(rule["annotations"])
    assert rule["annotations"]["dashboard"].startswith("/d/brushfire")


def test_alertmanager_takes_its_configuration() -> None:
    """Also the one of Debian, which is older than the image."""
    assert "SUCCESS" in run_tool("amtool", "check-config", ALERTMANAGER)


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_critical_alerts_wake_somebody_and_warnings_do_not(rule: dict[str, dict[str, str]]) -> None:
    """As Alertmanager itself routes them."""
    severity = rule["labels"]["severity"]
    receiver = {"critical": "on-call", "warning": "team"}[severity]
    labels = [f"alertname={rule['alert']}", f"severity={severity}", "job=brushfire"]
    said = run_tool(
        "amtool",
        "config",
        "routes",
        "test",
        f"--config.file={ALERTMANAGER}",
        f"--verify.receivers={receiver}",
        *labels,
    )
    assert receiver in said


def test_alerts_that_silence_others_exist_and_share_the_labels_that_must_be_equal() -> None:
    """Alertmanager takes any name, and two labels that are both missing are equal to it."""
    by_name = {rule["alert"]: rule for rule in alerts()}
    pairs = set()
    for rule in read_yaml(ALERTMANAGER)["inhibit_rules"]:
        (source,), (targets,) = (names_in(rule[key]) for key in ("source_matchers", "target_matchers"))
        for alert in (*source, *targets):
            kept = set(re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]*)\)", by_name[alert]["expr"]))))
            assert set(rule["equal"]) <= kept
        pairs |= {(source[0], target, *rule["equal"]) for target in targets}
    assert pairs == {
        ("DetectorDown", "CrisisActive", "job"),
        ("DetectorDown", "CrisisWatch", "job"),
        ("CrisisActive", "CrisisWatch", "job", "brand"),
    }


def names_in(matchers: list[str]) -> list[list[str]]:
    return [re.fullmatch(r'alertname=~?"(.*)"', matcher)[1].split("|") for matcher in matchers]  # type: ignore[index]
