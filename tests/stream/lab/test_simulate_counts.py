"""The family `counts`: the volume of a real series, with stories put upon it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from stream.errors import ConfigError
from stream.lab.flow import Flow
from stream.lab.scenario import HOUR, Scenario, Shift
from stream.lab.scenarios import scenario
from stream.lab.wishes import Wishes
from tests.mentions import START as MONDAY
from tests.stream.lab.streams import START, arrivals

WEEK_ROWS = 7 * 24 * 12


def series(path: Path, values: list[int], *, seconds: int = 0, step: int = 300) -> Path:
    """A file of counts from the fifth of January on."""
    rows = [
        f"{MONDAY + timedelta(seconds=seconds + step * row):%Y-%m-%d %H:%M:%S},{value}"
        for row, value in enumerate(values)
    ]
    path.write_text("\n".join(["timestamp,value", *rows]) + "\n", encoding="utf-8")
    return path


def counts(*paths: Path, seed: int = 1) -> Scenario:
    return scenario("counts", seed, Wishes(counts=paths))


def test_ordinary_mentions_are_those_of_the_series(tmp_path: Path) -> None:
    """In each five minutes; stories come on top."""
    random = Random(3)
    values = [random.randint(0, 6) for _ in range(2 * WEEK_ROWS)]
    chosen = counts(series(tmp_path / "Brand_A.csv", values))
    (brand,) = chosen.brands
    assert ("brand_a", tuple(values), 336) == (brand.brand_id, brand.buckets, chosen.hours)
    assert pytest.approx(sum(values) / 336) == brand.mentions_per_hour
    found = arrivals(chosen)
    ordinary = Counter(int((one.published_at - START) // 300) for one in found if one.story < 0)
    assert values == [ordinary[row] for row in range(len(values))]
    (story, *_) = chosen.stories
    assert START + 7 * 24 * HOUR <= story.start
    assert any(one.story >= 0 for one in found)
    hours = [sum(values[row : row + 12]) for row in range(0, len(values), 12)]
    assert tuple(hours) == Flow(chosen, 1).normal(brand).mentions


def test_a_shift_multiplies_a_series(tmp_path: Path) -> None:
    """For a while."""
    chosen = counts(series(tmp_path / "a.csv", [4] * 24))
    shift = Shift(story_id="s", brand_id="a", name="level_shift", start=START, end=START + HOUR, factor=2.5)
    found = arrivals(replace(chosen, stories=(shift,)))
    assert [120, 48] == [sum((one.published_at - START) // HOUR == hour for one in found) for hour in (0, 1)]


def test_series_of_other_times_and_lengths_go_together(tmp_path: Path) -> None:
    """Each at its place; a series that begins within an hour is taken from the next one on."""
    late, early = (
        series(tmp_path / "late.csv", [1] * 60, seconds=2 * 3600 - 600),
        series(tmp_path / "early.csv", [2] * 24),
    )
    chosen = counts(late, early)
    assert (START, 6) == (chosen.start, chosen.hours)
    assert (0,) * 24 + (1,) * 58 == chosen.brands[0].buckets
    ordinary = Counter((one.mention["brand_id"], int((one.published_at - START) // HOUR)) for one in arrivals(chosen))
    assert [0, 0, 12, 12, 12, 12] == [ordinary["late", hour] for hour in range(6)]
    assert [24, 24, 0] == [ordinary["early", hour] for hour in range(3)]


def test_a_crisis_a_week_and_now_and_then_news(tmp_path: Path) -> None:
    """From the second week on."""
    path = series(tmp_path / "a.csv", [1] * (3 * WEEK_ROWS))
    names: Counter[str] = Counter()
    for seed in range(8):
        first = [story for story in counts(path, seed=seed).stories if not getattr(story, "phase_of", None)]
        assert [1, 2] == [int((story.start - START) // (7 * 24 * HOUR)) for story in first]
        names.update(story.name for story in first)
    assert {"crisis", "neutral_news"} == set(names)
    assert names["neutral_news"] < 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "needs the columns timestamp and value"),
        ("timestamp,value\n", "holds no rows"),
        ("timestamp,value\n2026-01-05 00:00:00,1\n2026-01-05 00:10:00,1\n", "a row every five minutes, without a gap"),
        ("timestamp,value\n2026-01-05 00:00:01,1\n2026-01-05 00:05:01,1\n", "at least an hour"),
        ("timestamp,value\n2026-01-05 00:00:00,1\n", "at least an hour"),
        ("timestamp,value\nyesterday,1\n", "timestamp is no date and time"),
        ("timestamp,value\n2026-01-05 00:00:00,-1\n", "value needs to be a count"),
        ("timestamp,value\n2026-01-05 00:00:00,many\n", "value needs to be a number"),
    ],
)
def test_what_is_no_series_is_refused_by_name(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"a\.csv.*{said}"):
        counts(path)


def test_files_need_names_of_their_own(tmp_path: Path) -> None:
    """They become the brands."""
    (tmp_path / "other").mkdir()
    twice = series(tmp_path / "a.csv", [1] * 12), series(tmp_path / "other" / "A.csv", [1] * 12)
    with pytest.raises(ConfigError, match="needs a name of its own"):
        counts(*twice)
    with pytest.raises(ConfigError, match="needs a name of its own"):
        counts(series(tmp_path / "---.csv", [1] * 12))


def test_series_and_their_scenario_belong_together(tmp_path: Path) -> None:
    """One without the other is a mistake."""
    with pytest.raises(ConfigError, match="needs series of counts"):
        scenario("counts", 1)
    with pytest.raises(ConfigError, match="belongs to the scenario counts"):
        scenario("quiet", 1, Wishes(counts=(series(tmp_path / "a.csv", [1] * 12),)))
    with pytest.raises(ConfigError, match=r"missing\.csv: cannot be read"):
        counts(tmp_path / "missing.csv")
