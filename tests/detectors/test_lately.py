"""Who did something lately: few people exactly, many by a sample, since any moment of the last hours."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.lately import MEMORY_SECONDS, SIZE, Lately
from tests.detectors.talk import HOUR, MINUTE, MONDAY, person

LAW = settings(max_examples=50, deadline=None)
STEPS = st.lists(st.tuples(st.integers(1, 60), st.sets(st.integers(0, 200), max_size=60)), max_size=20)
"""Minutes to the next window; who did it in it."""


def life(steps):
    start, found = MONDAY, []
    for minutes, people in steps:
        start += minutes * MINUTE
        found.append((start, people))
    return found


def lately(steps) -> Lately:
    sample = Lately()
    for start, people in steps:
        sample.add(start, people)
    return sample


@LAW
@given(STEPS, st.integers(0, 360))
def test_few_are_known_exactly(steps, minutes):
    """Whoever did it before, however many they were."""
    steps = life(steps)
    since = (steps[-1][0] if steps else MONDAY) - minutes * MINUTE
    people = set().union(*(people for start, people in steps if start >= since))
    if len(people) <= SIZE:
        assert len(people) == len(lately(steps).since(since))


@pytest.mark.parametrize("minutes", [10, 60, 350])
def test_many_are_estimated(minutes):
    """Mean of twenty brands within 10 % though each is within some 20 %, for short and for long stretches."""
    shares = []
    for seed in range(20):
        sample = lately(
            (MONDAY + minute * MINUTE, {person(seed, minute, number) for number in range(20)}) for minute in range(360)
        )
        shares.append(len(sample.since(MONDAY + (360 - minutes) * MINUTE)) / (20 * minutes))
    assert 0.9 <= sum(shares) / len(shares) <= 1.1
    assert all(0.4 <= share <= 2.5 for share in shares)


@LAW
@given(STEPS, st.integers(0, 20), st.integers(0, 360))
def test_a_snapshot_changes_nothing(steps, cut, minutes):
    """Through JSON; also of one that was never written, which still remembers whom nobody will ask for."""
    steps = life(steps)
    whole, half = lately(steps), Lately.restore(json.loads(json.dumps(lately(steps[:cut]).snapshot())))
    for start, people in steps[cut:]:
        half.add(start, people)
    since = (steps[-1][0] if steps else MONDAY) - minutes * MINUTE
    assert whole.since(since).snapshot() == half.since(since).snapshot()
    assert whole.snapshot() == half.snapshot()


@pytest.mark.slow
def test_it_is_bounded():
    """At 167 people a minute, 10,000 an hour, all of them new: a few KB, and none the more for days of it."""
    sample, random, sizes = Lately(), Random(1), []
    for minute in range(2 * 24 * 60):
        sample.add(MONDAY + minute * MINUTE, [random.getrandbits(32) for _ in range(167)])
        if minute % 60 == 59:
            sizes.append(len(json.dumps(sample.snapshot())))
    assert max(sizes) <= 1500
    assert max(sizes[24:]) <= 1.2 * max(sizes[:24])


def test_what_was_long_ago_is_forgotten():
    sample = Lately()
    sample.add(MONDAY, [1, 2, 3])
    sample.add(MONDAY + MEMORY_SECONDS + HOUR, [4])
    again = Lately()
    again.add(MONDAY + MEMORY_SECONDS + HOUR, [4])
    assert again.snapshot() == sample.snapshot()
