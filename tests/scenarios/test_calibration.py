"""Limits found on one quiet stream hold on others: the small form of what `make laboratory` publishes."""

from __future__ import annotations

import pytest

from stream.lab.wishes import Wishes
from tests.calibration import Quiet, judged, taped
from tests.laboratory import CALIBRATED_ON, JUDGED_ON

SMALL = Wishes(brands=2, weeks=3, rates=(10.0, 60.0))


@pytest.mark.slow
@pytest.mark.parametrize("world", ["flow", "people"])
def test_the_stated_rate_comes_true_on_other_seeds(world: str) -> None:
    """Each of three other streams opens as often as the 99 % interval says."""
    own, *others = [taped(Quiet(world, seed), SMALL)[1] for seed in (CALIBRATED_ON, *JUDGED_ON)]
    for target in (0.2, 1.0):
        found = judged(own, others, target)
        assert found["stated"] <= target
        assert found["low"] <= found["stated"] <= found["high"]
        assert found["inside"], found
