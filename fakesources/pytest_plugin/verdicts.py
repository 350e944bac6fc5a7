"""The fakes of a run, and the verdicts on the tests that use them.

Loaded by the plugin with the first fake; until then no test is watched. What was swallowed is charged to the phase in
which it was, as soon as that has ended: one that went well fails, one that failed by itself tells of it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from ..core.contract.validation import Violation
from ..core.reporting.reports import ContractViolation, reports
from ..fake import FakeSources
from ..options import Options

_PROPERTY = "fakesources_violation"


@dataclass(frozen=True, eq=False)
class Plans:
    """Faults planned in one fake, and how to treat the part of it that never happened."""

    fake: FakeSources
    way: str
    for_one_test: bool

    def are_due(self, closed: Sequence[FakeSources]) -> bool:
        """Return whether nothing more is to be expected of them: the test is over, or the fake that tests share."""
        return self.for_one_test or any(self.fake is other for other in closed)

    def lines(self) -> list[str]:
        """Say of each fault that never happened what it is, and where it was planned."""
        if self.fake.in_forked_child:
            return []
        return [f"{each.unused}{f', planned at {each.place}' * bool(each.place)}" for each in self.fake.faults.unused]


class Verdicts:
    """The plugin of one run: the fakes that are alive, and those that are closed but not looked at yet.

    `listed` is the title under which a report has what fakes let pass that are not strict, `unused` the one for faults
    that never happened.
    """

    def __init__(self, listed: str, unused: str) -> None:
        self._listed, self._unused = listed, unused
        self._plans: list[Plans] = []
        self._fakes: list[FakeSources] = []
        self._closed: list[FakeSources] = []

    @contextmanager
    def opened(self, made_with: Options, unused: str, for_one_test: bool) -> Iterator[FakeSources]:
        """A fake with its doors open, for which the tests that run meanwhile answer. `unused` says how to treat faults
        that never happened: once the test's call phase is over, or once the fake is closed that several tests share.
        """
        fake = FakeSources.of(made_with)
        self._fakes.append(fake)
        self._plans.append(Plans(fake, unused, for_one_test))
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
            verdict = self._look_for_unused_faults(call, told) or verdict
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

    def _look_for_unused_faults(
        self, call: pytest.CallInfo[None], told: list[tuple[str, str]]
    ) -> pytest.ExceptionInfo[BaseException] | None:
        """Return what a phase fails with since planned faults never happened; those to be listed are added to `told`.

        A phase that has failed is told of them, one that was skipped is not.
        """
        due = [plans for plans in self._plans if plans.are_due(self._closed)]
        self._plans = [plans for plans in self._plans if plans not in due]
        is_skipped = call.excinfo is not None and call.excinfo.errisinstance(pytest.skip.Exception)
        if call.when == "setup" or is_skipped:  # the test could not use them
            return None
        lines = {
            way: [line for plans in due if plans.way == way for line in plans.lines()] for way in ("report", "fail")
        }
        if lines["fail"] and call.excinfo is None:
            text = "\n".join([f"{self._unused}:", *lines["fail"]])
            call.excinfo = _shown_without_traceback(text)
            told += [(self._unused, "\n".join(lines["report"]))] if lines["report"] else []
            return call.excinfo
        listed = lines["report"] + lines["fail"]
        told += [(self._unused, "\n".join(listed))] if listed else []
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
    return _shown_without_traceback(str(violation))


def _shown_without_traceback(text: str) -> pytest.ExceptionInfo[BaseException]:
    with pytest.raises(pytest.fail.Exception) as caught:
        pytest.fail(text, pytrace=False)
    return caught


def start(config: pytest.Config, listed: str, unused: str) -> Verdicts:
    """Watch the tests of a run from here on."""
    verdicts = Verdicts(listed, unused)
    config.pluginmanager.register(verdicts, "fakesources-verdicts")
    return verdicts
