"""Settings to client arguments, and one clear line when a connection does not come about."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import AuthorizationError, KafkaError

from stream.adapters.kafka.diagnosis import likely_cause
from stream.adapters.kafka.forgiving import forgive_header_names
from stream.adapters.kafka.network import Network
from stream.config import Config, Kafka
from stream.errors import ServiceError

DEAD_LETTER_HEADROOM = 64 * 1024
"""Bytes a dead letter may be larger than the record it tells of."""
LARGEST_REQUEST = 1024 * 1024 + DEAD_LETTER_HEADROOM
RECONNECT_MS = 1000
"""The longest pause between two attempts to connect, as in Kafka's own client; this one would wait for up to 30 seconds after a
broker has come back."""
_AS_THEY_ARE = (
    "sasl_mechanism",
    "sasl_plain_username",
    "sasl_plain_password",
    "ssl_cafile",
    "ssl_certfile",
    "ssl_keyfile",
    "ssl_password",
)
_SHOWN = 3


def client_arguments(settings: Kafka) -> dict[str, Any]:
    """What every client needs: where and as whom."""
    arguments: dict[str, Any] = {
        "bootstrap_servers": settings.servers,
        "client_id": "brushfire" if settings.instance is None else f"brushfire-{settings.instance}",
        "security_protocol": settings.security_protocol,
        "bootstrap_timeout_ms": int(settings.bootstrap_timeout_seconds * 1000),
        "reconnect_backoff_max_ms": RECONNECT_MS,
        "ssl_check_hostname": settings.ssl_check_hostname,
    }
    arguments.update({name: getattr(settings, name) for name in _AS_THEY_ARE if getattr(settings, name) is not None})
    return arguments


def consumer(config: Config, **arguments: Any) -> KafkaConsumer:
    """A consumer that sees committed records only, unless told otherwise, and commits nothing by itself."""
    usual = {
        "isolation_level": "read_committed",
        "enable_auto_commit": False,
        "allow_auto_create_topics": False,
        "max_partition_fetch_bytes": config.kafka.max_partition_fetch_bytes,
    }
    forgive_header_names()
    with explained(config.kafka):
        return KafkaConsumer(**{**client_arguments(config.kafka), **usual, **arguments})


def producer(config: Config, **arguments: Any) -> KafkaProducer:
    """An idempotent producer, tuned for batches."""
    compression = config.kafka.compression_type
    with explained(config.kafka):
        return KafkaProducer(
            **client_arguments(config.kafka),
            kafka_client=Network,
            acks="all",
            enable_idempotence=True,
            linger_ms=20,
            batch_size=128 * 1024,
            max_request_size=LARGEST_REQUEST,
            max_block_ms=int(config.kafka.call_timeout_seconds * 1000),
            allow_auto_create_topics=False,
            compression_type=None if compression == "none" else compression,
            **arguments,
        )


def admin(config: Config) -> KafkaAdminClient:
    """A client for topics and groups."""
    with explained(config.kafka):
        return KafkaAdminClient(**client_arguments(config.kafka))


class _LastWarnings(logging.Handler):
    """Keeps the last few different things the client complained about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: deque[str] = deque(maxlen=_SHOWN)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message, once."""
        message = " ".join(record.getMessage().split())[:200]
        if message not in self.messages:
            self.messages.append(message)


@contextmanager
def explained(settings: Kafka) -> Iterator[None]:
    """Turn the client's errors while connecting into one line that names the likely cause.

    The client reports every mistake as the same timeout. What it logs meanwhile is kept back, but at debug: attempts that
    fail while a broker starts are nobody's concern, and the one line says more.
    """
    heard = _LastWarnings()
    logger = logging.getLogger("kafka")
    logger.propagate = logging.getLogger().isEnabledFor(logging.DEBUG)
    logger.addHandler(heard)
    try:
        yield
    except AuthorizationError as error:
        raise failed("cannot ask for the topics", error) from None
    except (KafkaError, OSError, ValueError) as error:
        cause = likely_cause(settings)
        if cause is None:
            said = "; ".join(heard.messages) or str(error)
            cause = f"{settings.bootstrap_servers}: can be reached now, and not before: {said}"
        raise ServiceError(f"kafka: cannot connect with {settings.security_protocol} to {cause}") from None
    finally:
        logger.removeHandler(heard)
        logger.propagate = True


def failed(what: str, error: KafkaError) -> ServiceError:
    """The error to raise where the cluster does not do as asked; a right that is missing may be the cause of another."""
    kind = type(error).__name__
    refusal = next((one for one in (error, *error.args) if isinstance(one, AuthorizationError)), None)
    if refusal is None:
        return ServiceError(f"kafka: {what}: {kind}: {error}" if error.args else f"kafka: {what}: {kind}")
    about = refusal.args[0] if refusal.args else ""
    named = ", ".join(sorted(about)) if isinstance(about, set | frozenset | list) else str(about)
    said = f"its user may not: {type(refusal).__name__} {named}".rstrip()
    return ServiceError(f"kafka: {what}: {said}; docs/guides/operating.md lists what it needs")
