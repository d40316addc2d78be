"""Stories: mentions in, transitions out. What anybody would say about such a week, with the default policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from random import Random
from typing import Any

import pytest

from tests.mentions import START, at, feed, mention, negative, neutral, pipeline, told

HOUR, DAY = 3600, 86400
Event = tuple[str, dict[str, Any]]

COMPLAINTS = ["late again, terrible service", "awful support, nobody answers", "broken on arrival, very disappointed"]
PRAISE = ["love it, works great", "fast delivery, thank you", "really happy with my order"]
QUESTIONS = ["anyone knows when they open on sunday?", "picking up my order this afternoon"]


def ordinary(days: float, an_hour: float = 15.0, brand_id: str = "acme") -> Iterator[dict[str, Any]]:
    """Ordinary talk, steady by day and sparse at night; one in eight complains. Texts, as a collector brings them."""
    random = Random(1)
    number, at_seconds = 0, 0.0
    while at_seconds < days * DAY:
        asleep = at_seconds / HOUR % 24 < 6
        at_seconds += HOUR / (an_hour * (0.4 if asleep else 1.2)) * (0.5 + random.random())
        number += 1
        yield said(random, f"q{number}", at_seconds, brand_id, complains=number % 8 == 0)


def restless(days: float, an_hour: float, seed: int) -> Iterator[dict[str, Any]]:
    """The same by pure chance: people come as they like, and by chance several complain within minutes."""
    random = Random(seed)
    number, at_seconds = 0, 0.0
    while at_seconds < days * DAY:
        asleep = at_seconds / HOUR % 24 < 6
        at_seconds += random.expovariate(an_hour * (0.4 if asleep else 1.2) / HOUR)
        number += 1
        yield said(random, f"q{number}", at_seconds, "acme", complains=random.random() < 0.125)


def said(random: Random, mention_id: str, at_seconds: float, brand_id: str, *, complains: bool) -> dict[str, Any]:
    words = COMPLAINTS if complains else random.choice([PRAISE, QUESTIONS])
    author = {"ref": f"u{random.randrange(3000)}"}
    text = f"{random.choice(words)}, order {mention_id[1:]}"  # the same words from many mouths would be copies
    return mention(mention_id, at_seconds, brand_id, text=text, language="en", author=author)


def wave(
    start: float, minutes: float, people: int, make: Any = negative, seed: int = 2, **fields: Any
) -> Iterator[dict[str, Any]]:
    """So many different people within so many minutes, each once."""
    random = Random(seed)
    for number in range(people):
        yield make(f"w{start:.0f}-{number}", start + random.random() * minutes * 60, **fields)


def tell(*streams: Iterable[dict[str, Any]]) -> list[Event]:
    """The streams merged by time, through one partition."""
    mentions = [item for stream in streams for item in stream]
    mentions.sort(key=lambda item: item["published_at"])
    return told(feed(pipeline(), mentions))


def seconds(event: dict[str, Any], field: str = "updated_at") -> float:
    return (datetime.fromisoformat(event[field]) - START).total_seconds()


def legal(events: list[Event]) -> None:
    """What every story keeps to: one crisis at a time, revisions without a gap, levels that fit the verbs."""
    last: dict[str, Any] = {}
    for verb, event in events:
        if verb == "opened":
            assert last.get("state") in {None, "closed", "dismissed"}
            assert (1, None) == (event["revision"], event.get("previous_state"))
            assert event["level"] >= 1
        else:
            assert last["crisis_id"] == event["crisis_id"]
            assert last["revision"] + 1 == event["revision"]
            assert (last["state"], last["level"]) == (event["previous_state"], event["previous_level"])
        if verb == "escalated":
            assert event["level"] > event["previous_level"]
        elif verb == "deescalated":
            assert event["previous_level"] > event["level"] >= 1
        elif verb == "resolved":
            assert (0, "resolved") == (event["level"], event["state"])
        assert event["updated_at"] >= last.get("updated_at", "")
        assert event["signals"]
        assert event["explanation"]
        last = event


def test_a_quiet_week_opens_nothing() -> None:
    """Busy days, quiet nights, a complaint now and then."""
    assert [] == tell(ordinary(8))


@pytest.mark.slow
def test_ten_weeks_of_chance_hardly_wake_anybody() -> None:
    """Coincidences are mostly a watch, at most one a brand-week, and more no oftener than twice what the policy says."""
    days, seeds = 8, range(10)
    weeks = [tell(restless(days, 15.0, seed)) for seed in seeds]
    for events in weeks:
        legal(events)
    woken = sum(event["previous_level"] < 2 <= event["level"] for events in weeks for _, event in events)
    assert len(seeds) * days / 7 * 0.2 >= woken
    assert {0, 1, 2} >= {event["level"] for events in weeks for _, event in events}
    assert len(seeds) * days / 7 >= sum(verb == "opened" for events in weeks for verb, _ in events)


def test_a_wave_of_unhappy_people_opens_escalates_resolves_and_closes() -> None:
    """On the third day within an hour; nobody says what it was, so it closes a week after it was resolved."""
    start = 2 * DAY + 14 * HOUR
    events = tell(ordinary(11), wave(start, 90, 150))
    legal(events)
    verbs = [verb for verb, _ in events]
    assert ("opened", "closed") == (verbs[0], verbs[-1])
    assert "escalated" in verbs[: verbs.index("resolved")]
    opened, resolved, closed = (
        next(event for verb, event in events if verb == name) for name in ("opened", "resolved", "closed")
    )
    assert start <= seconds(opened) < start + 1800
    assert start - 600 <= seconds(opened, "first_signal_at") <= seconds(opened), (
        "a complaint just before may belong to it"
    )
    assert max(event["level"] for _, event in events) >= 3
    assert start + 90 * 60 < seconds(resolved) < start + DAY
    assert ("timeout", 0) == (closed["closure"]["reason"], closed["level"])
    assert 7 * DAY == seconds(closed) - seconds(resolved)
    assert 1 == len({event["crisis_id"] for _, event in events})
    assert 150 <= resolved["size"]["negative_authors"] < 250


def test_fire_that_flares_up_again_is_the_same_crisis() -> None:
    """Within a day after it was resolved: reopened, not opened anew."""
    start = 2 * DAY + 10 * HOUR
    first = tell(ordinary(4), wave(start, 30, 80))
    assert "resolved" == first[-1][0]
    events = tell(ordinary(4), wave(start, 30, 80), wave(seconds(first[-1][1]) + 2 * HOUR, 30, 80, seed=9))
    legal(events)
    verbs = [verb for verb, _ in events]
    assert 1 == verbs.count("opened") == verbs.count("reopened")
    assert verbs.index("resolved") < verbs.index("reopened")


def test_one_shouting_author_opens_nothing() -> None:
    """Two hundred complaints in an hour, one voice."""
    assert [] == tell(ordinary(3), wave(2 * DAY + 12 * HOUR, 60, 200, author="one"))


def test_the_brand_s_own_posts_open_nothing() -> None:
    """However many and however sorry."""
    own = [
        mention(
            f"o{number}",
            4 * DAY + number * 60,
            text="we are terribly sorry, awful",
            author={"ref": "acme", "is_brand": True},
        )
        for number in range(60)
    ]
    assert [] == tell(ordinary(3), own)


CALLS = {
    "en": ["boycott them", "please boycott this shop", "everybody, boycott acme"],
    "pl": ["bojkot! nie kupujcie tego", "bojkotujcie ich", "czas na bojkot"],
}


def test_calls_for_a_boycott_in_two_languages_are_a_signal_of_their_own() -> None:
    """From many people, in words only: nobody has scored them for us."""
    random = Random(4)
    start = 2 * DAY + 12 * HOUR
    calls = []
    for number in range(30):
        language = "en" if number % 2 else "pl"
        calls.append(
            mention(
                f"b{number}",
                start + random.random() * HOUR,
                text=random.choice(CALLS[language]),
                language=language,
                author={"ref": f"caller{number}"},
            )
        )
    events = tell(ordinary(3), calls)
    legal(events)
    assert "opened" == events[0][0]
    assert start <= seconds(events[0][1]) < start + HOUR
    signal = next(signal for _, event in events for signal in event["signals"] if signal["name"] == "boycott")
    assert signal["observed"] > signal["expected_high"] >= signal["expected"]
    assert max(event["level"] for _, event in events) >= 2
    widest = max((event["size"] for _, event in events), key=lambda size: size["boycott_authors"])
    assert 25 <= widest["boycott_authors"] <= 30
    assert {"en", "pl"} <= set(widest["languages"])


def test_one_caller_is_no_boycott() -> None:
    """Who repeats it, in two languages, is still one."""
    calls = [
        mention(
            f"b{number}", 2 * DAY + number * 300, text=CALLS["en" if number % 2 else "pl"][0], author={"ref": "one"}
        )
        for number in range(40)
    ]
    assert [] == tell(ordinary(3), calls)


def test_a_burst_of_joy_is_at_most_a_watch() -> None:
    """Much talk is worth a look, and no crisis."""
    start = 2 * DAY + 12 * HOUR
    happy = wave(start, 120, 400, make=neutral, text="wow, love it, works great")
    events = tell(ordinary(3), [item | {"sentiment": {"score": 0.9}} for item in happy])
    legal(events)
    assert "opened" == events[0][0]
    assert start <= seconds(events[0][1]) < start + 2 * HOUR
    assert {0, 1} == {event["level"] for _, event in events}
    assert ["attention"] == [signal["name"] for signal in events[0][1]["signals"]]


def test_a_crisis_of_one_brand_is_none_of_another() -> None:
    """In the same partition."""
    from stream.partitioning import MURMUR2, partition_of

    other = next(
        name
        for name in (f"brand{number}" for number in range(50))
        if partition_of(name, 4, MURMUR2) == partition_of("acme", 4, MURMUR2)
    )
    events = tell(ordinary(3), ordinary(3, brand_id=other), wave(2 * DAY + 12 * HOUR, 30, 60))
    assert {"acme"} == {event["brand_id"] for _, event in events}


def test_a_brand_nobody_knew_is_not_in_a_crisis_because_it_is_new() -> None:
    """Its first day is quiet whatever the rate; there is nothing to compare with."""
    assert [] == tell(ordinary(1, an_hour=60))


def test_an_outage_of_a_collector_is_no_news() -> None:
    """Half a day without a mention, and what it missed never comes."""
    gap = [item for item in ordinary(5) if not at(3 * DAY) <= item["published_at"] < at(3.5 * DAY)]
    assert [] == tell(gap)
