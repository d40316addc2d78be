"""Streams of mentions of known truth: a few brands, their ordinary talk, and what happens to them.

The same scenario, seed and start give the same bytes.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from stream.errors import ConfigError
from stream.events.rules import did_you_mean
from stream.lab.phrases import COMPLAINTS, PRAISE, SMALL_TALK

HOUR = 3600
START = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday; where a stream begins unless told otherwise."""
PLATFORM_SHARES = {"x": 0.45, "facebook": 0.2, "instagram": 0.15, "reddit": 0.12, "review": 0.08}
NOISE_SHAPE = 12.0
"""Gamma shape of two hours' noise around the expected rate: variance of the rate = rate squared / 12."""
COPY_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that happens to a brand. Times in hours from the start of the stream."""

    kind: str
    starts_after_hours: float
    lasts_hours: float
    factor: float
    """At its height, so many times the usual negative talk on top of it."""
    doubling_minutes: float
    complaints: str
    """Which phrases carry it."""
    hashtag: str | None = None
    boycott: bool = False
    negative: bool = True


@dataclass(frozen=True, slots=True)
class SimulatedBrand:
    """A brand's ordinary talk and its incidents."""

    brand_id: str
    mentions_per_hour: float
    negative_share: float
    languages: tuple[str, ...] = ("en",)
    incidents: tuple[Incident, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Scenario:
    """Brands, and for how long they are watched."""

    hours: int
    brands: tuple[SimulatedBrand, ...]


BATTERY = Incident("safety", 60.0, 6.0, 12.0, 20.0, "battery", "#voltafire", boycott=True)
LAUNCH = Incident("launch", 40.0, 5.0, 14.0, 15.0, "launch", "#newmira", negative=False)
QUIET_BRANDS = (
    SimulatedBrand("volta", 60.0, 0.16, ("en", "en", "pl")),
    SimulatedBrand("mira", 120.0, 0.12, ("en",)),
    SimulatedBrand("kavarna", 25.0, 0.2, ("uk", "en")),
    SimulatedBrand("nordbank", 40.0, 0.3, ("en", "pl")),
    SimulatedBrand("zdorovo", 8.0, 0.2, ("uk", "ru")),
)
SCENARIOS = {
    "quiet": Scenario(14 * 24, QUIET_BRANDS),
    "crisis": Scenario(
        5 * 24, (SimulatedBrand("volta", 60.0, 0.16, ("en", "en", "pl"), (BATTERY,)), *QUIET_BRANDS[1:])
    ),
    "launch": Scenario(
        5 * 24, (QUIET_BRANDS[0], SimulatedBrand("mira", 120.0, 0.12, ("en",), (LAUNCH,)), *QUIET_BRANDS[2:])
    ),
    "demo": Scenario(
        72,
        (
            SimulatedBrand("volta", 60.0, 0.16, ("en", "en", "pl"), (BATTERY,)),
            SimulatedBrand("mira", 120.0, 0.12, ("en",), (LAUNCH,)),
            *QUIET_BRANDS[2:],
        ),
    ),
}


def scenario(name: str) -> Scenario:
    """A scenario by name. Raises `ConfigError`."""
    if name not in SCENARIOS:
        raise ConfigError("--scenario", f"{name} is none of {', '.join(SCENARIOS)}{did_you_mean(name, SCENARIOS)}")
    return SCENARIOS[name]


def simulate(chosen: Scenario, seed: int, start: datetime = START) -> Iterator[dict[str, Any]]:
    """The mentions of a scenario in order of arrival, as records of the contract."""
    random = Random(seed)  # noqa: S311 -- a simulation, not a secret
    begin = start.timestamp()
    held: list[tuple[float, dict[str, Any]]] = []
    noise = {brand.brand_id: 1.0 for brand in chosen.brands}
    for hour in range(chosen.hours):
        for brand in chosen.brands:
            if hour % 2 == 0:
                noise[brand.brand_id] = random.gammavariate(NOISE_SHAPE, 1.0 / NOISE_SHAPE)
            held += _hour(random, brand, begin, hour, noise[brand.brand_id])
        held.sort(key=lambda pair: (pair[0], pair[1]["mention_id"]))
        until = begin + (hour + 1) * HOUR
        while held and held[0][0] < until:
            yield held.pop(0)[1]
    for _, mention in held:
        yield mention


def truth(chosen: Scenario, name: str, seed: int, start: datetime = START) -> dict[str, Any]:
    """What really happens in a scenario, with its times."""
    incidents = [
        {
            "brand_id": brand.brand_id,
            **asdict(incident),
            "start": _rfc3339(start.timestamp() + incident.starts_after_hours * HOUR),
            "end": _rfc3339(start.timestamp() + (incident.starts_after_hours + incident.lasts_hours) * HOUR),
            "is_crisis": incident.negative,
        }
        for brand in chosen.brands
        for incident in brand.incidents
    ]
    return {
        "scenario": name,
        "seed": seed,
        "start": _rfc3339(start.timestamp()),
        "hours": chosen.hours,
        "incidents": incidents,
    }


def write(name: str, seed: int, out: Path, start: datetime = START) -> int:
    """Write `mentions.jsonl.gz` and `truth.json`; returns the number of mentions."""
    chosen = scenario(name)
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    # no time and no name in the header: the same arguments give the same bytes
    with (out / "mentions.jsonl.gz").open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        for mention in simulate(chosen, seed, start):
            packed.write(json.dumps(mention, ensure_ascii=False).encode() + b"\n")
            count += 1
    (out / "truth.json").write_text(json.dumps(truth(chosen, name, seed, start), indent=2) + "\n", encoding="utf-8")
    return count


def _hour(
    random: Random, brand: SimulatedBrand, begin: float, hour: int, noise: float
) -> list[tuple[float, dict[str, Any]]]:
    """(arrival, mention) of one brand in one hour."""
    at = begin + hour * HOUR
    usual = brand.mentions_per_hour * _time_of_day(at) * noise
    found = []
    for _ in range(_poisson(random, usual)):
        negative = random.random() < brand.negative_share
        found.append(_mention(random, brand, at + random.random() * HOUR, None, negative=negative))
    for incident in brand.incidents:
        for minute in range(60):
            intensity = _intensity(incident, hour + minute / 60.0)
            extra = incident.factor * brand.mentions_per_hour * brand.negative_share * intensity / 60.0
            for _ in range(_poisson(random, extra)):
                when = at + (minute + random.random()) * 60.0
                found.append(_mention(random, brand, when, incident, negative=incident.negative))
    return found


def _intensity(incident: Incident, hours: float) -> float:
    """0 to 1: grows by doubling from a twentieth, then falls off over the second half."""
    since = hours - incident.starts_after_hours
    if not 0.0 <= since <= incident.lasts_hours:
        return 0.0
    grown = min(1.0, 0.05 * 2.0 ** (since * 60.0 / incident.doubling_minutes))
    return float(grown * min(1.0, 2.0 * (1.0 - since / incident.lasts_hours)))


def _mention(
    random: Random, brand: SimulatedBrand, at: float, incident: Incident | None, *, negative: bool
) -> tuple[float, dict[str, Any]]:
    arrival = at + 5.0 + random.random() * 85.0
    language = random.choice(brand.languages)
    author = int(random.paretovariate(0.6)) % 50_000 if incident is None else random.randrange(1_000_000)
    mention: dict[str, Any] = {
        "mention_id": f"{brand.brand_id}-{random.getrandbits(48):012x}",
        "brand_id": brand.brand_id,
        "published_at": _rfc3339(at),
        "collected_at": _rfc3339(arrival),
        "platform": random.choices(list(PLATFORM_SHARES), list(PLATFORM_SHARES.values()))[0],
        "text": _text(random, language, incident, negative=negative),
        "language": language,
        "author": {"ref": f"a{author:x}", "followers": int(random.paretovariate(0.9) * 20)},
    }
    if random.random() < COPY_SHARE:
        mention["repost_of"] = f"{brand.brand_id}-{random.getrandbits(48):012x}"
    return arrival, mention


def _text(random: Random, language: str, incident: Incident | None, *, negative: bool) -> str:
    if incident is not None:
        phrases = COMPLAINTS[incident.complaints].get(language) or COMPLAINTS[incident.complaints]["en"]
        text = random.choice(phrases)
        if incident.boycott and random.random() < 0.12:
            text += " " + random.choice(COMPLAINTS["boycott"].get(language) or COMPLAINTS["boycott"]["en"])
        return f"{text} {incident.hashtag}" if incident.hashtag and random.random() < 0.5 else text
    if negative:
        return random.choice(COMPLAINTS["usual"][language])
    return random.choice(PRAISE[language] if random.random() < 0.45 else SMALL_TALK[language])


def _time_of_day(at: float) -> float:
    """Quiet nights: between 0.3 at four in the morning and 1.7 in the afternoon, UTC; quieter weekends."""
    hours = at / HOUR % 24.0
    weekend = datetime.fromtimestamp(at, UTC).weekday() >= 5
    return (1.0 + 0.7 * math.sin((hours - 10.0) / 24.0 * 2.0 * math.pi)) * (0.75 if weekend else 1.0)


def _poisson(random: Random, mean: float) -> int:
    """Knuth's method in pieces: means here are hundreds at most."""
    count = 0
    while mean > 30.0:
        count, mean = count + _poisson(random, 30.0), mean - 30.0
    limit, product = math.exp(-mean), random.random()
    while product > limit:
        count += 1
        product *= random.random()
    return count


def _rfc3339(at: float) -> str:
    return datetime.fromtimestamp(round(at, 3), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
