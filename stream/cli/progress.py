"""A bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from typing import TextIO

WIDTH = 30


class Progress:
    """Shows how far a long work is, on standard error, when that is a terminal."""

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self._label = label
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._shown = ""

    def share(self, done: float, note: str = "") -> None:
        """`done` from 0 to 1, with a word on what was found so far."""
        filled = int(done * WIDTH)
        self._show(f"{self._label} [{'#' * filled}{'.' * (WIDTH - filled)}] {100 * done:3.0f} % {note}")

    def count(self, done: int, note: str = "") -> None:
        """How many are done, where the whole is unknown."""
        self._show(f"{self._label} {done:,} {note}")

    def close(self) -> None:
        """Clear the line."""
        if self._shown:
            self._stream.write("\r" + " " * len(self._shown) + "\r")
            self._stream.flush()
            self._shown = ""

    def _show(self, line: str) -> None:
        if self._live and line != self._shown:
            self._stream.write("\r" + line.ljust(len(self._shown)))
            self._stream.flush()
            self._shown = line
