"""The example configuration tells every setting as it is by default, or says that it is an example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stream.config import SECRETS
from stream.settings import load, shown
from tests.certificates import Authority
from tests.deploy.files import DEPLOY

CONFIG = DEPLOY / "config" / "brushfire.toml"
PASSWORD = {"BRUSHFIRE__KAFKA__SASL_PLAIN_PASSWORD": "for the example"}


def flat(tree: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Every setting by its dotted key."""
    settings = {}
    for key, value in tree.items():
        settings |= flat(value, f"{above}{key}.") if isinstance(value, dict) else {above + key: value}
    return settings


DEFAULTS = flat(shown(load(None, {})))


def written() -> Iterator[tuple[str, bool]]:
    """Dotted keys that are commented out, and whether the text above says "An example".

    An example reaches to the next text; where it begins a paragraph, to the end of that.
    """
    for paragraph in re.split(r"\n\n+", CONFIG.read_text(encoding="utf-8")):
        lines = paragraph.splitlines()
        whole = example = lines[0].startswith("# An example")
        for before, line in zip(["", *lines], lines, strict=False):
            if header := re.fullmatch(r"#?\[([\w.]+)\]", line):
                section = header[1] + "."
            elif line.startswith("# "):
                above = before.startswith("# ") and example
                example = whole or above or line.startswith("# An example")
            elif setting := re.fullmatch(r'#([\w."]+) = .*', line):
                yield ("" if setting[1] == "deployment" else section) + setting[1].replace('"', ""), example


def uncommented(tmp_path: Path) -> str:
    """The file with every setting in force, and the files it names in a place where they exist."""
    text = re.sub(r'^#(?=\[|[\w."]+ = )', "", CONFIG.read_text(encoding="utf-8"), flags=re.MULTILINE)
    Authority(tmp_path, "ca").sign("client")
    return text.replace("/etc/brushfire/tls", str(tmp_path))


def test_as_it_is_it_changes_nothing() -> None:
    """Every setting is commented out."""
    assert load(None, {}) == load(CONFIG, {})


def test_it_tells_every_setting_but_the_secrets() -> None:
    """Those are told to stand in files."""
    secrets = {f"kafka.{name}" for name in SECRETS}
    assert DEFAULTS.keys() - secrets == DEFAULTS.keys() & {key for key, _ in written()}
    assert all(f"{name.upper()}_FILE" in CONFIG.read_text(encoding="utf-8") for name in SECRETS)


def test_every_line_is_the_default_or_says_that_it_is_an_example(tmp_path: Path) -> None:
    """With every line in force it loads, and differs from the defaults where the text says so and nowhere else."""
    path = tmp_path / "all.toml"
    path.write_text(uncommented(tmp_path), encoding="utf-8")
    told = flat(shown(load(path, PASSWORD)))
    differing = {key for key, value in told.items() if DEFAULTS.get(key) != value} - {"kafka.sasl_plain_password"}
    assert {key for key, example in written() if example} == differing
