"""Limits tried on readings that were taken down, and those chosen for a wanted rate."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from msgspec import structs

from detectors.severity import Policy
from detectors.signals.reading import Reading
from stream.adapters.files import Source
from stream.app import replay
from stream.config import Config
from stream.errors import ServiceError
from stream.lab import simulate
from stream.lab.calibrate import Crises, as_text, as_toml, calibrate, lowest_limits
from stream.lab.recorder import Recorder
from stream.lab.scenario import WEEK
from stream.lab.scenarios import scenario
from stream.lab.stamps import stamp
from stream.lab.tape import Row, Tape, openings
from stream.lab.truth import read_truth
from stream.lab.wishes import Wishes
from stream.ports import Input
from stream.runner import Observer
from stream.settings import load

START = 1_767_571_200  # a Monday
DAY = 86400


def run(config: Config, mentions: Path, observer: Observer, batch_lines: int = 500) -> None:
    """The core over a file, to its last window."""
    runner, log = replay(config, [Source(Input.MENTIONS, str(mentions))], None, [observer], batch_lines)
    runner.run(lambda: False, commit_interval_seconds=0.0, poll_seconds=0.0)
    runner.flush()
    log.close()


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two brands, two weeks, two crises."""
    out = tmp_path_factory.mktemp("month")
    simulate.write(scenario("crises", 4, Wishes(brands=2, weeks=2, rates=(20.0, 20.0))), "flow", 4, out)
    return out


@pytest.fixture(scope="module")
def tape(month: Path) -> Tape:
    """Its readings."""
    taken = Tape()
    run(lowest_limits(Config()), month / "mentions.jsonl.gz", taken)
    return taken


@pytest.mark.slow
@pytest.mark.parametrize(
    "policy",
    [
        Policy(target_false_opens_per_week=0.0),
        Policy(
            target_false_opens_per_week=0.0,
            watch=2.5,
            issue=2.6,
            lower_ratio=0.8,
            recovery_seconds=1800,
            reopen_within_seconds=600,
        ),
        Policy(target_false_opens_per_week=0.0, watch=4.0, issue=4.5, major=5.0, min_authors=9, pending_seconds=600),
    ],
)
def test_a_policy_tried_opens_when_the_service_would(month: Path, tape: Tape, policy: Policy) -> None:
    """To the window: the same code decides on the same readings."""
    recorder = Recorder()
    run(Config(policy=policy), month / "mentions.jsonl.gz", recorder)
    really = {brand_id: [found.opened_at for found in recorder.found(brand_id)] for brand_id in sorted(tape.rows)}
    assert sum(map(len, really.values())) >= 2
    assert really == {brand_id: openings(rows, policy) for brand_id, rows in sorted(tape.rows.items())}


def reading(score: float, end: int, name: str = "negativity") -> Reading:
    return Reading(name, end - 3600, end, 9.0, 2.0, 0.0, 5.0, score, 100, True, "made up")


def row(days: float, score: float, people: int = 50) -> Row:
    """One window, so many days after the start."""
    end = int(START + days * DAY) // 60 * 60
    return Row(end, (reading(score, end),), {"negativity": people})


def taped(peaks: dict[str, list[tuple[float, float]]], weeks: float = 4.0) -> Tape:
    """Brand: peaks at (days, score)."""
    made = Tape()
    made.since, made.until = START, int(START + weeks * WEEK)
    made.rows = {brand_id: [row(*peak) for peak in own] for brand_id, own in peaks.items()}
    return made


FOUR = {"acme": [(3.0, 3.12), (9.0, 4.31), (15.0, 5.2), (21.0, 2.7)], "bmw": []}
"""Eight brand-weeks with four peaks, each days after the other: a crisis each, where the limit is below."""


@pytest.mark.parametrize(
    ("target", "watch", "opened"),
    [(10.0, 2.5, 4), (0.5, 2.5, 4), (0.4, 2.75, 3), (0.25, 3.15, 2), (0.2, 4.35, 1), (0.1, 5.25, 0)],
)
def test_the_lowest_limit_within_the_target_is_taken(target: float, watch: float, opened: int) -> None:
    """Counted by hand: 4 in 8 weeks are 0.5 a week; limits are tried in steps of 0.05."""
    found = calibrate(taped(FOUR), Config(), target, Crises()).calibration
    assert found is not None
    assert (watch, opened / 8.0, 8.0) == (found.watch, found.opens_per_week, found.brand_weeks)
    assert found.low <= found.opens_per_week <= found.high


def test_a_long_silence_is_no_quiet_history(tmp_path: Path) -> None:
    """Two weeks, and ten years later one more: four weeks, as a silence counts for one."""
    lines = [
        orjson.dumps(
            {
                "mention_id": f"m{hour}",
                "brand_id": "acme",
                "published_at": stamp(START + hour * 3600),
                "platform": "x",
                "sentiment": {"score": 0.5},
            }
        )
        for hour in (*range(-520 * 168, -518 * 168), *range(168))
    ]
    (tmp_path / "mentions.jsonl").write_bytes(b"\n".join(lines))
    taken = Tape()
    run(lowest_limits(Config()), tmp_path / "mentions.jsonl", taken, 20)
    found = calibrate(taken, Config(), 1.0, Crises()).calibration
    assert found is not None
    assert 4.0 == pytest.approx(found.brand_weeks, abs=0.3)


def test_limits_of_higher_levels_are_never_below() -> None:
    config = calibrate(taped(FOUR), Config(), 0.1, Crises())
    assert (5.25, 5.25, 5.25, 7.0) == config.policy.limits


def test_floors_hold_when_a_limit_is_tried() -> None:
    """Four people open nothing, however strange."""
    few = {"acme": [(3.0, 9.0), (9.0, 9.0)]}
    made = taped(few)
    made.rows = {"acme": [line._replace(people={"negativity": 4}) for line in made.rows["acme"]]}
    found = calibrate(made, Config(), 0.1, Crises()).calibration
    assert found is not None
    assert (2.5, 0.0) == (found.watch, found.opens_per_week)


@pytest.mark.slow
def test_a_crisis_that_is_known_does_not_count(month: Path, tape: Tape) -> None:
    """With the truth the same target needs no higher limit than without."""
    truth = read_truth(month / "truth.json")
    known = calibrate(tape, Config(), 0.25, Crises(truth)).policy.watch
    unknown = calibrate(tape, Config(), 0.25, Crises()).policy.watch
    assert 2.5 <= known < unknown


def test_a_brand_with_limits_of_its_own_is_left_alone() -> None:
    """Its openings do not count, its weeks neither."""
    config = structs.replace(
        Config(), brands=structs.replace(Config().brands, policies={"acme": {"watch": 3.0}, "bmw": {"min_authors": 7}})
    )
    found = calibrate(taped(FOUR), config, 0.1, Crises())
    assert found.calibration is not None
    assert (4.0, 2.5) == (found.calibration.brand_weeks, found.calibration.watch)
    assert {"min_authors": 7} == lowest_limits(config).brands.policies["bmw"]
    assert {} == lowest_limits(config).brands.policies["acme"]
    assert ("org", "org", "calibrated") == tuple(map(found.threshold_source, ("acme", "bmw", "else")))


@pytest.mark.parametrize(
    ("made", "match"),
    [
        (lambda: taped({}), "nothing to calibrate"),
        (lambda: taped(FOUR, weeks=0.5), "3.5 days long"),
        (lambda: taped({"acme": [(float(day), 99.0) for day in range(1, 28, 3)]}), "even a limit of 20"),
    ],
)
def test_what_cannot_be_calibrated_is_said(made: Callable[[], Tape], match: str) -> None:
    with pytest.raises(ServiceError, match=match):
        calibrate(made(), Config(), 0.1, Crises())


def test_the_policy_is_a_configuration(tmp_path: Path) -> None:
    """Read back it is the same, names itself as calibrated, and no longer once somebody changes the limit."""
    config = calibrate(taped(FOUR), Config(policy=Policy(min_authors=6)), 0.2, Crises())
    path = tmp_path / "calibrated.toml"
    path.write_text(as_toml(config), encoding="utf-8")
    again = load(path, {})
    assert (config.policy, config.calibration) == (again.policy, again.calibration)
    limits = {"target_false_opens_per_week", "watch", "issue", "major", "severe"}
    assert {*limits, "min_authors"} == tomllib.loads(as_toml(config))["policy"].keys()
    assert "calibrated" == again.threshold_source("acme")
    assert "org" == load(path, {}, {"policy.watch": 4.2}).threshold_source("acme")
    assert "asked for: at most 0.2" in as_text(again)


def test_a_calibration_decides_nothing() -> None:
    """Only its limits do: the record of how they were found is no part of the digest."""
    config = calibrate(taped(FOUR), Config(), 0.2, Crises())
    by_hand = Config(policy=dataclasses.replace(config.policy))
    assert by_hand.config_hash() == config.config_hash()
