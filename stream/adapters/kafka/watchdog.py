"""Bounds the calls that the client does not bound: when one takes too long, the process ends; restarting is recovery.

The client's transaction calls wait for ever when a coordinator dies at the wrong moment. A transaction of which the
outcome is unknown must not be retried from memory, so there is nothing better to do than to leave.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from stream.logs import log

SAYING_SECONDS = 5.0
"""So long may it take to say why."""


def leave(what: str, seconds: float) -> None:
    """Say what hangs, show where every thread is, and end the process with status 1."""
    # whoever reads what is said may hang as well: then it stays unsaid
    threading.Timer(SAYING_SECONDS, os._exit, (1,)).start()
    try:
        log(f"{what} took longer than {seconds:g} s: leaving, a restart recovers", level=40)
        faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
        sys.stderr.flush()
    finally:
        os._exit(1)


@contextmanager
def bounded(what: str, seconds: float, expire: Callable[[str, float], None] = leave) -> Iterator[None]:
    """Let the block take at most so many seconds."""
    timer = threading.Timer(seconds, expire, (what, seconds))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
