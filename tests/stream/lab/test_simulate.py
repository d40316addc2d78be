"""Streams of known truth: the same arguments give the same bytes, and the truth fits the stream."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
import pytest

from stream.events.mention import Mention
from stream.lab.simulate import SCENARIOS, START, Scenario, SimulatedBrand, scenario, simulate, truth

DAY = Scenario(24, SCENARIOS["demo"].brands)
LAUNCH_DAYS = Scenario(48, SCENARIOS["launch"].brands)


def at(value: str) -> datetime:
    return datetime.fromisoformat(value)


@pytest.fixture(scope="module")
def launch() -> list[dict[str, Any]]:
    """A stream with a burst of joy in it."""
    return list(simulate(LAUNCH_DAYS, 3))


def test_the_same_arguments_give_the_same_stream_and_another_seed_another(launch: list[dict[str, Any]]) -> None:
    """Mention by mention."""
    assert launch[:5000] == list(islice(simulate(LAUNCH_DAYS, 3), 5000))
    assert launch[:5] != list(islice(simulate(LAUNCH_DAYS, 4), 5))


def test_mentions_are_of_the_contract(launch: list[dict[str, Any]]) -> None:
    """Each passes the door's own type, has an id of its own and an author."""
    for mention in launch[::25]:
        taken = msgspec.convert(mention, Mention)
        assert taken.author is not None
        assert taken.text
    assert len(launch) == len({(mention["brand_id"], mention["mention_id"]) for mention in launch})


def test_mentions_come_in_the_order_of_arrival(launch: list[dict[str, Any]]) -> None:
    """Collected a little after they were published: less than the usual lateness, so that none is late."""
    collected = [at(mention["collected_at"]) for mention in launch]
    assert sorted(collected) == collected
    for mention in launch[::25]:
        assert 0 < (at(mention["collected_at"]) - at(mention["published_at"])).total_seconds() < 120


def test_the_truth_fits_the_stream(launch: list[dict[str, Any]]) -> None:
    """What is told to happen happens then, to that brand: many times its usual talk."""
    told = truth(LAUNCH_DAYS, "launch", 3)
    (incident,) = told["incidents"]
    assert ("mira", "launch", False) == (incident["brand_id"], incident["kind"], incident["is_crisis"])
    begin, end = at(incident["start"]), at(incident["end"])
    assert 5 * 3600 == (end - begin).total_seconds()
    tagged = [mention for mention in launch if "#newmira" in mention["text"]]
    assert len(tagged) > 100
    assert {"mira"} == {mention["brand_id"] for mention in tagged}
    assert all(begin <= at(mention["published_at"]) <= end for mention in tagged)
    hours = Counter(
        at(mention["published_at"]).strftime("%d %H") for mention in launch if mention["brand_id"] == "mira"
    )
    inside = [f"{begin:%d} {begin.hour + offset:02}" for offset in range(1, 4)]
    assert max(hours, key=lambda hour: hours[hour]) in inside


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_says_what_is_in_it(name: str) -> None:
    """Incidents lie within the stream; only unhappy ones are crises; a quiet one has none."""
    told = truth(scenario(name), name, 1)
    assert (name, 1, "2026-01-05T00:00:00.000Z") == (told["scenario"], told["seed"], told["start"])
    for incident in told["incidents"]:
        assert (
            0
            <= incident["starts_after_hours"]
            < incident["starts_after_hours"] + incident["lasts_hours"]
            <= told["hours"]
        )
        assert incident["is_crisis"] == incident["negative"]
    assert {"quiet": 0, "crisis": 1, "launch": 1, "demo": 2}[name] == len(told["incidents"])


def test_ordinary_talk_is_as_much_as_was_said() -> None:
    """Over two weeks; quieter at night and at weekends, so a little below the rate."""
    quiet = Scenario(14 * 24, (SimulatedBrand("acme", 20.0, 0.25),))
    mentions = list(simulate(quiet, 1))
    assert 0.8 < len(mentions) / (14 * 24 * 20.0) < 1.1
    nights = sum(at(mention["published_at"]).hour in range(2, 6) for mention in mentions)
    days = sum(at(mention["published_at"]).hour in range(14, 18) for mention in mentions)
    assert nights < days / 2


def test_a_stream_may_begin_at_another_time() -> None:
    """As the demo's does."""
    later = START.replace(month=3)
    first = next(simulate(DAY, 1, later))
    assert later <= at(first["published_at"]) < later.replace(hour=1)
