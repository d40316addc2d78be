"""Why a connection does not come about: climbs the client's stairs one by one, and names the first that gives way.

The client tries every mistake again until its time is up, and then knows only that. The stairs are: the name, the port,
TLS, whether Kafka answers, user and password, the list of brokers.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import closing
from threading import Thread
from typing import Any

from kafka.errors import KafkaError, KafkaProtocolError
from kafka.net.sasl import get_sasl_mechanism
from kafka.protocol.metadata import ApiVersionsRequest, MetadataRequest
from kafka.protocol.parser import KafkaProtocol
from kafka.protocol.sasl import SaslAuthenticateRequest, SaslHandshakeRequest

from stream.config import Kafka
from stream.tls import client_context

SECONDS = 3.0
"""A diagnosis takes at most so long, however many servers there are."""
_STEP_SECONDS = 2.0
_PLAINTEXT, _TLS = "PLAINTEXT", "SSL"
_EXPIRED, _NOT_YET_VALID, _OTHER_NAME = 10, 9, (62, 64)
"""How OpenSSL numbers what is wrong with a certificate (X509_V_ERR_*)."""


class _StairError(Exception):
    """A stair gives way; the message names the likely cause and the settings to look at."""


def likely_cause(settings: Kafka) -> str | None:
    """`server: what is wrong`, in one line without any secret; None where a server can be reached by now."""
    found: dict[str, str | None] = dict.fromkeys(settings.servers, f"does not answer within {SECONDS:g} s")

    def climb(server: str) -> None:
        found[server] = _first_that_gives_way(server, settings)

    def climb_all() -> None:
        threads = [Thread(target=climb, args=(server,), daemon=True) for server in list(found)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    climbing = Thread(target=climb_all, daemon=True)  # a name service may keep us waiting: then it is left behind
    climbing.start()
    climbing.join(SECONDS)
    by_cause: dict[str | None, list[str]] = {}
    for server, cause in list(found.items()):
        by_cause.setdefault(cause, []).append(server)
    if None in by_cause:
        return None
    return "; ".join(f"{', '.join(servers)}: {cause}" for cause, servers in by_cause.items())


def _first_that_gives_way(server: str, settings: Kafka, *, follow: bool = True) -> str | None:
    try:
        with closing(_connected(server)) as plain, closing(_encrypted(plain, server, settings)) as connection:
            wire = _Wire(connection)
            _greet(wire, server, settings)
            if settings.sasl_mechanism is not None:
                _prove_who_we_are(wire, settings, settings.sasl_mechanism)
            brokers = _brokers(wire, settings)
    except _StairError as cause:
        return str(cause)
    except TimeoutError:
        return f"takes the connection and does not answer within {_STEP_SECONDS:g} s"
    except (OSError, KafkaError, ValueError, KeyError) as error:
        return f"breaks off: {_said(error)}"
    for broker in sorted(brokers - set(settings.servers)) if follow else ():
        if there := _first_that_gives_way(broker, settings, follow=False):
            return f"sends us on to {broker} by its advertised.listeners, and there: {there}"
    return None


def _connected(server: str) -> socket.socket:
    try:
        return socket.create_connection(_host_and_port(server), _STEP_SECONDS)
    except socket.gaierror:
        raise _StairError("nobody knows this name; look at kafka.bootstrap_servers") from None
    except ConnectionRefusedError:
        raise _StairError(
            "nobody listens there; look at kafka.bootstrap_servers, and whether the broker runs"
        ) from None
    except TimeoutError:
        raise _StairError("nobody answers; look at kafka.bootstrap_servers, and for a firewall") from None
    except OSError as error:
        raise _StairError(f"cannot be reached ({error.strerror}); look at kafka.bootstrap_servers") from None


def _encrypted(plain: socket.socket, server: str, settings: Kafka) -> socket.socket:
    if not _encrypts(settings):
        return plain
    try:
        return client_context(settings).wrap_socket(plain, server_hostname=_host_and_port(server)[0])
    except ssl.SSLCertVerificationError as error:
        raise _StairError(_of_its_certificate(error, settings)) from None
    except TimeoutError:
        raise
    except OSError as error:
        if _speaks(_PLAINTEXT, server):
            raise _StairError(_other_protocol(settings, "does not encrypt", "PLAINTEXT or SASL_PLAINTEXT")) from None
        raise _StairError(_of_our_certificate(error, settings)) from None


def _of_its_certificate(error: ssl.SSLCertVerificationError, settings: Kafka) -> str:
    why = error.verify_message.rstrip(".")
    if error.verify_code in _OTHER_NAME:
        return f"its certificate is for another name ({why}); look at kafka.bootstrap_servers"
    if error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        return f"its certificate is out of its time ({why}); renew it, or look at the clock here"
    if settings.ssl_cafile is None:
        return (
            f"its certificate is of no authority that this system knows ({why}); name the authority in kafka.ssl_cafile"
        )
    return f"its certificate is of no authority in kafka.ssl_cafile ({why})"


def _of_our_certificate(error: Exception, settings: Kafka) -> str:
    """Brokers that are not content with a client's certificate say so by an alert of TLS, or just hang up."""
    if settings.ssl_certfile is None:
        return f"asks for a certificate of ours ({_said(error)}); set kafka.ssl_certfile and kafka.ssl_keyfile"
    return f"refuses our certificate ({_said(error)}); look at kafka.ssl_certfile, who signed it and until when"


def _greet(wire: _Wire, server: str, settings: Kafka) -> None:
    """Whether Kafka answers: every listener tells its versions to everybody."""
    try:
        wire.ask(ApiVersionsRequest(version=0))
    except TimeoutError:
        raise
    except (OSError, KafkaError) as error:
        if _encrypts(settings):  # since TLS 1.3, certificates of clients are refused after the handshake
            raise _StairError(_of_our_certificate(error, settings)) from None
        if _speaks(_TLS, server):
            raise _StairError(_other_protocol(settings, "encrypts", "SSL or SASL_SSL")) from None
        raise _StairError("is no Kafka broker; look at kafka.bootstrap_servers") from None


def _prove_who_we_are(wire: _Wire, settings: Kafka, name: str) -> None:
    offered = wire.ask(SaslHandshakeRequest(mechanism=name, version=1)).mechanisms
    if not offered:
        better = settings.security_protocol.removeprefix("SASL_")
        raise _StairError(_other_protocol(settings, "asks for no user and password", better))
    if name not in offered:
        raise _StairError(f"does not offer {name}; kafka.sasl_mechanism would be {' or '.join(sorted(offered))}")
    mechanism = get_sasl_mechanism(name)(
        sasl_mechanism=name,
        sasl_plain_username=settings.sasl_plain_username,
        sasl_plain_password=settings.sasl_plain_password,
    )
    while not mechanism.is_done():
        answer = wire.ask(SaslAuthenticateRequest(auth_bytes=mechanism.auth_bytes(), version=0))
        if answer.error_code:
            raise _StairError(
                f"refuses user {settings.sasl_plain_username} or the password ({_said(answer.error_message)}); look at "
                "kafka.sasl_plain_username, kafka.sasl_plain_password and kafka.sasl_mechanism"
            )
        mechanism.receive(answer.auth_bytes)


def _brokers(wire: _Wire, settings: Kafka) -> set[str]:
    """Where the brokers are, as they tell of themselves: there the client goes on."""
    try:
        told = wire.ask(MetadataRequest(topics=[], version=1)).brokers
    except ConnectionError:
        if settings.sasl_mechanism is not None:
            raise
        better = f"SASL_{settings.security_protocol}"
        raise _StairError(_other_protocol(settings, "asks for a user and a password", better)) from None
    return {_said(f"{broker.host}:{broker.port}") for broker in told}


def _other_protocol(settings: Kafka, does: str, better: str) -> str:
    return f"{does}; kafka.security_protocol is {settings.security_protocol}, and would be {better} for this port"


def _speaks(language: str, server: str) -> bool:
    """Whether a server understands Kafka in plaintext, or TLS. Nothing of ours is told to it."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    try:
        with closing(_connected(server)) as plain:
            if language == _TLS:
                anybody.wrap_socket(plain).close()
            else:
                _Wire(plain).ask(ApiVersionsRequest(version=0))
    except (_StairError, OSError, KafkaError):
        return False
    return True


class _Wire:
    """Asks a broker and waits for its answer."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._protocol = KafkaProtocol(client_id="brushfire")

    def ask(self, request: Any) -> Any:
        """The response. Raises `OSError` or `KafkaError` where there is none."""
        self._protocol.send_request(request)
        self._connection.sendall(self._protocol.send_bytes())
        while data := self._connection.recv(65536):
            for response in self._understood(data):
                return response
        raise ConnectionError("closed without an answer")

    def _understood(self, data: bytes) -> list[Any]:
        try:
            return [response for _, response in self._protocol.receive_bytes(data)]
        except KafkaError:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever the bytes of no broker lead the parser to
            raise KafkaProtocolError(type(error).__name__) from None


def _encrypts(settings: Kafka) -> bool:
    return settings.security_protocol.endswith("SSL")


def _host_and_port(server: str) -> tuple[str, int]:
    host, _, port = server.rpartition(":")
    return host.strip("[]"), int(port)


def _said(what: object) -> str:
    """What others said, in a few printable words."""
    if isinstance(what, ssl.SSLError) and what.reason:
        what = what.reason.replace("_", " ").lower()
    return "".join(character for character in str(what) if character.isprintable())[:200]
