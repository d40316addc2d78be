"""Brands go where Kafka's producers put them."""

from __future__ import annotations

from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2 as client_murmur2

from stream.partitioning import partition_of


@given(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True), st.integers(1, 200))
def test_murmur2_is_the_clients(brand_id: str, partitions: int) -> None:
    """The same partition as kafka-python's default partitioner, which is the Java client's."""
    expected = (client_murmur2(brand_id.encode()) & 0x7FFFFFFF) % partitions
    assert expected == partition_of(brand_id, partitions, "murmur2")
    assert expected == partition_of(brand_id, partitions, "trusted")


@pytest.mark.parametrize(("brand_id", "partitions"), [("acme", 4), ("acme", 7), ("b", 1)])
def test_crc32_is_librdkafkas(brand_id: str, partitions: int) -> None:
    """consistent_random: CRC-32 of the key, unsigned, modulo."""
    assert crc32(brand_id.encode()) % partitions == partition_of(brand_id, partitions, "crc32")
