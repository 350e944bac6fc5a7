"""The pytest plugin: fixtures, a marker, options, and the wrapper that fails a test for what the APIs would swallow.

Loaded by every pytest run of everyone who installed the package, so it imports nothing but pytest until a fixture is
used. What it knows of a run hangs from that run's config, nothing is global, and workers of xdist share nothing.

An option is taken from the command line, else from the marker (the narrowest that names it), else from the ini file,
else from the `fakesources_options` fixture.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from . import __version__, options
from .options import Option, Options

if TYPE_CHECKING:
    from .adapters.server import Server
    from .core.contract import Violation
    from .fake import FakeSources

FakeFactory = Callable[..., "AbstractContextManager[FakeSources]"]
"""What `fakesources_factory` gives: called with options, a context manager that gives a fake."""

_LISTED = "fakesources: contract violations, not strict"
_PROPERTY = "fakesources_violation"


class Run:
    """What the plugin keeps of one run: the options it was started with, the fakes that are alive, and those that are
    closed but not looked at yet.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.ini = _of_ini(config)
        self.command_line = _of_command_line(config)
        self.fakes: list[FakeSources] = []
        self.closed: list[FakeSources] = []

    def taken(self) -> tuple[list[Violation], list[Violation]]:
        """What was swallowed since the last look, by strict fakes and by others; each is taken once."""
        strict: list[Violation] = []
        listed: list[Violation] = []
        for fake in self.fakes:
            found = list(fake.violations)
            del fake.violations[: len(found)]
            (strict if fake.strict else listed).extend(found)
        return strict, listed

    def bury(self) -> None:
        """Let go of the fakes that are closed."""
        self.fakes = [fake for fake in self.fakes if all(fake is not other for other in self.closed)]
        self.closed = []


_RUN = pytest.StashKey[Run]()
_TOLD = pytest.StashKey[list[tuple[str, str, str]]]()
_RAISED = pytest.StashKey[BaseException]()


# -- options -------------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
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


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's memory, and tell pytest of the marker."""
    config.stash[_RUN] = Run(config)
    if config.getoption("fakesources_coverage") or config.getoption("fakesources_coverage_json"):
        import_module("fakesources.pytest_coverage").start(config)
    if config.getoption("fakesources_editions"):
        import_module("fakesources.pytest_editions").start(config, config.getoption("fakesources_editions"))
    names = ", ".join(f"{option.name}={option.default!r}" for option in options.ALL.values())
    config.addinivalue_line(
        "markers", f"fakesources({names}): what this test's fake is made with; merged from module to function"
    )


def pytest_report_header(config: pytest.Config) -> str:
    """One line: what fakes are made with in this run, unless a marker or a fixture says otherwise."""
    run = config.stash[_RUN]
    made = replace(Options(), **{**run.ini, **run.command_line})
    strict = "strict" if made.strict else "not strict"
    return f"fakesources: {__version__}, datasift {made.datasift}, curator {made.curator}, {strict}, seed {made.seed}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse markers with options that do not exist, or with values they cannot have, before any test runs."""
    for item in items:
        for mark in item.iter_markers("fakesources"):
            wrong = options.unknown(mark.kwargs) or options.misfits(mark.kwargs)
            if mark.args:
                wrong = f"it takes options by name, such as strict=False, not {mark.args[0]!r}"
            if wrong:
                raise pytest.UsageError(f"{item.nodeid}: @pytest.mark.fakesources: {wrong}")


def _of_command_line(config: pytest.Config) -> dict[str, Any]:
    given = {name: config.getoption(f"fakesources_{name}", None) for name in options.ALL}
    return {name: value for name, value in given.items() if value is not None}


def _of_ini(config: pytest.Config) -> dict[str, Any]:
    read = {}
    for name, option in options.ALL.items():
        value = config.getini(f"fakesources_{name}")
        if value is None or value == "" or value == []:
            continue  # not given; which of them says so depends on pytest's version
        text = ",".join(value) if isinstance(value, list) else value
        try:
            read[name] = option.read(text) if isinstance(text, str) else text
        except ValueError as error:
            raise pytest.UsageError(f"ini option fakesources_{error}") from None
    return read


def _chosen(config: pytest.Config, base: Options, given: Iterable[dict[str, Any]]) -> Options:
    """The options of one fake. `given` are those of markers or a factory, the widest first."""
    if not isinstance(base, Options):
        raise TypeError(f"fakesources_options gives fakesources.Options(...), not {type(base).__name__}")
    run = config.stash[_RUN]
    merged: dict[str, Any] = {}
    for each in (run.ini, *given, run.command_line):
        merged.update(each)
    return replace(base, **merged) if merged else base


# -- fixtures ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def fakesources_options() -> Options:
    """What fakes are made with: override it in a conftest and return `fakesources.Options(...)`.

    The ini file, the marker and the command line have the last word, in this order.
    """
    return Options()


@pytest.fixture
def fakesources(request: pytest.FixtureRequest, fakesources_options: Options) -> Iterator[FakeSources]:
    """Both APIs, faked and empty, for one test: `requests` and `httpx` calls to the vendors are answered here.

    A call that breaks the documented contract in a way the real API would swallow fails the test, whatever the code
    under test made of the answer. `@pytest.mark.fakesources(strict=False)` chooses options.
    """
    marks = [mark.kwargs for mark in request.node.iter_markers("fakesources")]
    editions = getattr(request, "param", {})  # under --fakesources-editions
    with _opened(request.config, _chosen(request.config, fakesources_options, (*reversed(marks), editions))) as fake:
        yield fake


@pytest.fixture
def fakesources_server(fakesources: FakeSources) -> Iterator[Server]:
    """The same fake behind a real socket, for clients of any kind: `.url`, `.host` ("127.0.0.1:PORT"), `.port`."""
    with fakesources.server(checks=False) as server:
        yield server


@pytest.fixture(scope="session")
def fakesources_factory(pytestconfig: pytest.Config, fakesources_options: Options) -> FakeFactory:
    """Makes fakes that outlive one test, for fixtures of your own of any scope.

    Call it with options and it gives a context manager: `with make(seed=7) as fake: yield fake`. Such a fake is open
    like `fakesources`, and the test that breaks the contract is the one that fails.
    """

    def make(**given: Any) -> AbstractContextManager[FakeSources]:
        wrong = options.unknown(given)
        if wrong:
            raise TypeError(f"fakesources_factory: {wrong}")
        return _opened(pytestconfig, _chosen(pytestconfig, fakesources_options, [given]))

    return make


@contextmanager
def _opened(config: pytest.Config, made_with: Options) -> Iterator[FakeSources]:
    from .fake import FakeSources  # late: most runs that load this plugin never use it

    run = config.stash[_RUN]
    fake = FakeSources.of(made_with)
    run.fakes.append(fake)
    try:
        with fake.open(checks=False):
            yield fake
    finally:
        fake.faults.release()
        run.closed.append(fake)


# -- verdicts ------------------------------------------------------------------------------------------------------


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Where a set-up fails there is no call phase: what was swallowed is told with the error."""
    outcome: Any = yield
    if outcome.excinfo:
        _charge(item, outcome, "setup")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail the test for what its calls broke, in the phase in which it made them."""
    outcome: Any = yield
    _charge(item, outcome, "call")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Fail the teardown for what came after the test had ended."""
    outcome: Any = yield
    _charge(item, outcome, "teardown")
    item.config.stash[_RUN].bury()


def _charge(item: pytest.Item, outcome: Any, when: str) -> None:
    run = item.config.stash[_RUN]
    if not run.fakes:
        return
    error = outcome.excinfo[1] if outcome.excinfo else None
    strict, listed = run.taken()
    if error is None and not strict and not listed:
        return
    from .core.reports import ContractViolation, reports  # late, as the fakes are

    raised = error.violations if isinstance(error, ContractViolation) else ()
    for violation in (*raised, *strict, *listed):
        item.user_properties.append((_PROPERTY, violation.rule))
    if listed:
        _tell(item, when, _LISTED, "\n".join(map(str, listed)))
    if strict and (error is None or isinstance(error, pytest.skip.Exception)):
        failed = ContractViolation(strict)
        if failed.trace is not None:
            raised_there: BaseException = failed.with_traceback(failed.trace)
        else:
            raised_there = pytest.fail.Exception(str(failed), pytrace=False)  # nobody knows where it came from
        item.stash[_RAISED] = raised_there
        outcome.force_exception(raised_there)
    elif strict:
        _tell(item, when, _title(strict), reports(strict))


def _title(found: Sequence[Violation]) -> str:
    return f"fakesources: {len(found)} contract violation{'s' if len(found) != 1 else ''}"


def _tell(item: pytest.Item, when: str, title: str, text: str) -> None:
    item.stash.setdefault(_TOLD, []).append((when, title, text))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Add sections to the report of a phase that fails for another reason, or not at all."""
    outcome: Any = yield
    if _RAISED not in item.stash and _TOLD not in item.stash:
        return
    report: pytest.TestReport = outcome.get_result()
    raised = item.stash.get(_RAISED, None)
    if raised is not None:
        del item.stash[_RAISED]
        if call.excinfo is None or call.excinfo.value is not raised:  # a TestCase has reported its own failure
            _tell(item, str(report.when), "fakesources: contract violations", str(raised))
    told = item.stash.get(_TOLD, [])
    report.sections += [(title, text) for when, title, text in told if when == report.when]
    item.stash[_TOLD] = [each for each in told if each[0] != report.when]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List what fakes that are not strict have let pass, by test."""
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
