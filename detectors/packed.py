"""Columns of integers as short text, for what a state holds many of."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import gcd


def pack(numbers: Sequence[int]) -> str:
    """`least.bits.text`: each number less the least one, in a Rice code of so many low bits, as base64; '' for none.

    The rest of a number is written as so many zeros, ended by a one (Rice and Plaunt, Adaptive variable-length coding,
    IEEE Transactions on Communication Technology 1971): a column takes about as much as its numbers tell.
    """
    if not numbers:
        return ""
    least = min(numbers)
    above = [number - least for number in numbers]
    total = sum(above)
    if not total:
        return f"{least}.."
    bits = _best_bits(above, total)
    one, mask = 1 << bits, (1 << bits) - 1
    code = "".join([f"{'0' * (number >> bits)}{number & mask | one:b}" for number in above])
    code += "0" * (-len(code) % 8)
    data = int(code, 2).to_bytes(len(code) // 8, "big")
    return f"{least}.{bits}.{base64.b64encode(data).decode('ascii').rstrip('=')}"


def _best_bits(above: list[int], total: int) -> int:
    """Low bits that make the shortest code: at most those of the mean, fewer where a few numbers stand out."""
    bits = (total // len(above)).bit_length()
    rest = sum([number >> bits for number in above])
    while bits:
        more = sum([number >> bits - 1 for number in above])
        if more - rest >= len(above):
            break
        bits, rest = bits - 1, more
    return bits


def unpack(text: str, count: int) -> list[int]:
    """The numbers that were packed, `count` of them."""
    if not count:
        return []
    least, bits, packed = text.split(".")
    if not packed:
        return [int(least)] * count
    data = base64.b64decode(packed + "=" * (-len(packed) % 4))
    return _decoded(f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}", int(bits), int(least), count)


def _decoded(code: str, bits: int, least: int, count: int) -> list[int]:
    numbers, at = [], 0
    for _ in range(count):
        one = code.index("1", at)
        high, at = one - at, one + 1 + bits
        numbers.append(least + (high << bits) + (int(code[one + 1 : at], 2) if bits else 0))
    return numbers


def pack_floats(numbers: Sequence[float]) -> str:
    """Little-endian doubles as base64: every bit of them, in two thirds of the room of their digits."""
    return base64.b64encode(struct.pack(f"<{len(numbers)}d", *numbers)).decode("ascii")


def unpack_floats(text: str) -> list[float]:
    """The packed doubles."""
    return [number for (number,) in struct.iter_unpack("<d", base64.b64decode(text))]


def pack_set(numbers: Iterable[int]) -> str:
    """`count.` and the packed gaps between numbers, which are all different and at least 0."""
    ascending = sorted(numbers)
    gaps = [later - earlier - 1 for earlier, later in zip([-1, *ascending], ascending, strict=False)]
    return f"{len(gaps)}.{pack(gaps)}"


def unpack_set(text: str) -> list[int]:
    """The numbers of a packed set, ascending."""
    count, _, gaps = text.partition(".")
    numbers, number = [], -1
    for gap in unpack(gaps, int(count)):
        number += gap + 1
        numbers.append(number)
    return numbers


def pack_times(seconds: Sequence[int]) -> str:
    """`count first unit` and the packed steps between ascending times, in units of so many seconds."""
    first = seconds[0] if seconds else 0
    unit = gcd(*(later - first for later in seconds)) or 1
    steps = [(later - earlier) // unit for earlier, later in zip([first, *seconds], seconds, strict=False)]
    return f"{len(steps)} {first} {unit} {pack(steps)}"


def unpack_times(text: str) -> list[int]:
    """The packed times."""
    count, first, unit, steps = text.split(" ")
    return [int(first) + int(unit) * step for step in accumulate(unpack(steps, int(count)))]
