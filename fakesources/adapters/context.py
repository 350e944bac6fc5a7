"""Context managers of adapters: the results of `with fake.responses():` and its like, and the check on leaving them.

Leaving checks the contract when the fake is strict; where the block failed anyway, the violations are added to its
exception as a note.
"""

from __future__ import annotations

import atexit
import sys
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from weakref import WeakSet

from ..core.reporting.reports import reports
from ..core.reporting.violations import Violations
from ..core.system.contexts import AsyncContext
from ..core.text.display import pluralize

T = TypeVar("T")
Adapter = AbstractContextManager[Any]


class Checked(Protocol):
    """The part of FakeSources that is needed to check its contract."""

    strict: bool
    violations: Violations

    @property
    def in_forked_child(self) -> bool:
        """Return whether this is a copy in a forked process."""

    def check(self) -> None:
        """Raise ContractViolation if there are violations."""

    def _started(self, context: AdapterContext[Any]) -> None: ...


class AdapterContext(AbstractContextManager[T], AsyncContext, Generic[T]):
    """Adapters that open together, in order, by a `with` block or from `start` to `stop`; opening them returns `result`.

    `checks`: leaving checks the contract of a strict fake. `name` is the call that made this object, for texts, and
    `leaving` is called before the adapters close.
    """

    def __init__(
        self,
        fake: Checked,
        result: T,
        *adapters: Adapter,
        name: str = "fake.open()",
        checks: bool = True,
        leaving: Callable[[AdapterContext[T]], None] | None = None,
    ) -> None:
        self._fake, self._result, self._adapters, self._checks = fake, result, adapters, checks
        self._name, self._leaving = name, leaving
        self._open: list[Adapter] = []
        self._is_started = self._was_entered = False

    def __repr__(self) -> str:
        return f"<{self._name}, {'open' if self._open else 'not open'}>"

    if not TYPE_CHECKING:  # type checkers still report unknown names

        def __getattr__(self, name: str) -> Any:
            """Return an attribute of the result, for callers that stored this object in place of it.

            Raises AttributeError, with advice on how to open, where nothing is open.
            """
            if name.startswith("_"):
                raise AttributeError(name)
            if not self._open:
                raise AttributeError(f"{name}: expected an open {self._name}, got {self!r}; {self._advice()}")
            return getattr(self._result, name)

    def __del__(self) -> None:
        if not self.__dict__.get("_was_entered", True):
            warnings.warn(f"{self._name} was never opened: {self._advice()}", RuntimeWarning, stacklevel=2)

    def _advice(self) -> str:
        return f"write `with {self._name} as ...:`, or {self._name}.start() and later .stop()"

    def start(self) -> T:
        """Open, and return the result of a `with` block; `stop` closes. The result can be stopped as well."""
        self.__enter__()
        self._is_started = True
        if self._checks:
            _started.add(self)
        if self._result is self._fake:
            self._fake._started(self)  # the caller may drop this object, and it closes its adapters when collected
        else:
            self._result.stop = self._stop_result  # type: ignore[attr-defined]  # stopping the result stops all of this
        return self._result

    def stop(self) -> None:
        """Close what `start` opened.

        Raises ContractViolation as leaving a block does, RuntimeError if nothing is open.
        """
        __tracebackhide__ = True
        if not self._open:
            raise RuntimeError(f"stop: expected an open {self._name}, got {self!r}")
        self.__exit__(None, None, None)

    def _stop_result(self, *args: Any, **kwargs: Any) -> None:
        """Stop a server with the given grace, and check the contract."""
        __tracebackhide__ = True
        del self._result.stop  # type: ignore[attr-defined]  # the method of its class
        try:
            self._result.stop(*args, **kwargs)  # type: ignore[attr-defined]
        finally:
            if self._open:  # pragma: no branch - else another thread has closed it meanwhile
                self.stop()

    def __enter__(self) -> T:
        self._was_entered = True
        if self._is_started:  # by `start`; the block closes it
            self._is_started = False
            return self._result
        for adapter in self._adapters:
            try:
                adapter.__enter__()
            except BaseException:
                self._close()
                raise
            self._open.append(adapter)
        return self._result

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self._is_started = False
        _started.discard(self)
        vars(self._result).pop("stop", None)
        if self._leaving is not None:
            self._leaving(self)
        self._close(kind, error, trace)
        if self._checks:
            check_contract(self._fake, error)

    def _close(self, *error: Any) -> None:
        """Close every open adapter, the last one first, even where one of them raises."""
        if not self._open:
            return
        adapter = self._open.pop()
        try:
            adapter.__exit__(*(error or (None, None, None)))
        finally:
            self._close(*error)


_started: WeakSet[AdapterContext[Any]] = WeakSet()


@atexit.register
def report_unstopped() -> None:
    """Report the violations of fakes that were started and never stopped, at the end of the program."""
    for fake in {id(context._fake): context._fake for context in _started}.values():
        if fake.strict and fake.violations and not fake.in_forked_child and sys.stderr is not None:
            count = pluralize(len(fake.violations), "contract violation")
            sys.stderr.write(f"fakesources: {count} of a fake that was never stopped:\n{reports(fake.violations)}\n")


def check_contract(fake: Checked, error: BaseException | None) -> None:
    """Raise ContractViolation where a strict fake has violations, or add them to the exception there is."""
    __tracebackhide__ = True
    if not fake.strict or not fake.violations or fake.in_forked_child:
        return
    if error is None:
        fake.check()
    else:
        error.add_note(f"fakesources: {reports(fake.violations)}")
        fake.violations.clear()


class ContractCheck(AbstractContextManager[None]):
    """A block after which the contract is checked; no adapter is opened or closed."""

    def __init__(self, fake: Checked) -> None:
        self._fake = fake

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: object) -> None:
        __tracebackhide__ = True
        check_contract(self._fake, error)
