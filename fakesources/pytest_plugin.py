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

from . import __version__

if TYPE_CHECKING:
    from .adapters.server import Server
    from .fake import FakeSources
    from .options import Options

FakeFactory = Callable[..., "AbstractContextManager[FakeSources]"]
"""What `fakesources_factory` gives: called with options, a context manager that gives a fake."""

_LISTED = "fakesources: contract violations, not strict"


# -- options -------------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Offer the options of a fake to a run that may name one; listing them to every run would be dear."""
    config = pluginmanager.get_plugin("pytestconfig")
    if config is None or _may_name_an_option(config):
        _part("options").offer(parser)


def _may_name_an_option(config: pytest.Config) -> bool:
    """Whether `fakesources` is said by anything that pytest reads options from, as far as it shows that.

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
        "markers", f"fakesources({names}): what this test's fake is made with; merged from module to function"
    )


def _offered(config: pytest.Config) -> bool:
    return config.getoption("fakesources_editions", None) is not None


def pytest_report_header(config: pytest.Config) -> str:
    """One line: the version, and what fakes are made with where the command line or the ini file may have a say."""
    made = f", {_part('options').summary(config)}" if _offered(config) else ""
    return f"fakesources: {__version__}{made}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse markers with options that do not exist, or with values they cannot have, before any test runs."""
    for item in items:
        if item.get_closest_marker("fakesources") is not None:
            wrong = _part("options").wrong(item.iter_markers("fakesources"))
            if wrong:
                told = f"{item.nodeid}: @pytest.mark.fakesources: {wrong}"
                if not hasattr(config, "workerinput"):
                    raise pytest.UsageError(told)
                # Of all that goes wrong before the tests, a worker of xdist can only tell of what was not collected.
                config.hook.pytest_collectreport(report=pytest.CollectReport(item.nodeid, "failed", told, []))
                items.clear()
                return


# -- fixtures ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def fakesources_options() -> Options:
    """What fakes are made with: override it in a conftest and return `fakesources.Options(...)`.

    The ini file, the marker and the command line have the last word, in this order.
    """
    from .options import Options

    return Options()


@pytest.fixture
def fakesources(request: pytest.FixtureRequest, fakesources_options: Options) -> Iterator[FakeSources]:
    """Both APIs, faked and empty, for one test: `requests` and `httpx` calls to the vendors are answered here.

    A call that breaks the documented contract in a way the real API would swallow fails the test, whatever the code
    under test made of the answer. `@pytest.mark.fakesources(strict=False)` chooses options.
    """
    marks = [mark.kwargs for mark in request.node.iter_markers("fakesources")]
    editions = getattr(request, "param", {})  # under --fakesources-editions
    with _opened(request.config, fakesources_options, *reversed(marks), editions) as fake:
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
    from . import options

    def make(**given: Any) -> AbstractContextManager[FakeSources]:
        wrong = options.unknown(given)
        if wrong:
            raise TypeError(f"fakesources_factory: {wrong}")
        return _opened(pytestconfig, fakesources_options, given)

    return make


def _opened(config: pytest.Config, base: Options, *given: Mapping[str, Any]) -> AbstractContextManager[FakeSources]:
    """A fake for the tests of a run. `given` are the options of markers or of a factory, the widest first."""
    made_with = _part("options").merged(config, base, given)
    verdicts = config.pluginmanager.get_plugin("fakesources-verdicts") or _part("verdicts").start(config, _LISTED)
    opened: AbstractContextManager[FakeSources] = verdicts.opened(made_with)
    return opened


# -- the end -------------------------------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List what fakes that are not strict have let pass, by test; here, since with xdist they are in other processes."""
    listed = [
        (report.nodeid, text)
        for reports in terminalreporter.stats.values()
        for report in reports
        for title, text in getattr(report, "sections", ())
        if title == _LISTED
    ]
    if listed:
        terminalreporter.section(_LISTED)
        for nodeid, text in listed:
            terminalreporter.line(nodeid)
            for line in text.splitlines():
                terminalreporter.line(f"  {line}")


def _part(name: str) -> Any:
    """A further module of the plugin, imported where there is use for it."""
    return import_module(f"fakesources.pytest_{name}")
