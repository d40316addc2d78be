"""Commands that touch a cluster, as far as they get without one: what is wrong is said before anything is asked of it."""

from __future__ import annotations

import pytest

from tests.stream.cli.conftest import Brushfire


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["skip", "--topic", "elsewhere", "--partition", "0", "--offset", "0"],
            "--topic: is none of the inputs: mentions.v1,",
        ),
        (
            ["skip", "--topic", "mentions.v1", "--partition", "4", "--offset", "0"],
            "--partition: needs to be from 0 to 3",
        ),
        (["dlq", "show", "--limit", "-1"], "--limit: needs to be at least 0"),
        (["dlq", "show", "--since", "yesterday"], "--since: needs to be an RFC 3339 time"),
        (["dlq", "redrive", "--since", "2026-01-05T00:00:00"], "--since: needs to be an RFC 3339 time"),
    ],
)
def test_wrong_arguments_exit_2(arguments: list[str], said: str, brushfire: Brushfire) -> None:
    """In one line that names the option."""
    ran = brushfire(*arguments)
    assert (2, "", 1) == (ran.code, ran.out, ran.err.count("\n"))
    assert said in ran.err
