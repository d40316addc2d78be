"""Figures of policies and rival rules, as a table."""

from __future__ import annotations

from typing import Any

from stream.lab.figures import basis, shown
from stream.lab.findings import Backtest
from stream.lab.report import words
from stream.lab.report.markup import Html, data, element, join
from stream.lab.report.pieces import table

_HEADS = {
    "recall": "Crises found",
    "false_opens_per_brand_week": "False openings per brand and week",
    "false_episodes_per_brand_week": "False episodes per brand and week",
    "big_recall": "Large crises found",
    "big_median_delay_minutes": "Delay of large ones, median",
    "big_within_two_hours": "Large ones within 2 h",
    "opens_per_incident": "Openings per crisis found",
    "reignitions_told": "Flare-ups told",
    "decoys_opened": "Decoys opened",
    "hours_open_outside_per_brand_week": "Hours open for nothing per brand and week",
    "alerts": "Alerts",
    "alerts_per_brand_week": "Alerts per brand and week",
}


def scores(found: Backtest) -> Html:
    """The section; nothing where there are no figures. The many others are for machines."""
    columns = shown(found.scores)
    if not columns:
        return Html("")
    rows = [
        [data(str(row["name"]), 80), *(_cell(row, key, how) for _, key, how in columns)]
        for row in found.scores
        if any(key in row for _, key, _ in columns)
    ]
    heads = ["Rule", *(_HEADS[key] for _, key, _ in columns)]
    ranges = any(f"{key}_low" in row for row in found.scores for _, key, _ in columns)
    caption = "Each policy and rule on the same stream" + ("; 95 % intervals in small type" if ranges else "")
    return element(
        "section",
        element("h2", "Figures", id="figures"),
        element("p", of, class_="note") if (of := basis(found.scores)) else "",
        table(caption, heads, rows, range(1, len(heads))),
        aria_labelledby="figures",
    )


def _cell(row: dict[str, Any], key: str, how: str) -> Html:
    value = join(_told(row.get(key), how))
    low, high = row.get(f"{key}_low"), row.get(f"{key}_high")
    if low is None or high is None:
        return value
    return join(value, " ", element("span", f"{_told(low, how)} to {_told(high, how)}", class_="range"))


def _told(value: float | None, how: str) -> str:
    if value is None:
        return words.NOT_KNOWN
    if how == "share":
        return words.share(value)
    return words.duration(60.0 * value) if how == "minutes" else words.number(value)
