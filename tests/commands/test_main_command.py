"""The command `fakesources` itself: its list of commands, and names that are none."""

from __future__ import annotations

import gc

import click
import pytest
from click.testing import CliRunner

from fakesources.commands.main import COMMANDS, main


def test_the_help_lists_every_command() -> None:
    shown = CliRunner().invoke(main, ["--help"])

    assert shown.exit_code == 0
    assert [line.split()[0] for line in shown.output.partition("Commands:\n")[2].splitlines() if line] == [*COMMANDS]


def test_a_command_that_does_not_exist_is_an_error_with_the_nearest_one() -> None:
    found = CliRunner().invoke(main, ["srve"])

    assert found.exit_code == 2
    assert "did you mean 'serve'" in found.output
    assert main.get_command(click.Context(main), "srve") is None


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_loaded_without_a_lasting_effect_on_garbage_collection(name: str) -> None:
    assert main.get_command(click.Context(main), name) is not None
    assert gc.isenabled()


@pytest.mark.parametrize(("edition", "code"), [("", 0), ("1", 0), ("docs-1.6", 2)])
def test_the_control_plane_has_editions_of_its_own(edition: str, code: int) -> None:
    found = CliRunner().invoke(main, ["openapi", "control", "--edition", edition])

    assert found.exit_code == code
    assert ("--edition: expected" in found.output) == bool(code)
