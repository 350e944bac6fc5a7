"""What people read of violations: the report of one, the exception that carries several, and the expectation of one.

The first line of every text is enough for a summary; secrets are masked before anything gets here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from types import TracebackType

from ..contract.rulebook import page_of
from ..contract.validation import Violation
from ..http import curl
from ..http.masking import MASK, is_secret
from ..http.messages import Request
from . import callers


def completed(
    violations: Sequence[Violation],
    request: Request,
    secrets: frozenset[str],
    caller: callers.Caller,
    pages: Mapping[str, Mapping[str, str]],
) -> list[Violation]:
    """Return the violations of one request with what is only known once it is at hand: who made it, and how to make it
    again; their pages by title and where they are.
    """
    share = _size_of(request) // max(len(violations), 1)
    texts = curl.RequestTexts(request, secrets | misspelt_secrets(violations, secrets))
    return [
        violation.altered(
            source=page_of(pages, violation.source),
            location=caller.place,
            snippet=partial(texts.excerpt, violation.path),
            curl=lambda: texts.curl,
            trace=caller.trace,
            request_bytes=share,
        )
        for violation in violations
    ]


def _size_of(request: Request) -> int:
    headers = sum([len(name) + len(value) for name, value in request.headers])
    return len(request.target) + headers + len(request.body)


def misspelt_secrets(violations: Sequence[Violation], secrets: frozenset[str]) -> frozenset[str]:
    """Return names that were taken for a secret's by the parameters of the operation alone: they are as secret as those
    they were meant to be.
    """
    hidden = [curl.steps(violation.path)[-1:] for violation in violations if violation.actual == MASK]
    return frozenset(str(name) for last in hidden for name in last if not is_secret(str(name), secrets))


def report(violation: Violation) -> str:
    """Everything about one violation, its one line first."""
    lines = [
        ("says", violation.message),
        ("page", violation.source),
        ("nearest", violation.suggestion),
        ("sent", violation.snippet),
        ("caller", violation.location),
        ("again", violation.curl),
    ]
    return "\n".join([str(violation), *(f"  {name:<8} {text}" for name, text in lines if text)])


def reports(violations: Sequence[Violation]) -> str:
    """Everything about several violations; the first line tells the first one and how many there are."""
    told = [report(violation) for violation in violations]
    if len(told) < 2:
        return "".join(told)
    first, _, rest = told[0].partition("\n")
    return "\n\n".join([f"{first} (the first of {len(told)} violations)\n{rest}".rstrip("\n"), *told[1:]])


class ContractViolation(AssertionError):
    """The code under test broke the contract in a way that the real API would have swallowed.

    `violations` are all of them, in the order they were made. Where it is known, the traceback ends at the line of
    user code that made the first one.
    """

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(reports(self.violations))

    def __reduce__(self) -> tuple[type[ContractViolation], tuple[tuple[Violation, ...]]]:
        """For other processes, which get everything but the frames."""
        return type(self), (tuple(violation.altered(trace=None) for violation in self.violations),)

    @property
    def trace(self) -> TracebackType | None:
        """The way to the line that made the first violation whose line is known."""
        return next((each.trace for each in self.violations if each.trace is not None), None)


ContractViolation.__module__ = "fakesources"  # its public home, which is what a summary shows


class Expectation(AbstractContextManager["Expectation"]):
    """That a block breaks one rule, once, and no other. Inside, `violation` is None; afterwards it is the one."""

    def __init__(self, rule: str, noted: list[Violation]) -> None:
        self.rule = rule
        self.violation: Violation | None = None
        self._noted = noted
        self._before: tuple[Violation, ...] = ()

    def __repr__(self) -> str:
        return f"<Expectation of {self.rule}>"

    def __enter__(self) -> Expectation:
        self._before = tuple(self._noted)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Raises AssertionError unless the rule was broken exactly once, and ContractViolation if another was."""
        __tracebackhide__ = True
        if kind is not None:
            return
        known = {id(violation) for violation in self._before}
        made = [violation for violation in self._noted if id(violation) not in known]
        found = [violation for violation in made if violation.rule == self.rule]
        others = [violation for violation in made if violation.rule != self.rule]
        self._noted[:] = [violation for violation in self._noted if id(violation) in known]
        if not found:
            instead = f"; instead: {reports(others)}" if others else "; nothing was violated"
            raise AssertionError(f"expected a violation of {self.rule}{instead}")
        if others:
            raise ContractViolation(others)
        if len(found) > 1:
            raise AssertionError(f"expected one violation of {self.rule}, found {len(found)}\n{reports(found)}")
        self.violation = found[0]
