"""Hostile records: what a broken or a wicked producer may write. What they say holds `SECRET`, to look for where it leaks.

`corpus` makes them by hand and by a seeded generator; the strategies make what nobody thought of.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from functools import reduce
from math import prod
from random import Random
from typing import Any, NamedTuple, Self

from hypothesis import strategies as st

from detectors.severity import LEVELS
from stream.config import Config
from stream.errors import Reason
from stream.events.activity import BrandActivity
from stream.events.crisis import VERBS
from stream.events.door import MAX_BYTES
from stream.events.envelope import ACTIVITY, FEEDBACK, MENTION
from stream.events.feedback import OperatorFeedback
from stream.events.fields import put
from stream.events.mention import PLATFORMS, Mention
from stream.events.rules import rules_of
from stream.metrics import MANIFEST
from stream.ports import Headers, Input
from stream.windows import OUTCOMES
from tests.mentions import START, at, feedback, mention, negative, story

SECRET = "s3cret"
PUBLISHED, RECORDED = 580, 600
"""Seconds into the tests' world: what is good was published from then on, and what is hostile was recorded then."""
LONG = "x" * 450_000
ODD_TEXTS = (
    "",
    "\x00",
    f"{SECRET}\x00\x1b[2J\x7f\x85\r\n",
    f'{SECRET}"}}\n{{"level":"error","message":"forged"}}\n',
    f"{SECRET}\u2028\u2029\ufeff",
    f"\u202e{SECRET}\u202c\u2066\u2069",
    f"{SECRET}\u200b\u200d\u2060\ufffe\uffff",
    f"' - at `$.{SECRET}`",
    f"{SECRET}\ud800",
    "\U0010ffff" * 300,
    "\u0301" * 3000,
    f"%s {{}} ${{jndi:{SECRET}}}",
)
ODD_VALUES = (
    None, True, -1, 0, -0.0, 1e308, 5e-324, 2**53 + 1, 2**63, 10**15, 10**30, 10**400, 0.1,
    [], {}, [[]], [SECRET] * 50, {SECRET: SECRET}, {"ref": SECRET, "score": SECRET}, *ODD_TEXTS,
)  # fmt: skip
ODD_TIMES = (
    "0000-12-31T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "2026-01-05T00:00:00+14:00", "2026-01-05T00:00:00-23:59",
    "2026-01-05T00:00:00+24:00", "2026-01-05T24:00:00Z", "2026-02-30T00:00:00Z", "2026-01-05T00:00:00.123456789123Z",
    "2026-01-05", "2026-01-05T00:00:00", f"{SECRET}", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00",
    "10000-01-01T00:00:00Z", 0, -1, 1e300, 1767571200, 1767571200000, None, "\u0662026-01-05T00:00:00Z",
)  # fmt: skip
VERSIONS = (b"1.0", b"0.3", b"2.0", b"", b"\xff", None)
TYPES = (MENTION, ACTIVITY, FEEDBACK, "io.brushfire.mention.v2", "io.brushfire.mention", "", f"{SECRET}.v1")
CONTENT_TYPES = (b"application/json", b"application/cloudevents+json", b"application/avro", b"\xff\xfe", None)


class HeaderName(str):
    """A header name that is written as these bytes, whatever they are."""

    __slots__ = ("raw",)
    raw: bytes

    def __new__(cls, raw: bytes) -> Self:
        """A name that looks like Latin-1 and is not."""
        name = super().__new__(cls, raw.decode("latin-1"))
        name.raw = raw
        return name

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return self.raw


class Hostile(NamedTuple):
    """A record as its producer writes it."""

    value: bytes | None
    key: bytes | None = b"acme"
    headers: tuple[tuple[str, bytes], ...] = ()


def corpus(seed: int = 1, brands: int = 10_000) -> list[Hostile]:
    """Mentions, most of them refused; in an order that mixes all kinds. Some 7,000 beside the invented brands."""
    random = Random(seed)
    found = [*_broken(random), *_odd_fields(), *_odd_times(), *_clothes(), *_baggage(random), *_long()]
    found += [Hostile(value) for value in _brands(random, brands)]
    random.shuffle(found)
    return found


def side_inputs(good: dict[str, Any], noun: type) -> list[bytes]:
    """Feedback or activities with every field spoilt in turn."""
    return [_json(_with(good, path, odd)) for path in rules_of(noun) for odd in (*ODD_VALUES, *ODD_TIMES, LONG)]


OTHER_BRAND = "beta"
"""Its plans and verdicts are hostile: those of a brand can silence it, which is what they are for."""
ACTIVITIES = {"activity_id": "a", "brand_id": OTHER_BRAND, "kind": "campaign", "starts_at": at(0), "text": SECRET}
WORDS = feedback("mute", "beta-20260105T000000Z", brand_id=OTHER_BRAND, reason=SECRET, actor_ref=SECRET)
NOUNS = {ACTIVITY: (ACTIVITIES, BrandActivity), FEEDBACK: (WORDS, OperatorFeedback)}


def good(number: int = 0, **fields: Any) -> dict[str, Any]:
    """A complaint that is taken; everything in it that must not leak is `SECRET`."""
    said = {"text": f"{SECRET} is broken, boycott {SECRET} #{SECRET}", "url": f"http://{SECRET}.example/{number}"}
    return negative(f"h{number}", PUBLISHED + number % 10, author=f"{SECRET}-{number}", **{**said, **fields})


def before() -> list[dict[str, Any]]:
    """Two quiet days and the first half of a wave of unhappy people, up to the start of the tests' world."""
    moved = timedelta(days=2, minutes=15)
    times = [(datetime.fromisoformat(value["published_at"]) - moved, value) for value in story(wave=80)]
    past = [{**value, "published_at": published.isoformat()} for published, value in times if published < START]
    return [mention("first", -86400, OTHER_BRAND), *past]


def _json(value: Any) -> bytes:
    """As Python writes it: also what is no JSON, and half a surrogate as an escape."""
    return json.dumps(value).encode()


def _with(record: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The record with the field at a path of `rules_of` replaced."""
    changed = deepcopy(record)
    if path == "emotions[...]":
        value = {SECRET: value}
    elif path.endswith("[...]"):
        value = [value]
    put(changed, path.replace("[...]", "").split("."), value)
    return changed


def _broken(random: Random) -> Iterator[Hostile]:
    """No JSON, or hardly."""
    whole = _json(good())
    body = whole[:-1]
    yield from (Hostile(whole[:length]) for length in range(len(whole)))
    for _ in range(3000):
        place = random.randrange(len(whole))
        yield Hostile(whole[:place] + random.randbytes(random.randrange(4)) + whole[place + 1 :])
    yield from (Hostile(random.randbytes(random.randrange(200))) for _ in range(1000))
    yield from (Hostile(None, key) for key in (None, b"", b"acme", b"\xff" * 1000))
    yield from (Hostile(prefix + whole) for prefix in (b"\xef\xbb\xbf", b"\x00", b"\xff\xfe", b"\x00\x00\x00\x00\x01"))
    for depth in (10, 900, 1100, 100_000):
        for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
            deep = opened * depth + b"1" + closed * depth
            yield from map(
                Hostile, (deep, opened * depth, body + b',"x":' + deep + b"}", body + b',"geo":' + deep + b"}")
            )
    for name, number in itertools.product(
        (b"reach", b"x", b"revision", b"published_at"),
        (
            b"NaN",
            b"-Infinity",
            b"1e999",
            b"-0",
            b"0e0",
            b"1e-999",
            b"9" * 400,
            b"-" + b"9" * 5000,
            b"01",
            b"1.",
            b"0x1",
        ),
    ):
        yield Hostile(body + b',"' + name + b'":' + number + b"}")
    for name in rules_of(Mention):
        if "." not in name and "[" not in name:
            yield Hostile(body + b',"' + name.encode() + b'":"' + SECRET.encode() + b'"}')  # the same key twice
    for text in (b"\\ud800", b"\\udfff\\ud800", b"\xed\xa0\x80", b"\xc0\x80", b"\xf8", b"\x01", b"\\u0000", b"\\x"):
        yield from (Hostile(body + b',"' + name + b'":"' + text + b'"}') for name in (b"text", b"x", b"mention_id"))
        yield Hostile(body + b',"' + text + b'":1}')


def _odd_fields() -> Iterator[Hostile]:
    """Every field, with everything it is not."""
    for number, (path, odd) in enumerate(itertools.product(rules_of(Mention), ODD_VALUES)):
        yield Hostile(_json(_with(good(number), path, odd)))


def _odd_times() -> Iterator[Hostile]:
    for number, (path, odd) in enumerate(
        itertools.product(("published_at", "collected_at", "author.created_at"), ODD_TIMES)
    ):
        yield Hostile(_json(_with(good(10_000 + number), path, odd)))
    for number, (published, collected) in enumerate(itertools.product(ODD_TIMES, ODD_TIMES)):
        yield Hostile(_json(good(20_000 + number, published_at=published, collected_at=collected)))


def _clothes() -> Iterator[Hostile]:
    """Envelopes that lie about what is in them."""
    for number, (version, noun, content_type) in enumerate(itertools.product(VERSIONS, TYPES, CONTENT_TYPES)):
        data = good(30_000 + number)
        said = (("ce_specversion", version), ("ce_type", noun.encode()), ("content-type", content_type))
        headers = tuple((name, content) for name, content in said if content is not None)
        text = None if version is None else version.decode("latin-1")
        wrapped = _json({"specversion": text, "type": noun, "id": SECRET, "source": SECRET, "data": data})
        yield from (Hostile(wrapped), Hostile(_json(data), headers=headers), Hostile(wrapped, headers=headers))
    for odd in (*ODD_VALUES, _json(good()).decode()):
        yield Hostile(_json({"specversion": "1.0", "type": MENTION, "data": odd}))
        yield Hostile(_json({"specversion": odd, "type": odd, "data": good()}))


def _baggage(random: Random) -> Iterator[Hostile]:
    """Keys and headers: anybody's bytes."""
    sets: tuple[tuple[tuple[str, bytes], ...], ...] = (
        ((HeaderName(b"\xff\xfe"), b"\xff"),),
        ((HeaderName(b""), b""),),
        (("ce_type", b"\xff"), ("ce_type", b"\xfe"), ("ce_type", b"")),
        (("dlq.reason", b"forged"), ("__connect.errors.topic", b"forged")),
        tuple((f"h{number}", b"x") for number in range(1000)),
        (("large", b"x" * 100_000),),
    )
    for number, headers in enumerate(sets * 20):
        value = _json(good(40_000 + number)) if number % 2 else b"{"
        yield Hostile(value, random.choice((None, b"", random.randbytes(20))), headers)


def _long() -> Iterator[Hostile]:
    """Just under what is taken, in each field that is text; and over it."""
    paths = [path for path, rule in rules_of(Mention).items() if "text" in rule]
    yield from (Hostile(_json(_with(good(50_000 + number), path, LONG))) for number, path in enumerate(paths))
    texts = ("".join(f"#{SECRET}{number} " for number in range(10_000)), f"http://{SECRET}/" * 20_000, "not " * 100_000)
    yield from (Hostile(_json(good(51_000 + number, text=text))) for number, text in enumerate(texts))
    yield Hostile(_json(good(52_000, intents=["boycott"] * 40_000)))
    yield Hostile(_json(good(52_001, emotions={f"{SECRET}{number}": 0.5 for number in range(15_000)})))
    yield Hostile(_json(good(52_002, media=[{"type": "photo", "sha256": "0" * 64}] * 4_000)))
    yield Hostile(b'{"text":"' + b"x" * MAX_BYTES + b'"}')


def _brands(random: Random, count: int) -> Iterator[bytes]:
    """Half of them could be brands."""
    for number in range(count):
        valid = "".join(random.choices("abcdefghijklmnopqrstuvwxyz0123456789_-", k=random.randrange(1, 64)))
        invalid = "".join(random.choices("aZ .\n\x00\u202eж/", k=random.randrange(1, 70)))
        yield _json(good(60_000 + number, brand_id=f"b{valid}"[:64] if number % 2 else invalid))


# ---------------------------------------------------------------- what must hold of it

CLOSED = {
    "platform": len(PLATFORMS),
    "outcome": len(OUTCOMES),
    "reason": len(Reason),
    "field": 5,
    "transition": len(VERBS),
    "level": len(LEVELS),
    "topic": len(Input),
    "stage": 2,
}


def most_series(config: Config) -> int:
    """So many series the metrics page has at most, whatever is read: every set of labels is closed or capped."""
    brands = len(config.brands.policies) + 1 + config.metrics.max_brands
    sizes = {**CLOSED, "partition": config.topics.partitions, "brand": brands}
    return sum(
        prod(sizes[label] for label in metric.labels) * (len(metric.buckets) + 3 if metric.buckets else 1)
        for metric in MANIFEST
    )


def ours(letter_headers: Headers) -> list[tuple[str, bytes | None]]:
    """Of the headers of a dead letter those that the service has put behind the record's own."""
    first = max(at for at, (name, _) in enumerate(letter_headers) if name == "__connect.errors.topic")
    return list(letter_headers[first:])


# ---------------------------------------------------------------- what nobody thought of

_numbers = st.integers() | st.floats() | st.sampled_from([odd for odd in ODD_VALUES if isinstance(odd, int | float)])
_texts = st.text(max_size=30) | st.sampled_from(ODD_TEXTS)
_times = st.datetimes(timezones=st.timezones() | st.none()).map(lambda time: time.isoformat()) | st.sampled_from(
    ODD_TIMES
)
anything = st.recursive(
    st.none() | st.booleans() | _numbers | _texts | _times,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=8,
)
headers = st.lists(
    st.tuples(
        st.sampled_from(["ce_specversion", "ce_type", "content-type", "x"]) | st.text(max_size=5),
        st.none() | st.binary(max_size=8) | st.sampled_from([b"1.0", *(noun.encode() for noun in TYPES)]),
    ),
    max_size=4,
)
timestamps = st.sampled_from([-1, 0, int(START.timestamp() * 1000), 2**62]) | st.integers(-(2**63), 2**63 - 1)


def spoilt(record: dict[str, Any], noun: type) -> st.SearchStrategy[bytes]:
    """The record with a few fields spoilt, some in an envelope, some with a few bytes spoilt."""
    paths = st.sampled_from([*rules_of(noun), "specversion", "type", "data", "x"])

    fields = st.lists(st.tuples(paths, anything), max_size=4).map(
        lambda odd: reduce(lambda spoilt, field: _with(spoilt, *field), odd, record)
    )
    wrapped = st.builds(
        lambda data, noun, version: {"specversion": version, "type": noun, "data": data},
        fields,
        st.sampled_from(TYPES) | anything,
        st.sampled_from(["1.0", "1.0", "0.3"]) | anything,
    )
    whole = (fields | wrapped).map(_json)
    cut = st.builds(
        lambda value, place, bad: (
            value[: place % (len(value) + 1)] + bad + value[place % (len(value) + 1) + len(bad) :]
        ),
        whole,
        st.integers(0, 1000),
        st.binary(max_size=3),
    )
    return whole | cut | st.binary(max_size=100)
