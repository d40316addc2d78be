"""Columns of integers as text: what went in comes out, in about as much room as it tells."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.packed import pack, pack_set, pack_times, unpack, unpack_set, unpack_times

NUMBERS = st.one_of(st.integers(-3, 3), st.integers(-(2**40), 2**40))


@given(st.lists(NUMBERS, max_size=50))
def test_numbers_come_back(numbers):
    assert numbers == unpack(pack(numbers), len(numbers))


@given(st.sets(st.integers(0, 2**32), max_size=50))
def test_sets_come_back_in_order(numbers):
    assert sorted(numbers) == unpack_set(pack_set(numbers))


@given(st.lists(st.integers(0, 2**33), max_size=50).map(sorted))
def test_times_come_back(times):
    assert times == unpack_times(pack_times(times))


@pytest.mark.parametrize(
    ("numbers", "most"),
    [
        # nothing, and always the same, take no room at all
        ([], 0),
        ([7] * 1000, 4),
        # ones and zeros a bit or two, small numbers about their logarithm, one large one only its own
        ([0, 1] * 300, 160),
        ([Random(1).randrange(64) for _ in range(600)], 720),
        ([0] * 599 + [10**6], 1300),
    ],
)
def test_a_column_takes_what_it_tells(numbers, most):
    """In characters, six bits each."""
    assert most >= len(pack(numbers))


def test_minutes_are_counted_in_minutes():
    """The steps of a clock take a bit or so each, whatever its unit."""
    assert len(pack_times(range(1_767_571_200, 1_767_571_200 + 3600, 60))) <= 48
