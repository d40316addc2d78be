"""Log lines on standard error: JSON, one per record whatever is in it; readable on a terminal. None per mention."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

from stream.config import Logs

LOGGER = logging.getLogger("brushfire")
CLIENT_SECONDS = 10.0
_FIELDS = "fields"
_BREAKS = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}
"""Characters that JSON lets stand and some readers take for the end of a line."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line; control characters are escaped, so that no text can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Render a record."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, _FIELDS, {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode("utf-8", "replace").translate(_BREAKS)


class TextFormatter(logging.Formatter):
    """A readable line for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Render a record."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        fields = " ".join(f"{name}={value}" for name, value in getattr(record, _FIELDS, {}).items())
        text = f"{at} {record.levelname.lower():7} {record.getMessage()} {fields}".rstrip()
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return "".join(character if character.isprintable() or character == "\n" else "?" for character in text)


class Sparse(logging.Filter):
    """Lets the Kafka client say one thing in ten seconds: while a broker is away it says ten a second."""

    def __init__(self) -> None:
        super().__init__()
        self._silent_until = 0.0
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is told; the next one that is says how many were not."""
        if not record.name.startswith("kafka"):
            return True
        if record.created < self._silent_until:
            self._left_out += 1
            return False
        if self._left_out:
            setattr(record, _FIELDS, {"left_out": self._left_out})
        self._silent_until, self._left_out = record.created + CLIENT_SECONDS, 0
        return True


def set_up(settings: Logs) -> None:
    """Send log lines to standard error. The client's own chatter stays out below warnings: at debug it logs secrets."""
    as_text = settings.format == "text" or (settings.format == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextFormatter() if as_text else JsonFormatter())
    if settings.level != "debug":
        handler.addFilter(Sparse())
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
    logging.getLogger("kafka").setLevel(max(logging.WARNING, logging.getLevelName(settings.level.upper())))


def log(message: str, *, level: int = logging.INFO, **fields: object) -> None:
    """One line with fields."""
    LOGGER.log(level, message, extra={_FIELDS: fields})
