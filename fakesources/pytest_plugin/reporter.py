"""Reports of contract violations and unused faults, as failures of tests or as sections of their reports.

Imported with the first fake of a run; until then no test is hooked. A violation belongs to the phase of the test in
which it was made: a phase that passed fails, one that failed anyway gets a section.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest

from ..core.contract.validation import Violation
from ..core.reporting.reports import ContractViolation, reports
from ..core.text.display import pluralize
from ..fake import FakeSources
from ..options import Options

_PROPERTY = "fakesources_violation"
"""Name of the property of a test case in JUnit XML that holds the id of a violated rule."""

Sections = list[tuple[str, str]]
"""Titles and texts that are added to the report of a phase."""


@dataclass(frozen=True, eq=False)
class FaultsOfFake:
    """Planned faults of one fake. `mode` is what happens to unused ones: `report`, `fail` or `ignore`."""

    fake: FakeSources
    mode: str
    for_one_test: bool

    def are_final(self, closed: Sequence[FakeSources]) -> bool:
        """Return whether no more faults can happen: the call phase, or the fake that tests share, has ended."""
        return self.for_one_test or any(self.fake is other for other in closed)

    def unused(self) -> list[str]:
        """Return a description of each fault that never happened, with the line that planned it."""
        if self.fake.in_forked_child:
            return []
        return [
            f"{each.unused}{f', planned at {each.location}' * bool(each.location)}" for each in self.fake.faults.unused
        ]


class Reporter:
    """Plugin of one run that reports on all fakes of its tests.

    `listed_violations` and `unused_faults` are the titles of the sections for violations of fakes that are not strict
    and for unused faults.
    """

    def __init__(self, listed_violations: str, unused_faults: str) -> None:
        self._listed_violations, self._unused_faults = listed_violations, unused_faults
        self._faults: list[FaultsOfFake] = []
        self._fakes: list[FakeSources] = []
        self._closed: list[FakeSources] = []
        self._is_in_call = False

    def open_fake(
        self, options: Options, unused_faults: str, for_one_test: bool
    ) -> AbstractContextManager[FakeSources]:
        """Make a fake, and return the context manager that opens it. Raises TypeError or ValueError for a wrong option.

        Its violations are reported with the tests that run meanwhile. Its unused faults are reported after the call phase
        of the test, or once a fake that tests share is closed.
        """
        return self._opened(FakeSources.of(options), unused_faults, for_one_test)

    @contextmanager
    def _opened(self, fake: FakeSources, unused_faults: str, for_one_test: bool) -> Iterator[FakeSources]:
        self._fakes.append(fake)
        self._faults.append(FaultsOfFake(fake, unused_faults, for_one_test))
        try:
            with fake.open(checks=False):
                yield fake
        finally:
            fake.faults.release()
            self._closed.append(fake)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Note that a test is being called: reports that are made meanwhile are those of its subtests."""
        self._is_in_call = True
        try:
            return (yield)
        finally:
            self._is_in_call = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Fail a phase for its violations and unused faults, or add sections to the report of a failed one.

        Violations of a setup that passed are reported with the call phase.
        """
        sections: Sections = []
        failure: pytest.ExceptionInfo[BaseException] | None = None
        if call.when != "setup" or call.excinfo is not None:
            failure = self._report_violations(item, call, sections)
            if not self._is_in_call:  # a later subtest may meet the faults that an earlier one did not
                failure = self._report_unused_faults(call, sections) or failure
        report = yield
        if failure is not None and (call.excinfo is None or call.excinfo.value is not failure.value):
            # A unittest.TestCase has replaced the exception of the call.
            if report.skipped and not hasattr(report, "wasxfail"):
                call.excinfo = failure
                report = pytest.TestReport.from_item_and_call(item, call)
            else:
                sections.append(("fakesources: contract violations", str(failure.value)))
        report.sections += sections
        if call.when == "teardown":
            self._forget_closed()
        return report

    def _report_violations(
        self, item: pytest.Item, call: pytest.CallInfo[None], sections: Sections
    ) -> pytest.ExceptionInfo[BaseException] | None:
        """Fail a phase that passed or was skipped for violations of strict fakes; list all others in sections."""
        strict, listed = self._take_violations()
        error = call.excinfo.value if call.excinfo is not None else None
        raised = error.violations if isinstance(error, ContractViolation) else ()
        for violation in (*raised, *strict, *listed):
            item.user_properties.append((_PROPERTY, violation.rule))
        if listed:
            sections.append((self._listed_violations, "\n".join(map(str, listed))))
        if strict and (error is None or isinstance(error, pytest.skip.Exception)):
            call.excinfo = violation_failure(strict)
            return call.excinfo
        if strict:
            sections.append((f"fakesources: {pluralize(len(strict), 'contract violation')}", reports(strict)))
        return None

    def _report_unused_faults(
        self, call: pytest.CallInfo[None], sections: Sections
    ) -> pytest.ExceptionInfo[BaseException] | None:
        """Fail a phase that passed for unused faults of mode `fail`; list all others, unless the test was skipped."""
        final = [faults for faults in self._faults if faults.are_final(self._closed)]
        self._faults = [faults for faults in self._faults if faults not in final]
        is_skipped = call.excinfo is not None and call.excinfo.errisinstance(pytest.skip.Exception)
        if call.when == "setup" or is_skipped:  # the test had no chance to use them
            return None
        listed = [line for faults in final if faults.mode == "report" for line in faults.unused()]
        failing = [line for faults in final if faults.mode == "fail" for line in faults.unused()]
        failure = None
        if failing and call.excinfo is None:
            failure = call.excinfo = _failure_without_traceback("\n".join([f"{self._unused_faults}:", *failing]))
        else:
            listed += failing
        if listed:
            sections.append((self._unused_faults, "\n".join(listed)))
        return failure

    def _take_violations(self) -> tuple[list[Violation], list[Violation]]:
        """Remove and return the violations of all fakes: those of strict ones, and those of others."""
        strict: list[Violation] = []
        listed: list[Violation] = []
        for fake in self._fakes:
            if fake.in_forked_child:
                continue  # they were made before the fork, and the parent reports them
            violations = list(fake.violations)
            del fake.violations[: len(violations)]
            (strict if fake.strict else listed).extend(violations)
        return strict, listed

    def _forget_closed(self) -> None:
        self._fakes = [fake for fake in self._fakes if all(fake is not other for other in self._closed)]
        self._closed = []


def violation_failure(violations: list[Violation]) -> pytest.ExceptionInfo[BaseException]:
    """Return a failure whose traceback ends at the line of the first violation, if one is known."""
    error = ContractViolation(violations)
    if error.trace is not None:
        return pytest.ExceptionInfo.from_exception(error.with_traceback(error.trace))
    return _failure_without_traceback(str(error))


def _failure_without_traceback(text: str) -> pytest.ExceptionInfo[BaseException]:
    with pytest.raises(pytest.fail.Exception) as caught:
        pytest.fail(text, pytrace=False)
    return caught


def start(config: pytest.Config, listed_violations: str, unused_faults: str) -> Reporter:
    """Register and return the reporter of a run."""
    reporter = Reporter(listed_violations, unused_faults)
    config.pluginmanager.register(reporter, "fakesources-reporter")
    return reporter
