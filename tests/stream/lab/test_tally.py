"""Ten-minute buckets of mentions, as alert rules of other products see them."""

from __future__ import annotations

from random import Random

from stream.lab.tally import Bucket, Tally

MIDNIGHT = 1_767_571_200
MINUTE = 60


def take(tally: Tally, brand_id: str, minute: float, **said: bool | int | str) -> None:
    """A mention so many minutes after midnight."""
    usual: dict[str, bool | int | str] = {
        "negative": False,
        "positive": False,
        "scored": False,
        "reach": 0,
        "platform": "",
        "language": "",
    }
    tally.take(brand_id, MIDNIGHT + minute * MINUTE, **(usual | said))


def seen(pairs: list[tuple[str, Bucket]]) -> list[tuple[str, int, int]]:
    """Brand, minutes after midnight, mentions."""
    return [(brand_id, (bucket.start - MIDNIGHT) // MINUTE, bucket.mentions) for brand_id, bucket in pairs]


def test_a_bucket_adds_up_what_was_said() -> None:
    """Followers are summed, platforms and languages counted once each, those not known not at all."""
    tally = Tally()
    take(tally, "a", 0, scored=True, negative=True, reach=100, platform="x", language="en")
    take(tally, "a", 3, scored=True, positive=True, reach=20, platform="reddit", language="en")
    take(tally, "a", 9.99, scored=True, platform="x", language="pl")
    take(tally, "a", 5)
    assert [
        ("a", Bucket(MIDNIGHT, mentions=4, scored=3, negative=1, positive=1, reach=120, platforms=2, languages=2))
    ] == list(tally.finish())


def test_a_bucket_closes_two_minutes_after_its_end() -> None:
    """Of the time of mentions, of whatever brand; and is handed out once."""
    tally = Tally()
    take(tally, "a", 5)
    take(tally, "b", 11.99)
    assert [] == list(tally.closed())
    take(tally, "b", 12)
    assert [("a", 0, 1)] == seen(list(tally.closed()))
    assert [] == list(tally.closed())
    assert [("a", 10, 0), ("b", 10, 2)] == seen(list(tally.finish()))


def test_what_comes_after_that_is_left_out() -> None:
    """Whether or not anybody has asked for what is closed."""
    tally = Tally()
    take(tally, "a", 8)
    take(tally, "a", 11.99)
    take(tally, "a", 9)
    take(tally, "a", 12)
    take(tally, "a", 9.99)
    take(tally, "b", 9.99)
    assert 2 == tally.late
    assert [("a", 0, 2), ("a", 10, 2)] == seen(list(tally.finish()))


def test_an_earlier_bucket_may_come_after_a_later_one() -> None:
    """As long as it is open, also when it is the first of all and somebody asked in between."""
    tally = Tally()
    take(tally, "a", 11)
    assert [] == list(tally.closed())
    take(tally, "a", 9)
    assert [("a", 0, 1), ("a", 10, 1)] == seen(list(tally.finish()))


def test_empty_buckets_are_handed_out_too() -> None:
    """In order of time, then of brand; of each brand from its first one on."""
    tally = Tally()
    take(tally, "b", 1)
    take(tally, "a", 21)
    take(tally, "b", 42)
    assert [
        ("b", 0, 1),
        ("b", 10, 0),
        ("a", 20, 1),
        ("b", 20, 0),
        ("a", 30, 0),
        ("b", 30, 0),
    ] == seen(list(tally.closed()))
    assert [("a", 40, 0), ("b", 40, 1)] == seen(list(tally.finish()))


def test_nothing_gives_nothing() -> None:
    tally = Tally()
    assert [] == list(tally.closed())
    assert [] == list(tally.finish())


def test_every_mention_is_in_a_bucket_or_late() -> None:
    """And when one asks makes no difference."""
    random = Random(7)
    often, once = Tally(), Tally()
    got: list[tuple[str, Bucket]] = []
    for number in range(3000):
        brand_id, minute = random.choice("abc"), number / 10 - random.expovariate(1 / 2)
        take(often, brand_id, minute)
        take(once, brand_id, minute)
        got += often.closed()
    got += often.finish()
    assert got == list(once.finish())
    assert 0 < often.late == once.late
    assert 3000 == often.late + sum(bucket.mentions for _, bucket in got)
