"""Settings: frozen structs from one TOML file and the environment; strict, and named like the rooms.

`stream.settings` reads them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from importlib.util import find_spec
from typing import Annotated, Any, Literal

import msgspec
import orjson
from msgspec import Meta, Struct, field

from detectors.severity import Policy
from stream.events.fields import FieldMap
from stream.events.mention import Mention
from stream.events.rules import did_you_mean, rules_of
from stream.ports import Input, Output
from stream.tls import client_context

SECRETS = ("sasl_plain_password", "ssl_password")
"""Keys whose values are shown to nobody."""

PACKAGES = {"lz4": "lz4", "zstd": "zstandard", "snappy": "snappy"}
"""Compression types that need a package, and how that is imported."""
_TOPIC = re.compile(r"[a-zA-Z0-9._-]{1,249}")
_SERVER = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):[0-9]{1,5}")

Positive = Annotated[float, Meta(gt=0)]
PositiveInt = Annotated[int, Meta(ge=1)]
Name = Annotated[str, Meta(min_length=1, max_length=2000)]
Port = Annotated[int, Meta(ge=0, le=65535)]


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all sections: frozen, keywords only, unknown keys are errors."""


class Kafka(Section, frozen=True):
    """How to reach the cluster, and as whom."""

    bootstrap_servers: Name = "localhost:9092"
    """One or more `host:port`, separated by commas."""
    group_id: Name = "brushfire"
    """Consumer group; workers of the same group share the partitions."""
    instance: Name | None = None
    """Name of this worker, unique in the group and the same after a restart: then a restart has its partitions back at
    once, and need not wait for the transaction its predecessor left open. Unset: a new one each time."""
    start_from: Literal["earliest", "latest"] = "earliest"
    """Where a group begins that has neither state nor offsets."""
    commit_interval_seconds: Positive = 0.8
    """A transaction is closed after this time."""
    max_poll_records: PositiveInt = 3000
    """Records handed over by one poll, at most."""
    transaction_timeout_seconds: Positive = 60.0
    """After this time the broker gives up a transaction that a dead worker left open."""
    call_timeout_seconds: Positive = 20.0
    """A transaction call that takes longer ends the process with a stack dump: its supervisor starts it again."""
    session_timeout_seconds: Positive = 45.0
    """A worker that is silent for longer loses its partitions to the others."""
    max_poll_interval_seconds: Positive = 300.0
    """A worker that does nothing but one thing for longer, a restore for example, loses its partitions to the others."""
    bootstrap_timeout_seconds: Positive = 10.0
    """So long is a first connection tried, then the command ends with status 1."""
    max_partition_fetch_bytes: PositiveInt = 1024 * 1024
    """Of one partition in one fetch, compressed; a record that is larger comes all the same."""
    compression_type: Literal["none", "gzip", "lz4", "zstd", "snappy"] = "none"
    """Of what is written; lz4, zstd and snappy need their package."""
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """Whether the connection is encrypted (SSL) and asks for a user and a password (SASL)."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    """How the password is proven; needed with SASL."""
    sasl_plain_username: str | None = None
    """Of every mechanism; needed with SASL."""
    sasl_plain_password: str | None = None
    """Best given as BRUSHFIRE__KAFKA__SASL_PLAIN_PASSWORD_FILE; shown to nobody."""
    ssl_cafile: str | None = None
    """PEM file of the authorities that may sign the broker's certificate; unset: those of the system."""
    ssl_certfile: str | None = None
    """PEM file of our own certificate, for brokers that ask for one."""
    ssl_keyfile: str | None = None
    """PEM file of its key."""
    ssl_password: str | None = None
    """Of the key file; shown to nobody."""
    ssl_check_hostname: bool = True
    """Whether the certificate of a broker must be for the name it was reached by."""

    def __post_init__(self) -> None:
        for server in self.servers:
            if not _SERVER.fullmatch(server):
                raise ValueError("bootstrap_servers: each needs to be host:port, separated by commas")
        self._check_protocol()
        package = PACKAGES.get(self.compression_type)
        if package is not None and find_spec(package) is None:
            raise ValueError(f"compression_type {self.compression_type} needs the Python package {package}")
        if self.transaction_timeout_seconds <= self.call_timeout_seconds:
            raise ValueError("transaction_timeout_seconds needs to be longer than call_timeout_seconds")
        if self.max_poll_interval_seconds <= self.call_timeout_seconds:
            raise ValueError("max_poll_interval_seconds needs to be longer than call_timeout_seconds")

    def _check_protocol(self) -> None:
        """What protects the connection fits together, and its files can be used."""
        sasl = self.security_protocol.startswith("SASL")
        if sasl and not (self.sasl_mechanism and self.sasl_plain_username and self.sasl_plain_password):
            raise ValueError(
                "security_protocol SASL_* needs sasl_mechanism, sasl_plain_username and sasl_plain_password"
            )
        if not sasl and (self.sasl_mechanism or self.sasl_plain_username or self.sasl_plain_password):
            raise ValueError("sasl_* without security_protocol SASL_PLAINTEXT or SASL_SSL would send no credentials")
        if "SSL" in self.security_protocol:
            if self.ssl_certfile is None and (self.ssl_keyfile or self.ssl_password):
                raise ValueError("ssl_keyfile and ssl_password need ssl_certfile: a key is of no use without it")
            client_context(self)
        elif (
            self.ssl_cafile or self.ssl_certfile or self.ssl_keyfile or self.ssl_password or not self.ssl_check_hostname
        ):
            raise ValueError("ssl_* without security_protocol SSL or SASL_SSL would not encrypt")

    @property
    def servers(self) -> list[str]:
        """Each `host:port` of `bootstrap_servers`."""
        return [server.strip() for server in self.bootstrap_servers.split(",")]

    @property
    def weaknesses(self) -> list[str]:
        """What protects less than it seems to; said at every start."""
        found = []
        if not self.ssl_check_hostname:
            found.append(
                "kafka.ssl_check_hostname is false: who holds any certificate of the authority can pass for a broker"
            )
        if self.security_protocol == "SASL_PLAINTEXT" and self.sasl_mechanism == "PLAIN":
            found.append(
                "kafka.security_protocol SASL_PLAINTEXT with PLAIN sends the password in clear: SASL_SSL encrypts it"
            )
        return found

    def __repr__(self) -> str:
        return f"Kafka({self.bootstrap_servers}, {self.security_protocol}, group {self.group_id})"  # no secrets


class Topics(Section, frozen=True):
    """Names of the topics, and what `brushfire topics` creates."""

    prefix: str = ""
    """Put before every name."""
    mentions: str = "mentions.v1"
    """Read: what is said about brands."""
    activity: str = "brand-activity.v1"
    """Read, if it exists: what the brands themselves plan."""
    feedback: str = "operator-feedback.v1"
    """Read, if it exists: what people decided."""
    crisis_events: str = "crisis-events.v1"
    """Written: every transition."""
    crisis_state: str = "crisis-state.v1"
    """Written, compacted: the last transition of each brand."""
    dead_letters: str = "mentions.dlq.v1"
    """Written: what was refused, and why."""
    changelog: str = "brushfire-changelog.v1"
    """Written and read at a restore, compacted: our own state."""
    partitions: PositiveInt = 4
    """Of the three inputs and the changelog; a stream keeps the number it began with."""
    replication_factor: Annotated[int, Meta(ge=-1)] = -1
    """Of topics that are created; -1: the broker's default."""

    def __post_init__(self) -> None:
        names: dict[str, str] = {}
        for role in (*Input, *Output):
            name = self.name(role)
            if not _TOPIC.fullmatch(name):
                raise ValueError(f"{role}: a topic's name has 1 to 249 letters, digits, dots, underscores and hyphens")
            if name in names:
                raise ValueError(f"{role} and {names[name]} need to be different topics")
            names[name] = role

    def name(self, role: str) -> str:
        """The topic's name in the cluster."""
        return self.prefix + str(getattr(self, role))


class Time(Section, frozen=True):
    """Event time: windows, lateness, idleness."""

    window_seconds: Literal[10, 20, 30, 60, 100, 150, 300] = 60
    """Length of a base window. With the lateness it is the shortest delay of a decision."""
    allowed_lateness_seconds: Annotated[int, Meta(ge=0)] = 120
    """A mention published this much before the newest one still counts."""
    max_future_seconds: Annotated[int, Meta(ge=0)] = 300
    """A mention published this much after it was collected is refused."""
    idle_after_seconds: Annotated[int, Meta(ge=0)] = 30
    """At the end of the log, time goes on by the wall clock after this much silence; 0: never."""


class Mentions(Section, frozen=True):
    """How mentions are read."""

    partition_by: Literal["murmur2", "crc32", "trusted"] = "murmur2"
    """How brands are mapped to partitions: Kafka's default, librdkafka's default, or any stable mapping, unchecked."""
    fields: dict[str, str] = {}
    """Field map: a field of the contract = where it stands in the record, both as dotted paths."""
    constants: dict[str, Any] = {}
    """Fields that no record carries, with their value."""
    time_format: Literal["rfc3339", "epoch_seconds", "epoch_milliseconds"] = "rfc3339"
    """What a number in a time field means."""
    negative_probability: Annotated[float, Meta(gt=0, lt=1)] = 0.5
    """A text is negative from this probability on."""
    negative_score: Annotated[float, Meta(ge=-1, lt=0)] = -0.25
    """A mention with an upstream sentiment is negative at or below this score."""
    privacy: bool = False
    """Tell no url of a mention in any event."""

    def __post_init__(self) -> None:
        known = set(rules_of(Mention))
        for target in [*self.fields, *self.constants]:
            if target not in known:
                raise ValueError(f"{target} is no field of a mention{did_you_mean(target, known)}")
        both = sorted(self.fields.keys() & self.constants.keys())
        if both:
            raise ValueError(f"{both[0]} is set in fields and in constants")
        for target, path in self.fields.items():
            if not all(path.split(".")):
                raise ValueError(f"fields.{target}: a path has names between its dots")

    def field_map(self) -> FieldMap | None:
        """The field map, if any."""
        if not self.fields and not self.constants and self.time_format == "rfc3339":
            return None
        return FieldMap(self.fields, self.constants, self.time_format)


class Platform(Section, frozen=True):
    """A platform that is slower than the others."""

    time: Literal["published_at", "collected_at"] = "published_at"
    """Which time places a mention in its window."""


class Brands(Section, frozen=True):
    """Who is watched. `[brands.<id>]` sets any key of `[policy]` for one brand."""

    unknown: Literal["accept", "refuse"] = "accept"
    """What to do with a brand that is not configured."""
    max_unknown: Annotated[int, Meta(ge=0)] = 10_000
    """So many unconfigured brands a partition, then they are refused."""
    policies: dict[str, dict[str, Any]] = {}
    """The tables `[brands.<id>]`."""


class Calibration(Section, frozen=True):
    """How the limits of `[policy]` were found: written by `brushfire calibrate`, kept as its record."""

    target_opens_per_week: Positive
    """What was asked for: at most so many crises opened for nothing, a brand and week."""
    opens_per_week: Annotated[float, Meta(ge=0.0)]
    """What these limits would have opened on the history, a brand and week."""
    low: Annotated[float, Meta(ge=0.0)]
    """Of histories as long as this one, 99 % have at least so many …"""
    high: Annotated[float, Meta(ge=0.0)]
    """… and at most so many."""
    brand_weeks: Positive
    """Length of the history, over all brands."""
    watch: Positive
    """The limit that was found. Where `policy.watch` is another one by now, the limits are yours again."""


class State(Section, frozen=True):
    """What is remembered in the changelog."""

    forget_after_days: PositiveInt = 90
    """A brand of which nothing was heard for so long is forgotten."""
    slots: PositiveInt = 256
    """Small additions to a brand's state between two full records of it."""


class DeadLetters(Section, frozen=True):
    """Records that are not taken."""

    stop_after: PositiveInt | None = None
    """Stop after so many refusals in a row: against our own bad deploys. Unset: refusals alert, the service goes on."""


class Metrics(Section, frozen=True):
    """What Prometheus sees."""

    max_brands: Annotated[int, Meta(ge=0)] = 500
    """Unconfigured brands that get gauges of their own, first come, at level 2 and above."""
    live_within_seconds: PositiveInt = 900
    """While older windows are caught up with, gauges do not move."""


class Http(Section, frozen=True):
    """`/metrics`, `/-/healthy` and `/-/ready`."""

    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 for every one. There is no password."""
    port: Port = 9724
    """0: any free one; the first log line tells which."""
    healthy_within_seconds: Positive = 60.0
    """Unhealthy when the loop has not turned for this long."""


class Logs(Section, frozen=True):
    """Log lines on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """What is less grave is not logged."""
    format: Literal["auto", "json", "text"] = "auto"
    """auto: text on a terminal, JSON otherwise."""


class Config(Section, frozen=True):
    """The whole configuration."""

    deployment: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")] = "default"
    """Names this installation in the `source` of its events."""
    kafka: Kafka = field(default_factory=Kafka)
    topics: Topics = field(default_factory=Topics)
    time: Time = field(default_factory=Time)
    mentions: Mentions = field(default_factory=Mentions)
    platforms: dict[str, Platform] = {}
    brands: Brands = field(default_factory=Brands)
    policy: Policy = field(default_factory=Policy)
    calibration: Calibration | None = None
    state: State = field(default_factory=State)
    dead_letters: DeadLetters = field(default_factory=DeadLetters)
    metrics: Metrics = field(default_factory=Metrics)
    http: Http = field(default_factory=Http)
    log: Logs = field(default_factory=Logs)
    policy_is_set: bool = False

    @property
    def source(self) -> str:
        """The `source` attribute of every event."""
        return f"urn:brushfire:{self.deployment}"

    def policy_for(self, brand_id: str) -> Policy:
        """The policy of a brand."""
        own = self.brands.policies.get(brand_id)
        return dataclasses.replace(self.policy, **own) if own else self.policy

    def threshold_source(self, brand_id: str) -> Literal["org", "calibrated", "default"]:
        """Who set the limits of a brand."""
        if self.brands.policies.get(brand_id):
            return "org"
        if self.calibration is not None and self.calibration.watch == self.policy.watch:
            return "calibrated"
        return "org" if self.policy_is_set else "default"

    def policy_id(self, brand_id: str) -> str:
        """The section that holds the policy of a brand, `default` for none."""
        if self.brands.policies.get(brand_id):
            return f"brands.{brand_id}"
        return "policy" if self.policy_is_set else "default"

    def policy_version(self, brand_id: str) -> str:
        """A digest of the policy of a brand."""
        return _digest(dataclasses.asdict(self.policy_for(brand_id)))

    def config_hash(self) -> str:
        """A digest of what can change a decision, and of nothing else."""
        decisive = {
            "time": self.time,
            "mentions": msgspec.structs.replace(self.mentions, privacy=False),
            "platforms": self.platforms,
            "brands": self.brands,
            "policy": dataclasses.asdict(self.policy),
            "partitions": self.topics.partitions,
            "forget_after_days": self.state.forget_after_days,
        }
        return _digest(msgspec.to_builtins(decisive))


def _digest(settings: Any) -> str:
    """16 hexadecimal digits that say whether settings are the same."""
    return hashlib.sha256(orjson.dumps(settings, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
