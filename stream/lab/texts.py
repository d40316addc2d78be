"""What the text scorer makes of lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
import orjson

from detectors.text import LexiconScorer
from stream.events.door import read_untyped


def score_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes, str | None]]:
    """Number of the line, from 1; the line with the reading added; or a problem in words. Empty lines are left out."""
    scorer = LexiconScorer.load()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = read_untyped(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield number, b"", "is no JSON"
            continue
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            yield number, b"", "needs a `text`"
            continue
        language = record.get("language")
        reading = scorer.read(record["text"], language if isinstance(language, str) else None)
        record["p_negative"] = round(reading.p_negative, 4)
        record["sentiment"] = round(reading.sentiment, 4)
        record["coverage"] = round(reading.coverage, 4)
        record["language"] = reading.language
        record["causes"] = reading.causes
        record["intents"] = reading.intents
        try:
            yield number, orjson.dumps(record), None
        except TypeError:
            yield number, b"", "holds a whole number beyond 64 bits"
