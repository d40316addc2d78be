"""What is written down of a run: its crises, their steps, what was held to be usual."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from detectors.text import LexiconScorer
from stream.adapters.files import Source
from stream.app import replay
from stream.config import Config
from stream.lab.recorder import Expected, Recorder
from stream.ports import Input
from tests.mentions import SCORER, START, at, negative, neutral

HOUR, DAY = 3600, 86400
BEGIN = int(START.timestamp())


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six mentions an hour for four days, four a minute that are unhappy for two hours of the third; one is no JSON."""
    calm = [(seconds, neutral(f"c{seconds}", seconds)) for seconds in range(0, 4 * DAY, 600)]
    burst = [
        (seconds, negative(f"b{seconds}", seconds, text=f"recall of number {seconds} #recall"))
        for seconds in range(2 * DAY + 12 * HOUR, 2 * DAY + 14 * HOUR, 15)
    ]
    path = tmp_path_factory.mktemp("stream") / "mentions.jsonl"
    lines = [orjson.dumps(mention) for _, mention in sorted(calm + burst, key=lambda pair: pair[0])]
    path.write_bytes(b"\n".join([b"{", *lines, orjson.dumps(neutral("other", 4 * DAY, brand_id="other"))]) + b"\n")
    return path


def run(stream: Path, recorder: Recorder, feedback: Path | None = None, batch_lines: int = 50) -> Recorder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LexiconScorer, "load", lambda: SCORER)
        sources = [Source(Input.MENTIONS, str(stream))]
        sources += [Source(Input.FEEDBACK, str(feedback))] if feedback else []
        runner, log = replay(Config(), sources, None, [recorder], batch_lines)
    runner.run(lambda: False, commit_interval_seconds=0.0, poll_seconds=0.0)
    runner.flush()
    log.close()
    return recorder


@pytest.fixture(scope="module")
def recorded(stream: Path) -> Recorder:
    return run(stream, Recorder())


def test_a_crisis_is_told_from_its_opening_on(recorded: Recorder) -> None:
    (found,) = recorded.found("acme")
    assert "opened" == found.steps[0].verb
    assert 2 * DAY + 12 * HOUR < found.opened_at - BEGIN < 2 * DAY + 12.5 * HOUR
    assert BEGIN + 2 * DAY + 12 * HOUR <= found.first_signal_at < found.opened_at
    assert sorted(step.at for step in found.steps) == [step.at for step in found.steps]
    assert 3 <= found.peak_level == max(step.level for step in found.steps)
    resolved = [step for step in found.steps if step.verb == "resolved"]
    assert [(0, found.ended_at)] == [(step.level, step.at) for step in resolved]
    assert {"acme": [found]} == recorded.all_found()
    assert ([], 1) == (recorded.found("other"), recorded.opened)


def test_its_evidence_is_that_of_the_opening_and_its_size_the_last(recorded: Recorder) -> None:
    (found,) = recorded.found("acme")
    assert "unhappy people" in found.explanation
    assert "negativity" in {signal.name for signal in found.signals}
    assert all(signal.score >= signal.threshold for signal in found.signals[:1])
    assert "#recall" in found.drivers
    assert 480 <= found.size["mentions"]
    assert {"x"} == set(found.size["platforms"])


def test_mentions_are_counted_by_what_became_of_them(recorded: Recorder) -> None:
    assert 4 * 144 + 480 + 1 == recorded.mentions["counted"]
    assert 1 == recorded.mentions["refused"]
    assert (recorded.mentions["counted"] + 1, recorded.mentions["counted"]) == (recorded.received, recorded.taken)
    assert {"acme", "other"} == recorded.brands


def test_what_was_usual_is_known_from_hour_to_hour(recorded: Recorder) -> None:
    """Six an hour, a little more while a burst is remembered; usually not more than a few times as many."""
    expected = recorded.expected["acme"]
    for hour in range(24, 96):
        usual, high = expected.of(BEGIN // HOUR + hour)
        assert 5 < usual < 14
        assert usual < high < 60


def test_what_is_usual_knows_nothing_of_the_hour_itself(stream: Path, recorded: Recorder, tmp_path: Path) -> None:
    """The hour of the burst is expected as if there were none: whatever comes in it or later."""
    lines = stream.read_bytes().splitlines(keepends=True)
    calm = tmp_path / "calm.jsonl"
    calm.write_bytes(b"".join(line for line in lines if b"recall" not in line))
    quiet = run(calm, Recorder()).expected["acme"]
    burst = BEGIN // HOUR + 60
    for hour in range(BEGIN // HOUR + 24, burst + 1):
        assert quiet.of(hour) == pytest.approx(recorded.expected["acme"].of(hour), rel=0.05)
    assert quiet.of(burst + 1)[0] < recorded.expected["acme"].of(burst + 1)[0]


def test_what_was_usual_need_not_be_written_down(stream: Path, recorded: Recorder) -> None:
    without = run(stream, Recorder(expects=False))
    assert ({}, recorded.found("acme"), recorded.brands) == (without.expected, without.found("acme"), without.brands)


def test_no_hour_is_left_out_where_a_batch_jumps_over_many(stream: Path, recorded: Recorder) -> None:
    whole = run(stream, Recorder(), batch_lines=400)
    assert recorded.expected["acme"].end == whole.expected["acme"].end
    assert all(whole.expected["acme"].of(BEGIN // HOUR + hour)[0] > 0 for hour in range(70, 96))
    assert whole.found("acme") == recorded.found("acme")


def test_hours_of_which_nothing_was_known_are_zeros() -> None:
    expected = Expected(10)
    expected.add(1.5, 4.0)
    assert ((0.0, 0.0), (1.5, 4.0), (0.0, 0.0), 11) == (expected.of(9), expected.of(10), expected.of(11), expected.end)


def test_a_crisis_that_is_dismissed_has_ended(stream: Path, recorded: Recorder, tmp_path: Path) -> None:
    """At level 0 from then on."""
    (found,) = recorded.found("acme")
    word: dict[str, Any] = {
        "feedback_id": "f1",
        "brand_id": "acme",
        "verdict": "dismiss",
        "target": {"crisis_id": found.crisis_id},
        "actor_ref": "u-1",
        "at": at(2 * DAY + 13 * HOUR),
    }
    (tmp_path / "said.jsonl").write_bytes(orjson.dumps(word) + b"\n")
    dismissed = run(stream, Recorder(), tmp_path / "said.jsonl").found("acme")[0]
    last = dismissed.steps[-1]
    assert ("dismissed", 0, last.at) == (last.verb, last.level, dismissed.ended_at)
    assert abs(last.at - BEGIN - (2 * DAY + 13 * HOUR)) < 600
