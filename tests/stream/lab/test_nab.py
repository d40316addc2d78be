"""The benchmark's score: worked out by hand, at its two ends, and against an independent scorer."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from stream.lab.counts import score_series
from stream.lab.labelled import Labelled, Series
from stream.lab.nab import PROFILES, as_text, best_limit, compare, judge, judged_windows, metronome

HOUR = 3600


def series(*windows: range, rows: int = 100, label: int | None = None) -> Series:
    """Rows five minutes apart; `label` in seconds, of every window."""
    return Series([300 * row for row in range(rows)], list(windows), [label] * len(windows))


def alerts(*at: int, rows: int = 100) -> list[bool]:
    return [row in at for row in range(rows)]


def scores(one: Series, *at: int) -> list[float]:
    """Of alerts on these rows, by profile, rounded as they are published."""
    return [round(score, 2) for score in judge("x", [one], [alerts(*at, rows=len(one.times))]).scores.values()]


# ---------------------------------------------------------------- by hand

WINDOW = range(40, 60)
"""The first fifteen of the hundred rows are probation."""


def test_an_alert_inside_and_one_outside() -> None:
    """As the formula says, with g(x) = 2 / (1 + e^5x) - 1.

    Row 50 is (50 - 60) / 20 = -0.5 window widths from the end: g(-0.5) / g(-1) = 0.84828 / 0.98661 = 0.85979.
    Row 80 is (80 - 59) / 19 = 1.10526 behind it: g = -0.99207.
    One window: standard 100 (0.85979 - 0.11 * 0.99207 + 1) / 2, low FP rate 100 (0.85979 - 0.22 * 0.99207 + 1) / 2,
    low FN rate 100 (0.85979 - 0.11 * 0.99207 + 2) / 3.
    """
    assert ["standard", "reward_low_FP_rate", "reward_low_FN_rate"] == list(PROFILES)
    assert [87.53, 82.08, 91.69] == scores(series(WINDOW), 50, 80)


def test_an_alert_before_the_first_window_costs_the_whole() -> None:
    """Nothing earned, 0.11 or 0.22 lost, of 1 + 1 or 1 + 2."""
    assert [-5.5, -11.0, -3.67] == scores(series(WINDOW), 30)


def test_the_last_row_of_a_window_earns_little_and_the_next_costs_little() -> None:
    """g(-1 / 20) / g(-1) = 0.12606; g(1 / 19) = -0.13083: a late alert is nearly right, inside or outside.

    Outside, far behind the window, the cost is that of an alert before any.
    """
    assert 56.3 == scores(series(WINDOW), 59)[0]
    assert -0.72 == scores(series(WINDOW), 60)[0]
    assert -5.5 == scores(series(range(40, 45)), 99)[0]


def test_only_the_first_alert_of_a_window_counts() -> None:
    """More inside neither earn nor cost; each one outside costs again."""
    assert scores(series(WINDOW), 45) == scores(series(WINDOW), 45, 46, 59)
    assert [2 * -5.5, 2 * -11.0] == scores(series(WINDOW), 30, 31)[:2]


def test_the_probation_is_not_judged() -> None:
    """Fifteen rows of a hundred, 750 of ten thousand; a window that ends there is none."""
    assert 0.0 == scores(series(WINDOW), 14)[0]
    assert -5.5 == scores(series(WINDOW), 15)[0]
    long = series(range(5000, 5100), rows=10_000)
    assert (0.0, -5.5) == (scores(long, 749)[0], scores(long, 750)[0])
    assert 1 == judged_windows([series(range(5, 15), WINDOW)])
    assert 100.0 == scores(series(range(5, 15), WINDOW), 40)[0]


def test_a_window_of_one_row() -> None:
    """Is hit or missed; right behind it an alert is simply false."""
    assert [100.0, 100.0, 100.0] == scores(series(range(40, 41)), 40)
    assert -5.5 == scores(series(range(40, 41)), 41)[0]


def test_the_ends_of_the_scale() -> None:
    """Over two series: silence has 0, the first row of each window and nothing else 100, whatever the profile."""
    both = [series(range(20, 30), range(50, 80)), series(range(30, 35), rows=50), series(rows=200)]
    null = judge("null", both, [alerts(), alerts(rows=50), alerts(rows=200)])
    assert {0.0} == set(null.scores.values())
    assert (3, 0, 0.0, None) == (
        null.windows,
        null.windows_hit,
        null.false_episodes_per_series_week,
        null.median_hours_after_label,
    )
    perfect = judge("perfect", both, [alerts(20, 50), alerts(30, rows=50), alerts(rows=200)])
    assert [100.0] * 3 == [pytest.approx(score) for score in perfect.scores.values()]
    assert 3 == perfect.windows_hit


def test_false_episodes_are_counted_by_the_hour() -> None:
    """Alerts an hour apart or less are one; one that touches a window is not false; per week outside windows.

    Rows 15 to 99 are judged, 85 rows over 84 * 300 s = 7 h; 20 of them are in the window.
    """
    weeks = 7 / 168 * 65 / 85
    for at, episodes in [((20, 32), 1), ((20, 33), 2), ((32, 40), 0), ((30, 80, 92), 2), ((3, 20), 1)]:
        found = judge("x", [series(WINDOW)], [alerts(*at)])
        assert pytest.approx(episodes / weeks) == found.false_episodes_per_series_week, at


def test_late_is_more_than_an_hour_after_the_label() -> None:
    """Of the first alert of each window; early is below 0; without a label nothing is said."""
    label = 42 * 300
    for at, hours, late in [(42, 0.0, 0), (40, -1 / 6, 0), (54, 1.0, 0), (55, 13 / 12, 1)]:
        found = judge("x", [series(WINDOW, label=label)], [alerts(at, 59)])
        assert (1, late) == (found.hits_with_label, found.late_hits)
        assert pytest.approx(hours) == found.median_hours_after_label
    unlabelled = judge("x", [series(WINDOW)], [alerts(42)])
    assert (0, 0, None) == (unlabelled.hits_with_label, unlabelled.late_hits, unlabelled.median_hours_after_label)


def test_the_best_limit_is_the_best_of_all_limits() -> None:
    """Each one tried in turn; scores that are equal pass together; a limit above all of them is one too."""
    random = Random(5)
    for _ in range(30):
        both = [series(range(20, 30), range(50, 80)), series(WINDOW)]
        given = [[float(random.randrange(40)) for _ in one.times] for one in both]
        for one, row in ((0, 22), (1, 43)):
            given[one][row] += random.randrange(30)
        tried = [
            judge("x", both, [[score >= limit for score in one] for one in given]).scores
            for limit in sorted({999.0, *given[0], *given[1]})
        ]
        best = {name: pytest.approx(max(one[name] for one in tried)) for name in PROFILES}
        assert best == best_limit(both, given)


def test_the_metronome_never_looks() -> None:
    """The first row, and the next one that is at least fifty hours later."""
    assert [0, 50, 100] == [row for row, flag in enumerate(metronome([row * HOUR for row in range(120)])) if flag]
    assert [True, False, True, False] == metronome([7, 8, 60 * HOUR, 109 * HOUR])


def test_people_are_told_in_a_small_table() -> None:
    """A column each; what cannot be said is a dash."""
    lines = as_text(compare([series(WINDOW)], [[0.0] * 100], [alerts(50, 80)])).splitlines()
    assert ["detector", "null", "metronome", "best", "limit"] == lines[0].split()
    assert ["standard", "87.5", "0.0", "0.0", "0.0"] == lines[1].split()
    assert "windows hit 1 of 1 0 of 1 0 of 1 -" == " ".join(lines[4].split())
    assert "hits over an hour after the label - - - -" == " ".join(lines[7].split())
    assert all(len(line) < 100 for line in lines)


# ---------------------------------------------------------------- against the independent scorer

Given = tuple[list[list[float]], list[list[bool]]]


class Benchmark:
    """The real series, and the report of the other scorer on what a detector says of them."""

    def __init__(self, data: Path, report: Path, folder: Path) -> None:
        self.paths = sorted((data / "realTweets").glob("*.csv"))
        self.rows = [self._read(path) for path in self.paths]
        labelled = Labelled(data / "windows.json", data / "labels.json", [path.name for path in self.paths])
        self.series = [
            labelled.series(path.name, [row["timestamp"] for row in rows])
            for path, rows in zip(self.paths, self.rows, strict=True)
        ]
        self._report, self._folder = report, folder
        self._lay_out(data)

    @staticmethod
    def _read(path: Path) -> list[dict[str, str]]:
        with path.open(newline="") as lines:
            return list(csv.DictReader(lines))

    def _lay_out(self, data: Path) -> None:
        """The same data with one label for each window: the report goes by their positions, not by their times."""
        (self._folder / "scores").mkdir()
        (self._folder / "realTweets").symlink_to(data / "realTweets")
        (self._folder / "windows.json").symlink_to(data / "windows.json")
        first = {}
        for path, one, rows in zip(self.paths, self.series, self.rows, strict=True):
            first[path.name] = [rows[one.times.index(at)]["timestamp"] for at in one.labels if at is not None]
        (self._folder / "labels.json").write_text(json.dumps(first))

    def report(self, scores: Sequence[Sequence[float]], alerts: Sequence[Sequence[bool]]) -> dict[str, Any]:
        for path, rows, given, flags in zip(self.paths, self.rows, scores, alerts, strict=True):
            with (self._folder / "scores" / path.name).open("w", newline="") as target:
                writer = csv.writer(target)
                writer.writerow(["timestamp", "value", "score", "alert"])
                for row, score, flag in zip(rows, given, flags, strict=True):
                    writer.writerow([row["timestamp"], row["value"], score, int(flag)])
        command = [sys.executable, self._report, "--data", self._folder, "--scores", self._folder / "scores", "--json"]
        told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        assert isinstance(told, dict)
        return told


@pytest.fixture
def benchmark(shared_data: Path, tmp_path: Path) -> Benchmark:
    report = shared_data.parent / "tools" / "nab_report.py"
    if not report.is_file():
        pytest.skip("no data: ../shared/tools is not beside this checkout")
    return Benchmark(shared_data / "nab", report, tmp_path)


def detector(benchmark: Benchmark) -> Given:
    """What is shipped."""
    scored = [list(score_series(path.read_text().splitlines(), path.name)) for path in benchmark.paths]
    return [[row.score for row in one] for one in scored], [[row.alert for row in one] for one in scored]


def some_at_random(benchmark: Benchmark, seed: int) -> Given:
    """A lucky guesser: finer or coarser scores, higher near the labels; alerts at random, often several in a row."""
    random = Random(seed)
    scores, alerts = [], []
    for one in benchmark.series:
        given = [round(random.expovariate(1.0), seed % 4) for _ in one.times]
        for label in one.labels:
            if label is not None and random.random() < 0.6:
                given[one.times.index(label) + random.randrange(-100, 100)] += random.uniform(0, 15)
        runs = [(row, row + random.randrange(1, 9)) for row in random.sample(range(len(given)), 20)]
        scores.append(given)
        alerts.append([any(start <= row < end for start, end in runs) for row in range(len(given))])
    return scores, alerts


@pytest.mark.slow
@pytest.mark.parametrize("seed", [None, 1, 2, 4])
def test_an_independent_scorer_finds_the_same(seed: int | None, benchmark: Benchmark) -> None:
    """On real series, of the shipped detector and of guessers: the scores to 0.1, and all else it tells as it is rounded."""
    scores, alerts = detector(benchmark) if seed is None else some_at_random(benchmark, seed)
    theirs = benchmark.report(scores, alerts)
    ours, _, _, best = compare(benchmark.series, scores, alerts)
    close = {name: pytest.approx(score, abs=0.0501) for name, score in theirs["shipped"].items()}
    assert close == ours.scores
    assert {name: pytest.approx(score, abs=0.0501) for name, score in theirs["best_threshold"].items()} == best.scores
    told = theirs["operator"]
    assert told["windows_hit"] == f"{ours.windows_hit}/{ours.windows}"
    assert pytest.approx(told["false_episodes_per_brand_week"], abs=0.00501) == ours.false_episodes_per_series_week
    assert pytest.approx(told["median_hours_after_label"], abs=0.00501) == ours.median_hours_after_label
    assert ours.late_hits is not None
    assert ours.hits_with_label is not None
    assert pytest.approx(told["share_over_1h_late"], abs=0.00501) == ours.late_hits / ours.hits_with_label
