"""The client's network, with one defect mended: its producer loses a request of a transaction when a coordinator dies.

Before such a request the producer asks whether the coordinator is ready, and is prepared to hear that it is not: it looks
for the new coordinator, and tries again. But kafka-python 3.0.12 raises instead, the request is forgotten, and the call
waits for ever.
"""

from __future__ import annotations

from kafka.errors import KafkaConnectionError
from kafka.net.compat import KafkaNetClient

PAUSE_MS = 100
"""Between two looks for a coordinator, as between the client's other retries."""


class Network(KafkaNetClient):  # type: ignore[misc]
    """Answers that a node is not ready, where the client raises. For the producer's `kafka_client`."""

    def await_ready(self, node_id: int | str, timeout_ms: float = 30_000) -> bool:
        """Whether a node can be sent to, after waiting for its connection at most so long."""
        try:
            return bool(super().await_ready(node_id, timeout_ms))
        except KafkaConnectionError:
            self.poll(timeout_ms=PAUSE_MS)
            return False
