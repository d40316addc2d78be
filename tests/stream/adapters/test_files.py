"""JSON Lines as a log: what is read from which file, and where what was refused is found again."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from stream.adapters.files import FilesLog, Layout, Source
from stream.errors import Reason, Refused, ServiceError
from stream.events.dead_letter import dead_letter_headers
from stream.events.door import Door
from stream.events.envelope import MENTION
from stream.events.fields import FieldMap
from stream.events.mention import Mention
from stream.partitioning import MURMUR2, TRUSTED, partition_of
from stream.ports import Input, Message, Output, Record
from tests.mentions import START, at, mention

STARTED_MS = 1_767_600_000_000


def layout(partitions: int = 1, partition_by: str = MURMUR2, field_map: FieldMap | None = None) -> Layout:
    topics = {f"{source}.v1": source for source in Input}
    return Layout(partitions, partition_by, field_map, STARTED_MS, topics)


def opened(*paths: Path | str, out: Path | None = None, batch_lines: int = 500, **chosen: Any) -> FilesLog:
    return FilesLog([Source(Input.MENTIONS, str(path)) for path in paths], layout(**chosen), out, batch_lines)


def read(log: FilesLog) -> list[tuple[Input, Record]]:
    """Everything, in the order it is handed out."""
    assert log.poll(0.0).assigned is not None
    found: list[tuple[Input, Record]] = []
    while True:
        batch = log.poll(0.0)
        found += [(source, record) for source, _, records in batch.records for record in records]
        if batch.ended:
            log.close()
            return found


def values(log: FilesLog) -> list[bytes | None]:
    return [record.value for _, record in read(log)]


def lines(*numbers: int) -> list[bytes]:
    return [orjson.dumps(mention(f"m{number}", number)) for number in numbers]


def refuse(log: FilesLog, source: Input, record: Record) -> None:
    refused = Refused(Reason.SCHEMA, "brand_id: is required")
    headers = dead_letter_headers(record, f"{source}.v1", refused, START)
    log.commit([Message(Output.DEAD_LETTERS, record.key, record.value, headers)], {})


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        b"%s\n%s\n",
        pytest.param(b"%s\n%s", id="no final newline"),
        pytest.param(b"%s\r\n%s\r\n", id="CRLF"),
        pytest.param(b"\n%s\n\n  \n\r\n%s\n\n\n", id="blank lines"),
    ],
)
def test_lines_are_records_however_they_end(text: bytes, packed: bool, tmp_path: Path) -> None:
    """Bytes untouched but for the end of the line; empty lines are none."""
    content = text % tuple(lines(1, 2))
    path = tmp_path / ("x.jsonl.gz" if packed else "x.jsonl")
    path.write_bytes(gzip.compress(content) if packed else content)
    assert lines(1, 2) == values(opened(path))


def test_standard_input_is_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Named `-`, also between others."""
    (tmp_path / "a").write_bytes(lines(1)[0])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines(2, 3)))))
    assert lines(1, 2, 3, 1) == values(opened(tmp_path / "a", "-", tmp_path / "a"))


def test_several_files_are_one_log(tmp_path: Path) -> None:
    """One after the other, numbered over all lines, the empty ones too."""
    (tmp_path / "a").write_bytes(lines(1)[0] + b"\n\n")
    (tmp_path / "b.gz").write_bytes(gzip.compress(lines(2)[0]) + gzip.compress(b"\n" + lines(3)[0]))
    (tmp_path / "empty").touch()
    found = read(opened(tmp_path / "a", tmp_path / "empty", tmp_path / "b.gz"))
    assert lines(1, 2, 3) == [record.value for _, record in found]
    assert [0, 2, 3] == [record.offset for _, record in found]
    assert {STARTED_MS} == {record.timestamp for _, record in found}, "a log would stamp them with its own time"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(gzip.compress(b"\n".join(lines(*range(500))))[:-500], id="breaks off"),
        pytest.param(gzip.compress(lines(1)[0])[:-8] + b"\0" * 8, id="wrong checksum"),
        pytest.param(gzip.compress(b"x" * 50)[:12] + b"\xff" * 30, id="garbage inside"),
        pytest.param(lines(1)[0] + b"\n", id="no gzip at all"),
    ],
)
def test_a_broken_gzip_file_is_told_by_name(content: bytes, tmp_path: Path) -> None:
    """And not read as if it ended there."""
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(ServiceError, match=r"x\.jsonl\.gz: is no complete gzip file"):
        read(opened(path))


def test_an_empty_file_ends_at_once(tmp_path: Path) -> None:
    """And is no error."""
    (tmp_path / "x").touch()
    assert [] == read(opened(tmp_path / "x"))


@pytest.mark.parametrize("batch_lines", [1, 3, 100])
def test_batches_hold_at_most_so_many_lines(batch_lines: int, tmp_path: Path) -> None:
    """The same records in the same order."""
    (tmp_path / "x").write_bytes(b"\n".join(lines(*range(10))))
    log = opened(tmp_path / "x", batch_lines=batch_lines)
    log.poll(0.0)
    sizes = []
    while not (batch := log.poll(0.0)).ended:
        sizes.append(sum(len(records) for _, _, records in batch.records))
    assert all(size == batch_lines for size in sizes)
    assert lines(*range(10)) == values(opened(tmp_path / "x", batch_lines=batch_lines))


def test_progress_is_the_share_of_bytes(tmp_path: Path) -> None:
    """From 0 to 1, over all files, packed or not; unknown for standard input."""
    many = b"\n".join(lines(*range(5000)))
    (tmp_path / "a").write_bytes(many)
    (tmp_path / "b.gz").write_bytes(gzip.compress(many))
    log = opened(tmp_path / "a", tmp_path / "b.gz")
    shares = [log.progress]
    while not log.poll(0.0).ended:
        shares.append(log.progress)
    shares.append(log.progress)
    assert (0.0, 1.0) == (shares[0], shares[-1])
    assert sorted(shares) == shares
    assert 3 <= len(set(shares))


# ---------------------------------------------------------------- partitions


@pytest.mark.parametrize("partition_by", [MURMUR2, TRUSTED, "crc32"])
def test_brands_go_where_the_cluster_would_have_them(partition_by: str, tmp_path: Path) -> None:
    """`trusted` has to be something: Kafka's default. What has no brand goes to the first."""
    brands = ["acme", "bmw", "cola", "dhl", "żabka"]
    content = [
        *(orjson.dumps(mention("m", 0, brand_id=brand)) for brand in brands),
        b"{}",
        b"{",
        b"\xff",
        b'{"brand_id":5}',
    ]
    (tmp_path / "x").write_bytes(b"\n".join(content))
    found = {
        record.value: record.partition
        for _, record in read(opened(tmp_path / "x", partitions=7, partition_by=partition_by))
    }
    mapping = MURMUR2 if partition_by == TRUSTED else partition_by
    expected = [partition_of(brand, 7, mapping) for brand in brands]
    assert len(set(expected)) > 1
    assert [*expected, 0, 0, 0, 0] == [found[value] for value in content]


def test_brands_are_found_where_the_field_map_says_and_inside_an_envelope(tmp_path: Path) -> None:
    """As the door will find them."""
    mapped = FieldMap({"brand_id": "who.brand"}, {}, "rfc3339")
    inside = {"who": {"brand": "acme"}}
    envelope = {"specversion": "1.0", "type": "io.brushfire.mention.v1", "data": inside}
    (tmp_path / "x").write_bytes(b"\n".join(orjson.dumps(value) for value in (inside, envelope)))
    found = read(opened(tmp_path / "x", partitions=64, field_map=mapped))
    assert {partition_of("acme", 64, MURMUR2)} == {record.partition for _, record in found}


def test_brands_are_found_in_the_attributes_of_an_envelope_as_at_the_door(tmp_path: Path) -> None:
    """Where the map names them; another event of the same topic may still carry a mention in its data."""
    fields = {"mention_id": "id", "published_at": "time", "brand_id": "subject"}
    inside = {"id": "2", "time": at(1), "subject": "bmw"}
    attributes = {"specversion": "1.0", "type": MENTION, "id": "1", "time": at(0)}
    events = [
        {**attributes, "subject": "acme", "data": {}},
        {**attributes, "subject": "acme", "data": inside},
        {**attributes, "data": inside},
    ]
    mapped = FieldMap(fields, {}, "rfc3339")
    door = Door(Mention, MENTION, mapped)
    (tmp_path / "x").write_bytes(b"\n".join(orjson.dumps(event) for event in events))
    found = read(opened(tmp_path / "x", partitions=64, field_map=mapped))
    assert ["acme", "acme", "bmw"] == [door.take(record.value, []).brand_id for _, record in found]
    assert [partition_of(brand, 64, MURMUR2) for brand in ("acme", "acme", "bmw")] == [
        record.partition for _, record in found
    ]


def test_every_partition_is_assigned_and_begins_with_nothing(tmp_path: Path) -> None:
    """A run over files has no past."""
    (tmp_path / "x").touch()
    log = opened(tmp_path / "x", partitions=3)
    assert {0, 1, 2} == log.poll(0.0).assigned
    assert ({}, {}) == (dict(log.restore(2).state), dict(log.restore(2).committed))


# ---------------------------------------------------------------- side inputs


def test_side_inputs_are_merged_in_by_their_time(tmp_path: Path) -> None:
    """Each before the first mention that was published later, whatever their order in the file; the rest at the end."""
    (tmp_path / "m").write_bytes(
        b"\n".join(orjson.dumps(mention(f"m{seconds}", seconds)) for seconds in (10, 30, 20, 50))
    )
    feedback = [orjson.dumps({"brand_id": "acme", "at": at(seconds)}) for seconds in (60, 25, 5)]
    (tmp_path / "f").write_bytes(b"\n".join(feedback))
    (tmp_path / "a").write_bytes(orjson.dumps({"brand_id": "acme", "starts_at": at(40)}))
    sources = [
        Source(Input.FEEDBACK, str(tmp_path / "f")),
        Source(Input.MENTIONS, str(tmp_path / "m")),
        Source(Input.ACTIVITY, str(tmp_path / "a")),
    ]
    for batch_lines in (1, 500):
        found = read(FilesLog(sources, layout(), None, batch_lines))
        seconds = [
            next(
                value[17:19]
                for key, value in json.loads(record.value or b"").items()
                if key in {"at", "starts_at", "published_at"}
            )
            for _, record in found
        ]
        assert ["05", "10", "25", "30", "20", "40", "50", "00"] == seconds
        assert [Input.FEEDBACK, Input.MENTIONS, Input.FEEDBACK] == [source for source, _ in found[:3]]


def test_a_mention_from_the_future_drags_no_side_input_along(tmp_path: Path) -> None:
    """It will be refused, or moves time no further than to the start of the run."""
    for seconds in (1e9, STARTED_MS / 1000 - START.timestamp() + 1):
        values = [mention(f"m{number}", when) for number, when in enumerate((10, seconds, 30, 50))]
        (tmp_path / "m").write_bytes(b"\n".join(orjson.dumps(value) for value in values))
        (tmp_path / "f").write_bytes(orjson.dumps({"brand_id": "acme", "at": at(40)}))
        sources = [Source(Input.FEEDBACK, str(tmp_path / "f")), Source(Input.MENTIONS, str(tmp_path / "m"))]
        assert [Input.MENTIONS] * 3 + [Input.FEEDBACK, Input.MENTIONS] == [
            source for source, _ in read(FilesLog(sources, layout(), None))
        ]


# ---------------------------------------------------------------- writing


def test_a_dead_letter_says_where_the_line_stands(tmp_path: Path) -> None:
    """Reason, file, line from 1 and the bytes, also in the second file, behind empty lines, and among side inputs."""
    (tmp_path / "a").write_bytes(b"\n\xff\n")
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"good\n\n\nbad\r\n"))
    (tmp_path / "f").write_bytes(b"\nsaid\n")
    out = tmp_path / "out"
    out.mkdir()
    sources = [
        Source(Input.MENTIONS, str(tmp_path / "a")),
        Source(Input.MENTIONS, str(tmp_path / "b.gz")),
        Source(Input.FEEDBACK, str(tmp_path / "f")),
    ]
    log = FilesLog(sources, layout(), out)
    log.poll(0.0)
    for source, _, records in log.poll(0.0).records:
        for record in records:
            refuse(log, source, record)
    log.close()
    letters = [json.loads(line) for line in (out / "dead-letters.jsonl").read_bytes().splitlines()]
    found = {
        (Path(letter["file"]).name, letter["line"], base64.b64decode(letter["value_base64"])) for letter in letters
    }
    assert {("a", 2, b"\xff"), ("b.gz", 1, b"good"), ("b.gz", 4, b"bad"), ("f", 2, b"said")} == found
    assert {"reason", "message", "file", "line", "value_base64"} == set(letters[0])
    assert {("schema", "brand_id: is required")} == {(letter["reason"], letter["message"]) for letter in letters}


def test_empty_files_do_not_confuse_where_a_line_stands(tmp_path: Path) -> None:
    """Two files begin at the same number."""
    (tmp_path / "empty").touch()
    (tmp_path / "x").write_bytes(b"bad\n")
    out = tmp_path / "out"
    out.mkdir()
    log = opened(tmp_path / "empty", tmp_path / "x", tmp_path / "empty", out=out)
    log.poll(0.0)
    ((source, _, (record,)),) = log.poll(0.0).records
    refuse(log, source, record)
    log.close()
    letter = json.loads((out / "dead-letters.jsonl").read_bytes())
    assert ("x", 1) == (Path(letter["file"]).name, letter["line"])


def test_without_a_folder_nothing_is_written(tmp_path: Path) -> None:
    """A run for its summary only."""
    (tmp_path / "x").write_bytes(b"bad")
    log = opened(tmp_path / "x")
    ((source, record),) = read(log)
    refuse(log, source, record)
    assert ["x"] == [path.name for path in tmp_path.iterdir()]


def test_state_is_not_written_to_files(tmp_path: Path) -> None:
    """Events, states and dead letters only; a deletion is no line."""
    (tmp_path / "x").touch()
    out = tmp_path / "out"
    out.mkdir()
    log = opened(tmp_path / "x", out=out)
    log.commit(
        [
            Message(Output.CRISIS_EVENTS, b"acme", b'{"a":1}'),
            Message(Output.CRISIS_STATE, b"acme", b'{"b":1}'),
            Message(Output.CRISIS_STATE, b"acme", None),
            Message(Output.CHANGELOG, b"p", b"{}", partition=0),
        ],
        {},
    )
    log.close()
    assert {"crisis-events.jsonl": '{"a":1}\n', "crisis-state.jsonl": '{"b":1}\n', "dead-letters.jsonl": ""} == {
        path.name: path.read_text() for path in out.iterdir()
    }
