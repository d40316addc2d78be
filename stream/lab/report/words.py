"""Times, durations and numbers as people write them. Times are UTC; months and days have English names."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from detectors.severity import LEVELS
from stream.lab.report.markup import plain

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
NOT_KNOWN = "–"


def time(at: int) -> str:
    """`Tue 5 Aug, 14:05`."""
    return f"{day(at)}, {clock(at)}"


def clock(at: int) -> str:
    """`14:05`."""
    return f"{_at(at):%H:%M}"


def day(at: int) -> str:
    """`Tue 5 Aug`."""
    return f"{_DAYS[_at(at).weekday()]} {short_date(at)}"


def short_date(at: int) -> str:
    """`5 Aug`."""
    return f"{_at(at).day} {_MONTHS[_at(at).month - 1][:3]}"


def machine_time(at: int) -> str:
    """`2026-08-05T14:05:00Z`, for `<time datetime>`."""
    return f"{_at(at):%Y-%m-%dT%H:%M:%SZ}"


def stretch(start: int, end: int) -> str:
    """`4 August to 8 September 2026`, both days included; `end` itself is not."""
    first, last = _at(start), _at(max(start, end - 1))
    whole = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    if first.date() == last.date():
        return whole
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {_MONTHS[first.month - 1]}{year} to {whole}"


def duration(seconds: float) -> str:
    """`25 min`, `3 h 20 min`, `2 days 4 h`: the two largest parts."""
    minutes = round(abs(seconds) / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return count(days, "day") + (f" {hours} h" if hours else "")


def count(number: int, noun: str, several: str | None = None) -> str:
    """`1 crisis`, `1,234 crises`."""
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"


def number(value: float) -> str:
    """Whole numbers with thousands, others with three digits that matter."""
    if not math.isfinite(value):
        return NOT_KNOWN
    if abs(value) >= 100 or value == round(value):
        return f"{value:,.0f}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(6, digits)}f}".rstrip("0").rstrip(".") or "0"


def share(value: float) -> str:
    """`83 %` of a share in [0, 1]."""
    return f"{100 * value:.0f} %" if math.isfinite(value) else NOT_KNOWN


def level_name(level: int) -> str:
    """`watch`; a level that does not exist is given as its number."""
    return LEVELS[level] if 0 <= level < len(LEVELS) else str(level)


def spoken(name: str, longest: int = 60) -> str:
    """A name of the findings in running text: `viral_joy` as `viral joy`; not yet escaped."""
    return plain(name.replace("_", " "), longest)


def label(key: str) -> str:
    """A key of the findings as a heading: `unique_authors` as `Unique authors`."""
    text = spoken(key)
    return text[:1].upper() + text[1:]


def value_of(key: str, value: Any) -> str:
    """Any value of the findings under its key, in words and not yet escaped."""
    if value is None:
        return NOT_KNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _measure(key, value)
    if isinstance(value, dict):
        return listing([f"{plain(str(name), 40)} {value_of(key, part)}" for name, part in value.items()])
    if isinstance(value, list | tuple):
        return listing([value_of("", part) for part in value])
    return plain(str(value))


def listing(items: list[str], longest: int = 8) -> str:
    """Items with commas, and how many are left out."""
    left = len(items) - longest
    return ", ".join(items[:longest]) + (f" and {left} more" if left > 0 else "") or NOT_KNOWN


def both(first: str, second: str) -> str:
    """Two halves of a sentence, either of which may be empty."""
    return f"{first}, and {second}" if first and second else first or second


def _measure(key: str, value: float) -> str:
    name = key.removesuffix("_low").removesuffix("_high")
    if name.endswith(("_share", "recall", "precision")) and 0.0 <= value <= 1.0:
        return share(value)
    if name.endswith("_minutes") and math.isfinite(value):
        return duration(60 * value)
    if name.endswith("_seconds") and math.isfinite(value):
        return duration(value)
    return number(value)


def _at(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
