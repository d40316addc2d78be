"""What is stored of a brand is bounded, however many speak of it, in quiet times and in a crisis."""

import string
import zlib
from random import Random

import msgspec
import pytest

from detectors.brand import BrandMonitor
from detectors.severity import Policy
from stream.events.mention import PLATFORMS as PLATFORMS_AT_THE_DOOR
from tests.detectors.talk import HOUR, MINUTE, MONDAY, said

STORM_AT = 30 * HOUR
PLATFORMS = ("x", "facebook", "reddit", "news", "youtube")


def stored_bytes(monitor):
    """As the service stores it: deflated JSON."""
    return len(zlib.compress(msgspec.json.encode(monitor.snapshot())))


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
@pytest.mark.parametrize(("per_hour", "times", "most"), [(60, 10, 9), (600, 3, 10), (10_000, 1, 11)])
def test_the_state_of_a_brand_is_bounded(per_hour, times, most):
    """So many KB without its open windows and the words of texts, from the first hour to the middle of a crisis."""
    monitor, sizes, told = BrandMonitor("acme", Policy()), {}, []
    for start, mentions in crowds(per_hour, times, hours=33):
        told += monitor.advance(start + MINUTE, [(start, mentions)])
        if start % 600 == 0:
            sizes[start] = stored_bytes(monitor)
    assert "opened" in {transition.change.verb for transition in told}
    assert monitor.lifecycle.active
    assert max(sizes.values()) <= most * 1024


def hostile(per_minute: int, hours: int):
    """`(start, mentions)` of somebody who wants it large: every platform, any language, any scorer, long terms told by many,
    long ids and addresses, all of it random; little of it until `STORM_AT`, and from then on two in three are unhappy."""
    random, letters = Random(per_minute), string.ascii_letters + string.digits
    for start in range(MONDAY, MONDAY + hours * HOUR, MINUTE):
        storm = start >= MONDAY + STORM_AT
        terms = tuple("".join(random.choices(letters, k=length)) for length in (180, 180, *[40] * 10))
        yield (
            start,
            [
                said(
                    start + random.random() * MINUTE,
                    random.getrandbits(32),
                    score=random.uniform(-1.0 if storm else -0.4, 0.5),
                    platform=random.choice(sorted(PLATFORMS_AT_THE_DOOR)),
                    language="".join(random.choices(string.ascii_lowercase, k=8)),
                    boycott=random.random() < 0.2,
                    terms=terms if number < 4 else (),
                    mention_id="".join(random.choices(letters, k=120)),
                    url="".join(random.choices(letters, k=random.choice((70, 900)))),
                    causes=("safety", "price"),
                    emotions=(("anger", random.randrange(10**6)), ("fear", random.randrange(10**6))),
                    fingerprint=random.getrandbits(32),
                    scorer=random.getrandbits(4),
                    reach=random.randrange(10**15),
                    offset=random.getrandbits(53),
                    thread=random.getrandbits(32),
                )
                for number in range(per_minute if storm else 2)
            ],
        )


@pytest.mark.slow
@pytest.mark.parametrize("per_minute", [10, 170])
def test_nobody_makes_the_state_large(per_minute):
    """Not even with 10,000 mentions an hour of noise and a crisis open; and the state comes back."""
    monitor, sizes = BrandMonitor("acme", Policy()), []
    for start, mentions in hostile(per_minute, hours=33):
        monitor.advance(start + MINUTE, [(start, mentions)])
        if start % 1800 == 0:
            sizes.append(stored_bytes(monitor))
    again = BrandMonitor.restore("acme", monitor.policy, msgspec.json.decode(msgspec.json.encode(monitor.snapshot())))
    assert monitor.lifecycle.active
    assert again.snapshot() == monitor.snapshot()
    assert max(sizes) <= 16 * 1024
