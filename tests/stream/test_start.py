"""Where to begin: the partition's own record is the truth."""

from __future__ import annotations

import pytest

from stream.errors import ServiceError
from stream.ports import Input, Restored
from stream.start import first_positions

M, F = Input.MENTIONS, Input.FEEDBACK


@pytest.mark.parametrize(
    ("own", "committed", "available", "start_from", "expected"),
    [
        # nothing anywhere: as configured
        ({}, {}, {M: (3, 9)}, "earliest", {M: 3}),
        ({}, {}, {M: (3, 9)}, "latest", {M: 9}),
        # state and offsets agree
        ({M: 5}, {M: 5}, {M: (3, 9)}, "earliest", {M: 5}),
        # Kafka has forgotten the offsets after a standstill: the state goes on
        ({M: 5}, {}, {M: (3, 9)}, "earliest", {M: 5}),
        # an input that came later begins as configured
        ({M: 5}, {M: 5}, {M: (3, 9), F: (0, 4)}, "earliest", {M: 5, F: 0}),
        # an input that is gone is not asked for
        ({M: 5, F: 7}, {M: 5}, {M: (3, 9)}, "earliest", {M: 5}),
        # at the very end, and at the very beginning
        ({M: 9}, {M: 9}, {M: (3, 9)}, "earliest", {M: 9}),
        ({M: 3}, {M: 3}, {M: (3, 9)}, "earliest", {M: 3}),
    ],
)
def test_positions(
    own: dict[Input, int],
    committed: dict[Input, int],
    available: dict[Input, tuple[int, int]],
    start_from: str,
    expected: dict[Input, int],
) -> None:
    """Next offset per input."""
    got = first_positions(1, own, Restored({}, committed, available), start_from)
    assert {(source, 1): offset for source, offset in expected.items()} == got


@pytest.mark.parametrize(
    ("own", "committed", "available", "says"),
    [
        # state and offsets differ
        ({M: 5}, {M: 6}, {M: (0, 9)}, "committed offset 6, but the state ends at offset 5"),
        # the state is lost
        ({}, {M: 6}, {M: (0, 9)}, "the state is missing"),
        # retention was faster
        ({M: 5}, {M: 5}, {M: (7, 9)}, "2 records are gone"),
        # the topic was made anew
        ({M: 5}, {M: 5}, {M: (0, 2)}, "deleted and made anew"),
    ],
)
def test_what_does_not_fit_stops_with_what_to_run(
    own: dict[Input, int], committed: dict[Input, int], available: dict[Input, tuple[int, int]], says: str
) -> None:
    """Every difference names `brushfire reset`."""
    with pytest.raises(ServiceError, match=says) as caught:
        first_positions(1, own, Restored({}, committed, available), "earliest")
    assert "brushfire reset --to earliest|latest|TIME" in str(caught.value)
