"""What is stored of a brand is bounded, however many speak of it, in quiet times and in a crisis."""

import json
from random import Random

import pytest

from detectors.brand import BrandMonitor
from detectors.severity import Policy
from tests.detectors.talk import HOUR, MINUTE, MONDAY, said

STORM_AT = 30 * HOUR
PLATFORMS = ("x", "facebook", "reddit", "news", "youtube")


def crowds(per_hour: int, times: int, hours: int):
    """`(start, mentions)` of newcomers of which a fifth is unhappy; from `STORM_AT` on so many times as many, of which most
    are: complaints about two things, some of them calls for a boycott."""
    random = Random(per_hour)
    for start in range(MONDAY, MONDAY + hours * HOUR, MINUTE):
        storm = start >= MONDAY + STORM_AT
        found = []
        for number in range(per_hour // 60 * (times if storm else 1)):
            unhappy = random.random() < (0.8 if storm else 0.2)
            found.append(
                said(
                    start + number % MINUTE,
                    random.getrandbits(32),
                    score=-0.6 if unhappy else 0.4,
                    platform=random.choice(PLATFORMS),
                    language=random.choice(("en", "uk", "de")),
                    boycott=unhappy and storm and random.random() < 0.1,
                    causes=(random.choice(("safety", "price")),) if unhappy else (),
                    reach=int(random.paretovariate(0.8)),
                    offset=start * 100 + number,
                    thread=random.getrandbits(32),
                )
            )
        yield start, found


@pytest.mark.slow
@pytest.mark.parametrize(("per_hour", "times", "most"), [(60, 10, 16), (600, 3, 17), (10_000, 1, 18)])
def test_the_state_of_a_brand_is_bounded(per_hour, times, most):
    """So many KB without its open windows and the words of texts, from the first hour to the middle of a crisis."""
    monitor, sizes, told = BrandMonitor("acme", Policy()), {}, []
    for start, mentions in crowds(per_hour, times, hours=33):
        told += monitor.advance(start + MINUTE, [(start, mentions)])
        if start % 600 == 0:
            sizes[start] = len(json.dumps(monitor.snapshot(), separators=(",", ":")))
    assert "opened" in {transition.change.verb for transition in told}
    assert monitor.lifecycle.active
    assert max(sizes.values()) <= most * 1024
