"""What the tests of the text room share: one scorer, and the development texts where they are at hand."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from detectors.text import LexiconScorer

SENTIMENT = Path(__file__).parents[3] / "../shared/data/sentiment"


class Labelled(NamedTuple):
    """One line of a development file."""

    text: str
    language: str
    negative: bool


@pytest.fixture(scope="session")
def scorer() -> LexiconScorer:
    return LexiconScorer.load()


@pytest.fixture(scope="session")
def development_texts() -> dict[str, list[Labelled]]:
    """The labelled texts by file name. They are not part of the project: no files, no test."""
    if not SENTIMENT.is_dir():
        pytest.skip("no data: the labelled texts: ../shared/data/sentiment is not there")
    return {
        path.stem: [_labelled(line) for line in path.read_bytes().splitlines()] for path in SENTIMENT.glob("*.jsonl")
    }


def _labelled(line: bytes) -> Labelled:
    row = json.loads(line)
    return Labelled(row["text"], row["lang"], row["label"] == "neg")
