"""Limits that open at most so often for nothing, found on a quiet history.

Opened crises are counted at every limit as the service would open them; the lowest limit that stays within the target
is taken. A week in which nothing is over the limit has no alarm: the target is an upper bound of the rate, not a quota.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import structs

from detectors.severity import LIMITS, Policy
from detectors.signals.reading import HOT
from stream.config import Calibration, Config
from stream.errors import ServiceError
from stream.lab.intervals import next_count_interval
from stream.lab.scenario import DAY, WEEK
from stream.lab.scoring import crisis_windows, outside
from stream.lab.tape import Tape, openings
from stream.lab.truth import Truth

STEP = 0.05
HIGHEST = 20.0
CONFIDENCE = 0.99


def lowest_limits(config: Config) -> Config:
    """The configuration to take readings down with: nothing that could matter is thought calm."""
    policies = {brand_id: _without_limits(own) for brand_id, own in config.brands.policies.items()}
    return structs.replace(
        config,
        policy=dataclasses.replace(config.policy, watch=HOT, target_false_opens_per_week=0.0),
        brands=structs.replace(config.brands, policies=policies),
    )


class Crises:
    """Those that are known to be in a history: what opens in them is right, and their time is no quiet time."""

    def __init__(self, truth: Truth | None = None) -> None:
        self._truth = truth

    def of(self, brand_id: str) -> list[tuple[float, float]]:
        """`[start, end)` of those of a brand, with their grace."""
        return crisis_windows(self._truth, brand_id) if self._truth is not None else []


def calibrate(tape: Tape, config: Config, target: float, crises: Crises) -> Config:
    """The configuration with the lowest limits that keep to the target, a brand and week.

    Openings and time of known `crises` do not count. Brands with limits of their own are left as
    they are, and out. Raises `ServiceError` where no limit does, and for a history of less than a week.
    """
    rows, seconds = tape.rows, tape.watched
    if seconds < WEEK:
        raise ServiceError(f"the history is {seconds / DAY:.1f} days long: a rate a week needs a week at least")
    brands = [brand_id for brand_id in rows if not _own_limits(config, brand_id)]
    windows = {brand_id: crises.of(brand_id) for brand_id in brands}
    quiet = sum(outside(tape.since, tape.until, windows[brand_id]) - tape.silent for brand_id in brands)
    weeks = quiet / WEEK
    if not brands:
        raise ServiceError("there is no brand whose limits are not set in [brands.<id>]: nothing to calibrate")

    def opened(limit: float) -> list[tuple[str, int]]:
        return [
            (brand_id, at)
            for brand_id in brands
            for at in openings(rows[brand_id], _with_watch(config.policy_for(brand_id), limit))
            if not any(start <= at < end for start, end in windows[brand_id])
        ]

    limits = [round(HOT + STEP * number, 2) for number in range(round((HIGHEST - HOT) / STEP) + 1)]
    place = bisect_left(limits, True, key=lambda limit: len(opened(limit)) <= target * weeks)  # noqa: FBT003
    if place == len(limits):
        raise ServiceError(
            f"even a limit of {HIGHEST:g} opens more often than {target:g} a brand-week: is there a crisis in this "
            "history, or is it too short for so low a rate?"
        )
    at_limit = opened(limits[place])
    low, high = next_count_interval(_by_week(at_limit, brands, tape), CONFIDENCE)
    policy = _with_watch(config.policy, limits[place])
    found = Calibration(
        target_opens_per_week=target,
        opens_per_week=round(len(at_limit) / weeks, 4),
        low=round(low / weeks, 4),
        high=round(high / weeks, 4),
        brand_weeks=round(weeks, 2),
        watch=policy.watch,
    )
    calibrated: Config = structs.replace(config, policy=policy, calibration=found)
    return calibrated


def as_toml(config: Config) -> str:
    """The tables `[policy]` and `[calibration]` of a configuration."""
    default, policy = dataclasses.asdict(Policy()), dataclasses.asdict(config.policy)
    own = {key: value for key, value in policy.items() if key in LIMITS or value != default[key]}
    found = {name: getattr(config.calibration, name) for name in Calibration.__struct_fields__}
    return "\n".join(["[policy]", *_lines(own), "", "[calibration]", *_lines(found), ""])


def as_text(config: Config) -> str:
    """What was found, for people."""
    found = config.calibration
    if found is None:
        return "not calibrated"
    return (
        f"limit of a watch: {found.watch:g}. On {found.brand_weeks:.0f} brand-weeks it opens {found.opens_per_week:.3f} "
        f"a brand-week (asked for: at most {found.target_opens_per_week:g}); of histories as long as this one, "
        f"{100 * CONFIDENCE:.0f} % have {found.low:.3f} to {found.high:.3f}"
    )


def _lines(values: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {value}" for key, value in values.items()]


def _with_watch(policy: Policy, limit: float) -> Policy:
    """A policy with another limit of a watch, fixed; the limits of higher levels are never below it."""
    raised = {name: max(limit, getattr(policy, name)) for name in LIMITS[1:]}
    return dataclasses.replace(policy, watch=limit, target_false_opens_per_week=0.0, **raised)


def _own_limits(config: Config, brand_id: str) -> bool:
    return any(name in config.brands.policies.get(brand_id, {}) for name in LIMITS)


def _without_limits(own: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in own.items() if key not in {*LIMITS, "target_false_opens_per_week"}}


def _by_week(opened: Sequence[tuple[str, int]], brands: Sequence[str], tape: Tape) -> list[int]:
    """Openings of each brand in each week, the weeks without any too."""
    last = max(0, round((tape.until - tape.since) / WEEK) - 1)
    counts = Counter((brand_id, min(last, max(0, int((at - tape.since) // WEEK)))) for brand_id, at in opened)
    weeks = len(brands) * max(1, round(tape.watched / WEEK))
    return [*counts.values(), *[0] * (weeks - len(counts))]
