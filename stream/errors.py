"""Every exception raised on purpose, and who catches it.

==============  ==============================================  =================================
exception       raised where                                    caught where
==============  ==============================================  =================================
`Refused`       a record does not pass the door                 `pipeline`: a dead letter
`ConfigError`   a setting, an argument or a file is wrong       `cli`: exit 2
`ServiceError`  the service cannot start or go on               `cli`: exit 1, with what to do
`UnreadableError` a batch is corrupt (`ports`)                    `runner`: commit what came before
`AssignmentLost` a commit came too late (`ports`)               `runner`: restore when assigned
==============  ==============================================  =================================
"""

from __future__ import annotations

from enum import StrEnum
from traceback import walk_tb


class Reason(StrEnum):
    """Why a record is refused; checked in this order. The list is closed: it labels a metric."""

    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    NOT_JSON = "not_json"
    UNSUPPORTED_VERSION = "unsupported_version"
    SCHEMA = "schema"
    BAD_TIME = "bad_time"
    FUTURE_TIME = "future_time"
    UNKNOWN_BRAND = "unknown_brand"
    WRONG_PARTITION = "wrong_partition"
    UNKNOWN_TARGET = "unknown_target"
    HANDLER_ERROR = "handler_error"


class Refused(Exception):  # noqa: N818 -- a refusal is an outcome, not an error of ours
    """A record is not taken. `message` says path and rule, never the value: it goes into headers and logs."""

    def __init__(self, reason: Reason, message: str, frames: tuple[str, ...] = ()) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message
        self.frames = frames
        """Where in our code a `handler_error` happened, outermost first: `module:line function`."""


def broken_by(error: Exception) -> Refused:
    """The refusal of a record that broke us: type and place of the error, never its text, which may quote the record."""
    frames = tuple(
        f"{frame.f_globals.get('__name__')}:{line} {frame.f_code.co_name}"
        for frame, line in walk_tb(error.__traceback__)
    )
    return Refused(Reason.HANDLER_ERROR, f"value: {type(error).__name__} while it was read", frames)


class ConfigError(Exception):
    """A setting is wrong. `key` names it (`time.window_seconds`), the message says what would be right."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key


class ServiceError(Exception):
    """The service cannot start or go on; the message says why and what to do."""
