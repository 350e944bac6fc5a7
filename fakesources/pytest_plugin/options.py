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

from .. import options
from ..core.text.options import Option
from ..core.text.spelling import did_you_mean
from ..options import Options

_UNUSED_HELP = (
    "what to do about faults that a test plans and that never happen: report them in the summary, fail, ignore"
)


def offer(parser: pytest.Parser) -> None:
    """Offer every option of a fake on the command line and in the ini file."""
    group = parser.getgroup("fakesources", "fakesources, a fake of DataSift's and Curator's APIs")
    for option in options.ALL.values():
        flag = f"--fakesources-{option.name.replace('_', '-')}"
        group.addoption(
            flag, dest=f"fakesources_{option.name}", metavar=option.metavar, type=_from_shell(option), help=option.help
        )
        parser.addini(f"fakesources_{option.name}", option.help, type=_ini_type(option), default=None)
    group.addoption("--fakesources-unused-faults", choices=UNUSED_FAULTS, help=_UNUSED_HELP, default=None)
    parser.addini(f"fakesources_{_UNUSED}", _UNUSED_HELP, type="string", default=None)
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


UNUSED_FAULTS = ("report", "fail", "ignore")
"""Ways to treat faults that a test has planned and that never happened, the default first."""

_UNUSED = "unused_faults"


@dataclass(frozen=True)
class Named:
    """What a run names, by where it does."""

    ini: Mapping[str, Any]
    command_line: Mapping[str, Any]
    unused_faults_ini: str = ""
    unused_faults_command_line: str = ""


_NAMED = pytest.StashKey[Named]()


def read(config: pytest.Config) -> None:
    """Read what the run names, for `merged` and `summary`. Raises UsageError for a value that cannot be read."""
    in_ini = config.getini(f"fakesources_{_UNUSED}") or ""
    if said := _wrong_way(in_ini or UNUSED_FAULTS[0]):
        raise pytest.UsageError(f"ini option fakesources_{said}")
    on_command_line = config.getoption(f"fakesources_{_UNUSED}", None) or ""
    config.stash[_NAMED] = Named(_of_ini(config), _of_command_line(config), in_ini, on_command_line)


def _wrong_way(value: Any) -> str:
    """Return an error for a way to treat unused faults that does not exist."""
    if value in UNUSED_FAULTS:
        return ""
    hint = did_you_mean(str(value), UNUSED_FAULTS)
    return f"{_UNUSED}: expected {', '.join(UNUSED_FAULTS[:-1])} or {UNUSED_FAULTS[-1]}, got {value!r}{hint}"


def unused_faults(config: pytest.Config, marks: Iterable[pytest.Mark]) -> str:
    """Return how to treat the unused faults of a test with these markers, the narrowest first."""
    named = config.stash.get(_NAMED, _NOTHING)
    marked = [mark.kwargs[_UNUSED] for mark in marks if _UNUSED in mark.kwargs]
    chosen: str = named.unused_faults_command_line or (marked or [named.unused_faults_ini])[0] or UNUSED_FAULTS[0]
    return chosen


def options_of(mark: pytest.Mark) -> dict[str, Any]:
    """Return the options of a fake that a marker gives."""
    return {name: value for name, value in mark.kwargs.items() if name != _UNUSED}


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
    named = {option.name: option.default for option in options.ALL.values()} | {_UNUSED: UNUSED_FAULTS[0]}
    return ", ".join(f"{name}={default!r}" for name, default in named.items())


def wrong(marks: Iterable[pytest.Mark]) -> str:
    """What to say of the markers of a test that nobody can obey: options that do not exist, or values they cannot have;
    empty when all is well.
    """
    for mark in marks:
        if mark.args:
            return f"it takes options by name, such as strict=False, not {mark.args[0]!r}"
        given = options_of(mark)
        way = _wrong_way(mark.kwargs.get(_UNUSED, UNUSED_FAULTS[0]))
        if said := options.unknown(given) or options.type_errors(given) or way:
            return said
    return ""
