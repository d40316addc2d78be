"""The pages: metrics and health, read-only, on loopback."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from prometheus_client import parser

from stream.adapters.http import TEXT, HttpServer
from stream.app import monitored
from stream.errors import ServiceError
from tests.mentions import settings


@contextmanager
def served(pages: dict[str, tuple[int, bytes, str]]) -> Iterator[str]:
    def page(answer: tuple[int, bytes, str]):  # type: ignore[no-untyped-def]
        return lambda: answer

    server = HttpServer("127.0.0.1", 0, {path: page(answer) for path, answer in pages.items()})
    server.start()
    try:
        yield server.address
    finally:
        server.stop()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of one page."""
    with served({"/a": (200, b"told", TEXT)}) as address:
        yield address


def ask(address: str, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(address, timeout=5)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_a_page_is_answered_with_its_status_type_and_body() -> None:
    """Query strings are ignored; nothing may be sniffed."""
    with served({"/a": (200, "ż\n".encode(), TEXT), "/b": (503, b"no\n", TEXT)}) as address:
        status, headers, body = ask(address, "/a?x=1")
        assert (200, "ż\n", TEXT, "3") == (status, body.decode(), headers["Content-Type"], headers["Content-Length"])
        assert "nosniff" == headers["X-Content-Type-Options"]
        assert (503, b"no\n") == ask(address, "/b")[::2]
        status, headers, body = ask(address, "/a", "HEAD")
        assert (200, "3", b"") == (status, headers["Content-Length"], body)


@pytest.mark.parametrize("path", ["/", "/b", "/a/", "/../a", "/a%00", "/metrics/../a", "*"])
def test_unknown_paths_are_not_found(path: str, address: str) -> None:
    """And are not told back."""
    assert (404, b"not found\n") == ask(address, path)[::2]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_nothing_but_reading(method: str, address: str) -> None:
    """Refused before any page is asked."""
    status, _, body = ask(address, "/a", method)
    assert status in {405, 501}
    assert b"told" not in body


def test_our_language_and_its_release_are_nobody_s_business(address: str) -> None:
    """The Server header names the service, no more."""
    assert "brushfire" == ask(address, "/a")[1]["Server"].strip()


def test_a_reader_that_says_nothing_keeps_nobody_waiting() -> None:
    """Neither other readers nor the end."""
    with served({"/a": (200, b"told", TEXT)}) as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port))), socket.create_connection((host, int(port))) as half:
            half.sendall(b"GET /a HT")
            assert b"told" == ask(address, "/a")[2]


def test_a_port_in_use_is_told_with_what_to_do() -> None:
    """Which one, and which settings."""
    with served({}) as address, pytest.raises(ServiceError, match=r"http\.port") as error:
        HttpServer("127.0.0.1", int(address.split(":")[1]), {})
    assert address in str(error.value)


def test_a_host_that_does_not_exist_is_told() -> None:
    """As what it is: a setting."""
    with pytest.raises(ServiceError, match=r"cannot listen on 203\.0\.113\.1:0 .*http\.host"):
        HttpServer("203.0.113.1", 0, {})


# ---------------------------------------------------------------- as the service serves them


def test_metrics_and_health_are_on_loopback_unless_told_otherwise() -> None:
    """The default host; the page is what Prometheus reads."""
    with monitored(settings(http__port=0)) as (_, _, server):
        assert server.address.startswith("127.0.0.1:")
        status, headers, body = ask(server.address, "/metrics")
        assert 200 == status
        assert headers["Content-Type"].startswith("text/plain; version=")
        names = {family.name for family in parser.text_string_to_metric_families(body.decode())}
        assert {"brushfire_ready", "brushfire_mentions", "brushfire_build_info"} <= names


def test_ready_follows_the_restore() -> None:
    """503 until everything that was assigned is here."""
    with monitored(settings(http__port=0)) as (_, observers, server):
        assert 503 == ask(server.address, "/-/ready")[0]
        for observer in observers:
            observer.ready()
        assert (200, b"ready\n") == ask(server.address, "/-/ready")[::2]
        assert 1.0 == next(
            family.samples[0].value
            for family in parser.text_string_to_metric_families(ask(server.address, "/metrics")[2].decode())
            if family.name == "brushfire_ready"
        )


@pytest.mark.parametrize(("within", "expected"), [(60, 200), (1e-9, 503)])
def test_healthy_follows_the_loop(within: float, expected: int) -> None:
    """503 once it has stood still for longer than http.healthy_within_seconds."""
    with monitored(settings(http__port=0, http__healthy_within_seconds=within)) as (_, _, server):
        assert expected == ask(server.address, "/-/healthy")[0]


def test_the_port_is_free_again_afterwards() -> None:
    """A restart on the same machine need not wait."""
    with monitored(settings(http__port=0)) as (_, _, server):
        address = server.address
    with pytest.raises(OSError, match="refused"):
        ask(address, "/metrics")
    with monitored(settings(http__port=int(address.split(":")[1]))) as (_, _, server):
        assert address == server.address
