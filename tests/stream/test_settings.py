"""A wrong setting names its key and what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stream.config import Config
from stream.errors import ConfigError
from stream.settings import load, shown


def configured(tmp_path: Path, text: str = "", environ: dict[str, str] | None = None, **flags: Any) -> Config:
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, environ or {}, {key.replace("__", "."): value for key, value in flags.items()})


SASL = '[kafka]\nsasl_plain_username = "u"\nsasl_plain_password = "p"\n'


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("kafkka = 1", "kafkka", "did you mean kafka?"),
        ('[kafka]\nbootstrap_server = "x"', "kafka.bootstrap_server", "did you mean bootstrap_servers?"),
        ("[time]\nwindow_seconds = 7", "time.window_seconds", "one of: 10, 20, 30, 60, 100, 150, 300"),
        ("[time]\nallowed_lateness_seconds = -1", "time.allowed_lateness_seconds", "of at least 0"),
        ("[http]\nport = 70000", "http.port", "from 0 to 65535"),
        ('[http]\nport = "many"', "http.port", "a whole number"),
        ("[brands.ACME]\nmin_authors = 8", "brands.ACME", "must match"),
        ('[topics]\nmentions = "crisis-events.v1"', "topics", "need to be different topics"),
        ('[topics]\nmentions = "bad topic"', "topics", "letters, digits, dots"),
        ('[mentions.fields]\nbrand_id = "a..b"', "mentions", "between its dots"),
        ('[mentions.fields]\ntext = "a"\n[mentions.constants]\ntext = "b"', "mentions", "in fields and in constants"),
        ('[kafka]\nbootstrap_servers = ""', "kafka.bootstrap_servers", "text of 1 to"),
        ('[kafka]\ninstance = ""', "kafka.instance", "text of 1 to"),
        ("[policy]\nwatch = 4", "policy", "3.5"),
        ("[kafka]\ncommit_interval_seconds = 0", "kafka.commit_interval_seconds", "over 0"),
        ('[kafka]\nstart_from = "middle"', "kafka.start_from", "one of: earliest, latest"),
        ('[kafka]\nsecurity_protocol = "SASL_SSL"', "kafka", "needs sasl_mechanism"),
        ('[kafka]\nsasl_plain_username = "u"', "kafka", "would send no credentials"),
        ('[kafka]\nssl_cafile = "x"', "kafka", "would not encrypt"),
        (
            '[kafka]\nsecurity_protocol = "SSL"\nssl_cafile = "/nowhere.pem"',
            "kafka",
            "ssl_cafile: there is no such file",
        ),
        ('[kafka]\nbootstrap_servers = "SSL://a:9092"', "kafka", "bootstrap_servers: each needs to be host:port"),
        ('[kafka]\nbootstrap_servers = "a:9092,"', "kafka", "bootstrap_servers: each needs to be host:port"),
        ('[kafka]\nbootstrap_servers = "a"', "kafka", "bootstrap_servers: each needs to be host:port"),
        (
            "[kafka]\nmax_poll_interval_seconds = 20",
            "kafka",
            "max_poll_interval_seconds needs to be longer than call_timeout_seconds",
        ),
        (
            "[kafka]\ntransaction_timeout_seconds = 20",
            "kafka",
            "transaction_timeout_seconds needs to be longer than call_timeout_seconds",
        ),
        ("[kafka]\nssl_check_hostname = false", "kafka", "would not encrypt"),
        ('[kafka]\nssl_password = "x"', "kafka", "would not encrypt"),
        ("[policy]\nwatch = 1.0", "policy", "watch"),
        ("[policy]\nwacth = 3.0", "policy.wacth", "did you mean watch?"),
        ('[policy]\nwatch = "high"', "policy.watch", "a number"),
        ("[brands.acme]\nwatch = 9.0", "brands.acme", "watch"),
        ("[brands.acme]\nfloor = 9.0", "brands.acme.floor", "is no setting"),
        ('[brands]\nunknown = "maybe"', "brands.unknown", "one of: accept, refuse"),
        ('[mentions.fields]\nbrand = "b"', "mentions", "brand is no field of a mention; did you mean brand_id?"),
        ('[platforms.revew]\ntime = "collected_at"', "platforms.revew", "did you mean review?"),
        ('[platforms.review]\ntime = "later"', "platforms.review.time", "one of"),
        ('deployment = "My Company"', "deployment", "text that matches"),
        ("kafka = 3", "kafka", "an object"),
        ("[log]\nlevel = 3", "log.level", "one of"),
        ("= 3", "my.toml", "is not TOML"),
    ],
)
def test_a_wrong_setting_names_its_key_and_what_would_be_right(tmp_path: Path, text: str, key: str, says: str) -> None:
    """At every depth."""
    with pytest.raises(ConfigError) as caught:
        configured(tmp_path, text)
    assert caught.value.key.endswith(key)
    assert says in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Not a traceback."""
    with pytest.raises(ConfigError, match=r"nowhere\.toml: cannot be read"):
        load(tmp_path / "nowhere.toml", {})


def test_flags_beat_the_environment_beats_the_file(tmp_path: Path) -> None:
    """Defaults < TOML < BRUSHFIRE__SECTION__KEY < flags."""
    text = "[http]\nport = 1"
    environ = {"BRUSHFIRE__HTTP__PORT": "2", "OTHER__HTTP__PORT": "9"}
    assert 9724 == configured(tmp_path).http.port
    assert 1 == configured(tmp_path, text).http.port
    assert 2 == configured(tmp_path, text, environ).http.port
    assert 3 == configured(tmp_path, text, environ, http__port="3").http.port


def test_a_secret_is_read_from_a_file_and_shown_to_nobody(tmp_path: Path) -> None:
    """`…_FILE`, and masked wherever a configuration is shown."""
    (tmp_path / "password").write_text("s3cret\n")
    config = configured(
        tmp_path,
        '[kafka]\nsecurity_protocol = "SASL_PLAINTEXT"\nsasl_mechanism = "PLAIN"\nsasl_plain_username = "u"',
        {"BRUSHFIRE__KAFKA__SASL_PLAIN_PASSWORD_FILE": str(tmp_path / "password")},
    )
    assert "s3cret" == config.kafka.sasl_plain_password
    assert "s3cret" not in repr(config)
    assert "***" == shown(config)["kafka"]["sasl_plain_password"]
    assert "s3cret" not in str(shown(config))


@pytest.mark.parametrize(
    ("content", "secret"),
    [("s3cret", "s3cret"), ("s3cret\n", "s3cret"), ("s3cret\r\n", "s3cret"), (" s3 cret ", " s3 cret "), ("12", "12")],
)
def test_the_line_break_at_the_end_is_no_part_of_a_secret(tmp_path: Path, content: str, secret: str) -> None:
    """Everything else in the file is."""
    (tmp_path / "password").write_text(content, newline="")
    text = '[kafka]\nsecurity_protocol = "SASL_SSL"\nsasl_mechanism = "PLAIN"\nsasl_plain_username = "u"'
    config = configured(tmp_path, text, {"BRUSHFIRE__KAFKA__SASL_PLAIN_PASSWORD_FILE": str(tmp_path / "password")})
    assert secret == config.kafka.sasl_plain_password


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_secret_is_named(tmp_path: Path, content: str) -> None:
    """By the variable: a file that was not filled is told from a password that was forgotten."""
    (tmp_path / "password").write_text(content)
    with pytest.raises(ConfigError, match="SASL_PLAIN_PASSWORD_FILE: names a file that is empty"):
        configured(tmp_path, "", {"BRUSHFIRE__KAFKA__SASL_PLAIN_PASSWORD_FILE": str(tmp_path / "password")})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", []),
        ('[kafka]\nsecurity_protocol = "SSL"', []),
        ('[kafka]\nsecurity_protocol = "SSL"\nssl_check_hostname = false', ["kafka.ssl_check_hostname"]),
        (SASL + 'security_protocol = "SASL_PLAINTEXT"\nsasl_mechanism = "SCRAM-SHA-256"', []),
        (SASL + 'security_protocol = "SASL_SSL"\nsasl_mechanism = "PLAIN"', []),
        (SASL + 'security_protocol = "SASL_PLAINTEXT"\nsasl_mechanism = "PLAIN"', ["kafka.security_protocol"]),
    ],
)
def test_what_protects_less_than_it_seems_to_is_known(tmp_path: Path, text: str, says: list[str]) -> None:
    """A certificate for any name; a password in clear."""
    assert says == [weakness.split()[0] for weakness in configured(tmp_path, text).kafka.weaknesses]


def test_an_unreadable_secret_is_named(tmp_path: Path) -> None:
    """By the variable, not by what it might hold."""
    with pytest.raises(ConfigError, match="BRUSHFIRE__KAFKA__SASL_PLAIN_PASSWORD_FILE"):
        configured(tmp_path, "", {"BRUSHFIRE__KAFKA__SASL_PLAIN_PASSWORD_FILE": str(tmp_path / "no")})


def test_a_brand_overrides_the_policy_key_by_key(tmp_path: Path) -> None:
    """And says that the organisation set the limits."""
    config = configured(tmp_path, "[policy]\nwatch = 3.2\n[brands.acme]\nmin_authors = 9\n[brands.bmw]")
    assert (3.2, 9) == (config.policy_for("acme").watch, config.policy_for("acme").min_authors)
    assert 5 == config.policy_for("bmw").min_authors
    assert "org" == config.threshold_source("bmw")
    assert ("org", "default", "default") == tuple(
        configured(tmp_path, "[brands.acme]\nmin_authors = 9\n[brands.bmw]").threshold_source(brand)
        for brand in ("acme", "bmw", "cola")
    )


@pytest.mark.parametrize("section", ["policy", "brands.acme"])
def test_an_own_rule_looks_at_a_window_or_more(tmp_path: Path, section: str) -> None:
    """At less it would see nobody, and nobody would ever hear of it."""
    text = "[time]\nwindow_seconds = 300\n[{}]\ntimes_usual = 3.0\ntimes_usual_seconds = {}"
    with pytest.raises(ConfigError, match=rf"{section}\.times_usual_seconds: .* at least time\.window_seconds, 300"):
        configured(tmp_path, text.format(section, 299))
    configured(tmp_path, text.format(section, 300))


def test_a_policy_has_a_name_and_a_version(tmp_path: Path) -> None:
    """The section that holds it, and a digest: another one as soon as a setting of that brand differs, and only then."""
    config = configured(tmp_path, "[brands.acme]\nmin_authors = 9")
    assert ("brands.acme", "default") == (config.policy_id("acme"), config.policy_id("bmw"))
    assert "policy" == configured(tmp_path, "[policy]\nwatch = 3.2").policy_id("bmw")
    again = configured(tmp_path, "[brands.acme]\nmin_authors = 9\n[time]\nallowed_lateness_seconds = 60")
    assert config.policy_version("acme") == again.policy_version("acme") != config.policy_version("bmw")
    assert config.policy_version("bmw") == configured(tmp_path, "").policy_version("acme")
    assert config.policy_version("bmw") != configured(tmp_path, "[policy]\nwatch = 3.2").policy_version("bmw")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("[http]\nport = 1", True),
        ('[kafka]\nbootstrap_servers = "elsewhere:9092"', True),
        ("[metrics]\nmax_brands = 3", True),
        ('deployment = "other"', True),
        ("[mentions]\nprivacy = true", True),
        ("[time]\nallowed_lateness_seconds = 60", False),
        ("[policy]\nwatch = 3.1", False),
        ("[brands.acme]\nwatch = 3.1", False),
        ("[topics]\npartitions = 8", False),
        ("[state]\nforget_after_days = 7", False),
        ("[state]\nslots = 5", True),
        ('[mentions.fields]\nbrand_id = "b"', False),
    ],
)
def test_the_hash_covers_what_can_change_a_decision_and_nothing_else(tmp_path: Path, text: str, *, same: bool) -> None:
    """So that live and replay agree, and a change of policy shows."""
    assert same == (configured(tmp_path).config_hash() == configured(tmp_path, text).config_hash())


def test_defaults_are_safe() -> None:
    """Loopback, verified host names, start at the beginning, nothing unbounded."""
    config = load(None, {})
    assert ("127.0.0.1", True, "earliest", 10_000, 500) == (
        config.http.host,
        config.kafka.ssl_check_hostname,
        config.kafka.start_from,
        config.brands.max_unknown,
        config.metrics.max_brands,
    )


@pytest.mark.parametrize(
    ("own", "target"),
    [
        ({}, 0.1),
        ({"policy.issue": 4.0}, 0.0),
        ({"policy.min_authors": 4}, 0.1),
        ({"policy.issue": 4.0, "policy.target_false_opens_per_week": 0.2}, 0.2),
        ({"brands.acme.watch": 3.2}, 0.0),
        ({"brands.other.watch": 3.2}, 0.1),
    ],
)
def test_a_limit_that_is_set_is_not_learned(own: dict[str, Any], target: float) -> None:
    """Unless the rate that it would be learned from is set as well."""
    assert target == load(None, {}, own).policy_for("acme").target_false_opens_per_week
