"""Count series with hand-labelled anomaly windows, as the files of the Numenta Anomaly Benchmark have them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from stream.errors import ConfigError
from stream.lab.counts import seconds

T = TypeVar("T")


class Series(NamedTuple):
    """A series and what is true of it."""

    times: list[int]
    """Of its rows, in seconds, rising."""
    windows: list[range]
    """The rows of each window, in order, apart from each other."""
    labels: list[int | None]
    """Of each window, the moment at which the first thing in it was seen, in seconds; None where nobody said."""


class Labelled:
    """What was labelled in some series.

    `windows` is a JSON file of `{"folder/name.csv": [[begin, end], ...]}`, both the times of rows and both inside;
    `labels` one of `{"folder/name.csv": [moment, ...]}`. Series are found by the name of their file.
    """

    def __init__(self, windows: Path, labels: Path | None, names: Sequence[str]) -> None:
        """Read what is said of the series of these names. Raises `ConfigError` if a file is no such file, or lacks one."""
        self._file = str(windows)
        self._windows = _entries(windows, names, list[tuple[str, str]])
        self._labels = {} if labels is None else _entries(labels, names, list[str])
        self._labels_file = str(labels)

    def series(self, name: str, timestamps: Sequence[str]) -> Series:
        """A series, from the timestamps of its rows. Raises `ConfigError` if the windows are not such of its rows."""
        times = [seconds(text, name) for text in timestamps]
        rows = {at: row for row, at in enumerate(times)}
        windows: list[range] = []
        for begin, end in self._windows[name]:
            window = range(self._row(begin, rows, name), self._row(end, rows, name) + 1)
            if not window:
                raise ConfigError(self._file, f"in {name}, the window from {begin} ends before it begins")
            if windows and window.start < windows[-1].stop:
                raise ConfigError(
                    self._file, f"in {name}, the window from {begin} begins before the one above it is over"
                )
            windows.append(window)
        moments = sorted(seconds(text, f"{self._labels_file}: {name}") for text in self._labels.get(name, ()))
        labels = [
            next((at for at in moments if times[window.start] <= at <= times[window.stop - 1]), None)
            for window in windows
        ]
        return Series(times, windows, labels)

    def _row(self, bound: str, rows: dict[int, int], name: str) -> int:
        row = rows.get(seconds(bound, f"{self._file}: {name}"))
        if row is None:
            raise ConfigError(self._file, f"in {name}, no row has the time {bound}")
        return row


def _entries(path: Path, names: Sequence[str], kind: type[T]) -> dict[str, T]:
    """Of each name, its one entry."""
    try:
        told = msgspec.json.decode(path.read_bytes(), type=dict[str, kind])  # type: ignore[valid-type]
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"is no such JSON file: {error}") from None
    found = {}
    for name in names:
        keys = [key for key in told if key.rpartition("/")[2] == name]
        if len(keys) != 1:
            raise ConfigError(str(path), f"has {len(keys) or 'no'} {'entries' if keys else 'entry'} for {name}")
        found[name] = told[keys[0]]
    return found
