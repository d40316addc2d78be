"""Values that are larger than a record of Kafka may be: whole again after a restore, whatever was written before."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.brand import inflated
from stream.changelog import PART_BYTES, Parts
from stream.ports import Input
from tests.mentions import feed, mention, negative, pipeline, records, told

LARGE = b'{"v":1,' + b"x" * (2 * PART_BYTES)


def test_a_value_that_fits_travels_as_it_is() -> None:
    """Nothing but its key."""
    assert [(b"b/acme", b"x" * PART_BYTES)] == list(Parts().split(b"b/acme", b"x" * PART_BYTES))


@pytest.mark.parametrize("after", [b'{"v":1}', LARGE + LARGE, None])
@pytest.mark.parametrize("restarted", [False, True])
def test_parts_that_are_left_over_are_deleted(after: bytes | None, restarted: bool) -> None:
    """By who wrote them, and by who restored them."""
    parts, state = Parts(), dict[bytes, bytes]()
    for value in (LARGE, after):
        for key, written in parts.split(b"b/acme", value):
            assert len(written or b"") <= PART_BYTES
            if written is None:
                state.pop(key, None)
            else:
                state[key] = written
        if restarted:
            parts = Parts()
            parts.join(state)
    assert ({} if after is None else {b"b/acme": after}) == Parts().join(state)
    assert after is not None or not state


@given(st.dictionaries(st.sampled_from([b"p", b"b/a", b"w/a/0", b"b/b"]), st.integers(0, 4 * PART_BYTES), max_size=4))
def test_what_was_split_is_joined(sizes: dict[bytes, int]) -> None:
    """Any values of any keys."""
    values = {key: b'{"v":' + b"1" * size for key, size in sizes.items()}
    state = {key: part for name, value in values.items() for key, part in Parts().split(name, value)}
    assert values == Parts().join({key: part for key, part in state.items() if part is not None})


def test_a_very_busy_brand_is_stored_and_restored() -> None:
    """No record of its state is larger than a topic takes, and a successor goes on as if nothing had happened."""
    random = Random(1)
    values = [
        negative(random.randbytes(90).hex(), number * 0.01, url=random.randbytes(200).hex()) for number in range(4000)
    ]
    end = [mention("end", 86400)]
    target = feed(pipeline(), values)
    written = target.take_outcome().changelog
    assert max(len(value or b"") for _, value in written) <= PART_BYTES < sum(len(value or b"") for _, value in written)
    successor = pipeline()
    successor.restore({key: value for key, value in written if value is not None})
    assert told(feed(target, end, len(values))) == told(feed(successor, end, len(values)))
    assert target.snapshot() == successor.snapshot()


def test_a_plan_that_waits_is_stored_without_its_record() -> None:
    """It always fits: what it came in is never a dead letter, and may be half a megabyte."""
    target = feed(pipeline(), [mention("m", 0)])
    plan = {"activity_id": "a", "brand_id": "acme", "kind": "campaign", "starts_at": mention("m", 0)["published_at"]}
    target.process(Input.ACTIVITY, records([{**plan, "text": "x" * 400_000}] * 3))
    (state,) = [value for key, value in target.take_outcome().changelog if key == b"b/acme"]
    assert 3 == len(inflated(state or b"")["waiting"])
    assert len(state or b"") < 10_000
