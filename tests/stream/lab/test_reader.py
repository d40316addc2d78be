"""What is read of a stream beside the core: each mention once, each brand's hours, alerts of rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import orjson
import pytest

from detectors.observation import NEGATIVE
from detectors.text import LexiconScorer
from stream.config import Config
from stream.lab.reader import CountedHours, Reader
from stream.lab.reading import observations
from stream.lab.stamps import stamp
from stream.lab.truth import Truth
from tests.mentions import SCORER
from tests.truths import DAY, HOUR, START, WEEK

RUN_MS = int((START + 10 * WEEK) * 1000)
"""When the replay began."""


@pytest.fixture(autouse=True)
def same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read once."""
    monkeypatch.setattr(LexiconScorer, "load", lambda: SCORER)


def mention(number: int, at: float = START, score: float | None = -0.5, **other: Any) -> bytes:
    """Published `at`; `other` are further fields of the record."""
    record = {
        "mention_id": f"m{number}",
        "brand_id": "acme",
        "published_at": stamp(at),
        "platform": "x",
        "sentiment": None if score is None else {"score": score},
        **other,
    }
    return orjson.dumps({key: value for key, value in record.items() if value is not None})


def ids(*values: bytes, brands: tuple[str, ...] = ("acme",), config: Config | None = None) -> list[str]:
    read = observations(values, config or Config(), RUN_MS, brands)
    return [observed.mention_id for _, observed in read]


def reader(values: Iterable[bytes], *, rivals: bool = False, truth: Truth | None = None) -> Reader:
    one = Reader(rivals=rivals, truth=truth)
    one.read(values, Config(), RUN_MS, {"acme", "other"})
    return one


# ---------------------------------------------------------------- each mention once


def test_a_mention_is_read_once() -> None:
    """Not again when it is delivered twice, refreshed or deleted."""
    again = [mention(1, revision=2), mention(1), mention(1, op="delete", revision=3)]
    assert ["m1", "m2"] == ids(mention(1), *again, mention(2))


def test_it_is_remembered_for_an_hour_at_least_and_not_for_ever() -> None:
    later = [mention(number, START + number * 600) for number in range(2, 40)]
    read = Counter(ids(mention(1), *later[:5], mention(1), *later[5:], mention(1)))
    assert 2 == read["m1"]


def test_brands_have_mentions_of_the_same_id() -> None:
    assert ["m1", "m1"] == ids(mention(1), mention(1, brand_id="other"), brands=("acme", "other"))


def test_a_newer_version_of_what_never_came_is_the_mention() -> None:
    """As long as its window is open; afterwards it is a refresh of what was counted long ago. As in the pipeline."""
    first = mention(1, START + HOUR, revision=4)
    assert ["m0", "m1"] == ids(mention(0, START + HOUR), first, mention(2, START, revision=1), mention(1, START + HOUR))


def test_a_delete_of_what_never_came_is_nothing() -> None:
    assert [] == ids(mention(1, op="delete", revision=1), mention(1))


def test_late_ones_are_read() -> None:
    assert ["m1", "m2"] == ids(mention(1, START + 5 * HOUR), mention(2, START))


@pytest.mark.parametrize(
    "value",
    [
        b"{",
        b"\xff",
        mention(1, score=7.0),
        mention(1, START + 11 * WEEK),
        mention(1, START + HOUR, collected_at=stamp(START)),
        mention(1, brand_id="Unknown Brand"),
        mention(1, brand_id="other"),
    ],
    ids=["no json", "no text", "no score", "after the run", "before it was written", "no brand", "a brand not taken"],
)
def test_what_a_replay_refuses_is_not_read(value: bytes) -> None:
    assert ["m0"] == ids(value, mention(0))


def test_fields_are_those_of_the_configuration() -> None:
    """And so is what is negative."""
    config = Config()
    config = type(config)(mentions=type(config.mentions)(negative_score=-0.6))
    values = [mention(1, score=-0.5), mention(2, score=-0.6)]
    read = [observed for _, observed in observations(values, config, RUN_MS, {"acme"})]
    assert [0, NEGATIVE] == [observed.flags & NEGATIVE for observed in read]


def test_a_text_is_scored() -> None:
    values = [mention(1, score=None, text="This is terrible, I hate it", language="en"), mention(2, score=None)]
    first, second = (observed for _, observed in observations(values, Config(), RUN_MS, {"acme"}))
    assert first.score_micro is not None
    assert first.flags & NEGATIVE
    assert second.score_micro is None


# ---------------------------------------------------------------- hours


def test_hours_count_mentions_by_when_they_were_published() -> None:
    """Those with a sentiment, and of these the negative ones; the late one too."""
    values = [
        mention(1, START),
        mention(2, START + 3599.9, score=0.4),
        mention(3, START + 3 * HOUR, score=None),
        mention(4, START + 3600),
        mention(5, START + 3 * HOUR, brand_id="other"),
    ]
    hours = reader(values).hours
    acme, other = hours["acme"], hours["other"]
    assert (START / HOUR, [2, 1, 0, 1], [1, 1, 0, 0], [2, 1, 0, 0]) == (
        acme.start,
        acme.mentions,
        acme.negative,
        acme.scored,
    )
    assert (START / HOUR + 3, [1]) == (other.start, other.mentions)


def test_hours_may_come_in_any_order() -> None:
    counted = CountedHours(10)
    for hour in (10, 13, 8, 8):
        counted.add(hour, negative=hour == 8, scored=True)
    assert (8, [2, 0, 1, 0, 0, 1], [2, 0, 0, 0, 0, 0]) == (counted.start, counted.mentions, counted.negative)


def test_a_stream_goes_from_its_first_hour_to_the_end_of_its_last() -> None:
    one = reader([mention(1, START + 100), mention(2, START + 5 * HOUR)])
    assert (START / HOUR, START / HOUR + 6, 6) == (one.start, one.end, one.watched_hours)


def test_a_late_mention_from_before_the_stream_is_no_part_of_it() -> None:
    """A post of ten years ago that was collected today would stretch it to ten years. One that is in time may begin it."""
    old = mention(3, START - 500 * WEEK, collected_at=stamp(START + HOUR))
    one = reader([mention(1, START), mention(2, START - 60), mention(4, START + HOUR), old, mention(5, START - 200)])
    assert (START / HOUR - 1, START / HOUR + 2) == (one.start, one.end)
    assert [1, 1, 1] == one.hours["acme"].mentions


def test_a_long_silence_of_all_brands_counts_for_a_week() -> None:
    """So one old mention at the beginning does not make everything rare; and no rule is led through the years."""
    values = [mention(0, 86_400.0), *(mention(number, START + number * 600) for number in range(1, 300))]
    one = reader(values, rivals=True)
    assert 168 + 50 == one.watched_hours
    assert one.end - one.start > 490_000


def test_nothing_is_a_stream_too() -> None:
    one = reader([], rivals=True)
    assert (0, 0, 0, {}) == (one.start, one.end, one.watched_hours, one.hours)
    assert not any(one.alarms().values())


# ---------------------------------------------------------------- rules of others


def steady(days: int, *, from_number: int = 0, at: float = START) -> list[bytes]:
    """Twelve mentions an hour, one of them negative."""
    return [
        mention(from_number + number, at + number * 300, score=-0.5 if number % 12 == 0 else 0.3)
        for number in range(days * 288)
    ]


def test_rules_see_a_burst() -> None:
    """Alerts are alarms that end as they begin, by rule and series; without a truth there is no test that knows it."""
    burst = [mention(100_000 + number, START + 8 * DAY + number * 6) for number in range(600)]
    after = steady(1, from_number=10_000, at=START + 8 * DAY + HOUR)
    alarms = reader([*steady(8), *burst, *after], rivals=True).alarms()
    told = {name for name, own in alarms.items() if own}
    assert {"grafana_adaptive, all", "grafana_adaptive, negative", "metronome"} <= told
    assert all(one.at == one.until and one.path == () for own in alarms.values() for one in own)
    assert any(START + 8 * DAY < one.at <= START + 8 * DAY + HOUR for one in alarms["grafana_adaptive, all"])
    assert "ideal" not in alarms


def test_rules_begin_anew_after_a_long_silence() -> None:
    """What they said before is kept."""
    first = [*steady(8), *(mention(50_000 + number, START + 8 * DAY + number * 6) for number in range(600))]
    before = reader(first, rivals=True).alarms()
    second = steady(1, from_number=10_000, at=START + 8 * WEEK)
    after = reader([*first, *second], rivals=True).alarms()
    assert any(before.values())
    assert all(before[name] == [one for one in after[name] if one.at < START + 9 * DAY] for name in before)
    assert not [one for name, own in after.items() for one in own if one.at > START + 9 * DAY and name != "metronome"]


def test_without_rivals_there_are_no_alarms() -> None:
    assert not any(reader(steady(8)).alarms().values())


def test_without_a_known_run_only_the_collector_says_what_is_the_future() -> None:
    """And every brand is read."""
    values = [mention(1, START + 900 * WEEK), mention(2, brand_id="other"), mention(3, collected_at=stamp(START - DAY))]
    assert ["m1", "m2"] == [observed.mention_id for _, observed in observations(values, Config())]
