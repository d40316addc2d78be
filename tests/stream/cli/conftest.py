"""The command line, run inside the tests' own process."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from detectors.text import LexiconScorer
from stream.cli import main
from tests.mentions import SCORER

Brushfire = Callable[..., "Ran"]


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def brushfire(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Brushfire]:
    """Runs `brushfire` with arguments; `stdin` is what it reads."""
    for name in [name for name in os.environ if name.startswith("BRUSHFIRE__")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(LexiconScorer, "load", lambda: SCORER)  # the same words, read once
    root = logging.getLogger()
    before = root.handlers[:], root.level

    def run(*arguments: str | Path, stdin: bytes = b"") -> Ran:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:  # argparse
            code = int(ended.code or 0)
        return Ran(code, *capsys.readouterr())

    yield run
    root.handlers[:], root.level = before


@pytest.fixture
def toml(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a configuration."""

    def write(text: str) -> Path:
        path = tmp_path / "my.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
