"""The volume detector on any series of counts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.errors import ConfigError
from stream.lab.counts import score_series


def series(values: list[int], seconds: int = 300, zone: str = "") -> list[str]:
    """Lines of a file: days from the fifth of January on."""
    lines = ["timestamp,value\n"]
    for number, value in enumerate(values):
        minutes, second = divmod(number * seconds, 60)
        hours, minute = divmod(minutes, 60)
        day, hour = divmod(hours, 24)
        lines.append(f"2026-01-{5 + day:02} {hour:02}:{minute:02}:{second:02}{zone},{value}\n")
    return lines


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**12), max_size=600))
def test_any_counts_give_scores(values: list[int]) -> None:
    """One a row, finite, never below 0; and no alert without a score over the limit."""
    rows = list(score_series(series(values), "x"))
    assert [str(value) for value in values] == [row.value for row in rows]
    for row in rows:
        assert 0.0 <= row.score < float("inf")
        assert row.score >= 3.0 or not row.alert


def test_a_zone_changes_nothing_but_what_it_says() -> None:
    """Without one, times are UTC; fractions and other spacings are read too."""
    values = [5, 9] * 300 + [80] * 10
    scores = [row.score for row in score_series(series(values), "x")]
    assert max(scores) > 0
    assert scores == [row.score for row in score_series(series(values, zone="+00:00"), "x")]
    assert scores == [row.score for row in score_series(series(values, zone="Z"), "x")]


def test_numbers_may_have_a_point() -> None:
    """As some tools write counts; the text stays as it came."""
    lines = ["timestamp,value\n", "2026-01-05 00:00:00,5.0\n", "2026-01-05 00:05:00,1e1\n"]
    assert ["5.0", "1e1"] == [row.value for row in score_series(lines, "x")]


def test_a_silence_is_not_news() -> None:
    """Less talk than usual is no alert."""
    rows = list(score_series(series([20] * 600 + [0] * 200), "x"))
    assert not any(row.alert for row in rows)


def test_the_file_is_named_in_what_is_wrong() -> None:
    """And the line."""
    with pytest.raises(ConfigError, match=r"^mine\.csv:3: value needs to be a number$"):
        list(score_series([*series([1])[:2], "2026-01-05 00:05:00,x\n"], "mine.csv"))
