"""What explains: `check-config`, `schema`, `metrics`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import orjson
import pytest

from stream.events.schema import NOUNS
from tests.mentions import at, mention, neutral, story
from tests.stream.cli.conftest import Brushfire

# ---------------------------------------------------------------- check-config


def test_a_configuration_is_explained(brushfire: Brushfire, toml: Callable[[str], Path]) -> None:
    """Every setting with its value, whether it was set or not."""
    ran = brushfire("check-config", toml("deployment = 'eu'\n[policy]\nwatch = 3.25\n[brands.acme]\nissue = 4.5"))
    assert (0, "") == (ran.code, ran.err)
    assert 'deployment = "eu"' in ran.out.splitlines()
    assert "  watch = 3.25" in ran.out.splitlines()
    assert '  acme = {"issue": 4.5, "target_false_opens_per_week": 0.0}' in ran.out.splitlines()
    assert "  window_seconds = 60" in ran.out.splitlines()
    assert ran.out.splitlines()[-1].startswith("config_hash ")


def test_the_hash_is_of_what_can_change_a_decision(brushfire: Brushfire, toml: Callable[[str], Path]) -> None:
    """And of nothing else."""
    path = toml("")
    hashes = [
        brushfire("check-config", path, "--json", "--set", setting).json["config_hash"]
        for setting in (
            "log.level=info",
            "kafka.group_id=other",
            "http.port=1",
            "policy.watch=3.1",
            "time.window_seconds=30",
        )
    ]
    assert hashes[0] == hashes[1] == hashes[2]
    assert 3 == len(set(hashes))
    assert brushfire("check-config", "--json").json["config_hash"] == hashes[0], "the defaults"


def test_secrets_are_not_shown(brushfire: Brushfire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in words nor as JSON."""
    settings = ["--set", "kafka.security_protocol=SASL_PLAINTEXT", "--set", "kafka.sasl_mechanism=PLAIN"]
    settings += ["--set", "kafka.sasl_plain_username=me"]
    monkeypatch.setenv("BRUSHFIRE__KAFKA__SASL_PLAIN_PASSWORD", "hunter2")
    for form in ([], ["--json"]):
        ran = brushfire("check-config", *settings, *form)
        assert 0 == ran.code
        assert "sasl_plain_password" in ran.out
        assert "hunter2" not in ran.out + ran.err


def test_a_sample_says_what_would_be_counted_and_what_refused(brushfire: Brushfire, tmp_path: Path) -> None:
    """By reason and path; nothing is written."""
    sample = tmp_path / "sample.jsonl"
    values = [
        orjson.dumps(neutral("a", 0)),
        orjson.dumps(neutral("a", 0)),
        b"{",
        orjson.dumps(mention("b", 0) | {"published_at": "2026-01-05 00:00:00"}),
        orjson.dumps(mention("c", 0, author={"ref": 5})),
        orjson.dumps(mention("d", 0, author={"ref": 5})),
    ]
    sample.write_bytes(b"\n".join(values))
    ran = brushfire("check-config", "--sample", sample)
    assert 0 == ran.code
    for line in (
        "6 mentions: 1 counted, 1 duplicate, 4 refused",
        "  refused 2 x mentions schema: author.ref: must be text of 1 to 2000 characters",
        "  refused 1 x mentions bad_time: published_at: must be an RFC 3339 time with Z or an offset",
        "  refused 1 x mentions not_json: value: must be JSON in UTF-8, without NaN and with numbers in range",
    ):
        assert line in ran.out.splitlines()
    told = brushfire("check-config", "--sample", sample, "--json").json["sample"]
    assert (6, 1, 4) == (told["received"], told["mentions"]["counted"], told["mentions"]["refused"])
    assert 4 == sum(told["refusals"].values())
    assert ["sample.jsonl"] == [path.name for path in tmp_path.iterdir()]


def test_a_field_map_is_tried_on_a_sample(brushfire: Brushfire, toml: Callable[[str], Path], tmp_path: Path) -> None:
    """What the command is for: until nothing is refused."""
    sample = tmp_path / "sample.jsonl"
    sample.write_text('{"id": "a", "about": {"brand": "acme"}, "ts": 1767571200}\n')
    wrong = toml("[mentions.fields]\nmention_id = 'id'\nbrand_id = 'about.brand'")
    assert {"mentions schema: published_at: is required": 1} == brushfire(
        "check-config", wrong, "--sample", sample, "--json"
    ).json["sample"]["refusals"]
    right = toml(
        "[mentions]\ntime_format = 'epoch_seconds'\n"
        "[mentions.fields]\nmention_id = 'id'\nbrand_id = 'about.brand'\npublished_at = 'ts'"
    )
    told = brushfire("check-config", right, "--sample", sample, "--json").json["sample"]
    assert (1, {}) == (told["mentions"]["counted"], told["refusals"])


@pytest.mark.parametrize("arguments", [["gone.toml"], ["--sample", "gone.jsonl"], ["a.toml", "--config", "b.toml"]])
def test_what_is_not_there_or_said_twice_exits_2(arguments: list[str], brushfire: Brushfire) -> None:
    """In one line."""
    ran = brushfire("check-config", *arguments)
    assert (2, "", 1) == (ran.code, ran.out, ran.err.count("\n"))


# ---------------------------------------------------------------- schema


def test_all_schemas_are_printed(brushfire: Brushfire) -> None:
    """By noun; each a valid JSON Schema that names itself."""
    told = brushfire("schema").json
    assert {"mention", "brand-activity", "operator-feedback", "crisis-event", "crisis-state"} == set(told)
    for noun, schema in told.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert f"urn:brushfire:schema:{noun}:v1" == schema["$id"]
        assert schema == brushfire("schema", noun).json


def test_a_noun_that_is_none_is_named(brushfire: Brushfire) -> None:
    """With those that are."""
    ran = brushfire("schema", "crisis")
    assert (2, "") == ran[:2]
    assert all(noun in ran.err for noun in ("crisis", *NOUNS))


def test_what_is_told_and_what_is_asked_for_fits_the_schemas(brushfire: Brushfire, tmp_path: Path) -> None:
    """Every event of a story; mentions as they should come, and none as they should not."""
    path = tmp_path / "m.jsonl"
    values = story(1.1)
    path.write_bytes(b"\n".join(orjson.dumps(value) for value in values))
    brushfire("replay", path, "--out", tmp_path / "out")
    schemas = brushfire("schema").json
    form = jsonschema.FormatChecker()
    crisis = jsonschema.Draft202012Validator(schemas["crisis-event"], format_checker=form)
    events = [json.loads(line) for line in (tmp_path / "out" / "crisis-events.jsonl").read_bytes().splitlines()]
    assert len(events) >= 3
    for event in events:
        crisis.validate(event["data"])
        assert schemas["crisis-event"]["$id"] == event["dataschema"]
        with pytest.raises(jsonschema.ValidationError):
            crisis.validate({name: value for name, value in event["data"].items() if name != "crisis_id"})
    taken = jsonschema.Draft202012Validator(schemas["mention"], format_checker=form)
    taken.validate(values[0])
    for wrong in ({"mention_id": "a"}, {**values[0], "sentiment": {"score": 2}}, {**values[0], "op": "maybe"}):
        with pytest.raises(jsonschema.ValidationError):
            taken.validate(wrong)


def test_feedback_from_the_shell_fits_its_schema(brushfire: Brushfire) -> None:
    """And would be taken for what it is."""
    ran = brushfire(
        "feedback", "set-root-cause", "acme-1-20260105T140300Z-2", "--actor", "duty-1", "--value", "a batch", "--print"
    )
    assert (0, "") == (ran.code, ran.err)
    said = ran.json
    jsonschema.Draft202012Validator(brushfire("schema", "operator-feedback").json).validate(said)
    assert ("acme-1", "set_root_cause", "a batch", "duty-1", {"crisis_id": "acme-1-20260105T140300Z-2"}) == (
        said["brand_id"],
        said["verdict"],
        said["value"],
        said["actor_ref"],
        said["target"],
    )
    assert said["at"].endswith("Z")
    assert "reason" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["confirm", "acme", "--actor", "me"], "CRISIS_ID: needs to look like"),
        (["confirm", "ACME-20260105T140300Z", "--actor", "me"], "CRISIS_ID: needs to look like"),
        (["mute", "acme-20260105T140300Z", "--actor", "me", "--until", "tomorrow"], "--until: needs to be an RFC 3339"),
        (["mute", "acme-20260105T140300Z", "--actor", "me", "--until", at(0)[:-1]], "--until: needs to be an RFC 3339"),
    ],
)
def test_feedback_that_makes_no_sense_is_not_sent(arguments: list[str], said: str, brushfire: Brushfire) -> None:
    """Exit 2 before anything is asked of a broker."""
    ran = brushfire("feedback", *arguments)
    assert (2, "") == ran[:2]
    assert ran.err.startswith(f"brushfire: {said}")


def test_a_reset_asks_first(brushfire: Brushfire) -> None:
    """Nothing is touched unless the name of the group is typed; a time without a zone is wrong use."""
    ran = brushfire("reset", "--to", "earliest", "--set", "kafka.group_id=mine", stdin=b"yes\n")
    assert 1 == ran.code
    assert "Type the name of the group" in ran.out
    assert ran.out.endswith("nothing was changed\n")
    assert 2 == brushfire("reset", "--to", "2026-01-05T00:00:00", "--yes").code
    assert 2 == brushfire("rekey", "--from", "a", "--to", "a").code


# ---------------------------------------------------------------- metrics


def test_the_manifest_is_printed(brushfire: Brushfire) -> None:
    """Kind, name, labels and meaning of every metric; the same for machines."""
    told = brushfire("metrics", "--json").json
    lines = brushfire("metrics").out.splitlines()
    assert 2 * len(told) == len(lines)
    for metric, line, meaning in zip(told, lines[::2], lines[1::2], strict=True):
        labels = "{" + ",".join(metric["labels"]) + "}" if metric["labels"] else ""
        assert [metric["kind"], metric["name"] + labels] == line.split()
        assert metric["help"] == meaning.strip()
        assert metric["name"].startswith("brushfire_")


def test_a_sample_of_which_all_is_refused(brushfire: Brushfire, tmp_path: Path) -> None:
    """However large it is: the reasons, and status 1."""
    sample = tmp_path / "sample.jsonl"
    sample.write_bytes(b'{"brand": "acme"}\n' * 3000)
    status, out, _ = brushfire("check-config", "--sample", sample)
    assert 1 == status
    assert "refused 3000 x mentions schema" in out
    assert "nothing could be read" in out


def test_what_a_sample_holds_is_told(brushfire: Brushfire, tmp_path: Path) -> None:
    """Also what looks wrong though nothing is refused; not what would be opened: that is for `replay`."""
    sample = tmp_path / "sample.jsonl"
    sample.write_bytes(b'{"mention_id": "1", "brand_id": "acme", "published_at": "1970-01-20T00:00:00Z"}\n')
    status, out, _ = brushfire("check-config", "--sample", sample)
    assert 0 == status
    assert "acme (1)" in out
    assert "is mentions.time_format right?" in out
    assert "opened" not in out
