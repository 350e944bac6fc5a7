"""Flags and their variables."""

from __future__ import annotations

import click
import pytest

from fakesources import options
from fakesources.commands import run, serve
from fakesources.commands.flags import PREFIX, misspelt_variables

FLAGS = [
    (command.name, flag)
    for command in (serve.command, run.command)
    for flag in command.params
    if isinstance(flag, click.Option)
]


@pytest.mark.parametrize(("command", "flag"), FLAGS, ids=lambda value: getattr(value, "name", value))
def test_every_flag_has_a_variable_and_help(command: str, flag: click.Option) -> None:
    assert flag.envvar == PREFIX + flag.opts[0].removeprefix("--").replace("-", "_").upper()
    assert flag.show_envvar
    assert flag.help


@pytest.mark.parametrize("command", [serve.command, run.command], ids=lambda command: command.name)
def test_every_option_of_a_fake_has_a_flag(command: click.Command) -> None:
    """The option `apis` has two: one for places, one for documents."""
    assert {*options.ALL} - {"apis"} | {"api", "openapi"} <= {flag.name for flag in command.params}


@pytest.mark.parametrize("flag", [flag for name, flag in FLAGS if name == "serve"], ids=lambda flag: flag.name)
def test_the_help_of_a_flag_has_values_as_they_are_typed(flag: click.Option) -> None:
    """Placeholders are in upper case, words to type in lower case: `--home NAME|none`."""
    option = options.ALL.get(str(flag.name))

    shown = flag.make_metavar(click.Context(serve.command))

    assert option is None or flag.is_flag or flag.name == "apis" or shown == option.metavar


def test_a_variable_close_to_a_flag_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no warning for variables that are read, that `run` sets, or that resemble no flag."""
    for name in ("PORT", "URL", "HOST", "SOMETHING_ELSE", "PROT"):
        monkeypatch.setenv(PREFIX + name, "1")
    monkeypatch.setenv(f"MY_{PREFIX}PROT", "1")

    assert misspelt_variables(serve.command.params) == [
        "FAKESOURCES_PROT: expected the variable of a flag; did you mean FAKESOURCES_PORT?"
    ]
