"""The figures of what was judged: rows, breakdowns, and tables of them."""

from __future__ import annotations

import pytest

from stream.lab.figures import breakdown, columns, figures, shown, table
from stream.lab.scoring import CrisisResult, Judged


def crisis(delay: float | None = 30.0, **other: object) -> CrisisResult:
    given: dict[str, object] = {
        "brand_id": "acme",
        "name": "crisis",
        "rate": 50.0,
        "factor": 8.0,
        "profile": "step",
        "kind": "safety",
        "boycott": False,
        "delay_minutes": delay,
        "delay_mentions": None if delay is None else int(delay) // 5,
        "alarms": 0 if delay is None else 1,
        "level": 0 if delay is None else 2,
    }
    return CrisisResult(**{**given, **other})  # type: ignore[arg-type]


def judged(*crises: CrisisResult, **other: object) -> Judged:
    given: dict[str, object] = {
        "decoys": [],
        "again": [],
        "weeks": 20.0,
        "false_alarms": 0,
        "false_episodes": 0,
        "hours_open": 0.0,
        "early": 0,
        "early_weeks": 5.0,
    }
    return Judged(crises=list(crises), **{**given, **other})  # type: ignore[arg-type]


def test_a_row_says_all_that_was_measured() -> None:
    """Reckoned by hand; intervals are those of `rate_interval` and `share_interval`."""
    row = figures(
        "mine",
        judged(
            crisis(10.0, alarms=3, level=3),
            crisis(121.0),
            crisis(60.0, rate=20.0),
            crisis(None),
            decoys=[("viral_joy", True), ("viral_joy", False), ("quarrel", False), ("coordinated", True)],
            again=[True, False],
            false_alarms=10,
            false_episodes=4,
            hours_open=50.0,
            early=5,
        ),
    )
    expected = {
        "name": "mine",
        "brand_weeks": 20.0,
        "false_opens": 10,
        "false_opens_per_brand_week": 0.5,
        "false_opens_per_brand_week_low": 0.239,
        "false_opens_per_brand_week_high": 0.92,
        "false_episodes_per_brand_week": 0.2,
        "first_week_opens_per_brand_week": 1.0,
        "hours_open_outside_per_brand_week": 2.5,
        "crises": 4,
        "recall": 0.75,
        "recall_low": 0.301,
        "recall_high": 0.954,
        "median_delay_minutes": 90,
        "median_delay_mentions": 18,
        "within_two_hours": 0.5,
        "opens_per_incident": 1.667,
        "big_crises": 3,
        "big_recall": 0.667,
        "big_median_delay_minutes": 121,
        "big_median_delay_mentions": 24,
        "big_within_two_hours": 0.333,
        "big_reach_level_3": 0.333,
        "reignitions_told": 0.5,
        "decoys_opened": 0.333,
        "coordinated_opened": 1.0,
    }
    assert expected == {key: row[key] for key in expected}
    bounds = {f"{key}_{end}" for key in row for end in ("low", "high")}
    assert set() == set(row) - set(expected) - bounds


def test_what_was_not_measured_is_not_there() -> None:
    row = figures("mine", judged(weeks=0.0, early_weeks=0.0))
    assert {"name": "mine", "brand_weeks": 0.0, "false_opens": 0, "crises": 0, "big_crises": 0} == row


def test_a_median_of_never_is_not_there() -> None:
    row = figures("mine", judged(crisis(None), crisis(5.0)))
    assert 0.5 == row["recall"]
    assert "median_delay_minutes" not in row


def test_mere_alerts_have_no_level_and_stand_for_no_time() -> None:
    """Which is no merit."""
    row = figures("rival", judged(crisis(level=0), mere=True))
    assert not {"big_reach_level_3", "hours_open_outside_per_brand_week"} & set(row)


def test_crises_are_broken_down_and_decoys_by_name() -> None:
    told = breakdown(
        judged(
            crisis(rate=9.9, factor=4.9, profile="slow", kind="price"),
            crisis(rate=10.0, factor=5.0),
            crisis(None, rate=100.0, factor=12.0, boycott=True),
            decoys=[("viral_joy", True), ("quarrel", False), ("viral_joy", False)],
        )
    )
    assert [("under 10 an hour", 1), ("10 to 30", 1), ("30 to 100", 0), ("over 100", 1)] == [
        (group["name"], group["crises"]) for group in told["rate"]
    ]
    assert [1.0, 1.0, 0.0] == [group["recall"] for group in told["factor"]]
    assert [("slow", 1), ("step", 2)] == [(group["name"], group["crises"]) for group in told["profile"]]
    assert [("big, step", 1, 0.0)] == [(group["name"], group["crises"], group["recall"]) for group in told["big"]]
    assert [("price", 1.0), ("safety", 0.5)] == [(group["name"], group["recall"]) for group in told["kind"]]
    assert [("with calls", 0.0), ("without calls", 1.0)] == [
        (group["name"], group["recall"]) for group in told["boycott"]
    ]
    assert [("2", 2)] == [(group["name"], group["crises"]) for group in told["level"]]
    assert [
        {"name": "quarrel", "number": 1, "opened": 0},
        {"name": "viral_joy", "number": 2, "opened": 1},
    ] == told["decoys"]


ROWS = [
    figures("mine", judged(crisis(30.0), crisis(None), hours_open=3000.0)),
    figures("a rival's rule", judged(crisis(240.0, rate=5.0), false_alarms=300, mere=True)),
]


def test_rows_are_set_in_columns() -> None:
    """Words at the left, numbers at the right; a figure that is lacking is a dash, one that all lack no column."""
    assert [
        "                found  false a brand-week  episodes  big found  big in 2 h  opens an incident  hours open",
        "mine             0.50                0.00      0.00       0.50        0.50               1.00         150",
        "a rival's rule   1.00                15.0      0.00          –           –               1.00           –",
    ] == columns(ROWS)


def test_rows_without_a_truth_are_counts_and_rates() -> None:
    rows = [{"name": "mine", "alerts": 3, "alerts_per_brand_week": 0.25}]
    assert ["      alerts  a brand-week", "mine       3          0.25"] == columns(rows)


def test_rows_of_nothing_have_no_columns() -> None:
    assert [] == shown([figures("mine", judged(weeks=0.0, early_weeks=0.0))])
    assert [] == shown([])


def test_rows_are_written_as_markdown() -> None:
    lines = table(ROWS).splitlines()
    assert [12] * 4 == [line.count("|") for line in lines]
    assert lines[2].startswith("| mine | 0.50 | 0.00 | 0.00 | 0.50 | – | 0.50 | 1.00 | – |")


@pytest.mark.parametrize(("low", "high", "share"), [(0, 0, 0.0), (4, 4, 1.0)])
def test_intervals_of_all_and_none_stay_within_the_possible(low: int, high: int, share: float) -> None:
    row = figures("mine", judged(*[crisis(5.0)] * low, *[crisis(None)] * (4 - high)))
    assert share == row["recall"]
    assert 0.0 <= row["recall_low"] <= row["recall"] <= row["recall_high"] <= 1.0
