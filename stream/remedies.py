"""What to do about refusals, by reason: one source for `brushfire dlq` and for the runbook."""

from __future__ import annotations

from typing import NamedTuple

from stream.errors import Reason


class Remedy(NamedTuple):
    """In words."""

    cause: str
    remedy: str


_CHANGED = Remedy("a producer changed a field", "mend the producer, or `[mentions.fields]` and `mentions.time_format`")
_ODD = Remedy("something else writes to the topic", "find it by the key and the headers")
REMEDIES = {
    Reason.SCHEMA: _CHANGED,
    Reason.BAD_TIME: _CHANGED,
    Reason.NOT_JSON: _ODD,
    Reason.TOO_DEEP: _ODD,
    Reason.TOO_LARGE: _ODD,
    Reason.UNSUPPORTED_VERSION: Remedy("a producer sends a newer CloudEvent type", "update brushfire, or the producer"),
    Reason.FUTURE_TIME: Remedy(
        "a collector's clock is ahead, or a local time is sent as UTC",
        "mend the clock; `time.max_future_seconds` is for small differences",
    ),
    Reason.WRONG_PARTITION: Remedy(
        "another partitioner, or another key",
        "mend the producer, or `mentions.partition_by`, or write the topic anew with `brushfire rekey`",
    ),
    Reason.UNKNOWN_BRAND: Remedy(
        "a brand is not configured, or too many are not", "add `[brands.<id>]`, or raise `brands.max_unknown`"
    ),
    Reason.UNKNOWN_TARGET: Remedy("feedback about a crisis that has ended", "nothing; tell who sent it"),
    Reason.HANDLER_ERROR: Remedy("an error of ours", "the log has the place in the code: report it"),
}
"""In the order of the runbook."""
