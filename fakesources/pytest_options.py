"""The options of a fake on pytest's command line and in its ini file.

Loaded by the plugin only for a run that may name one: most runs of those who installed the package do not, and are
spared the list of options.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from . import options
from .options import Option, Options


def offer(parser: pytest.Parser) -> None:
    """Offer every option of a fake on the command line and in the ini file."""
    group = parser.getgroup("fakesources", "fakesources, a fake of DataSift's and Curator's APIs")
    for option in options.ALL.values():
        flag = f"--fakesources-{option.name.replace('_', '-')}"
        group.addoption(
            flag, dest=f"fakesources_{option.name}", metavar=option.metavar, type=_from_shell(option), help=option.help
        )
        parser.addini(f"fakesources_{option.name}", option.help, type=_ini_type(option), default=None)
    group.addoption(
        "--fakesources-coverage", action="store_true", help="tell what of the APIs the suite met, and what never"
    )
    group.addoption("--fakesources-coverage-json", metavar="FILE", help="write the same to a file, as JSON")
    group.addoption(
        "--fakesources-editions", metavar="API", action="append", default=[],
        help="run each test that uses a fake once under every edition of this API",
    )  # fmt: skip


def _from_shell(option: Option) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return option.read(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from None

    return read


def _ini_type(option: Option) -> Any:
    """The type pytest holds a value in a TOML file to, as far as this pytest knows it."""
    if isinstance(option.default, bool):
        return "bool"
    if option.name in ("credentials", "hosts"):
        return "linelist"
    if option.name in ("seed", "posts") and pytest.version_tuple >= (9, 2):
        return int | str
    if option.name != "seed" and isinstance(option.default, int) and pytest.version_tuple >= (8, 4):
        return "int"
    return "string"


@dataclass(frozen=True)
class Named:
    """What a run names, by where it does."""

    ini: Mapping[str, Any]
    command_line: Mapping[str, Any]


_NAMED = pytest.StashKey[Named]()


def read(config: pytest.Config) -> None:
    """Read what the run names, for `merged` and `summary`. Raises UsageError for a value that cannot be read."""
    config.stash[_NAMED] = Named(_of_ini(config), _of_command_line(config))


def _of_command_line(config: pytest.Config) -> dict[str, Any]:
    given = {name: config.getoption(f"fakesources_{name}", None) for name in options.ALL}
    return {name: value for name, value in given.items() if value is not None}


def _of_ini(config: pytest.Config) -> dict[str, Any]:
    read = {}
    for name, option in options.ALL.items():
        try:
            value = config.getini(f"fakesources_{name}")
        except (TypeError, ValueError, pytest.UsageError) as error:  # pytest does not always say of which option
            raise pytest.UsageError(f"ini option fakesources_{name}: {error}") from None
        if value is None or value == "" or value == []:
            continue  # not given; which of them says so depends on pytest's version
        text = ",".join(value) if isinstance(value, list) else value
        try:
            read[name] = option.read(text) if isinstance(text, str) else text
        except ValueError as error:
            raise pytest.UsageError(f"ini option fakesources_{error}") from None
    return read


def merged(config: pytest.Config, base: Options, given: Iterable[Mapping[str, Any]]) -> Options:
    """The options of one fake. `given` are those of markers or a factory, the widest first."""
    if not isinstance(base, Options):
        raise TypeError(f"fakesources_options gives fakesources.Options(...), not {type(base).__name__}")
    named = config.stash.get(_NAMED, _NOTHING)
    chosen: dict[str, Any] = {}
    for each in (named.ini, *given, named.command_line):
        chosen.update(each)
    return replace(base, **chosen) if chosen else base


_NOTHING = Named({}, {})


def summary(config: pytest.Config) -> str:
    """What fakes are made with where no marker and no fixture says otherwise, in a few words."""
    made = merged(config, Options(), ())
    strict = "strict" if made.strict else "not strict"
    return f"datasift {made.datasift}, curator {made.curator}, {strict}, seed {made.seed}"


def signature() -> str:
    """The options with their defaults, as the marker takes them."""
    return ", ".join(f"{option.name}={option.default!r}" for option in options.ALL.values())


def wrong(marks: Iterable[pytest.Mark]) -> str:
    """What to say of the markers of a test that nobody can obey: options that do not exist, or values they cannot have;
    empty when all is well.
    """
    for mark in marks:
        if mark.args:
            return f"it takes options by name, such as strict=False, not {mark.args[0]!r}"
        if said := options.unknown(mark.kwargs) or options.misfits(mark.kwargs):
            return said
    return ""
