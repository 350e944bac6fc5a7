"""Hooks and fixtures of the pytest plugin: a fake per test, a marker, options, and failures for contract violations.

Every pytest run with the package installed loads this module, so it imports nothing but pytest, and hooks into no test,
until a fixture is used. All state hangs from the config of a run.

An option comes from the command line, else from the marker (the closest one that names it), else from the ini file,
else from the `fakesources_options` fixture.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

import pytest

from ..core.version import __version__

if TYPE_CHECKING:
    from ..fake import FakeSources
    from ..options import Options
    from ..server.server import Server

FakeFactory = Callable[..., "AbstractContextManager[FakeSources]"]
"""Type of the `fakesources_factory` fixture: takes options, returns a context manager that yields a fake."""

_LISTED_VIOLATIONS = "fakesources: contract violations, not strict"
_UNUSED_FAULTS = "fakesources: planned faults that never happened"


# -- options -------------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the options, in a run that may name one: without this condition, every run takes 4 % longer."""
    config = pluginmanager.get_plugin("pytestconfig")
    if config is None or _may_name_an_option(config):
        _import("options").register(parser)


_OPTION_OR_ARGUMENTS_FILE = re.compile(r"fakesources[-_]|\B@\S")


def _may_name_an_option(config: pytest.Config) -> bool:
    """Return whether one of our options is in the arguments, PYTEST_ADDOPTS, the ini file or a file of arguments.

    pytest has not parsed them yet, so this is a text search. True without need costs two milliseconds.
    """
    known = getattr(config, "known_args_namespace", None)
    if known is None or known.help or known.markers:
        return True
    texts = [*map(str, config.invocation_params.args), os.environ.get("PYTEST_ADDOPTS", "")]
    if config.inipath is not None:
        texts.append(config.inipath.read_text("utf-8", "replace"))
    return any(map(_OPTION_OR_ARGUMENTS_FILE.search, texts))


def pytest_configure(config: pytest.Config) -> None:
    """Read the options of the run and register the marker."""
    arguments = "**options"
    if _has_options(config):
        options = _import("options")
        options.read(config)
        arguments = options.signature()
        if config.getoption("fakesources_coverage") or any(
            config.getoption(f"fakesources_coverage_{name}") is not None for name in ("json", "html", "fail_under")
        ):
            _import("coverage").start(config)
        if config.getoption("fakesources_editions"):
            _import("editions").start(config, config.getoption("fakesources_editions"))
    config.addinivalue_line(
        "markers",
        f"fakesources({arguments}): use the `fakesources` fixture with these options; those of module, class and "
        "function are merged",
    )


def _has_options(config: pytest.Config) -> bool:
    """Return whether the options are registered in this run."""
    return config.getoption("fakesources_editions", None) is not None


def pytest_report_header(config: pytest.Config) -> str:
    """Return the version, and the most important options where they are registered, on one line."""
    summary = f", {_import('options').summary(config)}" if _has_options(config) else ""
    return f"fakesources: {__version__}{summary}"


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, object, object]:
    """Activate the fixture for every test with the marker, once all plugins and conftests have added theirs.

    Raises UsageError for a marker with invalid options.
    """
    result = yield
    for item in items:
        if item.get_closest_marker("fakesources") is not None:
            _activate(item)
            error = _import("options").marker_error(item.iter_markers("fakesources"))
            if error:
                text = f"{item.nodeid}: @pytest.mark.fakesources: {error}"
                if not hasattr(config, "workerinput"):
                    raise pytest.UsageError(text)
                # Before its first test, a worker of xdist can report no error but one of collection.
                config.hook.pytest_collectreport(report=pytest.CollectReport(item.nodeid, "failed", text, []))
                items.clear()
                break
    return result


def _activate(item: pytest.Item) -> None:
    """Add the fixture to a test that does not request it, before its other function-scoped fixtures."""
    names: list[str] | None = getattr(item, "fixturenames", None)  # None: an item without fixtures
    if names is None or "fakesources" in names:
        return
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    is_wider = [bool(known.get(name)) and known[name][-1].scope != "function" for name in names]
    names.insert(is_wider.index(False) if False in is_wider else len(names), "fakesources")


# -- fixtures ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def fakesources_options() -> Options:
    """Default options of all fakes: override this fixture in a conftest to return `fakesources.Options(...)`.

    The ini file, the marker and the command line take precedence, in this order.
    """
    from ..options import Options

    return Options()


@pytest.fixture
def fakesources(request: pytest.FixtureRequest, fakesources_options: Options) -> Iterator[FakeSources]:
    """Fake of every API for one test: calls of `requests` and `httpx` to the real APIs are answered by it.

    A call that violates the documented contract, but that the real API accepts silently, fails the test, even if the
    code under test ignores the response. `@pytest.mark.fakesources(strict=False)` sets options.
    """
    options = _import("options")
    marks = list(request.node.iter_markers("fakesources"))
    layers = [options.fake_options(mark) for mark in reversed(marks)]
    layers.append(getattr(request, "param", {}))  # the editions of --fakesources-editions
    unused = options.unused_faults(request.config, marks)
    wrong = ""
    try:
        opened = _open_fake(request.config, fakesources_options, layers, unused, for_one_test=True)
    except (TypeError, ValueError) as error:
        if error.__cause__ is not None or not _is_ours(error):  # of an API of the user
            raise
        wrong = str(error)
    if wrong:
        pytest.fail(f"fakesources: {wrong}", pytrace=False)
    with opened as fake:
        yield fake


@pytest.fixture
def fakesources_server(fakesources: FakeSources) -> Iterator[Server]:
    """Live server of the test's fake, for clients of any kind: `.url`, `.host`, `.port`, `.netloc`."""
    with fakesources.server(checks=False) as server:
        yield server


@pytest.fixture(scope="session")
def fakesources_factory(pytestconfig: pytest.Config, fakesources_options: Options) -> FakeFactory:
    """Function that makes fakes for several tests, to be used in fixtures of any scope.

    It takes options and returns a context manager: `with fakesources_factory(seed=7) as fake: yield fake`. Such a fake
    works like `fakesources`; a violation fails the test that is running.
    """
    from .. import options

    def make_fake(**given: Any) -> AbstractContextManager[FakeSources]:
        if error := options.unknown(given):
            raise TypeError(f"fakesources_factory: {error}")
        unused = _import("options").unused_faults(pytestconfig, ())
        return _open_fake(pytestconfig, fakesources_options, [given], unused, for_one_test=False)

    return make_fake


def _open_fake(
    config: pytest.Config, base: Options, layers: list[Mapping[str, Any]], unused_faults: str, *, for_one_test: bool
) -> AbstractContextManager[FakeSources]:
    """Make a fake whose violations and unused faults are reported, and return the context manager that opens it.

    `layers` are options that replace those of `base` and of the ini file, in order of increasing precedence. Raises
    TypeError or ValueError for a wrong one.
    """
    merged = _import("options").merge(config, base, layers)
    reporter = config.pluginmanager.get_plugin("fakesources-reporter")
    if reporter is None:
        reporter = _import("reporter").start(config, _LISTED_VIOLATIONS, _UNUSED_FAULTS)
    opened: AbstractContextManager[FakeSources] = reporter.open_fake(merged, unused_faults, for_one_test)
    return opened


def _is_ours(error: Exception) -> bool:
    """Return whether this package raised an exception, rather than code that it called."""
    names = [str(frame.f_globals.get("__name__", "")) for frame, _ in walk_tb(error.__traceback__)]
    return names[-1].partition(".")[0] == __name__.partition(".")[0]


# -- summary -------------------------------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List violations of fakes that are not strict, and unused faults, by test.

    They are read from the sections of the reports, because with xdist the fakes are in other processes.
    """
    sections = [
        (report.nodeid, title, text)
        for reports in terminalreporter.stats.values()
        for report in reports
        for title, text in getattr(report, "sections", ())
    ]
    for listed in (_LISTED_VIOLATIONS, _UNUSED_FAULTS):
        texts = [(nodeid, text) for nodeid, title, text in sections if title == listed]
        if texts:
            terminalreporter.section(listed)
        for nodeid, text in texts:
            terminalreporter.line(nodeid)
            for line in text.splitlines():
                terminalreporter.line(f"  {line}")


def _import(name: str) -> Any:
    """Import another module of the plugin on first use."""
    return import_module(f"fakesources.pytest_plugin.{name}")
