"""What the pages say is true: generated pages are fresh, links lead somewhere, commands, settings and metrics exist."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from stream import settings
from stream.cli import backtest, calibrate, cluster, dlq, offline, reference, service, simulate, skip
from stream.config import Calibration, Config
from stream.metrics import MANIFEST, PREFIX
from stream.remedies import REMEDIES
from tests import laboratory

ROOT = Path(__file__).parents[1]
FOR_USERS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
    *(path for path in sorted((ROOT / "docs").rglob("*.md")) if "decisions" not in path.parts),
]
PAGES = [*FOR_USERS, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "decisions").glob("*.md"))]

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
SETTING = re.compile(r"`([a-z_]+)\.([a-z_]+)(?: ?=[^`\n]*)?`")
METRIC = re.compile(rf"\b{PREFIX}[a-z0-9][a-z0-9_]*")
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
SHELL = {"sh", "bash", "shell", "console"}
SUFFIXES = {"md", "py", "toml", "yml", "json"}


def every_page(pages: list[Path]) -> Any:
    """A case per page."""
    return pytest.mark.parametrize("page", pages, ids=[str(page.relative_to(ROOT)) for page in pages])


def blocks(page: Path, *languages: str) -> list[str]:
    """The fenced blocks of a page in one of these languages."""
    return [text for _, language, text in FENCE.findall(page.read_text(encoding="utf-8")) if language in languages]


def anchors(page: Path) -> set[str]:
    """What a link into a page may name, as GitHub makes it of the headings."""
    found: set[str] = set()
    seen: Counter[str] = Counter()
    for heading in HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        words = LINK.sub(lambda link: link[0][1 : link[0].index("]")], heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def parser() -> argparse.ArgumentParser:
    """The parser of the command, of its own rooms."""
    made = argparse.ArgumentParser(prog="brushfire", exit_on_error=False)
    made.add_argument("--version", action="store_true")
    commands = made.add_subparsers(dest="command", required=True)
    for room in (service, offline, simulate, backtest, calibrate, cluster, dlq, skip, reference):
        room.add_commands(commands)
    return made


def command_lines(page: Path) -> Iterator[str]:
    """Lines that are typed: of shell blocks, and the examples of the help."""
    for text in blocks(page, *SHELL):
        yield from text.replace("\\\n", " ").splitlines()
    for text in blocks(page, "text"):
        _, _, example = text.partition("\nexample:\n")
        yield from example.splitlines()


def arguments_in(line: str) -> Iterator[list[str]]:
    """What is handed to `brushfire` in a line, wherever in a pipe it stands."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    tokens = list(lexer)
    for at, token in enumerate(tokens):
        if token == "brushfire" or token.endswith("bin/brushfire"):
            behind = tokens[at + 1 :]
            end = next((number for number, word in enumerate(behind) if set(word) <= set("|&;<>()")), len(behind))
            if behind[:end]:
                yield behind[:end]


def test_the_reference_is_fresh() -> None:
    """`python docs/generate.py` writes it anew."""
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (0, "") == (done.returncode, done.stdout), done.stderr


def test_the_runbook_has_the_remedies_of_the_command() -> None:
    """`brushfire dlq show` and the page say the same."""
    rows = [
        f"| {', '.join(f'`{reason}`' for reason in reasons)} | {remedy.cause} | {remedy.remedy} |"
        for remedy, reasons in groupby(REMEDIES, key=lambda reason: REMEDIES[reason])
    ]
    page = (ROOT / "docs" / "guides" / "operating.md").read_text(encoding="utf-8")
    assert "\n".join(rows) in page


@every_page(PAGES)
def test_links_lead_somewhere(page: Path) -> None:
    """Relative ones: the file is there, and the heading in it."""
    text = CODE.sub("", FENCE.sub("", page.read_text(encoding="utf-8")))
    broken = []
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert [] == broken


@every_page(PAGES)
def test_commands_exist(page: Path) -> None:
    """With the options they are shown with."""
    known = parser()
    for line in command_lines(page):
        if "…" in line:
            continue
        for arguments in arguments_in(line):
            try:
                known.parse_args(arguments)
            except (SystemExit, argparse.ArgumentError) as error:
                pytest.fail(f"{line.strip()}: {error}")


@every_page(FOR_USERS)
def test_configurations_load(page: Path, tmp_path: Path) -> None:
    """Every TOML block is one that can be run with."""
    for number, text in enumerate(blocks(page, "toml")):
        file = tmp_path / f"{number}.toml"
        file.write_text(text, encoding="utf-8")
        settings.load(file, {})


@every_page(FOR_USERS)
def test_settings_exist(page: Path) -> None:
    """What is written as `section.key`."""
    known = settings.shown(Config()) | {"calibration": Calibration.__struct_fields__}
    named = [(section, key) for section, key in SETTING.findall(page.read_text(encoding="utf-8")) if section in known]
    wrong = [f"{section}.{key}" for section, key in named if key not in {*known[section], *SUFFIXES}]
    assert [] == wrong


@every_page(PAGES)
def test_metrics_exist(page: Path) -> None:
    """In text, in queries and in output."""
    known = {PREFIX + metric.name for metric in MANIFEST}
    known |= {f"{name}_{part}" for name in known for part in ("bucket", "count", "sum")}
    assert set() == set(METRIC.findall(page.read_text(encoding="utf-8"))) - known


def test_the_laboratory_page_has_the_figures_that_were_measured() -> None:
    """Its tables are those of laboratory.json, and the rules those that are run."""
    page = (ROOT / "docs" / "laboratory.md").read_text(encoding="utf-8")
    assert laboratory.filled(page) == page


def test_what_holds_a_threat_off_is_tested() -> None:
    """Every row of the table of threats names tests that are there."""
    rows = [line for line in (ROOT / "SECURITY.md").read_text().splitlines() if line.startswith("| ")][2:]
    for row in rows:
        tests = TEST.findall(row)
        assert tests, f"no test: {row}"
        for file, name in tests:
            assert not name or f"def {name}(" in (ROOT / file).read_text(), f"{file} has no {name}"
