"""What the text scorer makes of lines."""

from __future__ import annotations

import json
from random import Random

from stream.lab.texts import score_lines


def test_every_line_is_read_or_has_a_problem() -> None:
    """Whatever the bytes; numbered as in the file."""
    random = Random(1)
    lines = [random.randbytes(random.randrange(30)).replace(b"\n", b"") for _ in range(150)]
    for _ in range(150):
        text = "".join(chr(random.randrange(1, 0xD7FF)) for _ in range(random.randrange(30)))
        lines.insert(random.randrange(len(lines)), json.dumps({"text": text}).encode())
    found = list(score_lines(lines))
    assert 150 == sum(problem is None for _, _, problem in found)
    assert [number for number, line in enumerate(lines, start=1) if line.strip()] == [number for number, _, _ in found]
    for number, line, problem in found:
        if problem is None:
            told = json.loads(line)
            assert json.loads(lines[number - 1])["text"] == told["text"]
            assert 0 <= told["p_negative"] <= 1
            assert -1 <= told["sentiment"] <= 1
            assert 0 <= told["coverage"] <= 1
        else:
            assert b"" == line


def test_a_language_that_is_given_is_believed() -> None:
    """One that is no text is looked for anew."""
    lines = [json.dumps({"text": "super", "language": language}).encode() for language in ("pl", "de", None, 5)]
    told = [json.loads(line)["language"] for _, line, _ in score_lines(lines)]
    assert ["pl", "de"] == told[:2]
    assert told[2] == told[3]
