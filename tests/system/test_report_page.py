"""The page of a backtest in a real browser, from disk."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from stream.lab.report import page
from tests.backtests import HOSTILE, five_weeks
from tests.pages import Node, faults, read

pytestmark = pytest.mark.slow
HOW = "no browser: install Chromium (Debian: chromium)"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --enable-logging=stderr --v=0 --window-size=400,2000"
).split()
LOAD_SECONDS = 5.0


class Visit(NamedTuple):
    """What a browser made of a page."""

    dom: Node
    console: list[str]
    """What it complained about: anything blocked or broken."""
    seconds: float


class Browser:
    """Chromium, with a profile of its own for every visit."""

    def __init__(self, command: str, folder: Path) -> None:
        self._command, self._folder, self._visits = command, folder, 0

    def visit(self, markup: str) -> Visit:
        """Open a page from disk, wait until it is loaded, and leave."""
        self._visits += 1
        file = self._folder / f"{self._visits}.html"
        file.write_text(markup, encoding="utf-8")
        profile = f"--user-data-dir={self._folder / f'profile-{self._visits}'}"
        began = time.monotonic()
        done = subprocess.run(
            [self._command, *FLAGS, profile, "--dump-dom", file.as_uri()],
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=True,
        )
        seconds = time.monotonic() - began
        return Visit(read(done.stdout), [line for line in done.stderr.splitlines() if "CONSOLE" in line], seconds)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    command = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if command is None:
        pytest.skip(HOW)
    return Browser(command, tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def seen(browser: Browser) -> Visit:
    """Twelve brands for five weeks, with words of people who mean harm."""
    return browser.visit(page(five_weeks()))


def test_nothing_is_loaded_and_nothing_is_amiss(seen: Visit) -> None:
    assert [] == seen.console


def test_what_slipped_in_would_be_neither_loaded_nor_run(browser: Browser) -> None:
    """The page forbids it itself; and a complaint of the browser is seen here."""
    slipped = '<img src="data.png"><script>document.title = "harmed"</script></main>'
    visit = browser.visit(page(five_weeks(2, 1)).replace("</main>", slipped, 1))
    assert "harmed" != next(visit.dom.all("title")).text
    assert any("Content Security Policy" in line for line in visit.console)


def test_it_loads_before_anybody_waits(browser: Browser, seen: Visit) -> None:
    """Less what the browser needs to start and stop."""
    empty = browser.visit("<!DOCTYPE html><title>empty</title>")
    assert seen.seconds - empty.seconds < LOAD_SECONDS


def test_words_that_mean_harm_are_words(seen: Visit) -> None:
    """The browser made no element, attribute or other title of them, and shows them as they were written."""
    assert not list(seen.dom.all("script", "img", "b", "iframe", "object"))
    assert not [name for node in seen.dom.all() for name in node.attributes if name.startswith("on")]
    assert next(seen.dom.all("title")).text.startswith("Backtest of default against bold.toml")
    shown = {word.text for word in seen.dom.all("bdi")}
    assert {HOSTILE[0], HOSTILE[1], HOSTILE[3], HOSTILE[6], HOSTILE[8], HOSTILE[9]} <= shown
    assert not any(len(word) > 700 for word in shown)


def test_the_browser_reads_the_page_that_was_written(seen: Visit) -> None:
    """Element for element: nothing had to be mended."""
    assert [node.tag for node in read(page(five_weeks())).all()] == [node.tag for node in seen.dom.all()]


def test_everybody_can_read_it(seen: Visit) -> None:
    assert [] == faults(seen.dom)
