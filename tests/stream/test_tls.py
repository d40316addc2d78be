"""Files of TLS are tried when the configuration is read: a mistake names the key, and what would be right."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from stream.config import Kafka
from stream.tls import client_context
from tests.certificates import Authority

PASSWORD = "of-the-key"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that serve and files that do not, by name."""
    made = tmp_path_factory.mktemp("certificates")
    authority = Authority(made, "authority")
    client = authority.sign("client")
    authority.sign("other")
    client.encrypted_key(PASSWORD)
    (made / "empty").touch()
    (made / "text").write_text("hello")
    (made / "folder").mkdir()
    return made


def settings(folder: Path, protocol: str = "SSL", **values: str) -> Kafka:
    """Values of keys that name files are names in the folder."""
    paths = {key: str(folder / value) if key.endswith("file") else value for key, value in values.items()}
    return Kafka(security_protocol=protocol, **paths)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"ssl_cafile": "authority.pem"},
        {"ssl_certfile": "client.pem", "ssl_keyfile": "client.key"},
        {"ssl_certfile": "client.store.pem"},
        {"ssl_certfile": "client.pem", "ssl_keyfile": "client.encrypted.key", "ssl_password": PASSWORD},
    ],
)
def test_files_that_serve(folder: Path, values: dict[str, str]) -> None:
    """A certificate may bring its key with it, and a key may be encrypted. Brokers have to prove who they are."""
    context = client_context(settings(folder, **values))
    assert (True, ssl.CERT_REQUIRED) == (context.check_hostname, context.verify_mode)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


CLIENT = {"ssl_certfile": "client.pem"}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"ssl_cafile": "nowhere"}, "ssl_cafile: there is no such file"),
        ({"ssl_cafile": "folder"}, "ssl_cafile: cannot be read: Is a directory"),
        ({"ssl_cafile": "empty"}, "ssl_cafile: holds no certificate"),
        ({"ssl_cafile": "text"}, "ssl_cafile: holds no certificate"),
        ({"ssl_cafile": "client.key"}, "ssl_cafile: holds no certificate"),
        ({"ssl_certfile": "text", "ssl_keyfile": "client.key"}, "ssl_certfile: holds no certificate"),
        (CLIENT, "ssl_certfile: holds no private key"),
        ({**CLIENT, "ssl_keyfile": "nowhere"}, "ssl_keyfile: there is no such file"),
        ({**CLIENT, "ssl_keyfile": "text"}, "ssl_keyfile: holds no private key"),
        ({**CLIENT, "ssl_keyfile": "client.pem"}, "ssl_keyfile: holds no private key"),
        ({**CLIENT, "ssl_keyfile": "other.key"}, "ssl_keyfile: holds the key of another certificate"),
        ({**CLIENT, "ssl_keyfile": "client.encrypted.key"}, "ssl_password: does not open ssl_keyfile"),
        ({**CLIENT, "ssl_keyfile": "client.encrypted.key", "ssl_password": "no"}, "ssl_password: does not open"),
        ({"ssl_keyfile": "client.key"}, "need ssl_certfile"),
        ({"ssl_password": PASSWORD}, "need ssl_certfile"),
    ],
)
def test_a_file_that_does_not_serve_is_named(folder: Path, values: dict[str, str], says: str) -> None:
    """By its key. Nothing is asked on the terminal, and nothing of a password is told."""
    with pytest.raises(ValueError, match=says) as caught:
        settings(folder, **values)
    assert PASSWORD not in str(caught.value)
