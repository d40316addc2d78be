"""`brushfire replay`: the same core over files; the same bytes every time; everything that came accounted for."""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest

from stream.errors import Reason
from tests.mentions import at, mention, negative, neutral, story
from tests.stream.cli.conftest import Brushfire

EVENTS, STATES, LETTERS = "crisis-events.jsonl", "crisis-state.jsonl", "dead-letters.jsonl"


def write(path: Path, values: Iterable[dict[str, Any] | bytes]) -> Path:
    raw = b"".join((value if isinstance(value, bytes) else orjson.dumps(value)) + b"\n" for value in values)
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def told(path: Path, *, timeless: bool = True) -> list[dict[str, Any]]:
    """The events of a file, without when they were written."""
    events = [json.loads(line) for line in path.read_bytes().splitlines()]
    for event in events if timeless else ():
        del event["recordedtime"]
    return events


def verbs(folder: Path) -> list[str]:
    return [event["type"].split(".")[3] for event in told(folder / EVENTS)]


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two brands in different partitions that both come into a crisis."""
    values = [*story(1.1), *story(1.1, brand_id="bmw", seed=2)]
    values.sort(key=lambda value: value["published_at"])
    return write(tmp_path_factory.mktemp("stories") / "mentions.jsonl", values)


def test_a_story_is_told(stories: Path, brushfire: Brushfire, tmp_path: Path) -> None:
    """What opened in words on standard output, the events in files, and no log line in between."""
    ran = brushfire("replay", stories, "--out", tmp_path / "out")
    assert (0, "") == (ran.code, ran.err)
    *opened, mentions, crises = ran.out.splitlines()
    assert ["acme", "bmw"] == sorted(line.split()[2] for line in opened)
    assert all("unhappy people within" in line and "usual" in line for line in opened)
    received = len(stories.read_bytes().splitlines())
    assert f"{received} mentions: {received} counted" == mentions
    assert crises.startswith("2 crises opened (")
    assert {EVENTS, STATES, LETTERS} == {path.name for path in (tmp_path / "out").iterdir()}
    assert {"opened", "resolved"} <= set(verbs(tmp_path / "out"))
    assert b"" == (tmp_path / "out" / LETTERS).read_bytes()


def test_the_summary_is_there_for_machines(stories: Path, brushfire: Brushfire, tmp_path: Path) -> None:
    """One JSON object that agrees with the files."""
    summary = brushfire("replay", stories, "--out", tmp_path / "out", "--json").json
    events = told(tmp_path / "out" / EVENTS)
    assert Counter(verbs(tmp_path / "out")) == Counter(summary["transitions"])
    opened = [
        event["data"] for event in events if event["type"].endswith("opened.v1") and "reopened" not in event["type"]
    ]
    assert {data["crisis_id"]: data["explanation"] for data in opened} == {
        item["crisis_id"]: item["explanation"] for item in summary["opened"]
    }
    for item in summary["opened"]:
        levels = [event["data"]["level"] for event in events if event["correlationid"] == item["crisis_id"]]
        assert max(levels) == item["peak_level"]
    assert summary["received"] == summary["mentions"]["counted"]
    assert {} == summary["refusals"]


def test_events_are_cloud_events_and_the_state_is_the_last_of_them(
    stories: Path, brushfire: Brushfire, tmp_path: Path
) -> None:
    """A line each; the state carries the same data under its own type and id."""
    brushfire("replay", stories, "--out", tmp_path / "out")
    events, states = told(tmp_path / "out" / EVENTS, timeless=False), told(tmp_path / "out" / STATES, timeless=False)
    assert [event["data"] for event in events] == [state["data"] for state in states]
    assert [event["id"] + ":s" for event in events] == [state["id"] for state in states]
    assert {"io.brushfire.crisis.state.v1"} == {state["type"] for state in states}
    for event in events:
        assert ("1.0", "urn:brushfire:default") == (event["specversion"], event["source"])
        assert event["time"].endswith("Z")
        assert event["recordedtime"].endswith("Z")
        assert f"{event['data']['crisis_id']}:{event['data']['revision']}" == event["id"]
        assert event["data"]["brand_id"] == event["subject"] == event["partitionkey"]


def test_events_are_in_the_order_of_their_causes(stories: Path, brushfire: Brushfire, tmp_path: Path) -> None:
    """By the line that moved the time, then the end of the window, then the brand, over all partitions."""
    brushfire("replay", stories, "--out", tmp_path / "out")
    events = [event["data"] for event in told(tmp_path / "out" / EVENTS)]
    keys = [(event["inputs"][0]["to_offset"], event["updated_at"], event["brand_id"]) for event in events]
    assert sorted(keys) == keys
    assert 2 == len({event["inputs"][0]["partition"] for event in events})


@pytest.mark.slow
def test_two_runs_write_the_same_bytes_whatever_the_batches(
    stories: Path, brushfire: Brushfire, tmp_path: Path
) -> None:
    """Apart from `recordedtime`, the only wall-clock value in an event."""
    folders = {lines: tmp_path / f"out{lines}" for lines in (500, 37, 100_000)}
    for lines, folder in folders.items():
        assert 0 == brushfire("replay", stories, "--out", folder, "--batch-lines", lines).code
    brushfire("replay", stories, "--out", tmp_path / "again")
    for name in (EVENTS, STATES):
        expected = told(folders[500] / name)
        assert len(expected) > 4
        for folder in (*folders.values(), tmp_path / "again"):
            assert expected == told(folder / name)
    first, again = ((folder / EVENTS).read_bytes().splitlines() for folder in (folders[500], tmp_path / "again"))
    for line, other in zip(first, again, strict=True):
        written = orjson.loads(line)["recordedtime"].encode(), orjson.loads(other)["recordedtime"].encode()
        assert line.replace(written[0], b"") == other.replace(written[1], b""), "the order of the keys too"


@pytest.mark.slow
def test_packed_split_and_piped_mentions_are_the_same_mentions(
    stories: Path, brushfire: Brushfire, tmp_path: Path
) -> None:
    """.gz, several files, standard input."""
    raw = stories.read_bytes().splitlines(keepends=True)
    packed = tmp_path / "m.jsonl.gz"
    packed.write_bytes(gzip.compress(b"".join(raw)))
    parts = [tmp_path / "1.jsonl", tmp_path / "2.jsonl.gz"]
    parts[0].write_bytes(b"".join(raw[:700]))
    parts[1].write_bytes(gzip.compress(b"".join(raw[700:])))
    brushfire("replay", stories, "--out", tmp_path / "plain")
    brushfire("replay", packed, "--out", tmp_path / "packed")
    brushfire("replay", *parts, "--out", tmp_path / "split")
    brushfire("replay", "-", "--out", tmp_path / "piped", stdin=stories.read_bytes())
    expected = told(tmp_path / "plain" / EVENTS)
    assert expected
    for name in ("packed", "split", "piped"):
        assert expected == told(tmp_path / name / EVENTS)


# ---------------------------------------------------------------- its options


def uproar(seconds: float, brand_id: str = "acme") -> list[dict[str, Any]]:
    """A dozen people who call for a boycott within twelve seconds."""
    return [
        negative(f"u{brand_id}{seconds}{n}", seconds + n, brand_id=brand_id, intents=["boycott"]) for n in range(12)
    ]


def test_the_last_windows_stay_open_unless_flushed(brushfire: Brushfire, tmp_path: Path) -> None:
    """A run ends at its last watermark; --flush goes to the end of the window of the newest mention, in every partition."""
    path = write(tmp_path / "m.jsonl", [*uproar(0), *uproar(30, "bmw")])
    assert [] == brushfire("replay", path, "--json").json["opened"]
    flushed = brushfire("replay", path, "--json", "--flush").json["opened"]
    assert [("acme", at(60)), ("bmw", at(60))] == [
        (item["brand_id"], item["opened_at"].replace("Z", ".000Z")) for item in flushed
    ]


def test_feedback_takes_its_place_among_the_mentions(brushfire: Brushfire, tmp_path: Path) -> None:
    """By its `at`; what fits no crisis is a dead letter with its own file and line."""
    path = write(tmp_path / "m.jsonl", [*uproar(0), *(neutral(f"n{n}", 60 * n) for n in range(1, 60))])
    brushfire("replay", path, "--out", tmp_path / "before")
    (crisis_id,) = {event["correlationid"] for event in told(tmp_path / "before" / EVENTS)}
    said = {"feedback_id": "f", "brand_id": "acme", "target": {"crisis_id": crisis_id}, "actor_ref": "duty-1"}
    feedback = write(
        tmp_path / "f.jsonl",
        [
            {**said, "verdict": "dismiss", "at": at(1500)},
            {**said, "verdict": "confirm", "at": at(900)},
            {**said, "verdict": "confirm", "at": at(1000), "target": {"crisis_id": "acme-20200101T000000Z"}},
        ],
    )
    ran = brushfire("replay", path, "--feedback", feedback, "--out", tmp_path / "out")
    assert 0 == ran.code
    found = {event["type"].split(".")[3]: event for event in told(tmp_path / "out" / EVENTS)}
    # read where the watermark is two minutes behind, effective at the first boundary after it
    assert ["2026-01-05T00:14:00Z", "2026-01-05T00:24:00Z"] == [
        found[verb]["time"] for verb in ("confirmed", "dismissed")
    ]
    assert "dismissed" == found["dismissed"]["data"]["state"]
    (letter,) = [json.loads(line) for line in (tmp_path / "out" / LETTERS).read_bytes().splitlines()]
    assert ("unknown_target", str(feedback), 3) == (letter["reason"], letter["file"], letter["line"])
    assert "1 x feedback unknown_target" in ran.out


def test_a_planned_post_may_be_talked_about(brushfire: Brushfire, tmp_path: Path) -> None:
    """An activity that expects the talk opens nothing that opens without it."""
    talk = [mention(f"t{n}", 3 * 86400 + n * 20, author={"ref": f"p{n}"}, sentiment={"score": 0.5}) for n in range(300)]
    path = write(tmp_path / "m.jsonl", sorted([*story(3.0, wave=0), *talk], key=lambda value: value["published_at"]))
    plan = {
        "activity_id": "a",
        "brand_id": "acme",
        "kind": "campaign",
        "starts_at": at(3 * 86400),
        "ends_at": at(3 * 86400 + 6 * 3600),
        "expected_lift": 40,
    }
    activity = write(tmp_path / "a.jsonl", [plan])
    assert ["attention"] == brushfire("replay", path, "--json").json["opened"][0]["signals"]
    assert [] == brushfire("replay", path, "--activity", activity, "--json").json["opened"]


def test_a_policy_is_tried_on_recorded_mentions(
    stories: Path, brushfire: Brushfire, toml: Callable[[str], Path], tmp_path: Path
) -> None:
    """For all brands, or one; from a file or a flag."""
    strict = "target_false_opens_per_week = 0\nwatch = 50\nissue = 50\nmajor = 50\nsevere = 50"
    one = brushfire("replay", stories, "--config", toml(f"[brands.acme]\n{strict}"), "--json").json
    assert {"bmw"} == {item["brand_id"] for item in one["opened"]}
    none = brushfire("replay", stories, "--config", toml(f"[policy]\n{strict}"), "--json").json
    assert [] == none["opened"]


def test_batches_of_nothing_are_wrong_use(stories: Path, brushfire: Brushfire) -> None:
    """And named."""
    ran = brushfire("replay", stories, "--batch-lines", "0")
    assert (2, "", "brushfire: --batch-lines: needs to be at least 1\n") == ran


# ---------------------------------------------------------------- where it writes, what it reads


def test_a_folder_with_files_is_not_written_over(brushfire: Brushfire, tmp_path: Path) -> None:
    """Unless forced."""
    path = write(tmp_path / "m.jsonl", uproar(0))
    out = tmp_path / "out"
    out.mkdir()
    assert 0 == brushfire("replay", path, "--out", out, "--flush").code, "an empty one will do"
    before = (out / EVENTS).read_bytes()
    ran = brushfire("replay", path, "--out", out, "--flush")
    assert (2, "") == ran[:2]
    assert "--force" in ran.err
    assert before == (out / EVENTS).read_bytes()
    assert 0 == brushfire("replay", write(tmp_path / "n.jsonl", [mention("a", 0)]), "--out", out, "--force").code
    assert b"" == (out / EVENTS).read_bytes()
    assert 2 == brushfire("replay", path, "--out", path).code, "a file is no folder"


@pytest.mark.parametrize("option", [[], ["--feedback"], ["--activity"]])
def test_a_missing_file_is_named_before_anything_is_written(
    option: list[str], brushfire: Brushfire, tmp_path: Path
) -> None:
    """Exit 2."""
    path = write(tmp_path / "m.jsonl", uproar(0))
    ran = brushfire("replay", path, *option, tmp_path / "gone.jsonl", "--out", tmp_path / "out")
    assert (2, "", f"brushfire: {tmp_path}/gone.jsonl: there is no such file\n") == ran
    assert not (tmp_path / "out").exists()
    assert 2 == brushfire("replay", path, *option, tmp_path).code, "a folder is no file"


def test_a_broken_gzip_file_is_a_failure(brushfire: Brushfire, tmp_path: Path) -> None:
    """Exit 1, named; what was read before is written."""
    whole = gzip.compress(b"".join(orjson.dumps(neutral(f"m{n}", n)) + b"\n" for n in range(3000)))
    path = tmp_path / "m.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    ran = brushfire("replay", path, "--out", tmp_path / "out")
    assert (1, "") == ran[:2]
    assert ran.err.startswith(f"brushfire: {path}: is no complete gzip file")


def test_when_everything_is_refused_the_shape_is_wrong(brushfire: Brushfire, tmp_path: Path) -> None:
    """Exit 1 with where to look; the dead letters say what is missing."""
    path = write(tmp_path / "m.jsonl", [{"brand": "acme", "created": at(0)}] * 3)
    ran = brushfire("replay", path, "--out", tmp_path / "out")
    assert 1 == ran.code
    assert "[mentions.fields]" in ran.err
    assert "refused 3 x mentions schema: " in ran.out
    assert 3 == len((tmp_path / "out" / LETTERS).read_bytes().splitlines())


def test_no_mentions_are_no_crises(brushfire: Brushfire, tmp_path: Path) -> None:
    """And no failure."""
    (tmp_path / "empty.jsonl").touch()
    assert (0, "0 mentions: none\n0 crises opened\n", "") == brushfire("replay", tmp_path / "empty.jsonl", "--flush")


# ---------------------------------------------------------------- what was never meant to be read


def raw(mention_id: str, more: bytes = b"", published_at: str = at(0)) -> bytes:
    return b'{"mention_id":"%s","brand_id":"acme","published_at":"%s"%s}' % (
        mention_id.encode(),
        published_at.encode(),
        more,
    )


def enveloped(version: str = "1.0", event_type: str = "io.brushfire.mention.v1") -> bytes:
    return orjson.dumps({"specversion": version, "type": event_type, "data": mention("e", 0)})


DEEP = 200_000
HOSTILE: list[tuple[str, bytes]] = [
    ("not_json", b'{"mention_id":'),
    ("not_json", b"}"),
    ("not_json", b"\x00"),
    ("not_json", b"\xef\xbb\xbf" + raw("bom")),
    ("too_deep", b"[" * DEEP),
    ("too_deep", b"[" * DEEP + b"]" * DEEP),
    ("too_deep", raw("deep", b',"odd":' + b"[" * DEEP + b"]" * DEEP)),
    ("too_deep", raw("deeper", b',"odd":' + b'{"a":' * 80_000 + b"1" + b"}" * 80_000)),
    ("not_json", b'{"mention_id":"\xff\xfe"}'),
    ("not_json", raw("latin", ',"text":"caf\xe9"'.encode("latin-1"))),
    ("not_json", raw("unread", b',"odd":"\xff"')),
    ("not_json", raw("nan", b',"sentiment":{"score":NaN}')),
    ("not_json", raw("infinity", b',"reach":-Infinity')),
    ("not_json", raw("huge", b',"sentiment":{"score":1e999}')),
    ("schema", raw("more", b',"sentiment":{"score":1.0000001}')),
    ("schema", raw("big", b',"reach":' + b"9" * 40)),
    ("schema", raw("half", b',"revision":0.5')),
    ("schema", raw("text", b',"text":["a"]')),
    ("schema", raw("")),
    ("schema", raw("m" * 201)),
    ("schema", raw("a\\u0000b")),
    ("schema", b'{"mention_id":"a","brand_id":"../etc","published_at":"2026-01-05T00:00:00Z"}'),
    ("schema", b"null"),
    ("schema", b"[]"),
    ("schema", b'"a"'),
    ("schema", b"{}"),
    ("bad_time", raw("naive", published_at="2026-01-05T00:00:00")),
    ("bad_time", raw("day", published_at="2026-01-05")),
    ("bad_time", raw("month", published_at="2026-13-05T00:00:00Z")),
    ("bad_time", raw("words", published_at="yesterday")),
    ("future_time", raw("future", published_at="2126-01-05T00:00:00Z")),
    ("too_large", raw("large", b',"text":"' + b"x" * 1_000_000 + b'"')),
    ("not_json", raw("surrogate", b',"text":"\\ud800"')),
    ("not_json", raw("swapped", b',"text":"\\udfff\\ud800 no"')),
    ("not_json", raw("\\ud800")),
    ("unsupported_version", enveloped(version="0.3")),
    ("unsupported_version", enveloped(version="2.0")),
    ("unsupported_version", enveloped(event_type="io.brushfire.mention.v2")),
    ("schema", enveloped(event_type="io.brushfire.activity.v1")),
]


def test_hostile_lines_are_dead_letters_and_the_next_good_one_is_counted(brushfire: Brushfire, tmp_path: Path) -> None:
    """Each with its reason from the closed list, its line and its bytes; the messages quote nothing."""
    values: list[dict[str, Any] | bytes] = []
    for number, (_, hostile) in enumerate(HOSTILE):
        values += [hostile, neutral(f"good{number}", number)]
    path = write(tmp_path / "m.jsonl", values)
    summary = brushfire("replay", path, "--out", tmp_path / "out", "--json").json
    assert {"received": 2 * len(HOSTILE), "counted": len(HOSTILE), "refused": len(HOSTILE)} == {
        "received": summary["received"],
        **{outcome: count for outcome, count in summary["mentions"].items() if count},
    }
    letters = [json.loads(line) for line in (tmp_path / "out" / LETTERS).read_bytes().splitlines()]
    found = [(letter["reason"], base64.b64decode(letter["value_base64"])) for letter in letters]
    assert HOSTILE == found
    assert [2 * number + 1 for number in range(len(HOSTILE))] == [letter["line"] for letter in letters]
    assert {str(path)} == {letter["file"] for letter in letters}
    assert {letter["reason"] for letter in letters} <= {reason.value for reason in Reason}
    for letter in letters:
        assert len(letter["message"]) < 200
        assert "etc" not in letter["message"]
        assert "yesterday" not in letter["message"]


def test_everything_received_is_accounted_for(brushfire: Brushfire, tmp_path: Path) -> None:
    """received = counted + refreshed + withdrawn + duplicate + late + refused."""
    path = write(
        tmp_path / "m.jsonl",
        [
            mention("a", 0),
            mention("a", 0),
            mention("a", 0, revision=2),
            mention("b", 10),
            mention("b", 10, op="delete"),
            mention("c", 600),
            mention("d", 0),
            mention("a", 0, revision=3),
            mention("e", 0, op="delete"),
            b"{",
        ],
    )
    summary = brushfire("replay", path, "--json").json
    expected = {"counted": 3, "refreshed": 2, "withdrawn": 2, "duplicate": 1, "late": 1, "refused": 1}
    assert expected == summary["mentions"]
    assert sum(expected.values()) == summary["received"]


# ---------------------------------------------------------------- real mentions

TWEETS = """
[mentions.fields]
brand_id = "brand"
language = "lang"
"author.ref" = "author"
"""


@pytest.mark.slow
def test_real_tweets_of_another_shape_are_read_through_a_field_map(
    shared_data: Path, brushfire: Brushfire, toml: Callable[[str], Path], tmp_path: Path
) -> None:
    """The first months of six brands: every one is accounted for, none is refused, nearly all are read as text."""
    with gzip.open(shared_data / "tweets" / "tweets.jsonl.gz") as lines:
        some = [line.rstrip(b"\n") for _, line in zip(range(4000), lines, strict=False)]
    path = write(tmp_path / "t.jsonl.gz", some)
    summary = brushfire("replay", path, "--config", toml(TWEETS), "--json", "--flush").json
    assert len(some) == summary["received"] == sum(summary["mentions"].values())
    assert 0 == summary["mentions"]["refused"]
    assert summary["mentions"]["counted"] > 0.95 * len(some)
