"""Options of a fake on pytest's command line and in its ini file.

Imported only in a run that may name one, or that makes a fake.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from .. import options
from ..core.text.options import Option
from ..core.text.spelling import unknown_name
from ..options import Options

UNUSED_FAULTS = ("report", "fail", "ignore")
"""Modes for planned faults that never happened, the default first."""

_UNUSED = "unused_faults"
_UNUSED_HELP = (
    "faults that a test plans and that never happen: report them in the summary, fail the test, or ignore them"
)


def register(parser: pytest.Parser) -> None:
    """Register every option of a fake, and those of the plugin itself, for the command line and the ini file."""
    group = parser.getgroup("fakesources", "fakesources, fakes of HTTP APIs")
    for option in options.ALL.values():
        flag = f"--fakesources-{option.name.replace('_', '-')}"
        group.addoption(
            flag, dest=f"fakesources_{option.name}", metavar=option.metavar, type=_argument(option), help=option.help
        )
        parser.addini(f"fakesources_{option.name}", option.help, type=_ini_type(option), default=None)
    group.addoption("--fakesources-unused-faults", choices=UNUSED_FAULTS, help=_UNUSED_HELP, default=None)
    parser.addini(f"fakesources_{_UNUSED}", _UNUSED_HELP, type="string", default=None)
    group.addoption("--fakesources-coverage", action="store_true", help="report which parts of the APIs the tests used")
    group.addoption("--fakesources-coverage-json", metavar="FILE", help="write this coverage to a file, as JSON")
    group.addoption("--fakesources-coverage-html", metavar="DIR", help="write this coverage to a folder, as a page")
    group.addoption(
        "--fakesources-coverage-fail-under", metavar="PERCENT", type=_percent,
        help="fail the run where less than this of the called APIs was met",
    )  # fmt: skip
    group.addoption(
        "--fakesources-editions", metavar="API", action="append", default=[],
        help="run each test that uses a fake once for every edition of this API; repeatable",
    )  # fmt: skip


def _percent(text: str) -> float:
    """Parse per cent for argparse."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:  # neither is NaN
        raise ArgumentTypeError(f"expected a number from 0 to 100, got {text!r}")
    return number


def _argument(option: Option) -> Callable[[str], Any]:
    """Return the function that parses an option for argparse."""

    def parse(text: str) -> Any:
        try:
            return option.read(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from None

    return parse


def _ini_type(option: Option) -> Any:
    """Return the type of an ini option, as precise as this version of pytest allows."""
    if bool in option.types:
        return "bool"
    if Mapping in option.types:
        return "linelist"
    if {int, str} <= set(option.types) and pytest.version_tuple >= (9, 2):
        return int | str
    if option.types == (int,) and pytest.version_tuple >= (8, 4):
        return "int"
    return "string"


@dataclass(frozen=True)
class RunOptions:
    """Options that a run gives in its ini file and on its command line."""

    ini: Mapping[str, Any] = field(default_factory=dict)
    command_line: Mapping[str, Any] = field(default_factory=dict)
    ini_unused_faults: str = ""
    command_line_unused_faults: str = ""


_RUN_OPTIONS = pytest.StashKey[RunOptions]()


def _run_options(config: pytest.Config) -> RunOptions:
    return config.stash.get(_RUN_OPTIONS, RunOptions())


def read(config: pytest.Config) -> None:
    """Read the options of a run. Raises UsageError for a value that cannot be read."""
    ini_mode = config.getini(f"fakesources_{_UNUSED}") or ""
    if ini_mode and ini_mode not in UNUSED_FAULTS:
        raise pytest.UsageError(f"ini option fakesources_{unknown_name(_UNUSED, ini_mode, UNUSED_FAULTS)}")
    command_line_mode = config.getoption(f"fakesources_{_UNUSED}", None) or ""
    config.stash[_RUN_OPTIONS] = RunOptions(
        _ini_options(config), _command_line_options(config), ini_mode, command_line_mode
    )
    _add_apis(config.stash[_RUN_OPTIONS])


def _add_apis(run: RunOptions) -> None:
    """Add the APIs that a run names to the installed ones, for its coverage and its editions too."""
    places = [place for given in (run.ini, run.command_line) for place in given.get("apis", ()) if ":" in place]
    if places:
        from ..apis import registry  # late: an API is costly to import, and most runs name none

        for place in places:
            registry.add(place)


def unused_faults(config: pytest.Config, marks: Iterable[pytest.Mark]) -> str:
    """Return the mode for unused faults of a test with these markers, the closest one first."""
    run = _run_options(config)
    marked = [mark.kwargs[_UNUSED] for mark in marks if _UNUSED in mark.kwargs]
    mode: str = run.command_line_unused_faults or (marked or [run.ini_unused_faults])[0] or UNUSED_FAULTS[0]
    return mode


def fake_options(mark: pytest.Mark) -> dict[str, Any]:
    """Return the options of a fake that a marker gives."""
    return {name: value for name, value in mark.kwargs.items() if name != _UNUSED}


def _command_line_options(config: pytest.Config) -> dict[str, Any]:
    values = {name: config.getoption(f"fakesources_{name}", None) for name in options.ALL}
    return {name: value for name, value in values.items() if value is not None}


def _ini_options(config: pytest.Config) -> dict[str, Any]:
    values = {}
    for name, option in options.ALL.items():
        try:
            value = config.getini(f"fakesources_{name}")
        except (TypeError, ValueError, pytest.UsageError) as error:  # pytest does not always name the option
            raise pytest.UsageError(f"ini option fakesources_{name}: {error}") from None
        if value is None or value == "" or value == []:
            continue  # an option that is not given, depending on pytest's version
        text = ",".join(value) if isinstance(value, list) else value
        try:
            values[name] = option.read(text) if isinstance(text, str) else text
        except ValueError as error:
            raise pytest.UsageError(f"ini option fakesources_{error}") from None
    return values


def merge(config: pytest.Config, base: Options, layers: Iterable[Mapping[str, Any]]) -> Options:
    """Return the options of one fake. `layers` are those of markers or a factory, in order of increasing precedence."""
    if not isinstance(base, Options):
        raise TypeError(f"fakesources_options: expected fakesources.Options(...), got a {type(base).__name__}")
    run = _run_options(config)
    merged: dict[str, Any] = {}
    for layer in (run.ini, *layers, run.command_line):
        merged.update(layer)
    return replace(base, **merged) if merged else base


def summary(config: pytest.Config) -> str:
    """Return editions, strictness and seed of a fake without a marker, for the header."""
    merged = merge(config, Options(), ())
    editions = [name for name, option in options.ALL.items() if option.metavar == "EDITION"]
    parts = [f"{name} {getattr(merged, name)}" for name in editions]
    return ", ".join([*parts, "strict" if merged.strict else "not strict", f"seed {merged.seed}"])


def signature() -> str:
    """Return the arguments of the marker with their defaults.

    One with a colon, which would end the signature for pytest, is `...`.
    """
    defaults = {option.name: option.default for option in options.ALL.values()} | {_UNUSED: UNUSED_FAULTS[0]}
    return ", ".join(f"{name}={'...' if ':' in repr(default) else repr(default)}" for name, default in defaults.items())


def marker_error(marks: Iterable[pytest.Mark]) -> str:
    """Return the error of the first marker with an unknown option or an invalid value, or an empty string."""
    for mark in marks:
        if mark.args:
            return f"expected options by name, such as strict=False, got {mark.args[0]!r}"
        given = fake_options(mark)
        mode = mark.kwargs.get(_UNUSED, UNUSED_FAULTS[0])
        mode_error = "" if mode in UNUSED_FAULTS else unknown_name(_UNUSED, str(mode), UNUSED_FAULTS)
        if error := options.unknown(given) or options.type_errors(given) or mode_error:
            return error
    return ""
