"""Times as the contract writes them, fast: millions of them lie within a few hundred hours."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


def stamp(at: float) -> str:
    """RFC 3339 in UTC with milliseconds, of seconds since the epoch."""
    milliseconds = round(at * 1000.0)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{_minute(minutes)}{rest // 1000:02d}.{rest % 1000:03d}Z"


@lru_cache(4096)
def _minute(minutes: int) -> str:
    return datetime.fromtimestamp(minutes * 60, UTC).strftime("%Y-%m-%dT%H:%M:")
