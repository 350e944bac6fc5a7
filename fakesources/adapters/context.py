"""Doors that are open: what `with fake.responses():` and its like give, and what happens when they are left.

Leaving checks the contract when the fake is strict; where the block failed anyway, what was swallowed is added to
its exception as a note.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from ..core.reporting.reports import reports
from ..core.reporting.violations import Violations

T = TypeVar("T")
Door = AbstractContextManager[Any]


class Checked(Protocol):
    """What a fake needs for its contract to be checked: FakeSources has it."""

    strict: bool
    violations: Violations

    @property
    def in_forked_child(self) -> bool:
        """Return whether this is a copy in a forked process."""

    def check(self) -> None:
        """Raise ContractViolation if there are violations."""

    def _started(self, opened: AdapterContext[Any]) -> None: ...


class AdapterContext(AbstractContextManager[T], Generic[T]):
    """Doors that open together, in order, and give `gives` once they are open: in a `with` block, or from `start` to
    `stop`. `checks` says whether leaving them checks the contract, which a strict fake then does. `name` is the call
    that made them, and `leaving` is called before they close.
    """

    def __init__(
        self,
        fake: Checked,
        gives: T,
        *doors: Door,
        name: str = "fake.open()",
        checks: bool = True,
        leaving: Callable[[AdapterContext[T]], None] | None = None,
    ) -> None:
        self._fake, self._gives, self._doors, self._checks = fake, gives, doors, checks
        self._name, self._leaving = name, leaving
        self._open: list[Door] = []
        self._is_started = self._was_entered = False

    def __repr__(self) -> str:
        return f"<{self._name}, {'open' if self._open else 'not open'}>"

    if not TYPE_CHECKING:  # a type checker goes on to report names that are unknown

        def __getattr__(self, name: str) -> Any:
            """Return an attribute of what is given, for a caller that kept this instead. Raises AttributeError that
            says how to open, where nothing is open.
            """
            if name.startswith("_"):
                raise AttributeError(name)
            if not self._open:
                raise AttributeError(f"{name}: expected an open {self._name}, got {self!r}; {self._advice()}")
            return getattr(self._gives, name)

    def __del__(self) -> None:
        if not self.__dict__.get("_was_entered", True):
            warnings.warn(f"{self._name} was never opened: {self._advice()}", RuntimeWarning, stacklevel=2)

    def _advice(self) -> str:
        return f"write `with {self._name} as ...:`, or {self._name}.start() and later .stop()"

    def start(self) -> T:
        """Open, and return what a `with` block would give; `stop` closes. What is given can be stopped as well."""
        self.__enter__()
        self._is_started = True
        if self._gives is self._fake:
            self._fake._started(self)  # nobody may have kept this object, and it closes what it opened when it goes
        else:
            self._gives.stop = self._stop_given  # type: ignore[attr-defined]  # its own end ends all of this
        return self._gives

    def stop(self) -> None:
        """Close what `start` opened. Raises ContractViolation as leaving a block does, RuntimeError if nothing is open."""
        __tracebackhide__ = True
        if not self._open:
            raise RuntimeError(f"stop: expected an open {self._name}, got {self!r}")
        self.__exit__(None, None, None)

    def _stop_given(self, *args: Any, **kwargs: Any) -> None:
        """Stop a server with the grace it is given, and check the contract."""
        __tracebackhide__ = True
        del self._gives.stop  # type: ignore[attr-defined]  # the method of its class
        try:
            self._gives.stop(*args, **kwargs)  # type: ignore[attr-defined]
        finally:
            if self._open:
                self.stop()

    def __enter__(self) -> T:
        self._was_entered = True
        if self._is_started:  # by `start`; the block closes it
            self._is_started = False
            return self._gives
        for door in self._doors:
            try:
                door.__enter__()
            except BaseException:
                self._close()
                raise
            self._open.append(door)
        return self._gives

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self._is_started = False
        vars(self._gives).pop("stop", None)
        if self._leaving is not None:
            self._leaving(self)
        self._close(kind, error, trace)
        if self._checks:
            tell(self._fake, error)

    async def __aenter__(self) -> T:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self.__exit__(kind, error, trace)

    def _close(self, *error: Any) -> None:
        """Close what is open, the last one first, and all of it whatever happens."""
        if not self._open:
            return
        door = self._open.pop()
        try:
            door.__exit__(*(error or (None, None, None)))
        finally:
            self._close(*error)


def tell(fake: Checked, error: BaseException | None) -> None:
    """Where the fake is strict, raise what was swallowed, or add it to the exception there is already: told once."""
    __tracebackhide__ = True
    if not fake.strict or not fake.violations or fake.in_forked_child:
        return
    if error is None:
        fake.check()
    else:
        error.add_note(f"fakesources: {reports(fake.violations)}")
        fake.violations.clear()


class ContractCheck(AbstractContextManager[None]):
    """A block after which the contract is checked; no door is opened or closed."""

    def __init__(self, fake: Checked) -> None:
        self._fake = fake

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        tell(self._fake, error)
