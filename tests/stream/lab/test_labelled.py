"""Files of labelled windows, as the benchmark has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stream.errors import ConfigError
from stream.lab.labelled import Labelled

TIMES = [f"2026-01-05 00:{5 * row:02}:00" for row in range(12)]
START = 1_767_571_200
"""Of the first row, in seconds."""


def labelled(folder: Path, windows: Any, labels: Any = None) -> Labelled:
    """What is said of `a.csv`; a string is written as it is."""
    for name, content in (("windows.json", windows), ("labels.json", labels)):
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return Labelled(folder / "windows.json", None if labels is None else folder / "labels.json", ["a.csv"])


def test_windows_become_rows(tmp_path: Path) -> None:
    """Both ends are inside; fractions of a second, zones and the folder of the name do not matter."""
    windows = [[f"{TIMES[2]}.000000", TIMES[4]], ["2026-01-05T00:30:00Z", TIMES[6]]]
    series = labelled(tmp_path, {"x/b.csv": [], "x/a.csv": windows}).series("a.csv", TIMES)
    assert [range(2, 5), range(6, 7)] == series.windows
    assert [START + 300 * row for row in range(12)] == series.times
    assert [None, None] == series.labels


def test_a_label_belongs_to_the_window_it_lies_in(tmp_path: Path) -> None:
    """The first one, where several incidents share a window; however they are sorted; one outside belongs to none."""
    windows = {"a.csv": [[TIMES[2], TIMES[4]], [TIMES[6], TIMES[8]], [TIMES[10], TIMES[11]]]}
    labels = {"a.csv": [TIMES[4], TIMES[3], TIMES[5], TIMES[10]]}
    assert [START + 900, None, START + 3000] == labelled(tmp_path, windows, labels).series("a.csv", TIMES).labels


def test_a_series_may_have_no_window(tmp_path: Path) -> None:
    """Then every alert in it is false."""
    assert [] == labelled(tmp_path, {"a.csv": []}).series("a.csv", TIMES).windows


@pytest.mark.parametrize(
    ("windows", "said"),
    [
        ("{", "is no such JSON file: "),
        ("[]", "is no such JSON file: "),
        ({"a.csv": [[TIMES[0]]]}, "is no such JSON file: "),
        ({"a.csv": [TIMES[0]]}, "is no such JSON file: "),
        ({"b.csv": []}, "has no entry for a.csv"),
        ({"x/a.csv": [], "y/a.csv": []}, "has 2 entries for a.csv"),
        ({"a.csv": [["then", TIMES[1]]]}, "a.csv: timestamp is no date and time"),
        ({"a.csv": [["2026-01-05 00:01:00", TIMES[1]]]}, "in a.csv, no row has the time 2026-01-05 00:01:00"),
        ({"a.csv": [[TIMES[3], TIMES[2]]]}, f"in a.csv, the window from {TIMES[3]} ends before it begins"),
        (
            {"a.csv": [[TIMES[0], TIMES[2]], [TIMES[2], TIMES[3]]]},
            f"in a.csv, the window from {TIMES[2]} begins before the one above it is over",
        ),
    ],
)
def test_what_is_wrong_is_told_with_the_file(windows: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        labelled(tmp_path, windows).series("a.csv", TIMES)
    assert str(error.value).startswith(f"{tmp_path}/windows.json: {said}")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({"b.csv": []}, "has no entry for a.csv"),
        ({"a.csv": [7]}, "is no such JSON file: "),
        ({"a.csv": ["then"]}, "a.csv: timestamp is no date and time"),
    ],
)
def test_labels_may_be_wrong_too(labels: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        labelled(tmp_path, {"a.csv": []}, labels).series("a.csv", TIMES)
    assert str(error.value).startswith(f"{tmp_path}/labels.json: {said}")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Are no such file either."""
    (tmp_path / "w.json").write_bytes(b'{"\xff": []}')
    with pytest.raises(ConfigError, match="is no such JSON file"):
        Labelled(tmp_path / "w.json", None, ["a.csv"])
