"""What connections are encrypted with; a file that does not serve is named when the configuration is read."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stream.config import Kafka


def client_context(settings: Kafka) -> ssl.SSLContext:
    """The context that the Kafka client makes of these settings. Raises `ValueError` that begins with the key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = settings.ssl_check_hostname
    if settings.ssl_cafile is None:
        context.load_default_certs()
    else:
        _trust(context, "ssl_cafile", settings.ssl_cafile)
    if settings.ssl_certfile is not None:
        _identify(context, settings, settings.ssl_certfile)
    return context


def _trust(context: ssl.SSLContext, key: str, path: str) -> None:
    _read(key, path)
    try:
        context.load_verify_locations(path)
    except ssl.SSLError:
        raise ValueError(f"{key}: holds no certificate; it needs to be a PEM file (BEGIN CERTIFICATE)") from None


def _identify(context: ssl.SSLContext, settings: Kafka, path: str) -> None:
    """Our own certificate and its key. OpenSSL says the same of every mistake but one, so they are looked at apart."""
    _trust(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "ssl_certfile", path)
    key = "ssl_certfile" if settings.ssl_keyfile is None else "ssl_keyfile"
    text = _read(key, settings.ssl_keyfile or path)
    try:
        # without a password OpenSSL would ask for one on the terminal
        context.load_cert_chain(path, settings.ssl_keyfile, settings.ssl_password or "")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise ValueError(f"{key}: holds the key of another certificate than ssl_certfile") from None
        if b"ENCRYPTED" in text:
            raise ValueError(f"ssl_password: does not open {key}, which is encrypted") from None
        raise ValueError(f"{key}: holds no private key; it needs to be a PEM file (BEGIN PRIVATE KEY)") from None


def _read(key: str, path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise ValueError(f"{key}: there is no such file") from None
    except OSError as error:
        raise ValueError(f"{key}: cannot be read: {error.strerror}") from None
