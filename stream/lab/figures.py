"""The figures of what was judged: plain numbers with intervals, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from stream.lab.intervals import rate_interval, share_interval
from stream.lab.scoring import COORDINATED, CrisisResult, Judged, median_delay, median_mentions

RATES = (
    (0.0, 10.0, "under 10 an hour"),
    (10.0, 30.0, "10 to 30"),
    (30.0, 100.0, "30 to 100"),
    (100.0, 1e9, "over 100"),
)
FACTORS = ((0.0, 5.0, "under 5 x"), (5.0, 12.0, "5 to 12 x"), (12.0, 1e9, "over 12 x"))
TWO_HOURS = 120.0


def figures(name: str, judged: Judged) -> dict[str, Any]:
    """All that can be said in a row, rounded; a figure that was not measured is not there."""
    decoys = [opened for decoy, opened in judged.decoys if decoy != COORDINATED]
    coordinated = [opened for decoy, opened in judged.decoys if decoy == COORDINATED]
    big = [result for result in judged.crises if result.big]
    found = [result for result in judged.crises if result.delay_minutes is not None]
    levels = any(result.level for result in judged.crises)
    row: dict[str, Any] = {
        "name": name,
        "brand_weeks": round(judged.weeks, 1),
        "false_opens": judged.false_alarms,
        **_rate("false_opens_per_brand_week", judged.false_alarms, judged.weeks),
        **_rate("false_episodes_per_brand_week", judged.false_episodes, judged.weeks),
        **_rate("first_week_opens_per_brand_week", judged.early, judged.early_weeks),
        "hours_open_outside_per_brand_week": None if judged.mere else _ratio(judged.hours_open, judged.weeks),
        **_of_crises("", judged.crises),
        "opens_per_incident": _ratio(sum(result.alarms for result in found), len(found)),
        **_of_crises("big_", big),
        **_share("big_reach_level_3", [result.level >= 3 for result in big] if levels else []),
        **_share("reignitions_told", judged.again),
        **_share("decoys_opened", decoys),
        **_share("coordinated_opened", coordinated),
    }
    return {key: value for key, value in row.items() if value is not None}


def breakdown(judged: Judged) -> dict[str, list[dict[str, Any]]]:
    """Crises by rate of the brand, factor, profile, kind, boycott calls and level reached, big ones by profile; decoys by name."""
    crises = judged.crises
    return {
        "rate": [_group(label, [r for r in crises if low <= r.rate < high]) for low, high, label in RATES],
        "factor": [_group(label, [r for r in crises if low <= r.factor < high]) for low, high, label in FACTORS],
        "profile": _groups(crises, lambda result: result.profile),
        "big": _groups([r for r in crises if r.big], lambda result: f"big, {result.profile}"),
        "kind": _groups(crises, lambda result: result.kind),
        "boycott": _groups(crises, lambda result: "with calls" if result.boycott else "without calls"),
        "level": _groups([r for r in crises if r.delay_minutes is not None], lambda result: str(result.level)),
        "decoys": [
            {"name": name, "number": len(opened), "opened": sum(opened)} for name, opened in _decoys(judged).items()
        ],
    }


def _decoys(judged: Judged) -> dict[str, list[bool]]:
    by_name: dict[str, list[bool]] = {}
    for name, opened in sorted(judged.decoys):
        by_name.setdefault(name, []).append(opened)
    return by_name


def _groups(crises: Sequence[CrisisResult], key: Callable[[CrisisResult], str]) -> list[dict[str, Any]]:
    return [_group(label, [r for r in crises if key(r) == label]) for label in sorted({key(r) for r in crises})]


def _group(label: str, crises: Sequence[CrisisResult]) -> dict[str, Any]:
    return {"name": label, **{key: value for key, value in _of_crises("", crises).items() if value is not None}}


def _of_crises(prefix: str, crises: Sequence[CrisisResult]) -> dict[str, Any]:
    soon = [result.delay_minutes is not None and result.delay_minutes <= TWO_HOURS for result in crises]
    return {
        f"{prefix}crises": len(crises),
        **_share(f"{prefix}recall", [result.delay_minutes is not None for result in crises]),
        f"{prefix}median_delay_minutes": _round(median_delay(crises), 0),
        f"{prefix}median_delay_mentions": _round(median_mentions(crises), 0),
        **_share(f"{prefix}within_two_hours", soon),
    }


def _share(name: str, hits: Sequence[bool]) -> dict[str, Any]:
    if not hits:
        return {}
    low, high = share_interval(sum(hits), len(hits))
    return {name: _round(sum(hits) / len(hits)), f"{name}_low": _round(low), f"{name}_high": _round(high)}


def _rate(name: str, count: int, weeks: float) -> dict[str, Any]:
    if weeks <= 0.0:
        return {}
    low, high = rate_interval(count, weeks)
    return {name: _round(count / weeks), f"{name}_low": _round(low), f"{name}_high": _round(high)}


def _ratio(of: float, to: float) -> float | None:
    return _round(of / to) if to else None


def _round(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits)


COLUMNS = (
    ("found", "recall", "share"),
    ("false a brand-week", "false_opens_per_brand_week", "number"),
    ("episodes", "false_episodes_per_brand_week", "number"),
    ("big found", "big_recall", "share"),
    ("big: minutes", "big_median_delay_minutes", "minutes"),
    ("big in 2 h", "big_within_two_hours", "share"),
    ("opens an incident", "opens_per_incident", "number"),
    ("again told", "reignitions_told", "share"),
    ("decoys opened", "decoys_opened", "share"),
    ("hours open", "hours_open_outside_per_brand_week", "number"),
)
"""Heading, figure, and how it is written, where the truth is known."""
ALERTS = (("alerts", "alerts", "count"), ("a brand-week", "alerts_per_brand_week", "number"))
"""The same where it is not."""


def shown(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """The columns of which any row has the figure."""
    return [column for column in (*COLUMNS, *ALERTS) if any(column[1] in row for row in rows)]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as Markdown; a median of never is a dash."""
    lines = ["| | " + " | ".join(heading for heading, *_ in COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    lines += [f"| {row['name']} | " + " | ".join(_cell(row, *column[1:]) for column in COLUMNS) + " |" for row in rows]
    return "\n".join(lines)


def basis(rows: Sequence[dict[str, Any]]) -> str:
    """What figures with the truth are of, in a sentence; empty where nothing was judged."""
    first = rows[0] if rows else {}
    if "brand_weeks" not in first:
        return ""
    crises, big = first.get("crises", 0), first.get("big_crises", 0)
    return (
        f"Of {crises} {'crisis' if crises == 1 else 'crises'} ({big} big) and {first['brand_weeks']:.1f} brand-weeks "
        "outside of them, the time to learn left out. What is resolved and opens again is told anew, and counts so."
    )


def columns(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The rows in columns for a terminal."""
    chosen = shown(rows)
    cells = [["", *(heading for heading, *_ in chosen)]]
    cells += [[row["name"], *(_cell(row, *column[1:]) for column in chosen)] for row in rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    return ["  ".join([row[0].ljust(widths[0]), *(map(str.rjust, row[1:], widths[1:]))]).rstrip() for row in cells]


def _cell(row: dict[str, Any], key: str, how: str) -> str:
    value = row.get(key)
    if value is None:
        return "–"
    if how == "share":
        return f"{value:.2f}"
    return (
        f"{value:.0f}"
        if how in {"minutes", "count"} or value >= 100.0
        else f"{value:.2f}"
        if value < 10.0
        else f"{value:.1f}"
    )
