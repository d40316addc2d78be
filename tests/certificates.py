"""Certificates for the tests, made with the openssl command: an authority, and what it signs."""

from __future__ import annotations

import subprocess
from pathlib import Path


class Authority:
    """Signs certificates; all files of it and of them are in one folder, as PEM."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self.file = folder / f"{name}.pem"
        self._key = folder / f"{name}.key"
        _openssl(
            "req", "-x509", *_NEW_KEY, "-days", "2", "-keyout", self._key, "-out", self.file, "-subj", f"/CN={name}"
        )

    def sign(self, name: str, names: str = "DNS:localhost", *, expired: bool = False) -> Certificate:
        """A certificate for whoever has these names (`DNS:localhost,IP:127.0.0.1`)."""
        made = Certificate(self._folder, name)
        request, extensions = self._folder / f"{name}.csr", self._folder / f"{name}.cnf"
        extensions.write_text(f"subjectAltName={names}\n")
        _openssl("req", *_NEW_KEY, "-keyout", made.key, "-out", request, "-subj", f"/CN={name}")
        by = ["-CA", self.file, "-CAkey", self._key, "-CAcreateserial", "-extfile", extensions]
        # of 0 days: over by the time anybody looks
        _openssl("x509", "-req", "-in", request, *by, "-days", "0" if expired else "2", "-out", made.file)
        made.store.write_bytes(made.key.read_bytes() + made.file.read_bytes())
        return made


class Certificate:
    """The files of a certificate."""

    def __init__(self, folder: Path, name: str) -> None:
        self.file = folder / f"{name}.pem"
        self.key = folder / f"{name}.key"
        self.store = folder / f"{name}.store.pem"
        """Key and certificate in one, as brokers want it."""

    def encrypted_key(self, password: str) -> Path:
        """Its key once more, behind a password."""
        path = self.key.with_suffix(".encrypted.key")
        _openssl("pkcs8", "-topk8", "-in", self.key, "-out", path, "-passout", f"pass:{password}")
        return path


_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def _openssl(*arguments: str | Path) -> None:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
