"""From what was recorded to what is found: alarms of our own crises, and what is put together of a run."""

from __future__ import annotations

import orjson
import pytest
from msgspec.structs import replace

from stream.config import Config
from stream.lab.backtest import Run, backtest, fits, own_alarms
from stream.lab.digest import as_text
from stream.lab.findings import Backtest, Found, Step
from stream.lab.reader import Reader
from stream.lab.recorder import Recorder
from stream.lab.scenario import HOUR, WEEK
from stream.lab.stamps import stamp
from stream.lab.truth import Truth
from tests.backtests import backtest as made
from tests.backtests import crisis
from tests.backtests import story as told_story
from tests.truths import DAY, JUDGED, START, story, truth

END = START + 2 * WEEK
START_AT = 1_785_888_000
"""Wednesday 5 August 2026, among the findings that are made up."""


def found(*steps: tuple[int, str, int]) -> Found:
    """A crisis of these steps: time, verb, level."""
    return replace(crisis("acme", 0), steps=[Step(*step) for step in steps])


def alarms(level: int, *steps: tuple[int, str, int]) -> list[tuple[float, float, list[float], int]]:
    """Start, end, tellings and highest level of each alarm of such a crisis, in a stream that ends at 1000."""
    own = own_alarms({"acme": [found(*steps)]}, level, 1000.0)
    assert {"acme"} >= {alarm.brand_id for alarm in own}
    return [(alarm.at, alarm.until, alarm.tellings, alarm.level_within(0, 2000)) for alarm in own]


# ---------------------------------------------------------------- alarms of our own


def test_an_alarm_stands_from_the_opening_until_it_is_resolved() -> None:
    """That it is closed later, confirmed and updated changes nothing."""
    steps = [(10, "opened", 1), (20, "confirmed", 1), (30, "updated", 1), (50, "resolved", 0), (90, "closed", 0)]
    assert [(10, 50, [10], 1)] == alarms(1, *steps)


def test_what_is_open_at_the_end_stands_until_then() -> None:
    assert [(10, 1000, [10], 1)] == alarms(1, (10, "opened", 1))
    assert [(1200, 1200, [1200], 1)] == alarms(1, (1200, "opened", 1))


def test_each_rise_is_told() -> None:
    """Also to a level it had before."""
    steps = [(10, "opened", 1), (20, "escalated", 3), (30, "deescalated", 2), (40, "escalated", 3), (50, "resolved", 0)]
    assert [(10, 50, [10, 20, 40], 3)] == alarms(1, *steps)


def test_an_alarm_of_a_level_stands_while_it_is_reached() -> None:
    """It opens each time the level is reached from below."""
    steps = [(10, "opened", 1), (20, "escalated", 2), (30, "deescalated", 1), (40, "escalated", 3), (50, "resolved", 0)]
    assert [(20, 30, [20], 2), (40, 50, [40], 3)] == alarms(2, *steps)
    assert [(40, 50, [40], 3)] == alarms(3, *steps)
    assert [] == alarms(4, *steps)


def test_what_is_reopened_is_another_alarm() -> None:
    steps = [(10, "opened", 2), (20, "resolved", 0), (60, "reopened", 1), (70, "escalated", 2), (80, "closed", 0)]
    assert [(10, 20, [10], 2), (60, 80, [60, 70], 2)] == alarms(1, *steps)
    assert [(10, 20, [10], 2), (70, 80, [70], 2)] == alarms(2, *steps)


def test_what_is_dismissed_stands_no_longer() -> None:
    assert [(10, 20, [10], 4)] == alarms(1, (10, "opened", 4), (20, "dismissed", 0))
    assert [(10, 15, [10], 4)] == alarms(1, (10, "opened", 4), (15, "resolved", 0), (20, "dismissed", 0))


@pytest.mark.parametrize(
    ("steps", "ended"),
    [
        ([(10, "opened", 1)], None),
        ([(10, "opened", 1), (20, "resolved", 0), (90, "closed", 0)], 20),
        ([(10, "opened", 1), (20, "resolved", 0), (60, "reopened", 1)], None),
        ([(10, "opened", 1), (20, "resolved", 0), (60, "reopened", 1), (70, "resolved", 0), (99, "closed", 0)], 70),
        ([(10, "opened", 1), (20, "dismissed", 0)], 20),
        ([(10, "opened", 1), (20, "resolved", 0), (30, "dismissed", 0)], 20),
    ],
)
def test_a_crisis_has_ended_when_it_was_resolved_for_good(steps: list[tuple[int, str, int]], ended: int | None) -> None:
    assert ended == found(*steps).ended_at


# ---------------------------------------------------------------- put together


class Recorded(Recorder):
    """A run of which it is known what was told."""

    def __init__(self, *crises: tuple[str, Found]) -> None:
        super().__init__()
        self._crises = crises

    def found(self, brand_id: str) -> list[Found]:
        return [one for of_brand, one in self._crises if of_brand == brand_id]

    def all_found(self) -> dict[str, list[Found]]:
        return {brand_id: self.found(brand_id) for brand_id, _ in self._crises}


def read(brands: tuple[str, ...] = ("acme",), *, rivals: bool = False, known: Truth | None = None) -> Reader:
    """Two weeks of a mention an hour of each brand."""
    reader = Reader(rivals=rivals, truth=known)
    lines = [
        orjson.dumps(
            {
                "mention_id": f"m{hour}",
                "brand_id": brand_id,
                "published_at": stamp(START + hour * HOUR),
                "platform": "x",
                "sentiment": {"score": -0.5},
            }
        )
        for hour in range(2 * 168)
        for brand_id in brands
    ]
    reader.read(lines, Config(), int(END + WEEK) * 1000, brands)
    return reader


@pytest.fixture(scope="module")
def acme() -> Reader:
    return read()


def put(reader: Reader, *crises: Found, known: Truth | None = None, brand_id: str = "acme") -> Backtest:
    run = Run("mine", Config(), Recorded(*((brand_id, one) for one in crises)))
    return backtest(["a.jsonl"], [run], reader, known, rivals=False)


def opened(after: float, lasted: int | None = 3 * 3600, level: int = 1) -> Found:
    """So many seconds after the judged time began."""
    return crisis("acme", int(JUDGED + after), lasted, level)


def test_a_policy_is_told_in_numbers(acme: Reader) -> None:
    """One week open and one resolved after three hours, in two brand-weeks; hours until the end of the stream."""
    made = put(acme, opened(0, level=3), opened(6 * DAY, None))
    (policy,) = made.policies
    assert (START, END, 2.0) == (made.start, made.end, made.brand_weeks)
    assert (2, 1.0, {"1": 1, "3": 1}, 27.0) == (
        policy.opened,
        policy.opened_per_brand_week,
        policy.by_peak_level,
        policy.hours_open,
    )
    assert {"watch", "issue", "major", "severe"} == set(policy.limits)
    assert (336, [1] * 336) == (made.brands[0].mentions, made.brands[0].hours.negative)
    assert ([], [], None) == (made.stories, made.scores, made.breakdown)


def test_brands_with_openings_come_first_then_the_large_ones() -> None:
    reader = read(("acme", "birch", "cedar"))
    reader.hours["birch"].add(reader.start, negative=False, scored=False)
    made = put(reader, opened(0), brand_id="cedar")
    assert ["cedar", "birch", "acme"] == [brand.brand_id for brand in made.brands]


def test_a_brand_that_only_the_second_policy_takes_is_not_lost(acme: Reader) -> None:
    runs = [Run("mine", Config(), Recorded()), Run("theirs", Config(), Recorded(("other", opened(0))))]
    made = backtest(["a.jsonl"], runs, acme, None, rivals=False)
    other = made.brands[0]
    assert ("other", 0, 336) == (other.brand_id, other.mentions, len(other.hours.expected_high))
    assert [0, 1] == [policy.opened for policy in made.policies]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (DAY, "crisis"),
        (DAY + 5.9 * HOUR + 6 * HOUR, "crisis"),
        (DAY + 12 * HOUR, "nothing"),
        (DAY - 1, "viral_joy"),
        (4 * DAY + 77.9 * HOUR, "level_shift"),
        (4 * DAY + 78 * HOUR, "nothing"),
        (-DAY, None),
        (-3 * DAY, "crisis"),
    ],
)
def test_an_opening_is_told_with_the_story_it_fell_into(acme: Reader, after: float, expected: str | None) -> None:
    """A crisis before anything else; with the grace, what is there to stay for three days. That it was nothing is not
    held against a policy that still learns."""
    known = truth(
        story("viral_joy", DAY - HOUR, 3),
        story("crisis", DAY, 6),
        story("level_shift", 4 * DAY, 9 * 24),
        story("crisis", -3 * DAY, 6),
    )
    assert expected == put(acme, opened(after), known=known).brands[0].found[0][0].truth


def test_a_flare_up_is_known_as_one(acme: Reader) -> None:
    known = truth(story("crisis", 0.0, 6.0, factor=3.0), story("crisis", DAY, 6.0, phase_of="acme-crisis-0"))
    assert [False, True] == [one.again for one in put(acme, known=known).stories]


def test_stories_of_the_learning_time_are_not_told(acme: Reader) -> None:
    known = truth(
        story("crisis", -3 * DAY, 6),
        story("crisis", DAY, 6, kind="safety", factor=8.0, profile="step"),
        story("crisis", -HOUR, 6),
    )
    made = put(acme, known=known)
    assert [(DAY, "safety, x8, step"), (-HOUR, "")] == [(one.start - JUDGED, one.detail) for one in made.stories]


def test_each_policy_is_judged_at_each_level_and_broken_down_once(acme: Reader) -> None:
    known = truth(story("crisis", DAY, 6), story("viral_joy", 3 * DAY, 6), weeks=2)
    runs = [
        Run("mine", Config(), Recorded(("acme", opened(DAY + 600, level=2)), ("acme", opened(3 * DAY + 60)))),
        Run("theirs", Config(), Recorded()),
    ]
    made = backtest(["a.jsonl"], runs, acme, known, rivals=False)
    assert [f"{name}, level {level}" for name in ("mine", "theirs") for level in (1, 2, 3)] == [
        row["name"] for row in made.scores
    ]
    assert [1.0, 1.0, 0.0, 0.0, 0.0, 0.0] == [row["recall"] for row in made.scores]
    assert [1, 0, 0, 0, 0, 0] == [row["false_opens"] for row in made.scores]
    assert made.breakdown is not None
    assert [{"name": "viral_joy", "number": 1, "opened": 1}] == made.breakdown["decoys"]


def test_rules_are_judged_with_the_truth_and_counted_without() -> None:
    known = truth(story("crisis", DAY, 6), weeks=2)
    with_truth = read(rivals=True, known=known)
    run = [Run("mine", Config(), Recorded(("acme", opened(DAY + 600))))]
    judged = backtest(["a.jsonl"], run, with_truth, known, rivals=True)
    counted = backtest(["a.jsonl"], run, read(rivals=True), None, rivals=True)
    names = [row["name"] for row in counted.scores]
    assert [*names, "ideal"] == [row["name"] for row in judged.scores]
    assert [1, 0, 0] == [row["alerts"] for row in counted.scores[:3]]
    assert (0.5, 0.01, 2.79) == pytest.approx(
        tuple(counted.scores[0][f"alerts_per_brand_week{end}"] for end in ("", "_low", "_high")), abs=0.01
    )


def test_a_truth_of_another_stream_is_known_as_such(acme: Reader) -> None:
    """Of other brands, another time, or with far more or less to say."""
    assert fits(truth(brands=("acme", "silent"), expected=[1.5] * 168 * 3), acme)
    assert not fits(truth(brands=("other",), expected=[1.5] * 168 * 3), acme)
    assert not fits(truth(expected=[4.0] * 168 * 3), acme)
    later = replace(truth(expected=[1.5] * 168 * 3), start=START + 3 * WEEK, end=START + 5 * WEEK)
    assert not fits(later, acme)


# ---------------------------------------------------------------- in words


def test_the_digest_tells_openings_policies_and_the_difference() -> None:
    first = [crisis("acme", START_AT, level=3, truth="crisis"), crisis("acme", START_AT + 3 * 86400, truth="viral_joy")]
    text = as_text(made([[first, first[:1]], [[], []]], names=["acme", "other"]))
    lines = text.splitlines()
    assert lines[0].startswith("2026-08-05 00:00  acme             peak major   [crisis]  14 unhappy people within")
    assert "1000 counted, 3 duplicate, 7 late, 2 refused; 2 brands, 2.0 brand-weeks" == lines[2]
    assert "default: 2 opened, 1.00 a brand-week (highest level: 1 major, 1 watch), 6.0 hours open" == lines[3]
    assert "From default (A) to bold.toml (B):" in lines
    assert "B does not open 1 crisis that A opens, and adds none." in lines


def test_only_so_many_openings_are_lines() -> None:
    many = [crisis("acme", START_AT + number * 7200, 1800) for number in range(65)]
    lines = as_text(made([[many]])).splitlines()
    assert ("... and 5 more", 60) == (lines[60], sum("peak" in line for line in lines))


def test_the_digest_tells_figures_and_decoys() -> None:
    decoys = [
        {"name": "quarrel", "number": 1, "opened": 0},
        {"name": "viral_joy", "number": 3, "opened": 2},
    ]
    rows = [{"name": "default, level 1", "recall": 0.9}]
    text = as_text(made([[[]]], scores=rows, breakdown={"decoys": decoys}, stories=[told_story("acme", START_AT)]))
    assert text.endswith(
        "                  found\ndefault, level 1   0.90\n\ndecoys opened: viral_joy (2 of 3)\ndecoys left alone: quarrel (1)"
    )


def test_the_digest_says_of_how_much_the_figures_are() -> None:
    rows = [{"name": "default, level 1", "recall": 1.0, "crises": 2, "big_crises": 1, "brand_weeks": 2.34}]
    assert "Of 2 crises (1 big) and 2.3 brand-weeks outside of them" in as_text(made([[[]]], scores=rows))


def test_a_stream_that_is_too_short_to_be_judged_is_told() -> None:
    text = as_text(made([[[]]], scores=[{"name": "default, level 1", "crises": 0}], breakdown={"decoys": []}))
    assert text.endswith("Nothing is judged: the stream is no longer than a policy has to learn what is usual.")
