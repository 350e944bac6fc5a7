"""The pytest plugin: fixtures, a marker, options, and a failure for every test that broke the contract.

Loaded by every pytest run of everyone who installed the package, so it imports nothing but pytest, and watches no test,
until a fixture is used. What it knows of a run hangs from that run's config, nothing is global, and workers of xdist
share nothing.

An option is taken from the command line, else from the marker (the narrowest that names it), else from the ini file,
else from the `fakesources_options` fixture.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from ..core.version import __version__

if TYPE_CHECKING:
    from ..fake import FakeSources
    from ..options import Options
    from ..server.server import Server

FakeFactory = Callable[..., "AbstractContextManager[FakeSources]"]
"""What `fakesources_factory` gives: called with options, a context manager that gives a fake."""

_LISTED = "fakesources: contract violations, not strict"
_UNUSED = "fakesources: planned faults that never happened"


# -- options -------------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Offer the options of a fake to a run that may name one; listing them to every run would be dear."""
    config = pluginmanager.get_plugin("pytestconfig")
    if config is None or _may_name_an_option(config):
        _part("options").offer(parser)


def _may_name_an_option(config: pytest.Config) -> bool:
    """Return whether `fakesources` is said by anything that pytest reads options from, as far as it shows that.

    Asked before pytest knows the options, so before it can tell. A yes without need costs two milliseconds.
    """
    known = getattr(config, "known_args_namespace", None)
    if known is None or known.help or known.markers:
        return True
    said = [*config.invocation_params.args, *os.environ.get("PYTEST_ADDOPTS", "").split(), *config.getini("addopts")]
    if any(each.startswith("@") or "fakesources-" in each or "fakesources_" in each for each in map(str, said)):
        return True
    return config.inipath is not None and b"fakesources_" in config.inipath.read_bytes()


def pytest_configure(config: pytest.Config) -> None:
    """Read what the run chose, and tell pytest of the marker."""
    names = "**options"
    if _offered(config):
        named = _part("options")
        named.read(config)
        names = named.signature()
        if config.getoption("fakesources_coverage") or config.getoption("fakesources_coverage_json"):
            _part("coverage").start(config)
        if config.getoption("fakesources_editions"):
            _part("editions").start(config, config.getoption("fakesources_editions"))
    config.addinivalue_line(
        "markers", f"fakesources({names}): use the fixture, made with these options; merged from module to function"
    )


def _offered(config: pytest.Config) -> bool:
    return config.getoption("fakesources_editions", None) is not None


def pytest_report_header(config: pytest.Config) -> str:
    """One line: the version, and what fakes are made with where the command line or the ini file may have a say."""
    made = f", {_part('options').summary(config)}" if _offered(config) else ""
    return f"fakesources: {__version__}{made}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Activate the fixture for every test that has the marker. Refuse markers with options that do not exist, or with
    values they cannot have, before any test runs.
    """
    for item in items:
        if item.get_closest_marker("fakesources") is not None:
            _activate(item)
            wrong = _part("options").wrong(item.iter_markers("fakesources"))
            if wrong:
                told = f"{item.nodeid}: @pytest.mark.fakesources: {wrong}"
                if not hasattr(config, "workerinput"):
                    raise pytest.UsageError(told)
                # Of all that goes wrong before the tests, a worker of xdist can only tell of what was not collected.
                config.hook.pytest_collectreport(report=pytest.CollectReport(item.nodeid, "failed", told, []))
                items.clear()
                return


def _activate(item: pytest.Item) -> None:
    """Make a test use the fixture as if it asked for it, before every other fixture that is made for one test."""
    names: list[str] | None = getattr(item, "fixturenames", None)  # None: an item that takes no fixtures
    if names is None or "fakesources" in names:
        return
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    wider = [bool(known.get(name)) and known[name][-1].scope != "function" for name in names]
    names.insert(wider.index(False) if False in wider else len(names), "fakesources")


# -- fixtures ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def fakesources_options() -> Options:
    """What fakes are made with: override it in a conftest and return `fakesources.Options(...)`.

    The ini file, the marker and the command line have the last word, in this order.
    """
    from ..options import Options

    return Options()


@pytest.fixture
def fakesources(request: pytest.FixtureRequest, fakesources_options: Options) -> Iterator[FakeSources]:
    """Both APIs, faked and empty, for one test: `requests` and `httpx` calls to the vendors are answered here.

    A call that breaks the documented contract in a way the real API would swallow fails the test, whatever the code
    under test made of the answer. `@pytest.mark.fakesources(strict=False)` chooses options.
    """
    named = _part("options")
    marks = list(request.node.iter_markers("fakesources"))
    given = [named.options_of(mark) for mark in reversed(marks)]
    editions = getattr(request, "param", {})  # under --fakesources-editions
    unused = named.unused_faults(request.config, marks)
    with _opened(request.config, fakesources_options, *given, editions, unused=unused, for_one_test=True) as fake:
        yield fake


@pytest.fixture
def fakesources_server(fakesources: FakeSources) -> Iterator[Server]:
    """The same fake behind a real socket, for clients of any kind: `.url`, `.host`, `.port`, `.netloc`."""
    with fakesources.server(checks=False) as server:
        yield server


@pytest.fixture(scope="session")
def fakesources_factory(pytestconfig: pytest.Config, fakesources_options: Options) -> FakeFactory:
    """Makes fakes that outlive one test, for fixtures of your own of any scope.

    Call it with options and it gives a context manager: `with make(seed=7) as fake: yield fake`. Such a fake is open
    like `fakesources`, and the test that breaks the contract is the one that fails.
    """
    from .. import options

    def make(**given: Any) -> AbstractContextManager[FakeSources]:
        wrong = options.unknown(given)
        if wrong:
            raise TypeError(f"fakesources_factory: {wrong}")
        unused = _part("options").unused_faults(pytestconfig, ())
        return _opened(pytestconfig, fakesources_options, given, unused=unused, for_one_test=False)

    return make


def _opened(
    config: pytest.Config, base: Options, *given: Mapping[str, Any], unused: str, for_one_test: bool
) -> AbstractContextManager[FakeSources]:
    """A fake for the tests of a run. `given` are the options of markers or of a factory, the widest first; `unused` is
    how to treat faults that never happened.
    """
    made_with = _part("options").merged(config, base, given)
    plugins = config.pluginmanager
    verdicts = plugins.get_plugin("fakesources-verdicts") or _part("verdicts").start(config, _LISTED, _UNUSED)
    opened: AbstractContextManager[FakeSources] = verdicts.opened(made_with, unused, for_one_test)
    return opened


# -- the end -------------------------------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List by test what fakes that are not strict have let pass, and the faults that never happened; here, since with
    xdist the fakes are in other processes.
    """
    told = [
        (report.nodeid, title, text)
        for reports in terminalreporter.stats.values()
        for report in reports
        for title, text in getattr(report, "sections", ())
    ]
    for wanted in (_LISTED, _UNUSED):
        listed = [(nodeid, text) for nodeid, title, text in told if title == wanted]
        if listed:
            terminalreporter.section(wanted)
        for nodeid, text in listed:
            terminalreporter.line(nodeid)
            for line in text.splitlines():
                terminalreporter.line(f"  {line}")


def _part(name: str) -> Any:
    """A further module of the plugin, imported where there is use for it."""
    return import_module(f"fakesources.pytest_plugin.{name}")
