"""What goes wrong between the platforms and us: nobody talks otherwise than usual, yet the records are others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

from stream.lab.scenario import HOUR, Arrival, Fault, FaultName, Scenario
from stream.lab.stamps import stamp

CATCH_UP_SECONDS = 900.0
"""How long a collector that was stalled takes to deliver what it missed."""
MISSING_SHARE = 0.15
SCORER_SHIFT = -0.2
"""What a new scorer's scores differ by."""


class Faults:
    """Puts the faults of a scenario upon the mentions of a world, hour by hour: upon those that reach us in its time."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._faults: dict[str, list[tuple[Fault, Random]]] = {}
        for story in scenario.stories:
            if isinstance(story, Fault):
                own = Random(f"fault/{seed}/{story.story_id}")  # noqa: S311 -- a simulation, not a secret
                self._faults.setdefault(story.brand_id, []).append((story, own))

    def apply(self, arrivals: Iterable[Arrival]) -> list[Arrival]:
        """The same mentions as they reach us."""
        found: list[Arrival] = []
        for arrival in arrivals:
            reached = [arrival]
            for fault, random in self._faults.get(arrival.mention["brand_id"], ()):
                if fault.start <= arrival.at < fault.end:
                    reached = [late for one in reached for late in FAULTS[fault.fault](one, fault, random)]
            found += reached
        return found


def _stall(arrival: Arrival, fault: Fault, _random: Random) -> list[Arrival]:
    """Nothing comes until the end, then everything, in order."""
    waited = (arrival.at - fault.start) / (fault.end - fault.start)
    return [_collected(arrival, fault.end + waited * CATCH_UP_SECONDS)]


def _refresh(arrival: Arrival, _fault: Fault, random: Random) -> list[Arrival]:
    """The same mention again, with more likes."""
    found, likes = [arrival], 0
    for revision in range(1, random.randint(1, 3) + 1):
        likes += random.randint(1, 40)
        at = arrival.at + revision * random.uniform(600.0, HOUR)
        newer = _collected(arrival, at)
        newer.mention["revision"] = revision
        newer.mention["engagement"] = {"likes": likes}
        found.append(newer)
    return found


def _unscored(arrival: Arrival, _fault: Fault, _random: Random) -> list[Arrival]:
    """The scorer is down: neither a score nor a text to make one of."""
    mention = {key: value for key, value in arrival.mention.items() if key not in {"sentiment", "text", "intents"}}
    return [arrival._replace(mention=mention)]


def _rescored(arrival: Arrival, _fault: Fault, _random: Random) -> list[Arrival]:
    """Another model, which sees everything darker."""
    sentiment = arrival.mention.get("sentiment")
    if sentiment is None:
        return [arrival]
    score = round(max(-1.0, sentiment["score"] + SCORER_SHIFT), 3)
    mention = {**arrival.mention, "sentiment": {"score": score, "model": "simulated-2"}}
    return [arrival._replace(mention=mention)]


def _clock_back(arrival: Arrival, _fault: Fault, _random: Random) -> list[Arrival]:
    """One platform's clocks go back: what is new there looks an hour old."""
    if arrival.mention["platform"] != "x":
        return [arrival]
    earlier = arrival.published_at - HOUR
    mention = {**arrival.mention, "published_at": stamp(earlier)}
    return [Arrival(arrival.at, earlier, mention, arrival.story)]


def _twice(arrival: Arrival, _fault: Fault, random: Random) -> list[Arrival]:
    return [arrival, arrival._replace(at=arrival.at + random.uniform(1.0, 60.0))]


def _anonymous(arrival: Arrival, _fault: Fault, random: Random) -> list[Arrival]:
    if random.random() >= MISSING_SHARE:
        return [arrival]
    return [arrival._replace(mention={key: value for key, value in arrival.mention.items() if key != "author"})]


def _collected(arrival: Arrival, at: float) -> Arrival:
    return arrival._replace(at=at, mention={**arrival.mention, "collected_at": stamp(at)})


FAULTS: dict[FaultName, Callable[[Arrival, Fault, Random], list[Arrival]]] = {
    "collector_stall": _stall,
    "engagement_refreshes": _refresh,
    "sentiment_outage": _unscored,
    "scorer_change": _rescored,
    "clock_back": _clock_back,
    "delivered_twice": _twice,
    "authors_missing": _anonymous,
}
