"""Why a connection does not come about, without a broker; with one, see tests/integration/test_secure_connections.py."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from kafka.protocol.metadata import ApiVersionsResponse, MetadataResponse
from kafka.protocol.sasl import SaslAuthenticateResponse, SaslHandshakeResponse

from stream.adapters.kafka.diagnosis import likely_cause
from stream.config import Kafka


@contextmanager
def server(answer: bytes) -> Iterator[str]:
    """Something that listens, gives one answer to whatever it is told, and hangs up; without one it is silent."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                    connection.recv(4096)
                    if answer:
                        connection.sendall(answer)
                        connection.close()
                except OSError:
                    return

        Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def broker(*responses: Any) -> Iterator[str]:
    """A broker of few words: it answers requests with these responses, in their order."""

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            for response in responses:
                (correlation,) = struct.unpack(">8xi", connection.recv(4096)[:12])
                response.with_header(correlation)
                connection.sendall(response.encode(header=True, framed=True))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = Thread(target=serve, args=(listening,))
        serving.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        serving.join()


def cause(servers: str, protocol: str = "PLAINTEXT") -> str:
    return likely_cause(Kafka(bootstrap_servers=servers, security_protocol=protocol)) or "none"  # type: ignore[arg-type]


def test_nobody_listens() -> None:
    """One cause for several servers is told once."""
    assert cause("127.0.0.1:1, 127.0.0.1:2").startswith("127.0.0.1:1, 127.0.0.1:2: nobody listens there; ")


def test_nobody_knows_the_name() -> None:
    """A typing error, mostly; each server has its own cause."""
    told = cause("no-such-broker.invalid:9092,127.0.0.1:1")
    assert told.startswith("no-such-broker.invalid:9092: nobody knows this name; ")
    assert "; 127.0.0.1:1: nobody listens there" in told


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\0\4\xff\xff\xff\xff", b"\0\0\0\1x"])
def test_it_is_no_broker(answer: bytes) -> None:
    """Somebody else listens there."""
    with server(answer) as there:
        assert f"{there}: is no Kafka broker; look at kafka.bootstrap_servers" == cause(there)


def test_it_encrypts_nothing_and_is_no_broker() -> None:
    """TLS is answered with something else."""
    with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as there:
        assert cause(there, "SSL").startswith(f"{there}: ")


HELLO = ApiVersionsResponse(version=0)


def test_it_sends_us_on_to_nowhere() -> None:
    """What a broker tells of itself is where the client goes next."""
    nowhere = MetadataResponse.MetadataResponseBroker(node_id=1, host="127.0.0.1", port=1, version=1)
    with broker(HELLO, MetadataResponse(brokers=[nowhere], version=1)) as there:
        told = cause(there)
    assert told.startswith(
        f"{there}: sends us on to 127.0.0.1:1 by its advertised.listeners, and there: nobody listens"
    )


def test_all_is_well_by_now() -> None:
    """Then there is nothing to name."""
    with broker(HELLO, MetadataResponse(version=1)) as there:
        assert "none" == cause(there)


def test_what_a_broker_says_cannot_forge_a_line() -> None:
    """One line, whatever it holds, and of bounded length; the password is not in it."""
    user = {"sasl_mechanism": "PLAIN", "sasl_plain_username": "u", "sasl_plain_password": "s3cret"}
    settings: dict[str, Any] = {"security_protocol": "SASL_PLAINTEXT", **user}
    hostile = SaslAuthenticateResponse(error_code=58, error_message="no\n{}\x1b[2J\u2028" + "x" * 1000, version=0)
    with broker(HELLO, SaslHandshakeResponse(mechanisms=["PLAIN"], version=1), hostile) as there:
        told = likely_cause(Kafka(bootstrap_servers=there, **settings)) or ""
    assert told.startswith(f"{there}: refuses user u or the password (no{{}}[2Jxxx")
    assert (True, True, False) == (told.isprintable(), len(told) < 500, "s3cret" in told)


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL"])
def test_it_is_silent(protocol: str) -> None:
    """Whoever keeps us waiting is left, and named."""
    with server(b"") as there:
        told = cause(there, protocol)
    assert told.startswith(f"{there}: ")
    assert " does not answer within " in told
