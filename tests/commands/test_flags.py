"""Flags and their variables: one list, and nothing left out."""

from __future__ import annotations

import click
import pytest

from fakesources import options
from fakesources.commands import run, serve
from fakesources.commands.flags import PREFIX, misspelt

FLAGS = [
    (command.name, flag)
    for command in (serve.command, run.command)
    for flag in command.params
    if isinstance(flag, click.Option)
]


@pytest.mark.parametrize(("command", "flag"), FLAGS, ids=lambda value: getattr(value, "name", value))
def test_every_flag_has_its_variable_and_a_word_of_help(command: str, flag: click.Option) -> None:
    """The variable is the flag's name in capitals, and the help shows it."""
    assert flag.envvar == PREFIX + flag.opts[0].removeprefix("--").replace("-", "_").upper()
    assert flag.show_envvar
    assert flag.help


@pytest.mark.parametrize("command", [serve.command, run.command], ids=lambda command: command.name)
def test_every_option_of_a_fake_has_its_flag(command: click.Command) -> None:
    """Whatever a test may choose of its fake may be chosen of a server's."""
    assert set(options.ALL) <= {flag.name for flag in command.params}


def test_variables_that_are_read_or_announced_are_not_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warning is for a name that is close to a variable, and none of them; what is far from all is somebody else's."""
    for name in ("PORT", "URL", "HOST", "SOMETHING_ELSE", "PROT"):
        monkeypatch.setenv(PREFIX + name, "1")

    assert misspelt(serve.command.params) == [
        "FAKESOURCES_PROT is not read by anything; did you mean FAKESOURCES_PORT?"
    ]
