"""Header names are anybody's bytes: they do not stop a partition."""

from __future__ import annotations

import pytest
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords

from stream.adapters.kafka.forgiving import forgive_header_names
from tests.hostile import HeaderName

NAMES = [b"fine", b"\xff\xfe", "имя".encode(), b"caf\xe9"]


@pytest.mark.parametrize("compression", [0, 1])
def test_header_names_that_are_no_text_are_read(compression: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that are no UTF-8 are replaced; everything else, also behind them in the batch, is as it was sent."""
    monkeypatch.setattr(memory_records, "DefaultRecordBatch", memory_records.DefaultRecordBatch)
    forgive_header_names()
    builder = DefaultRecordBatchBuilder(2, compression, 0, -1, -1, -1, 1_000_000)
    for number, name in enumerate(NAMES):
        builder.append(number, 1000 + number, b"k%d" % number, b"v\xff", [(HeaderName(name), b"\xff"), ("next", b"")])
    (batch,) = MemoryRecords(bytes(builder.build()))
    found = list(batch)
    assert [name.decode(errors="replace") for name in NAMES] == [record.headers[0][0] for record in found]
    assert [(number, 1000 + number, b"k%d" % number, b"v\xff") for number in range(len(NAMES))] == [
        (record.offset, record.timestamp, record.key, record.value) for record in found
    ]
    assert {(b"\xff", "next", b"")} == {(record.headers[0][1], *record.headers[1]) for record in found}
    assert {bytes} == {type(content) for record in found for content in (record.key, record.value)}
