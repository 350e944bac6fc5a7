"""The fakes of a run, and the verdicts on the tests that use them.

Loaded by the plugin with the first fake; until then no test is watched. What was swallowed is charged to the phase in
which it was, as soon as that has ended: one that went well fails, one that failed by itself tells of it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest

from .core.contract import Violation
from .core.reports import ContractViolation, reports
from .fake import FakeSources
from .options import Options

_PROPERTY = "fakesources_violation"


class Verdicts:
    """The plugin of one run: the fakes that are alive, and those that are closed but not looked at yet.

    `listed` is the title under which a report has what fakes let pass that are not strict.
    """

    def __init__(self, listed: str) -> None:
        self._listed = listed
        self._fakes: list[FakeSources] = []
        self._closed: list[FakeSources] = []

    @contextmanager
    def opened(self, made_with: Options) -> Iterator[FakeSources]:
        """A fake with its doors open, for which the tests that run meanwhile answer."""
        fake = FakeSources.of(made_with)
        self._fakes.append(fake)
        try:
            with fake.open(checks=False):
                yield fake
        finally:
            fake.faults.release()
            self._closed.append(fake)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Fail the phase for what its calls broke, or tell of it in the report of one that fails anyway.

        What a fixture broke is charged to the call phase, which comes after it, unless there is none.
        """
        told: list[tuple[str, str]] = []
        verdict: pytest.ExceptionInfo[BaseException] | None = None
        if call.when != "setup" or call.excinfo is not None:
            verdict = self._charge(item, call, told)
        report = yield
        if verdict is not None and (call.excinfo is None or call.excinfo.value is not verdict.value):
            # a TestCase has reported what it came to by itself
            if report.skipped and not hasattr(report, "wasxfail"):
                call.excinfo = verdict
                report = pytest.TestReport.from_item_and_call(item, call)
            else:
                told.append(("fakesources: contract violations", str(verdict.value)))
        report.sections += told
        if call.when == "teardown":
            self._bury()
        return report

    def _charge(
        self, item: pytest.Item, call: pytest.CallInfo[None], told: list[tuple[str, str]]
    ) -> pytest.ExceptionInfo[BaseException] | None:
        """What a phase fails with, if it does; the sections of its report are added to `told`."""
        strict, listed = self._taken()
        error = call.excinfo.value if call.excinfo is not None else None
        raised = error.violations if isinstance(error, ContractViolation) else ()
        for violation in (*raised, *strict, *listed):
            item.user_properties.append((_PROPERTY, violation.rule))
        if listed:
            told.append((self._listed, "\n".join(map(str, listed))))
        if strict and (error is None or isinstance(error, pytest.skip.Exception)):
            call.excinfo = failed(strict)
            return call.excinfo
        if strict:
            many = "s" if len(strict) != 1 else ""
            told.append((f"fakesources: {len(strict)} contract violation{many}", reports(strict)))
        return None

    def _taken(self) -> tuple[list[Violation], list[Violation]]:
        """What was swallowed since the last look, by strict fakes and by others; each is taken once."""
        strict: list[Violation] = []
        listed: list[Violation] = []
        for fake in self._fakes:
            if fake.in_forked_child:
                continue  # its violations were made before the fork, and the parent reports them
            found = list(fake.violations)
            del fake.violations[: len(found)]
            (strict if fake.strict else listed).extend(found)
        return strict, listed

    def _bury(self) -> None:
        """Let go of the fakes that are closed."""
        self._fakes = [fake for fake in self._fakes if all(fake is not other for other in self._closed)]
        self._closed = []


def failed(strict: list[Violation]) -> pytest.ExceptionInfo[BaseException]:
    """A failure that shows the line of the first violation whose line is known, else no line at all."""
    violation = ContractViolation(strict)
    if violation.trace is not None:
        return pytest.ExceptionInfo.from_exception(violation.with_traceback(violation.trace))
    with pytest.raises(pytest.fail.Exception) as caught:
        pytest.fail(str(violation), pytrace=False)
    return caught


def start(config: pytest.Config, listed: str) -> Verdicts:
    """Watch the tests of a run from here on."""
    verdicts = Verdicts(listed)
    config.pluginmanager.register(verdicts, "fakesources-verdicts")
    return verdicts
