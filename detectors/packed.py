"""Columns of integers as short text, for what a state holds many of."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import gcd

_SPARE = 3
"""How far from the mean the best number of low bits is looked for."""


def pack(numbers: Sequence[int]) -> str:
    """`least.bits.text`: each number less the least one, in a Rice code of so many low bits, as base64; '' for none.

    The rest of a number is written as so many ones, ended by a zero (Rice and Plaunt, Adaptive variable-length coding,
    IEEE Transactions on Communication Technology 1971): a column takes about as much as its numbers tell.
    """
    if not numbers:
        return ""
    least = min(numbers)
    above = [number - least for number in numbers]
    mean = sum(above) // len(above)
    if not any(above):
        return f"{least}.."
    guess = mean.bit_length()
    bits = min(range(max(0, guess - _SPARE), guess + 1), key=lambda low: sum(low + (one >> low) for one in above))
    low_part = (1 << bits) - 1
    code = "".join(f"{'1' * (one >> bits)}0{one & low_part:0{bits}b}"[: (one >> bits) + 1 + bits] for one in above)
    code += "0" * (-len(code) % 8)
    data = int(code, 2).to_bytes(len(code) // 8, "big")
    return f"{least}.{bits}.{base64.b64encode(data).decode('ascii').rstrip('=')}"


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
        zero = code.index("0", at)
        at, high = zero + 1 + bits, zero - at
        numbers.append(least + (high << bits) + (int(code[zero + 1 : at], 2) if bits else 0))
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
