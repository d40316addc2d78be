"""Intervals against published values."""

from __future__ import annotations

import pytest

from stream.lab.intervals import rate_interval, share_interval


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (2, 0.2422, 7.225), (5, 1.623, 11.668), (10, 4.795, 18.39)],
)
def test_a_rate_is_as_far_off_as_exact_tables_say(count: int, low: float, high: float) -> None:
    """95 % limits of a Poisson mean, to one per cent or 0.02 events."""
    assert (low, high) == pytest.approx(rate_interval(count, 1.0), rel=0.01, abs=0.02)


def test_a_rate_is_by_exposure() -> None:
    low, high = rate_interval(10, 1.0)
    assert (low / 4, high / 4) == pytest.approx(rate_interval(10, 4.0))


def test_more_confidence_is_a_wider_interval() -> None:
    assert (3.72, 21.40) == pytest.approx(rate_interval(10, 1.0, 0.99), rel=0.01)
    low, high = rate_interval(10, 1.0, 0.8)
    assert 4.8 < low < 10 < high < 18.39


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_a_share_is_as_far_off_as_published(hits: int, total: int, low: float, high: float) -> None:
    """Wilson's score interval; the last one is of Newcombe (1998)."""
    assert (low, high) == pytest.approx(share_interval(hits, total), abs=0.0002)
