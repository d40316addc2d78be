"""Attempts to connect, many at once, in a process of their own: a client that fails leaves its sockets behind.

`[{"security_protocol": …}, …]` on standard input, of `[kafka]`; on standard output what is said of each, null for nothing.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from stream.adapters.kafka.topics import look
from stream.config import Config
from stream.errors import ServiceError
from stream.settings import load


def attempt(config: Config) -> str | None:
    try:
        look(config)
    except ServiceError as error:
        return str(error)
    return None


if __name__ == "__main__":
    configs = [load(None, {}, {f"kafka.{key}": value for key, value in one.items()}) for one in json.load(sys.stdin)]
    with ThreadPoolExecutor(8) as pool:
        json.dump(list(pool.map(attempt, configs)), sys.stdout)
