"""Texts and exceptions of violations: the report of one, the exception with several, the expectation of one.

The first line of every text is a summary; secrets are masked already.
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
    """Return the violations of one request, completed by their caller, sources, snippets and curl commands."""
    share = _size_bytes(request) // max(len(violations), 1)
    texts = curl.RequestTexts(request, secrets | misspelt_secrets(violations, secrets))
    return [
        violation.copy_with(
            source=page_of(pages, violation.source),
            location=caller.location,
            snippet=partial(texts.snippet, violation.path),
            curl=lambda: texts.curl,
            trace=caller.trace,
            request_bytes=share,
        )
        for violation in violations
    ]


def _size_bytes(request: Request) -> int:
    headers = sum([len(name) + len(value) for name, value in request.headers])
    return len(request.target) + headers + len(request.body)


def misspelt_secrets(violations: Sequence[Violation], secrets: frozenset[str]) -> frozenset[str]:
    """Return the names that only the operation's parameters identify as misspelt secrets, to be masked as well."""
    masked = [curl.parse_json_path(violation.path)[-1:] for violation in violations if violation.actual == MASK]
    return frozenset(str(name) for last in masked for name in last if not is_secret(str(name), secrets))


def report(violation: Violation) -> str:
    """Return the report of one violation, its summary first."""
    lines = [
        ("message", violation.message),
        ("source", violation.source),
        ("suggestion", violation.suggestion),
        ("snippet", violation.snippet),
        ("location", violation.location),
        ("curl", violation.curl),
    ]
    return "\n".join([str(violation), *(f"  {name:<10} {text}" for name, text in lines if text)])


def reports(violations: Sequence[Violation]) -> str:
    """Return the report of several violations; its first line is the first one's, with the number of all."""
    texts = [report(violation) for violation in violations]
    if len(texts) < 2:
        return "".join(texts)
    first, _, rest = texts[0].partition("\n")
    return "\n\n".join([f"{first} (the first of {len(texts)} violations)\n{rest}".rstrip("\n"), *texts[1:]])


class ContractViolation(AssertionError):
    """The code under test broke the contract in a way that the real API accepts silently.

    `violations` are all of them, in order. Where it is known, the traceback ends at the line of user code that made the
    first one.
    """

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(reports(self.violations))

    def __reduce__(self) -> tuple[type[ContractViolation], tuple[tuple[Violation, ...]]]:
        """Pickle the violations, which leave out their frames, in place of the text."""
        return type(self), (self.violations,)

    @property
    def trace(self) -> TracebackType | None:
        """Traceback to the line of user code of the first violation for which it is known."""
        return next((each.trace for each in self.violations if each.trace is not None), None)


ContractViolation.__module__ = "fakesources"  # where it is public, for summaries


class Expectation(AbstractContextManager["Expectation"]):
    """Context manager whose block must violate one rule, once, and no other.

    `violation` is None inside the block, and the violation afterwards. `recorded` is the fake's own list.
    """

    def __init__(self, rule: str, recorded: list[Violation]) -> None:
        self.rule = rule
        self.violation: Violation | None = None
        self._recorded = recorded
        self._before: tuple[Violation, ...] = ()

    def __repr__(self) -> str:
        return f"<Expectation of {self.rule}>"

    def __enter__(self) -> Expectation:
        self._before = tuple(self._recorded)
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Raise AssertionError unless the rule was violated exactly once, ContractViolation if another one was."""
        __tracebackhide__ = True
        if kind is not None:
            return
        before = {id(violation) for violation in self._before}
        new = [violation for violation in self._recorded if id(violation) not in before]
        expected = [violation for violation in new if violation.rule == self.rule]
        others = [violation for violation in new if violation.rule != self.rule]
        self._recorded[:] = [violation for violation in self._recorded if id(violation) in before]
        if not expected:
            actual = f"got: {reports(others)}" if others else "got none"
            raise AssertionError(f"expected a violation of {self.rule}, {actual}")
        if others:
            raise ContractViolation(others)
        if len(expected) > 1:
            raise AssertionError(f"expected one violation of {self.rule}, got {len(expected)}\n{reports(expected)}")
        self.violation = expected[0]
