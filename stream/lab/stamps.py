"""Times as the contract writes them, quickly: one string for each hour, second and millisecond."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

_SECONDS = [f"{second // 60:02}:{second % 60:02}." for second in range(3600)]
_MILLISECONDS = [f"{millisecond:03}Z" for millisecond in range(1000)]


@lru_cache(1000)
def _hour(number: int) -> str:
    return f"{datetime.fromtimestamp(number * 3600, UTC):%Y-%m-%dT%H:}"


def stamp(at: float) -> str:
    """RFC 3339 in UTC, with `Z` and milliseconds (rounded down)."""
    seconds, milliseconds = divmod(int(at * 1000.0), 1000)
    hour, second = divmod(seconds, 3600)
    return _hour(hour) + _SECONDS[second] + _MILLISECONDS[milliseconds]
