"""The last six hours: every sum is what adding up the windows again would give, whatever came and went."""

import json
from itertools import islice

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detectors.counts import SUMS, Counts, Place
from detectors.recent import SPANS, Recent
from tests.detectors.talk import HOUR, MINUTE, MONDAY

LAW = settings(max_examples=50, deadline=None)
COARSE = 10 * MINUTE
NUMBERS, PLACES = len(SUMS), len(SUMS) + 1
"""In a row the sums come first, then the first offset, then the places."""

STEPS = st.lists(
    st.tuples(
        st.one_of(st.integers(1, 12), st.integers(1, 90), st.integers(1, 500)),  # windows until one holds something
        st.integers(0, 100),  # windows until time is told to pass, at most up to the next one
        st.integers(1, 50),  # how much it holds
    ),
    min_size=1,
    max_size=20,
)


def counts_of(start: int, size: int) -> Counts:
    """Different numbers in every column, so that none can stand in for another."""
    sums = {name: size * (number + 1) * (-1) ** number for number, name in enumerate(SUMS)}
    return Counts(
        **sums,
        first_offset=start,
        places={"x": Place(size, 1, start * 1000, start * 1000, size + 1, 3 * size)},
        languages={"en": size},
    )


def life(steps, window_seconds=MINUTE):
    """`(recent, end, windows so far)` after every window and after the time that passes behind it."""
    recent, windows, end = Recent(window_seconds), [], MONDAY
    for number, (quiet, wait, size) in enumerate(steps):
        start = end + (quiet - 1) * window_seconds
        windows.append((start, counts_of(start, size)))
        recent.add(start, counts_of(start, size))
        end = start + window_seconds
        recent.slide(end)
        yield recent, end, windows
        following = steps[number + 1][0] - 1 if number + 1 < len(steps) else wait
        recent.slide(end + min(wait, following) * window_seconds)
        yield recent, end + min(wait, following) * window_seconds, windows


def total(windows) -> Counts:
    found = Counts()
    for _, counts in windows:
        found.add(counts)
    return found


def sums(recent: Recent) -> dict:
    return {
        (seconds, name): getattr(span, name)
        for seconds, span in recent.spans.items()
        for name in SUMS
        if hasattr(span, name)
    }


def sums_again(windows, end: int, names: set[str], window_seconds: int = MINUTE) -> dict:
    """By the documentation: up to an hour the spans slide by a base window, beyond by ten minutes."""
    found = {}
    for seconds in SPANS:
        grain = window_seconds if seconds <= HOUR else COARSE
        first = (end - seconds) // grain * grain
        inside = total((start, counts) for start, counts in windows if start >= first)
        found |= {(seconds, name): getattr(inside, name) for name in names}
    return found


@pytest.mark.parametrize("window_seconds", [10, MINUTE, 300])
@LAW
@given(steps=STEPS)
def test_every_span_is_the_sum_of_its_windows(steps, window_seconds):
    """After every window and every slide, and each span covers what it says it covers."""
    for recent, end, windows in life(steps, window_seconds):
        found = sums(recent)
        assert sums_again(windows, end, {name for _, name in found}, window_seconds) == found
        for seconds, span in recent.spans.items():
            assert seconds <= end - span.start(end) < seconds + COARSE


@LAW
@example([(2, 0, 1), (8, 53, 1)], 58)  # a start between two windows of a coarse cell, the first one over an hour ago
@given(STEPS, st.integers(0, 60))
def test_since_is_exact_within_the_last_hour(steps, minutes):
    """To the window, whether or not something was said in it."""
    for recent, end, windows in life(steps):
        since = end - minutes * MINUTE
        exact, found = total(window for window in windows if window[0] >= since), recent.since(since)
        assert (exact.row()[:NUMBERS], exact.row()[PLACES]) == (found.row()[:NUMBERS], found.row()[PLACES])
        assert exact.languages == found.languages
        assert (exact.first_offset == -1) is (found.first_offset == -1)
        assert since - COARSE < found.first_offset <= exact.first_offset or found.first_offset == -1


@LAW
@given(STEPS, st.integers(61, 360))
def test_since_is_exact_to_ten_minutes_before(steps, minutes):
    """Beyond the hour nothing is left out, and at most ten minutes too many are taken in."""
    for recent, end, windows in life(steps):
        since = end - minutes * MINUTE
        exact = total(window for window in windows if window[0] >= since).mentions
        wide = total(window for window in windows if window[0] > since - COARSE).mentions
        assert exact <= recent.since(since).mentions <= wide


@LAW
@given(STEPS)
def test_cells_come_newest_first(steps):
    """Fine ones are the windows of the last hour; coarse ones add up to the same."""
    for recent, end, windows in life(steps):
        fine = list(recent.cells("unrest", end - HOUR, fine=True))
        assert [(at, counts.unrest, at) for at, counts in windows[::-1] if at >= end - HOUR] == fine
        coarse = list(recent.cells("unrest", end - 6 * HOUR, fine=False))
        starts = [start for start, _, _ in coarse]
        assert starts == [first // COARSE * COARSE for _, _, first in coarse]
        assert {first for _, _, first in coarse} <= {at for at, _ in windows}
        assert sorted(set(starts), reverse=True) == starts
        first = -((6 * HOUR - end) // COARSE) * COARSE
        assert total(window for window in windows if window[0] >= first).unrest == sum(
            unrest for _, unrest, _ in coarse
        )


@LAW
@given(STEPS, st.integers(0, 40), STEPS)
def test_a_snapshot_brings_the_cells_and_sums_back(steps, cut, further):
    """Through JSON; and it goes on alike."""
    recent, end, _ = next(islice(life(steps), min(cut, 2 * len(steps) - 1), None))
    again = Recent.restore(json.loads(json.dumps(recent.snapshot())), end, MINUTE)
    for quiet, wait, size in [(1, 0, 1), *further]:
        assert sums(recent) == sums(again)
        assert recent.snapshot() == again.snapshot()
        assert recent.since(end - HOUR) == again.since(end - HOUR)
        start = end + (quiet - 1) * MINUTE
        end = start + (1 + wait) * MINUTE
        for both in (recent, again):
            both.add(start, counts_of(start, size))
            both.slide(end)


def test_it_is_empty_after_its_longest_span():
    """Six hours, rounded to ten minutes."""
    recent = Recent()
    assert recent.empty
    recent.add(MONDAY, counts_of(MONDAY, 1))
    recent.slide(MONDAY + 6 * HOUR)
    assert not recent.empty
    recent.slide(MONDAY + 6 * HOUR + COARSE)
    assert recent.empty
    assert {0} == set(sums(recent).values())


@pytest.mark.slow
def test_it_does_not_grow_with_time():
    """After 100,000 windows that all held something, as much is kept as after a thousand."""
    recent, sizes = Recent(), {}
    for number in range(100_000):
        start = MONDAY + number * MINUTE
        recent.add(start, counts_of(start, 1))
        recent.slide(start + MINUTE)
        if number in {1000, 99_999}:
            sizes[number] = len(json.dumps(recent.snapshot()))
    assert sizes[99_999] <= 1.05 * sizes[1000]
