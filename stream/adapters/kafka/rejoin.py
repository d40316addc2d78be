"""Keeps a rebalance that ends between two polls: the client forgets it, joins again, and the whole group with it.

A poll that ends before its group has settled leaves the join to the client's own thread. The next poll waits for it where
it still goes on. Where it has ended meanwhile, the client (3.0.12) throws away what it was assigned and joins anew, for
which every other member must join as well, until a join happens to end within a poll: minutes of rebalances on a busy
machine.
"""

from __future__ import annotations

from typing import Any

from kafka import KafkaConsumer
from kafka.structs import MemberState


class Rejoin:
    """A consumer's membership in its group, over its polls."""

    def __init__(self, consumer: KafkaConsumer) -> None:
        self._coordinator = consumer._coordinator  # noqa: SLF001
        self._join = self._coordinator._do_join_and_sync_async  # noqa: SLF001
        self._coordinator._do_join_and_sync_async = self._join_once  # noqa: SLF001
        self._ended: tuple[Any, bytes] | None = None
        """The generation that the last join came to, and its assignment as the group said it."""

    def go_on(self) -> None:
        """Let the next poll go on with a rebalance that has begun.

        One that the client began because it learned of partitions is forgotten too when a poll ends before it: the client
        has noted already what it assigned, takes all for done, and never hands it out.
        """
        self._coordinator.request_rejoin()

    async def _join_once(self) -> bytes:
        """One round of joining, or what the last came to, where nobody has taken it yet and nothing has happened since."""
        coordinator, ended = self._coordinator, self._ended
        self._ended = None
        # whoever takes an assignment is stable with it; whoever was thrown out has another generation
        if ended and coordinator.state is MemberState.REBALANCING and ended[0] == coordinator._generation:  # noqa: SLF001
            return ended[1]
        assignment: bytes = await self._join()
        self._ended = coordinator._generation, assignment  # noqa: SLF001
        return assignment
