"""What the image is built from is there and is let through, and what it says of itself is true. It is not built here."""

from __future__ import annotations

import re
import tomllib

from stream.config import Http
from tests.deploy.files import COMPOSE, DEPLOY, ROOT, read_yaml

DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def test_what_is_copied_exists_and_is_in_the_build_context() -> None:
    """The context is closed but for what .dockerignore lets in."""
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copies = [line.split()[1:-1] for line in re.findall(r"^COPY (?!--from).*", DOCKERFILE, re.MULTILINE)]
    copied = {source for sources in copies for source in sources}
    assert [] == [source for source in copied if not (ROOT / source).exists()]
    assert "*" in ignore
    assert copied == {line.removeprefix("!") for line in ignore if line.startswith("!")}


def test_it_is_built_from_pinned_and_hashed_wheels() -> None:
    """Every requirement of both files has an exact version and a hash; every install insists on them or on no index."""
    for name in ("requirements.lock", "deploy/build.lock"):
        lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        required = [line for line in lines if line.strip() and not line.startswith("#")]
        assert required
        assert [] == [line for line in required if not re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+ .*--hash=sha256:", line)]
    installs = re.findall(r"\binstall\b[^&]*", DOCKERFILE.replace("\\\n", " "))
    assert installs
    assert all("--require-hashes" in install or "--no-index" in install for install in installs)


def test_versions_agree() -> None:
    """Of the project, the image and the Compose file."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f'org.opencontainers.image.version="{version}"' in DOCKERFILE
    assert f"--tag brushfire:{version} ." in DOCKERFILE
    assert f"brushfire:{version}" == read_yaml(COMPOSE)["services"]["brushfire"]["image"]


def test_the_health_check_asks_the_default_port() -> None:
    """And the image runs as nobody special."""
    assert f"'127.0.0.1', {Http().port}," in DOCKERFILE
    assert f"EXPOSE {Http().port}\n" in DOCKERFILE
    assert "\nUSER 10001:10001\n" in DOCKERFILE
