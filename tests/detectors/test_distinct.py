"""How many different people, in bounded space: exact for few, close for many, in any order."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.distinct import SIZE, SPACE, Distinct, spread

LAW = settings(max_examples=50, deadline=None)
STANDARD_ERROR = (SIZE - 1) ** -0.5
HASHES = st.integers(0, 2**32 - 1)


def sketch(people) -> Distinct:
    found = Distinct()
    found.update(people)
    return found


def strangers(number: int, seed: int) -> list[int]:
    return Random(seed).sample(range(2**32), number)


@LAW
@given(st.lists(HASHES, max_size=100))
def test_a_few_people_are_counted_exactly(people):
    """However often each of them comes."""
    assert len(set(people)) == len(sketch(people))


@pytest.mark.parametrize("number", [0, 1, SIZE])
def test_it_is_exact_below_its_size(number):
    assert number == len(sketch(strangers(number, seed=1)))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("number", [SIZE + 1, 600, 3000, 20_000])
def test_a_crowd_is_estimated_within_three_standard_errors(number, seed):
    """Deterministic for a stream, so a seed that holds once holds always."""
    assert number == pytest.approx(len(sketch(strangers(number, seed))), rel=3 * STANDARD_ERROR)


def test_hashes_that_are_alike_are_spread():
    """Neighbouring numbers are estimated as well as random ones."""
    assert pytest.approx(20_000, rel=3 * STANDARD_ERROR) == len(sketch(range(20_000)))


def test_neither_order_nor_repetition_matters():
    people = strangers(2000, seed=2)
    once = sketch(people)
    again = sketch(Random(3).sample(people, len(people)) + people[:700])
    assert once.snapshot() == again.snapshot()


@pytest.mark.parametrize("number", [5, SIZE - 1, SIZE, SIZE + 1, 3000])
def test_updates_in_parts_are_one_update(number):
    """The people of two windows, overlapping, are the people of both."""
    people = strangers(number, seed=4)
    parts = sketch(people[: number // 2])
    parts.update(people[number // 3 :])
    assert sketch(people).snapshot() == parts.snapshot()


@pytest.mark.parametrize("number", [0, 5, SIZE - 1, SIZE, 3000])
def test_a_snapshot_brings_the_sketch_back(number):
    """Through JSON; and it goes on counting alike."""
    before = sketch(strangers(number, seed=5))
    after = Distinct.restore(json.loads(json.dumps(before.snapshot())))
    assert len(before) == len(after)
    for both in (before, after):
        both.update(strangers(1000, seed=6))
    assert before.snapshot() == after.snapshot()
    assert len(before) == len(after)


def test_its_size_is_bounded():
    """A hundred thousand people take no more room than a thousand; nobody takes more than half a KB."""
    few, many = (len(json.dumps(sketch(range(number)).snapshot())) for number in (1000, 100_000))
    assert many <= few <= 600


@pytest.mark.parametrize("number", [40, 3000])
def test_it_goes_on_from_a_sample(number):
    """Begun with every tenth of the people, told as such, it counts them all, and those who come."""
    people = strangers(2 * number, seed=7)
    tenth = [value for value in map(spread, people[:number]) if value < SPACE // 10]
    begun = Distinct(tenth, SPACE // 10)
    begun.update(people[number:])
    begun.update(people[:number])
    error = 3 * (min(SIZE, number / 5) - 1) ** -0.5
    assert pytest.approx(2 * number, rel=error) == len(begun)


def test_a_sketch_of_another_release_is_refused():
    with pytest.raises(ValueError, match="hyperloglog"):
        Distinct.restore({"type": "hyperloglog", "values": ""})
