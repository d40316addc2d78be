"""Mentions as the detectors see them, for tests: single ones, and seeded streams of a brand's talk."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from zlib import crc32

from detectors.observation import BOYCOTT, COPY, EMOTIONAL, KNOWN_AUTHOR, NEGATIVE

MINUTE, HOUR, DAY = 60, 3600, 86400
MONDAY = 1_767_571_200
"""2026-01-05, midnight UTC, in seconds."""


@dataclass(frozen=True, slots=True)
class Said:
    """A `detectors.observation.Observation`."""

    mention_id: str
    at_ms: int
    author: int
    flags: int = KNOWN_AUTHOR
    score_micro: int | None = 200_000
    platform: str = "x"
    language: str = "en"
    reach: int = 0
    offset: int = 0
    url: str | None = None
    terms: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    emotions: tuple[tuple[str, int], ...] = ()
    thread: int = 0
    scorer: int = 0
    fingerprint: int = 0


def said(
    at: float, author: int, *, score: float | None = 0.2, copy: bool = False, boycott: bool = False, **more
) -> Said:
    """One mention at `at` seconds, in a thread of its own; negative from -0.25 down, as at the door. `more` are fields of
    `Said`."""
    flags = KNOWN_AUTHOR | COPY * copy | BOYCOTT * boycott | EMOTIONAL * bool(more.get("emotions"))
    if score is not None and score <= -0.25:
        flags |= NEGATIVE
    micro = None if score is None else round(score * 1_000_000)
    name = f"{at}-{author}"
    usual = {"mention_id": name, "offset": int(at), "flags": flags, "score_micro": micro, "thread": person(name)}
    return Said(at_ms=round(at * 1000), author=author, **(usual | more))


def unhappy(at: float, author: int, **more) -> Said:
    """A complaint."""
    return said(at, author, **({"score": -0.6} | more))


def person(*name: object) -> int:
    """A 32-bit hash, as authors have."""
    return crc32(repr(name).encode())


def talk(
    start: float, hours: float, per_hour: float, share: float = 0.2, *, seed: int = 1, mood: float = 0.2, **more
) -> list[Said]:
    """Poisson talk of people who speak once: `per_hour` mentions, `share` of them complaints, the others in a `mood`."""
    random = Random(seed)
    found = []
    at = start + random.expovariate(per_hour / HOUR)
    while at < start + hours * HOUR:
        score = -0.6 if random.random() < share else mood
        found.append(said(at, person(seed, len(found)), score=score, **more))
        at += random.expovariate(per_hour / HOUR)
    return found


def windows(observations: Iterable[Said], seconds: int = MINUTE) -> list[tuple[int, list[Said]]]:
    """The base windows that hold something, in order."""
    found: dict[int, list[Said]] = {}
    for seen in observations:
        found.setdefault(seen.at_ms // 1000 // seconds * seconds, []).append(seen)
    return sorted(found.items())
