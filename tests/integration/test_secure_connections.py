"""TLS, certificates of clients, users and passwords, on a real broker: what works, and what each mistake says.

No secret shows anywhere: not in logs at debug, not in errors, not in `check-config`.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest

from stream.adapters.kafka.log import KafkaLog
from stream.adapters.kafka.records import ingest
from stream.adapters.kafka.topics import create_missing
from stream.errors import ServiceError
from stream.ports import Input, Message, Output
from stream.settings import load
from tests.broker import ROOT, Cluster, NoBrokerError
from tests.contracts.logs import started
from tests.integration.service import Installation
from tests.mentions import mention
from tests.secure import LITTLE, PASSWORD, USER, Files, grant, make_files, secure_cluster

pytestmark = [pytest.mark.broker, pytest.mark.slow]

Settings = dict[str, object]
QUICKLY: Settings = {"bootstrap_timeout_seconds": 2}
WRONG_PASSWORD = "Wr0ng-Jq9-walrus"


class Secured(NamedTuple):
    """The broker and what its clients need."""

    cluster: Cluster
    files: Files

    def settings(self, door: str, protocol: str, *traits: str) -> Settings:
        """`[kafka]` for a door; traits add what stands in their words."""
        files = self.files
        known: dict[str, Settings] = {
            "ca": {"ssl_cafile": files.authority.file},
            "other ca": {"ssl_cafile": files.stranger.file},
            "client": {"ssl_certfile": files.client.file, "ssl_keyfile": files.client.key},
            "expired client": {"ssl_certfile": files.expired_client.file, "ssl_keyfile": files.expired_client.key},
            "strange client": {"ssl_certfile": files.strange_client.file, "ssl_keyfile": files.strange_client.key},
            "user": {"sasl_plain_username": USER, "sasl_plain_password": PASSWORD},
            "unknown user": {"sasl_plain_username": "nobody", "sasl_plain_password": PASSWORD},
            "wrong password": {"sasl_plain_username": USER, "sasl_plain_password": WRONG_PASSWORD},
            "little user": {"sasl_plain_username": LITTLE, "sasl_plain_password": PASSWORD},
            "by number": {"bootstrap_servers": self.server(door).replace("localhost", "127.0.0.1")},
            **{name: {"sasl_mechanism": name} for name in ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")},
        }
        chosen: Settings = {"bootstrap_servers": self.server(door), "security_protocol": protocol}
        for trait in traits:
            chosen |= known[trait]
        return chosen

    def server(self, door: str) -> str:
        return self.cluster.doors.get(door, self.cluster.bootstrap)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """One broker with all the doors."""
    files = make_files(tmp_path_factory.mktemp("certificates"))
    try:
        cluster = secure_cluster(tmp_path_factory.mktemp("cluster"), files)
    except NoBrokerError as missing:
        pytest.skip(str(missing))
    try:
        cluster.start()
        yield Secured(cluster, files)
    finally:
        cluster.stop()


def _installation(folder: Path, secured: Secured, settings: Settings) -> Installation:
    """Its processes come by the door; the test looks at it from the open one."""
    made = Installation(folder, secured.cluster.bootstrap, partitions=2)
    made.environment |= {f"BRUSHFIRE__KAFKA__{name.upper()}": str(value) for name, value in settings.items()}
    return made


# ---------------------------------------------------------------- what works

RIGHT = {
    "TLS": ("TLS", "SSL", "ca"),
    "mutual TLS": ("MUTUAL", "SSL", "ca", "client"),
    "TLS and SCRAM-SHA-512": ("SASLTLS", "SASL_SSL", "ca", "SCRAM-SHA-512", "user"),
    "TLS and SCRAM-SHA-256": ("SASLTLS", "SASL_SSL", "ca", "SCRAM-SHA-256", "user"),
    "TLS and PLAIN": ("SASLTLS", "SASL_SSL", "ca", "PLAIN", "user"),
    "SCRAM without TLS": ("SASLPLAIN", "SASL_PLAINTEXT", "SCRAM-SHA-512", "user"),
}


@pytest.mark.parametrize("way", RIGHT)
def test_right_credentials_work(way: str, secured: Secured, tmp_path: Path) -> None:
    """Topics are made, mentions are written, counted and committed with their state."""
    door, protocol, *traits = RIGHT[way]
    installation = _installation(tmp_path, secured, secured.settings(door, protocol, *traits))
    installation.create_topics()
    installation.ingest(mention(f"m{number}", number) for number in range(10))
    with installation.worker() as worker:
        installation.until_caught_up()
        assert {"counted": 10} == worker.counters("brushfire_mentions_total")
        assert 0 == worker.terminate()
        _assert_no_secret(worker.said)
    assert installation.records(Output.CHANGELOG)


# ---------------------------------------------------------------- mistakes


class Mistake(NamedTuple):
    """Settings that cannot work, and what is said of them."""

    door: str
    protocol: str
    traits: tuple[str, ...]
    says: tuple[str, ...]


_SCRAM = ("SCRAM-SHA-512", "user")
_AUTHORITY = ("ca",)
_REFUSED = ("refuses user", "kafka.sasl_plain_username", "kafka.sasl_plain_password", "kafka.sasl_mechanism")
_OTHER = "kafka.security_protocol is"
MISTAKES = {
    "an authority that did not sign": Mistake("TLS", "SSL", ("other ca",), ("no authority in kafka.ssl_cafile",)),
    "no authority": Mistake("TLS", "SSL", (), ("no authority that this system knows", "in kafka.ssl_cafile")),
    "another name": Mistake(
        "TLS", "SSL", ("ca", "by number"), ("for another name", "127.0.0.1", "kafka.bootstrap_servers")
    ),
    "an expired certificate": Mistake("EXPIRED", "SSL", _AUTHORITY, ("out of its time", "expired", "renew")),
    "no certificate of ours": Mistake(
        "MUTUAL", "SSL", _AUTHORITY, ("asks for a certificate of ours", "kafka.ssl_certfile", "kafka.ssl_keyfile")
    ),
    "our certificate by a stranger": Mistake(
        "MUTUAL", "SSL", ("ca", "strange client"), ("refuses our certificate", "kafka.ssl_certfile")
    ),
    "our certificate expired": Mistake(
        "MUTUAL", "SSL", ("ca", "expired client"), ("refuses our certificate", "kafka.ssl_certfile", "until when")
    ),
    "wrong password, SCRAM": Mistake("SASLTLS", "SASL_SSL", ("ca", "SCRAM-SHA-512", "wrong password"), _REFUSED),
    "wrong password, PLAIN": Mistake("SASLTLS", "SASL_SSL", ("ca", "PLAIN", "wrong password"), _REFUSED),
    "wrong password, without TLS": Mistake(
        "SASLPLAIN", "SASL_PLAINTEXT", ("SCRAM-SHA-512", "wrong password"), _REFUSED
    ),
    "unknown user": Mistake("SASLTLS", "SASL_SSL", ("ca", "SCRAM-SHA-512", "unknown user"), ("nobody", *_REFUSED)),
    "a mechanism that is not offered": Mistake(
        "SASLPLAIN", "SASL_PLAINTEXT", ("SCRAM-SHA-256", "user"), ("does not offer", "kafka.sasl_mechanism", "SHA-512")
    ),
    "PLAINTEXT where TLS is": Mistake("TLS", "PLAINTEXT", (), ("encrypts", _OTHER, "SSL or SASL_SSL")),
    "PLAINTEXT where TLS and users are": Mistake("SASLTLS", "PLAINTEXT", (), ("encrypts", _OTHER, "SSL or SASL_SSL")),
    "PLAINTEXT where users are": Mistake(
        "SASLPLAIN", "PLAINTEXT", (), ("asks for a user", _OTHER, "would be SASL_PLAINTEXT")
    ),
    "TLS where none is": Mistake("PLAINTEXT", "SSL", _AUTHORITY, ("does not encrypt", _OTHER, "PLAINTEXT")),
    "TLS where users are as well": Mistake("SASLTLS", "SSL", _AUTHORITY, ("asks for a user", _OTHER, "be SASL_SSL")),
    "users where only TLS is": Mistake("TLS", "SASL_SSL", ("ca", *_SCRAM), ("asks for no user", _OTHER, "be SSL")),
    "users where nothing is": Mistake("PLAINTEXT", "SASL_PLAINTEXT", _SCRAM, ("asks for no user", "be PLAINTEXT")),
    "users without TLS where both are": Mistake("SASLTLS", "SASL_PLAINTEXT", _SCRAM, ("encrypts", _OTHER, "SASL_SSL")),
    "users and TLS where no TLS is": Mistake(
        "SASLPLAIN", "SASL_SSL", ("ca", *_SCRAM), ("does not encrypt", _OTHER, "SASL_PLAINTEXT")
    ),
}


@pytest.fixture(scope="module")
def errors(secured: Secured) -> dict[str, str]:
    """What is said of every mistake; all are made at once, for they mostly wait."""
    chosen = [secured.settings(wrong.door, wrong.protocol, *wrong.traits) | QUICKLY for wrong in MISTAKES.values()]
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.attempts"],
        input=json.dumps(chosen, default=str),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    _assert_no_secret(done.stdout + done.stderr)
    return dict(zip(MISTAKES, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told(name: str, errors: dict[str, str]) -> None:
    """The server, the likely cause and the settings to look at."""
    assert errors[name].startswith(f"kafka: cannot connect with {MISTAKES[name].protocol} to ")
    assert [] == [words for words in MISTAKES[name].says if words not in errors[name]], errors[name]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (("SASLTLS", "SASL_SSL", "ca", "SCRAM-SHA-512", "wrong password"), "refuses user alice or the password"),
        (("TLS", "SSL", "other ca"), "of no authority in kafka.ssl_cafile"),
    ],
)
def test_a_start_ends_with_one_line_in_time(
    settings: tuple[str, str, str], says: str, secured: Secured, tmp_path: Path
) -> None:
    """Status 1 within 15 seconds by the default settings, and nothing of the client's own complaints."""
    failed = _installation(tmp_path, secured, secured.settings(*settings)).command("run")
    assert 1 == failed.returncode
    first, last = (json.loads(line) for line in failed.stderr.splitlines())
    assert ("starting", "error") == (first["message"], last["level"])
    assert says in last["message"]
    assert (datetime.fromisoformat(last["time"]) - datetime.fromisoformat(first["time"])).total_seconds() < 15


def test_every_server_is_tried(secured: Secured, tmp_path: Path) -> None:
    """What is wrong with each; those with the same trouble are told together."""
    settings = secured.settings("TLS", "SSL", "ca", "by number")
    settings["bootstrap_servers"] = f"localhost:1,{settings['bootstrap_servers']}, localhost:2"
    done = _installation(tmp_path, secured, settings).command("topics", "--set", "kafka.bootstrap_timeout_seconds=1")
    assert 1 == done.returncode
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith(
        "brushfire: kafka: cannot connect with SSL to localhost:1, localhost:2: nobody listens there"
    )
    assert "; 127.0.0.1:" in line


# ---------------------------------------------------------------- secrets


def _disguises(secret: str) -> Iterator[str]:
    """A secret as it is, in hexadecimal digits, and as it shows in base64 wherever it begins."""
    yield secret
    yield secret.encode().hex()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret.encode()).decode()
        yield encoded[4 if before else 0 : -4]


def _assert_no_secret(text: str) -> None:
    shown = [secret for secret in (PASSWORD, WRONG_PASSWORD) if any(known in text for known in _disguises(secret))]
    assert not shown, f"{len(shown)} secrets show"  # and not here either


@pytest.mark.parametrize(
    ("mechanism", "user"), [("PLAIN", "user"), ("PLAIN", "wrong password"), ("SCRAM-SHA-512", "user")]
)
def test_no_secret_shows_at_debug(mechanism: str, user: str, secured: Secured, tmp_path: Path) -> None:
    """Starts that work and starts that fail; the client would log what it sends, if it were let."""
    settings = secured.settings("SASLTLS", "SASL_SSL", "ca", mechanism, user)
    secret = tmp_path / "password"
    secret.write_text(f"{settings.pop('sasl_plain_password')}\n")
    installation = _installation(tmp_path, secured, {**settings, "sasl_plain_password_file": secret})
    debug = "log.level=debug", "kafka.bootstrap_timeout_seconds=1"
    flags = [flag for setting in debug for flag in ("--set", setting)]
    shown, made = installation.command("check-config", *flags), installation.command("topics", *flags)
    expected = 0 if user == "user" else 1
    assert (0, expected) == (shown.returncode, made.returncode)
    with installation.worker(*debug) as worker:
        if not expected:
            worker.until_it_says("ready")
            worker.terminate()
        assert expected == worker.wait()
    said = b"".join((shown.stdout, shown.stderr, made.stdout, made.stderr)).decode() + worker.said
    assert '"***"' in said
    _assert_no_secret(said)


def test_what_protects_less_than_it_seems_to_is_said(secured: Secured, tmp_path: Path) -> None:
    """A certificate for any name; a password in clear. Neither is refused, and neither is silent."""
    settings = secured.settings("TLS", "SSL", "ca", "by number") | {"ssl_check_hostname": "false"}
    done = _installation(tmp_path, secured, settings).command("topics")
    assert 0 == done.returncode
    (line,) = [line for line in map(json.loads, done.stderr.splitlines()) if line["logger"] == "brushfire"]
    assert "warning" == line["level"]
    assert line["message"].startswith("kafka.ssl_check_hostname is false: ")


# ---------------------------------------------------------------- what a user may do


def _needed(installation: Installation) -> dict[tuple[str, str], str]:
    """What the guide says that `run` needs; a right to read or write has the one to describe in it."""
    name = installation.config.topics.name
    group = installation.config.kafka.group_id
    return {
        **{("TOPIC", name(role)): "READ" for role in Input},
        ("TOPIC", name(Output.CHANGELOG)): "READ,WRITE,DESCRIBE_CONFIGS",
        **{
            ("TOPIC", name(role)): "WRITE,DESCRIBE_CONFIGS"
            for role in (Output.CRISIS_EVENTS, Output.CRISIS_STATE, Output.DEAD_LETTERS)
        },
        ("GROUP", group): "READ",
        ("TRANSACTIONAL_ID", f"{group}-*"): "WRITE",
    }


@pytest.fixture
def restricted(secured: Secured, tmp_path: Path) -> Installation:
    """Topics with mentions, and a user who may do nothing with them."""
    settings = secured.settings("SASLTLS", "SASL_SSL", "ca", "SCRAM-SHA-512", "little user")
    made = _installation(tmp_path, secured, settings)
    create_missing(made.config)
    mentions = (orjson.dumps(mention(f"m{number}", number)) for number in range(10))
    ingest(made.config, made.config.topics.name(Input.MENTIONS), mentions, lambda count: None)
    return made


def test_what_the_guide_lists_is_enough(secured: Secured, restricted: Installation) -> None:
    """For a worker and for the one after it, which has something to restore."""
    grant(secured.cluster, _needed(restricted))
    for _ in range(2):
        with restricted.worker() as worker:
            restricted.until_caught_up()
            worker.until_it_says("ready")
            assert 0 == worker.terminate()


def test_what_the_guide_lists_is_enough_for_commands(secured: Secured, restricted: Installation) -> None:
    """Looking at dead letters, taking them in after all, leaving a batch out, beginning anew."""
    name, group = restricted.config.topics.name, restricted.config.kafka.group_id
    ingest(restricted.config, name(Input.MENTIONS), [orjson.dumps({"brand_id": "acme"})], lambda count: None)
    dead_letters = {
        ("TOPIC", name(Output.DEAD_LETTERS)): "READ,WRITE,DESCRIBE_CONFIGS",
        ("GROUP", f"{group}-dlq"): "READ",
    }
    inputs = {("TOPIC", name(role)): "READ,WRITE" for role in Input}
    grant(secured.cluster, {**_needed(restricted), **dead_letters, **inputs})
    with restricted.worker() as worker:
        restricted.until_caught_up()
        assert 0 == worker.terminate()
    for command in (["dlq", "show"], ["dlq", "redrive", "--yes"], ["reset", "--to", "earliest", "--yes"]):
        done = restricted.command(*command)
        assert 0 == done.returncode, (command, done.stderr.decode())
    healthy = restricted.command("skip", "--topic", name(Input.MENTIONS), "--partition", "0", "--offset", "0", "--yes")
    assert (1, False) == (healthy.returncode, b"its user may not" in healthy.stderr), healthy.stderr.decode()


def test_a_record_that_may_not_be_written_stops_the_rest_of_its_commit(
    secured: Secured, restricted: Installation
) -> None:
    """The client would go on without it: the event would be lost, and the state would say that it was told."""
    without = _needed(restricted)
    del without["TOPIC", restricted.config.topics.name(Output.CRISIS_EVENTS)]
    grant(secured.cluster, without)
    log = KafkaLog(load(restricted.file, restricted.environment), list(Input), 1024 * 1024, lambda remaining: None)
    try:
        started(log, restricted.config.topics.partitions)
        event, state = (
            Message(Output.CRISIS_EVENTS, b"acme", b"e"),
            Message(Output.CHANGELOG, b"b/acme", b"s", partition=0),
        )
        with pytest.raises(ServiceError, match="its user may not: TopicAuthorizationFailedError"):
            log.commit([event, state], {(Input.MENTIONS, 0): 0})
    finally:
        log.close()
    assert [] == restricted.records(Output.CHANGELOG)


@pytest.mark.parametrize(
    ("kind", "role", "says"),
    [
        ("TOPIC", Input.MENTIONS, "mentions.v1 does not exist, or this user may not see it"),
        ("GROUP", None, "GroupAuthorizationFailedError"),
        ("TRANSACTIONAL_ID", None, "TransactionalIdAuthorizationFailedError"),
    ],
)
def test_what_is_not_allowed_is_told(
    kind: str, role: str | None, says: str, secured: Secured, restricted: Installation
) -> None:
    """Each right that is missing gives one line that names it."""
    without = {
        (its_kind, name): operations
        for (its_kind, name), operations in _needed(restricted).items()
        if its_kind != kind or (role is not None and name != restricted.config.topics.name(role))
    }
    grant(secured.cluster, without)
    with restricted.worker() as worker:
        assert 1 == worker.wait()
        (error,) = [
            line["message"] for line in worker.log if line["level"] == "error" and line["logger"] == "brushfire"
        ]
    assert says in error
    if role is None:
        assert "docs/guides/operating.md" in error
