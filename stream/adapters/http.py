"""`/metrics`, `/-/healthy` and `/-/ready`, read-only, on loopback unless told otherwise."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stream.errors import ServiceError

Page = Callable[[], tuple[int, bytes, str]]
"""Answers a path: status, body, content type."""
TEXT = "text/plain; charset=utf-8"
STOP_SECONDS = 0.1
"""Stopping takes at most so long."""


class _Server6(ThreadingHTTPServer):
    address_family = socket.AF_INET6


class HttpServer:
    """Serves a few pages from a thread of its own; the loop never waits for a reader."""

    def __init__(self, host: str, port: int, pages: dict[str, Page]) -> None:
        server = _Server6 if ":" in host else ThreadingHTTPServer
        try:
            self._server = server((host, port), _handler(pages))
        except OSError as error:
            raise ServiceError(
                f"http: cannot listen on {host}:{port} ({error.strerror}); set http.host or http.port (0 takes any free one)"
            ) from None
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(STOP_SECONDS,), name="http", daemon=True
        )

    @property
    def address(self) -> str:
        """Where it listens, as `host:port`."""
        host, port = self._server.server_address[:2]
        return f"[{host!s}]:{port}" if ":" in str(host) else f"{host!s}:{port}"

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5.0)


def _handler(pages: dict[str, Page]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers GET and HEAD for the known pages."""

        server_version = "brushfire"
        sys_version = ""
        timeout = 10  # seconds a slow reader may hold a thread

        def do_GET(self) -> None:
            """Answer a page."""
            page = pages.get(self.path.partition("?")[0])
            status, body, content_type = page() if page is not None else (404, b"not found\n", TEXT)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 -- the name the library looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
            """Scrapes are not logged."""

    return Handler
