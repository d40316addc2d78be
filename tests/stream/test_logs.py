"""Log lines: JSON, one per record whatever is in it; one per transition; our own errors, never the words of others."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from stream import logs
from stream.adapters.memory import MemoryLog, MemoryTopics
from stream.config import Logs
from stream.events.mention import Mention
from stream.intake import Intake
from stream.logs import JsonFormatter, TextFormatter, log
from stream.ports import AssignmentLost, Batch, Input, Output
from stream.runner import Runner
from stream.transitions import TransitionLog
from tests.mentions import START, mention, pipeline, record, settings, story


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is written to a log of JSON lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logs.LOGGER.addHandler(handler)
    before = logs.LOGGER.level
    logs.LOGGER.setLevel(logging.DEBUG)
    yield stream
    logs.LOGGER.removeHandler(handler)
    logs.LOGGER.setLevel(before)


def told(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().split("\n")[:-1]]


class Clock:
    def now(self) -> float:
        return START.timestamp()

    def elapsed(self) -> float:
        return 0.0


def run(values: list[Any], source: Input = Input.MENTIONS, log: type[MemoryLog] = MemoryLog) -> MemoryTopics:
    """A worker with the log of transitions, to the end and committed."""
    config = settings(mentions__partition_by="trusted")
    topics = MemoryTopics(4)
    for offset, value in enumerate(values):
        topics.append(source, record(value, offset))
    runner = Runner(log(topics), config, lambda partition: pipeline(config, partition), Clock(), TransitionLog())
    runner.turn(0.0)
    while 0 not in runner.turn(0.0).caught_up:
        pass
    runner.commit()
    return topics


# ---------------------------------------------------------------- lines


def test_a_line_is_one_json_object_whatever_is_in_it(lines: io.StringIO) -> None:
    """No text can forge a second line."""
    odd = '"}\n{"level":"error"}\u2028\x85\x9b\x1b[31m'
    log("a\nb", odd=odd, number=3, at=START, nothing=None)
    assert 1 == len(lines.getvalue().splitlines())  # also by the readers that break lines at U+2028 and U+0085
    (line,) = told(lines)
    assert ("a\nb", "info", "brushfire", 3, None) == (
        line["message"],
        line["level"],
        line["logger"],
        line["number"],
        line["nothing"],
    )
    assert odd == line["odd"]
    assert line["time"].endswith("+00:00")


def test_an_exception_is_in_its_line(lines: io.StringIO) -> None:
    """With its traceback, still on one line."""
    try:
        int("many")
    except ValueError:
        logs.LOGGER.exception("failed")
    (line,) = told(lines)
    assert ("failed", "error") == (line["message"], line["level"])
    assert "ValueError: " in line["exception"]
    assert line["exception"].startswith("Traceback")


def test_on_a_terminal_a_line_is_readable_and_cannot_move_the_cursor() -> None:
    """Level, message, fields; control characters are shown as question marks."""
    entry = logging.LogRecord("brushfire", logging.WARNING, "", 0, "crisis opened", (), None)
    entry.fields = {"brand": "acme", "words": "\x1b[2Jgone"}
    text = TextFormatter().format(entry)
    assert "warning crisis opened brand=acme words=?[2Jgone" == text[9:]
    assert text.isprintable()


@pytest.mark.parametrize(("form", "is_json"), [("json", True), ("auto", True), ("text", False)])
def test_lines_go_to_standard_error_in_the_form_that_was_chosen(
    form: str, is_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """auto: JSON where it is no terminal. Below the level nothing, and the Kafka client's chatter never."""
    root, kafka = logging.getLogger(), logging.getLogger("kafka")
    before = root.handlers[:], root.level, kafka.level
    try:
        logs.set_up(Logs(level="info", format=form))  # type: ignore[arg-type]
        log("shown")
        log("not shown", level=logging.DEBUG)
        kafka.info("sasl password: 123")
        captured = capsys.readouterr()
    finally:
        root.handlers[:], root.level, kafka.level = before
    assert ("", 1) == (captured.out, len(captured.err.splitlines()))
    assert "shown" in captured.err
    assert is_json == captured.err.startswith("{")


# ---------------------------------------------------------------- transitions


def test_one_line_per_transition_and_none_per_mention(lines: io.StringIO) -> None:
    """With who, what and why; a warning from level 2 on."""
    topics = run(story())
    entries = told(lines)
    crises = [entry for entry in entries if entry["message"].startswith("crisis ")]
    events = [json.loads(message.value or b"") for message in topics.outputs[Output.CRISIS_EVENTS]]
    assert [event["type"].split(".")[3] for event in events] == [entry["message"].split()[1] for entry in crises]
    assert [event["data"]["explanation"] for event in events] == [entry["explanation"] for entry in crises]
    for entry in crises:
        assert "acme" == entry["brand"]
        assert ("warning" if entry["level_now"] >= 2 else "info") == entry["level"]
    assert ["assignment", "restored", "restored", "restored", "restored", "ready"] == [
        entry["message"] for entry in entries if entry not in crises
    ]


def test_a_lost_commit_is_told(lines: io.StringIO) -> None:
    """Somebody has to know why things are done twice."""

    class Losing(MemoryLog):
        def commit(self, messages: Any, positions: Any) -> None:
            raise AssignmentLost

    run([mention("a", 0)], log=Losing)
    assert ["warning"] == [entry["level"] for entry in told(lines) if "commit refused" in entry["message"]]


def test_an_assignment_of_nothing_is_told(lines: io.StringIO) -> None:
    """A worker that stands by says so; a turn without a change says nothing."""
    observer = TransitionLog()
    observer.turned(Batch())
    observer.turned(Batch(assigned=set(), revoked={3, 1}))
    assert [([], [1, 3])] == [(entry["assigned"], entry["revoked"]) for entry in told(lines)]


# ---------------------------------------------------------------- errors of ours

SECRET = "what somebody wrote in confidence"


def broken(self: Intake, record: Any) -> Any:
    """A bug of ours that quotes what it was given."""
    raise KeyError(SECRET)


def test_records_that_break_us_are_dead_letters_and_told_once_a_commit(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Type and place of the error and how many there were; never its text or what was in the record."""
    whole = Intake.mention

    def sometimes(self: Intake, taken: Any) -> tuple[Mention, int, int, int | None]:
        if b"bad" in taken.value:
            broken(self, taken)
        return whole(self, taken)

    monkeypatch.setattr(Intake, "mention", sometimes)
    values = [mention("good", 0), *(mention(f"bad{number}", 1, text=SECRET) for number in range(30)), mention("g2", 2)]
    topics = run(values)
    letters = [dict(message.headers) for message in topics.outputs[Output.DEAD_LETTERS]]
    assert [b"handler_error"] * 30 == [letter["dlq.reason"] for letter in letters]
    assert {b"value: KeyError while it was read"} == {
        letter["__connect.errors.exception.message"] for letter in letters
    }
    (error,) = [entry for entry in told(lines) if entry["level"] == "error"]
    assert (30, "mentions", 0, 1) == (error["count"], error["input"], error["partition"], error["offset"])
    assert "KeyError" in error["message"]
    assert error["frames"][-1].endswith(" broken")
    assert error["frames"][0].startswith("stream.pipeline:")
    assert SECRET not in lines.getvalue()
    assert 32 == topics.committed[Input.MENTIONS, 0], "the partition goes on"


@pytest.mark.parametrize(("source", "method"), [(Input.FEEDBACK, "feedback"), (Input.ACTIVITY, "plan")])
def test_side_inputs_that_break_us_do_not_stop_the_partition(
    source: Input, method: str, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that ended the process would end it again after every restart."""
    monkeypatch.setattr(Intake, method, broken)
    topics = run([{"text": SECRET}], source)
    (letter,) = topics.outputs[Output.DEAD_LETTERS]
    assert b"handler_error" == dict(letter.headers)["dlq.reason"]
    (error,) = [entry for entry in told(lines) if entry["level"] == "error"]
    assert (str(source), 1) == (error["input"], error["count"])
    assert SECRET not in lines.getvalue()


def test_refusals_of_the_producers_making_are_not_logged(lines: io.StringIO) -> None:
    """They are counted and on their topic; a broken producer must not fill a disk."""
    run([mention("good", 0), *[b"{"] * 100])
    assert [] == [entry for entry in told(lines) if entry["level"] == "error"]
    assert 6 == len(told(lines))
