"""What one policy, or two, would have done with a stream; beside them, if wanted, the rules of others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import structs

from detectors.severity import LIMITS
from stream.config import Config
from stream.lab.figures import breakdown, figures
from stream.lab.findings import Backtest, Brand, Found, Hours, Policy, Story
from stream.lab.intervals import rate_interval
from stream.lab.reader import CountedHours, Reader
from stream.lab.recorder import WHOLE_HOUR, Expected, Recorder
from stream.lab.scenario import WEEK
from stream.lab.scoring import Alarm, Judged, judge, told_until
from stream.lab.truth import TrueBrand, TrueStory, Truth

LEVELS = (1, 2, 3)
"""At which our own alarms are judged."""
WORTH_COMPARING, UNLIKE = 500.0, 2.0
"""A stream of so many usual mentions that has half or twice as many is another one."""


class Run(NamedTuple):
    """What a policy is called, its configuration, and what was recorded of it."""

    name: str
    config: Config
    recorder: Recorder


def backtest(
    files: Sequence[str], runs: Sequence[Run], reader: Reader, truth: Truth | None, *, rivals: bool
) -> Backtest:
    """Put together what was recorded."""
    brand_ids = {brand_id for run in runs for brand_id in run.recorder.all_found()} | reader.hours.keys()
    end = reader.end * WHOLE_HOUR
    weeks = len(brand_ids) * reader.watched_hours * WHOLE_HOUR / WEEK
    brands = [_brand(brand_id, runs, reader, truth) for brand_id in brand_ids]
    brands.sort(key=lambda brand: (not any(brand.found), -brand.mentions, brand.brand_id))
    alarms = reader.alarms() if rivals else {}
    judged = judged_runs(runs, truth) if truth else {}
    return Backtest(
        files=list(files),
        start=reader.start * WHOLE_HOUR,
        end=end,
        brand_weeks=round(weeks, 3),
        mentions=dict(runs[0].recorder.mentions),
        policies=[_policy(run, number, brands, weeks, end) for number, run in enumerate(runs)],
        brands=brands,
        stories=[_story(story) for story in truth.stories if story.end > truth.judged_from] if truth else [],
        scores=_scores(judged, alarms, truth) if truth else _rates(runs, alarms, weeks, end),
        breakdown=breakdown(next(iter(judged.values()))) if judged else None,
    )


def fits(truth: Truth, reader: Reader) -> bool:
    """Whether it can be the truth of what was read: it knows every brand, about how much was said, and the times meet."""
    known = {brand.brand_id for brand in truth.brands}
    met = reader.start * WHOLE_HOUR < truth.end and reader.end * WHOLE_HOUR > truth.start
    return met and reader.hours.keys() <= known and all(_fits(brand, truth, reader) for brand in truth.brands)


def _fits(brand: TrueBrand, truth: Truth, reader: Reader) -> bool:
    """Whether about as much was said of a brand as is usual, in the hours that were read; stories only add to it."""
    counted = reader.hours.get(brand.brand_id)
    first = int(truth.start // WHOLE_HOUR)
    usual = sum(brand.expected[max(0, reader.start - first) : max(0, reader.end - first)])
    if counted is None or usual < WORTH_COMPARING:
        return True
    told = sum(sum(story.mentions) for story in truth.stories if story.brand_id == brand.brand_id)
    return usual / UNLIKE <= sum(counted.mentions) <= UNLIKE * (usual + told)


def own_alarms(found: Mapping[str, Sequence[Found]], level: int, end: float) -> list[Alarm]:
    """Alarms of at least a level: each time it was reached from below, until it was left."""
    return [
        alarm
        for brand_id, crises in found.items()
        for crisis in crises
        for alarm in _spells(brand_id, crisis, level, end)
    ]


def _spells(brand_id: str, crisis: Found, level: int, end: float) -> Iterable[Alarm]:
    path: list[tuple[float, int]] = []
    for step in crisis.steps:
        if step.level >= level:
            path.append((step.at, step.level))
        elif path:
            yield Alarm(brand_id, path[0][0], step.at, tuple(path))
            path = []
    if path:
        yield Alarm(brand_id, path[0][0], max(path[0][0], end), tuple(path))


def judged_runs(runs: Sequence[Run], truth: Truth) -> dict[str, Judged]:
    """Our own alarms at each level against the truth, in order."""
    return {name: judge(truth, alarms) for name, alarms in _at_levels(runs, truth.end).items()}


def _at_levels(runs: Sequence[Run], end: float) -> dict[str, list[Alarm]]:
    """Our own alarms at each level, in order."""
    found = [(run.name, run.recorder.all_found()) for run in runs]
    return {f"{name}, level {level}": own_alarms(crises, level, end) for name, crises in found for level in LEVELS}


def _scores(judged: Mapping[str, Judged], alarms: Mapping[str, list[Alarm]], truth: Truth) -> list[dict[str, Any]]:
    everybody = {**judged, **{name: judge(truth, own) for name, own in alarms.items()}}
    return [figures(name, one) for name, one in everybody.items()]


def _rates(runs: Sequence[Run], alarms: Mapping[str, list[Alarm]], weeks: float, end: float) -> list[dict[str, Any]]:
    """Where the truth is not known, and there is something to compare with: how often everybody speaks."""
    if not alarms:
        return []
    everybody = {**_at_levels(runs, end), **alarms}
    return [_rate(name, len(own), weeks) for name, own in everybody.items()]


def _rate(name: str, alerts: int, weeks: float) -> dict[str, Any]:
    low, high = rate_interval(alerts, weeks)
    key = "alerts_per_brand_week"
    rounded = {key: round(alerts / weeks, 3), f"{key}_low": round(low, 3), f"{key}_high": round(high, 3)}
    return {"name": name, "alerts": alerts, **rounded}


def _brand(brand_id: str, runs: Sequence[Run], reader: Reader, truth: Truth | None) -> Brand:
    counted = reader.hours.get(brand_id)
    hours = _hours(counted, runs[0].recorder.expected.get(brand_id)) if counted else _no_hours(reader)
    return Brand(
        brand_id=brand_id,
        mentions=sum(hours.mentions),
        hours=hours,
        found=[[_with_truth(found, brand_id, truth) for found in run.recorder.found(brand_id)] for run in runs],
    )


def _hours(counted: CountedHours, expected: Expected | None) -> Hours:
    mentions = counted.mentions
    hours = range(counted.start, counted.start + len(mentions))
    band = [expected.of(hour) if expected else (0.0, 0.0) for hour in hours]
    return Hours(
        start=counted.start * WHOLE_HOUR,
        mentions=mentions,
        negative=counted.negative,
        scored=counted.scored,
        expected=[round(usual, 2) for usual, _ in band],
        expected_high=[round(high, 2) for _, high in band],
    )


def _no_hours(reader: Reader) -> Hours:
    """Of a brand that only the second policy takes."""
    none = [0] * (reader.end - reader.start)
    usual = [0.0] * len(none)
    return Hours(reader.start * WHOLE_HOUR, none, none, none, usual, usual)


def _with_truth(found: Found, brand_id: str, truth: Truth | None) -> Found:
    """Says which story an opening fell into, a crisis before anything else; of the learning time not that it was none."""
    if truth is None:
        return found
    stories = [story for story in truth.stories if story.brand_id == brand_id]
    around = [story for story in stories if story.start <= found.opened_at < told_until(story)]
    around.sort(key=lambda story: (not story.is_crisis, story.start))
    if not around and found.opened_at < truth.judged_from:
        return found
    return structs.replace(found, truth=around[0].name if around else "nothing")


def _policy(run: Run, number: int, brands: Sequence[Brand], weeks: float, end: int) -> Policy:
    own = {brand.brand_id: brand.found[number] for brand in brands}
    crises = [found for of_brand in own.values() for found in of_brand]
    levels = Counter(str(found.peak_level) for found in crises)
    seconds = sum(alarm.until - alarm.at for alarm in own_alarms(own, 1, end))
    return Policy(
        name=run.name,
        config_hash=run.config.config_hash(),
        opened=len(crises),
        opened_per_brand_week=round(len(crises) / weeks, 3),
        by_peak_level=dict(sorted(levels.items())),
        hours_open=round(seconds / WHOLE_HOUR, 1),
        limits=dict(zip(LIMITS, run.config.policy.limits, strict=True)),
    )


def _story(story: TrueStory) -> Story:
    known = story.details
    told = [known.get("kind", ""), f"x{known['factor']:g}" if "factor" in known else "", known.get("profile", "")]
    return Story(
        brand_id=story.brand_id,
        name=story.name,
        start=int(story.start),
        end=int(story.end),
        is_crisis=story.is_crisis,
        detail=", ".join(part for part in told if part),
        again="phase_of" in known,
    )


def policy_name(path: Path | None) -> str:
    """What a policy is called in a report."""
    return path.stem if path is not None else "default"
