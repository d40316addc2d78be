"""Which partition a brand belongs to: Kafka's default partitioner, librdkafka's, or whatever is trusted."""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

MURMUR2, CRC32, TRUSTED = "murmur2", "crc32", "trusted"


@lru_cache(100_000)
def partition_of(brand_id: str, partitions: int, partition_by: str) -> int:
    """The partition of a brand's records; for `trusted` the one our own producers choose (murmur2)."""
    key = brand_id.encode()
    hashed = crc32(key) if partition_by == CRC32 else murmur2(key) & 0x7FFFFFFF
    return hashed % partitions


def murmur2(data: bytes) -> int:
    """MurmurHash2 (Austin Appleby, public domain) with the seed of Kafka's default partitioner; 32 bits."""
    length = len(data)
    mixed = (0x9747B28C ^ length) & 0xFFFFFFFF
    for at in range(0, length - length % 4, 4):
        word = int.from_bytes(data[at : at + 4], "little") * _M & 0xFFFFFFFF
        word = (word ^ word >> 24) * _M & 0xFFFFFFFF
        mixed = mixed * _M & 0xFFFFFFFF ^ word
    if length % 4:
        mixed = (mixed ^ int.from_bytes(data[length - length % 4 :], "little")) * _M & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 13) * _M & 0xFFFFFFFF
    return mixed ^ mixed >> 15


_M = 0x5BD1E995
