"""`score-counts` and `score-text`: the detectors on one's own numbers and sentences."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.stream.cli.conftest import Brushfire

START = datetime(2026, 1, 5)  # noqa: DTZ001 -- as such files have it


def counts(days: float, usual: int = 10, minutes: int = 5) -> list[tuple[str, int]]:
    """A series without news; a little up and down."""
    rows = int(days * 1440 / minutes)
    return [
        ((START + timedelta(minutes=minutes * number)).isoformat(sep=" "), usual + number * 7 % 5 - 2)
        for number in range(rows)
    ]


def write(path: Path, rows: list[tuple[str, Any]], header: str = "timestamp,value") -> Path:
    path.write_text("\n".join([header, *(f"{at},{value}" for at, value in rows)]) + "\n", encoding="utf-8")
    return path


def scored(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def alerts(path: Path) -> list[int]:
    return [number for number, row in enumerate(scored(path)) if row["alert"] == "1"]


# ---------------------------------------------------------------- score-counts


def test_a_burst_is_found_and_every_row_is_scored(brushfire: Brushfire, tmp_path: Path) -> None:
    """The columns that came, untouched, and two more; one file each."""
    rows = counts(4)
    burst = 3 * 288
    for number in range(burst, burst + 24):
        rows[number] = (rows[number][0], 150)
    first, second = write(tmp_path / "a.csv", rows), write(tmp_path / "b.csv", counts(4))
    ran = brushfire("score-counts", first, second, "--out", tmp_path / "out")
    assert (0, "") == (ran.code, ran.err)
    assert f"{2 * len(rows)} rows of 2 series, 1 alert, in {tmp_path}/out\n" == ran.out
    told = scored(tmp_path / "out" / "a.csv")
    assert ["timestamp", "value", "score", "alert"] == list(told[0])
    assert [(at, str(value)) for at, value in rows] == [(row["timestamp"], row["value"]) for row in told]
    assert all(float(row["score"]) >= 0 for row in told)
    (alert,) = alerts(tmp_path / "out" / "a.csv")
    assert burst <= alert < burst + 12
    assert [] == alerts(tmp_path / "out" / "b.csv")


def test_nothing_is_known_on_the_first_day(brushfire: Brushfire, tmp_path: Path) -> None:
    """A burst before a day was seen is no alert, and scores nothing."""
    rows = counts(0.5)
    rows[100:110] = [(at, 500) for at, _ in rows[100:110]]
    brushfire("score-counts", write(tmp_path / "a.csv", rows), "--out", tmp_path / "out")
    assert {"0"} == {row["score"] for row in scored(tmp_path / "out" / "a.csv")}


def test_no_row_is_scored_by_a_later_one(brushfire: Brushfire, tmp_path: Path) -> None:
    """The scores of a beginning are those of the whole."""
    rows = counts(3)
    rows[700:] = [(at, 90) for at, _ in rows[700:]]
    brushfire("score-counts", write(tmp_path / "a.csv", rows), "--out", tmp_path / "whole")
    brushfire("score-counts", write(tmp_path / "a.csv", rows[:720]), "--out", tmp_path / "part")
    assert scored(tmp_path / "whole" / "a.csv")[:720] == scored(tmp_path / "part" / "a.csv")


def test_the_bucket_is_the_spacing_of_the_rows(brushfire: Brushfire, tmp_path: Path) -> None:
    """An hourly series warms up in a day, as one of five minutes does."""
    rows = counts(6, usual=120, minutes=60)
    rows[100:104] = [(at, 1500) for at, _ in rows[100:104]]
    brushfire("score-counts", write(tmp_path / "a.csv", rows), "--out", tmp_path / "out")
    told = scored(tmp_path / "out" / "a.csv")
    assert {"0"} == {row["score"] for row in told[:23]}
    (alert,) = alerts(tmp_path / "out" / "a.csv")
    assert 100 <= alert < 104


def test_missing_rows_are_empty_buckets(brushfire: Brushfire, tmp_path: Path) -> None:
    """The same as if they stood there with nothing; and only the rows that came are written."""
    rows = counts(2)
    silent = [(at, 0 if 300 <= number < 320 else value) for number, (at, value) in enumerate(rows)]
    brushfire("score-counts", write(tmp_path / "a.csv", silent), "--out", tmp_path / "zeros")
    brushfire("score-counts", write(tmp_path / "a.csv", rows[:300] + rows[320:]), "--out", tmp_path / "gap")
    zeros = scored(tmp_path / "zeros" / "a.csv")
    assert zeros[:300] + zeros[320:] == scored(tmp_path / "gap" / "a.csv")


def test_one_incident_is_one_alert(brushfire: Brushfire, tmp_path: Path) -> None:
    """However long it lasts within a day."""
    rows = counts(4)
    rows[700:900] = [(at, 200 + number % 50) for number, (at, _) in enumerate(rows[700:900])]
    brushfire("score-counts", write(tmp_path / "a.csv", rows), "--out", tmp_path / "out")
    assert 1 == len(alerts(tmp_path / "out" / "a.csv"))


@pytest.mark.parametrize("content", ["timestamp,value\n", "timestamp,value\n2026-01-05T00:00:00Z,5\n"])
def test_a_series_of_nothing_or_one_row_is_a_series(content: str, brushfire: Brushfire, tmp_path: Path) -> None:
    """Nothing can be said of it."""
    (tmp_path / "a.csv").write_text(content)
    assert 0 == brushfire("score-counts", tmp_path / "a.csv", "--out", tmp_path / "out").code
    assert content.count("\n") - 1 == len(scored(tmp_path / "out" / "a.csv"))


def test_columns_may_stand_anywhere_and_a_spreadsheet_may_have_written_them(
    brushfire: Brushfire, tmp_path: Path
) -> None:
    """Other columns are left out; a byte order mark and CRLF are no part of a name."""
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffvalue,note,timestamp\r\n5,x,2026-01-05 00:00:00\r\n\r\n6,,2026-01-05 00:05:00\r\n".encode())
    assert 0 == brushfire("score-counts", path, "--out", tmp_path / "out").code
    assert [("2026-01-05 00:00:00", "5"), ("2026-01-05 00:05:00", "6")] == [
        (row["timestamp"], row["value"]) for row in scored(tmp_path / "out" / "a.csv")
    ]


A, B = "2026-01-05 00:00:00", "2026-01-05 00:05:00"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "a.csv: needs the columns timestamp and value"),
        (b"time,count\n", "a.csv: needs the columns timestamp and value"),
        (b"timestamp;value\n", "a.csv: needs the columns timestamp and value"),
        (f"timestamp,value\n{A},1\n{A},2\n".encode(), "a.csv: the timestamps need to rise"),
        (f"timestamp,value\n{B},1\n{A},2\n".encode(), "a.csv: the timestamps need to rise"),
        (f"timestamp,value\n{A},1\nlater,2\n".encode(), "a.csv:3: timestamp is no date and time"),
        (f"timestamp,value\n{A},1\n\n,2\n".encode(), "a.csv:4: timestamp is no date and time"),
        (f"timestamp,value\n{A},many\n".encode(), "a.csv:2: value needs to be a number"),
        (f"timestamp,value\n{A}\n".encode(), "a.csv:2: value needs to be a number"),
        (f"timestamp,value\n{A},-1\n".encode(), "a.csv:2: value needs to be a count of at least 0"),
        (f"timestamp,value\n{A},nan\n".encode(), "a.csv:2: value needs to be a count of at least 0"),
        (f"timestamp,value\n{A},inf\n".encode(), "a.csv:2: value needs to be a count of at least 0"),
        (b"timestamp,value\n\xff,1\n", "a.csv: is no CSV in UTF-8"),
        (b'timestamp,value\n"' + b"x" * 200_000 + b'",1\n', "a.csv: is no CSV in UTF-8"),
    ],
)
def test_what_is_no_series_is_told_in_a_line(content: bytes, said: str, brushfire: Brushfire, tmp_path: Path) -> None:
    """Exit 2 with the file and the line; no half of a result is left."""
    (tmp_path / "a.csv").write_bytes(content)
    ran = brushfire("score-counts", tmp_path / "a.csv", "--out", tmp_path / "out")
    assert (2, "", 1) == (ran.code, ran.out, ran.err.count("\n"))
    assert f"brushfire: {tmp_path}/{said}" in ran.err
    assert [] == list((tmp_path / "out").iterdir())


def test_what_was_given_is_never_written_over(brushfire: Brushfire, tmp_path: Path) -> None:
    """Not by the same name twice, not in a folder with files, not even by force."""
    (tmp_path / "b").mkdir()
    first, same_name = write(tmp_path / "a.csv", counts(1)), write(tmp_path / "b" / "a.csv", counts(1))
    before = first.read_bytes()
    assert 2 == brushfire("score-counts", first, same_name, "--out", tmp_path / "out").code
    assert 2 == brushfire("score-counts", first, "--out", tmp_path).code
    ran = brushfire("score-counts", first, "--out", tmp_path / "b" / "..", "--force")
    assert 2 == ran.code
    assert "written over" in ran.err
    assert before == first.read_bytes()
    assert 2 == brushfire("score-counts", tmp_path / "gone.csv", "--out", tmp_path / "out").code


def labelled(folder: Path, rows: list[tuple[str, Any]], begin: int, end: int) -> list[str]:
    """Options that name the files of one window of `a.csv`, labelled at its beginning."""
    (folder / "windows.json").write_text(json.dumps({"x/a.csv": [[rows[begin][0], rows[end][0]]], "x/b.csv": []}))
    (folder / "labels.json").write_text(json.dumps({"x/a.csv": [rows[begin][0]], "x/b.csv": []}))
    return ["--windows", f"{folder}/windows.json", "--labels", f"{folder}/labels.json"]


def test_with_labelled_windows_the_alerts_are_judged(brushfire: Brushfire, tmp_path: Path) -> None:
    """The detector beside one that says nothing and one that never looks; what is written stays the same."""
    rows = counts(8)
    for number in range(5 * 288, 5 * 288 + 24):
        rows[number] = (rows[number][0], 150)
    first, second = write(tmp_path / "a.csv", rows), write(tmp_path / "b.csv", counts(8))
    options = labelled(tmp_path, rows, 5 * 288, 5 * 288 + 100)
    plain = brushfire("score-counts", first, second, "--out", tmp_path / "plain")
    ran = brushfire("score-counts", first, second, "--out", tmp_path / "out", *options)
    assert (0, "") == (ran.code, ran.err)
    line, *table = ran.out.splitlines()
    assert plain.out == f"{line}\n".replace(f"{tmp_path}/out", f"{tmp_path}/plain")
    assert ["detector", "null", "metronome", "best", "limit"] == table[0].split()
    assert scored(tmp_path / "plain" / "a.csv") == scored(tmp_path / "out" / "a.csv")
    told = brushfire("score-counts", first, second, "--out", tmp_path / "json", *options, "--json").json
    assert (4608, 2, 1) == (told["rows"], told["series"], told["alerts"])
    detector, null, metronome, best = told["detectors"]
    assert ["detector", "null", "metronome", "best limit"] == [one["name"] for one in told["detectors"]]
    assert ["standard", "reward_low_FP_rate", "reward_low_FN_rate"] == list(detector["scores"])
    assert 95 < detector["scores"]["standard"] <= 100
    assert (1, 1, 0.0, 0) == (
        detector["windows"],
        detector["windows_hit"],
        detector["false_episodes_per_series_week"],
        detector["late_hits"],
    )
    assert [0.0] * 3 == list(null["scores"].values())
    assert metronome["false_episodes_per_series_week"] > 2
    assert best["windows_hit"] is None


def test_without_labelled_windows_nothing_is_judged(brushfire: Brushfire, tmp_path: Path) -> None:
    """And machines are told so."""
    ran = brushfire("score-counts", write(tmp_path / "a.csv", counts(1)), "--out", tmp_path / "out", "--json")
    assert {"rows": 288, "series": 1, "alerts": 0, "out": f"{tmp_path}/out", "detectors": []} == ran.json


def test_labelled_windows_that_are_of_no_use_are_told(brushfire: Brushfire, tmp_path: Path) -> None:
    """Exit 2 with the file and what is wrong with it."""
    rows = counts(1)
    path, other = write(tmp_path / "a.csv", rows), write(tmp_path / "c.csv", rows)
    windows, labels = labelled(tmp_path, rows, 10, 20)[1::2]
    for files, options, said in [
        ([path], ["--windows", windows], "windows.json: has no window behind the beginnings of the series"),
        ([path, other], ["--windows", windows], "windows.json: has no entry for c.csv"),
        ([path], ["--windows", tmp_path / "gone.json"], "gone.json: there is no such file"),
        ([path], ["--windows", windows, "--labels", tmp_path / "gone.json"], "gone.json: there is no such file"),
        ([path], ["--labels", labels], "--labels: needs --windows"),
    ]:
        ran = brushfire("score-counts", *files, "--out", tmp_path / "out", "--force", *options)
        assert (2, "", 1) == (ran.code, ran.out, ran.err.count("\n"))
        assert said in ran.err


@pytest.mark.slow
def test_real_series_are_scored_whole(shared_data: Path, brushfire: Brushfire, tmp_path: Path) -> None:
    """Five brands of real volumes over two months: every row, an alert a day at most, most labelled incidents found."""
    labelled = json.loads((shared_data / "nab" / "windows.json").read_bytes())
    paths = sorted((shared_data / "nab" / "realTweets").glob("*.csv"))
    assert 0 == brushfire("score-counts", *paths, "--out", tmp_path / "out").code
    found = []
    for path in paths:
        told = scored(tmp_path / "out" / path.name)
        assert [(row["timestamp"], row["value"]) for row in scored(path)] == [
            (row["timestamp"], row["value"]) for row in told
        ]
        times = [datetime.fromisoformat(row["timestamp"]) for row in told if row["alert"] == "1"]
        assert all(later - earlier >= timedelta(days=1) for earlier, later in pairwise(times))
        for begin, end in labelled[f"realTweets/{path.name}"]:
            found.append(any(datetime.fromisoformat(begin) <= at <= datetime.fromisoformat(end) for at in times))
    assert sum(found) > len(found) / 2


# ---------------------------------------------------------------- score-text


def test_a_line_is_read_and_told_with_what_was_made_of_it(brushfire: Brushfire, tmp_path: Path) -> None:
    """What came stays; six fields are added."""
    path = tmp_path / "t.jsonl"
    path.write_text(
        json.dumps({"id": 7, "text": "terrible service, never buying this again, boycott them"})
        + "\n\n"
        + json.dumps({"text": "świetna jakość, polecam", "language": "pl"}, ensure_ascii=False),
        encoding="utf-8",
    )
    ran = brushfire("score-text", path)
    assert (0, "") == (ran.code, ran.err)
    angry, happy = (json.loads(line) for line in ran.out.splitlines())
    assert 7 == angry["id"]
    assert {"id", "text", "p_negative", "sentiment", "coverage", "language", "causes", "intents"} == set(angry)
    assert angry["p_negative"] > 0.5 > happy["p_negative"]
    assert angry["sentiment"] < 0 < happy["sentiment"]
    assert ("en", "pl") == (angry["language"], happy["language"])
    assert "boycott" in angry["intents"]
    assert 0 <= happy["coverage"] <= 1


def test_lines_that_are_none_are_named_and_the_others_are_read(brushfire: Brushfire) -> None:
    """Exit 1, their numbers on standard error; their words are not quoted."""
    lines = [b'{"text":"fine"}', b"", b"{secret", b"[]", b'{"text":5}', b"\xff", b'{"text":"a","n":1%s}' % (b"0" * 30)]
    lines += [b"[" * 100_000, b'{"text":"\\ud800"}', b'{"text":"good"}']
    ran = brushfire("score-text", "-", stdin=b"\n".join(lines))
    assert 1 == ran.code
    assert ["fine", "good"] == [json.loads(line)["text"] for line in ran.out.splitlines()]
    assert ["3", "4", "5", "6", "7", "8", "9"] == [line.split(":")[1] for line in ran.err.splitlines()]
    assert "secret" not in ran.err


def test_no_text_and_no_file(brushfire: Brushfire, tmp_path: Path) -> None:
    """Nothing to read is fine; nowhere to read from is wrong use."""
    assert (0, "", "") == brushfire("score-text", "-")
    assert 2 == brushfire("score-text", tmp_path / "gone.jsonl").code
