"""Creates the topics, and says plainly what of them does not fit."""

from __future__ import annotations

from typing import Any, NamedTuple

from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from stream.adapters.kafka.connection import DEAD_LETTER_HEADROOM, LARGEST_REQUEST, admin, explained, failed
from stream.config import Config
from stream.ports import Input, Output

BROKER_MAX_BYTES = 1024 * 1024 + 12
"""What a topic takes by default (`message.max.bytes`)."""
OPTIONAL = (Input.ACTIVITY, Input.FEEDBACK)
"""Inputs the service can do without; those that exist share partition count and mapping with the mentions."""

_COMPACT = {"cleanup.policy": "compact"}
_CHANGELOG = {
    **_COMPACT,
    # the active segment is never compacted: keep it small, or restores grow for days
    "segment.bytes": str(50 * 1024 * 1024),
    "min.cleanable.dirty.ratio": "0.1",
}
SETTINGS: dict[str, dict[str, str]] = {
    Output.CRISIS_STATE: _COMPACT,
    Output.CHANGELOG: _CHANGELOG,
    Output.DEAD_LETTERS: {"max.message.bytes": str(BROKER_MAX_BYTES + DEAD_LETTER_HEADROOM)},
}


class Topic(NamedTuple):
    """A topic as it is."""

    partitions: int
    settings: dict[str, str]


class Findings(NamedTuple):
    """What was found of the topics of a configuration."""

    topics: dict[str, Topic]
    """By role; what is missing is absent."""
    problems: list[str]
    """One line each: what does not fit, and what would."""

    @property
    def inputs(self) -> list[Input]:
        """The inputs that exist."""
        return [source for source in Input if source in self.topics]

    @property
    def dead_letter_bytes(self) -> int:
        """What the dead letter topic and our own producer take at most, with a margin for the batch around it."""
        settings = self.topics[Output.DEAD_LETTERS].settings
        return min(int(settings.get("max.message.bytes", BROKER_MAX_BYTES)), LARGEST_REQUEST) - 1024


def look(config: Config) -> Findings:
    """Describe and check the topics. Raises `ServiceError` where the cluster cannot be asked."""
    client = admin(config)
    try:
        with explained(config.kafka):
            found = _describe(client, config)
    finally:
        client.close()
    return Findings(found, _check(config, found))


def create_missing(config: Config) -> list[str]:
    """Create the topics that do not exist; returns their names."""
    missing = [role for role in [*Input, *Output] if role not in look(config).topics]
    if not missing:
        return []
    client = admin(config)
    try:
        client.create_topics(
            {
                config.topics.name(role): {
                    "num_partitions": config.topics.partitions,
                    "replication_factor": config.topics.replication_factor,
                    "configs": SETTINGS.get(role, {}),
                }
                for role in missing
            },
            wait_for_metadata=True,
        )
    except KafkaError as error:
        raise failed("cannot create topics", error) from None
    finally:
        client.close()
    return [config.topics.name(role) for role in missing]


def _describe(client: Any, config: Config) -> dict[str, Topic]:
    names = {config.topics.name(role): role for role in [*Input, *Output]}
    described = {topic["name"]: topic for topic in client.describe_topics() if topic["name"] in names}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in described]
    told = client.describe_configs(resources, config_filter="all") if resources else {}
    settings = {
        name: {key: str(entry["value"]) for key, entry in values.items()}
        for kind in told.values()
        for name, values in kind.items()
    }
    return {names[name]: Topic(len(topic["partitions"]), settings.get(name, {})) for name, topic in described.items()}


def _check(config: Config, found: dict[str, Topic]) -> list[str]:
    problems = [
        f"{config.topics.name(role)} does not exist, or this user may not see it"
        for role in [Input.MENTIONS, *Output]
        if role not in found
    ]
    expected = config.topics.partitions
    for role in [*Input, Output.CHANGELOG]:
        topic = found.get(role)
        if topic is not None and topic.partitions != expected:
            problems.append(
                f"{config.topics.name(role)} has {topic.partitions} partitions, topics.partitions is {expected}: the inputs and "
                "the changelog need the same number, and a stream keeps the number it began with"
            )
    for role in (Output.CHANGELOG, Output.CRISIS_STATE):
        topic = found.get(role)
        if topic is not None and topic.settings.get("cleanup.policy", "compact") != "compact":
            problems.append(
                f"{config.topics.name(role)} has cleanup.policy {topic.settings['cleanup.policy']}, it needs compact and nothing "
                "else: state would be deleted"
            )
    return problems
