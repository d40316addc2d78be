"""Workers with names of their own, started again under the same name whenever one has ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

from tests.integration.service import Installation, Worker


class Crew:
    """Some workers and their supervisor."""

    def __init__(self, installation: Installation, size: int, *settings: str) -> None:
        self._installation = installation
        self._settings = settings
        self.workers: dict[str, Worker] = {}
        self.last_words: list[str] = []
        """Of workers that ended by themselves, and were started again."""
        for number in range(size):
            self._start(f"worker-{number}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers.values():
            if worker.runs:
                worker.kill()

    def _start(self, name: str) -> None:
        self.workers[name] = self._installation.worker(f"kafka.instance={name}", *self._settings)

    def kill(self, name: str) -> None:
        """SIGKILL for one; it is started again at once."""
        self.workers[name].kill()
        self._start(name)

    def look_after(self) -> None:
        """Start again whoever has ended."""
        for name, worker in list(self.workers.items()):
            if not worker.runs:
                self.last_words.append(worker.last_error)
                self._start(name)

    def until(self, done: Callable[[], bool], seconds: float) -> None:
        """Look after them until something is done."""
        deadline = time.monotonic() + seconds
        while not done():
            tails = [worker.tail() for worker in self.workers.values()]
            assert time.monotonic() < deadline, f"not within {seconds} s: {tails}"
            self.look_after()
            time.sleep(0.2)

    def terminate(self) -> list[int]:
        """SIGTERM for all; their statuses."""
        return [worker.terminate(seconds=30) for worker in self.workers.values()]
