"""Doors that are open: what `with fake.responses():` and its like give, and what happens when they are left.

Leaving checks the contract when the fake is strict; where the block failed anyway, what was swallowed is added to
its exception as a note.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .core.reports import reports

if TYPE_CHECKING:
    from .doors import Doors

T = TypeVar("T")
Door = AbstractContextManager[Any]


class Opened(AbstractContextManager[T], Generic[T]):
    """Doors that open together, in order, and give `gives` once they are open. `checks` says whether leaving them
    checks the contract, which a strict fake then does.
    """

    def __init__(self, fake: Doors, gives: T, *doors: Door, checks: bool = True) -> None:
        self._fake, self._gives, self._doors, self._checks = fake, gives, doors, checks
        self._open: list[Door] = []

    def __enter__(self) -> T:
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


def tell(fake: Doors, error: BaseException | None) -> None:
    """Where the fake is strict, raise what was swallowed, or add it to the exception there is already: told once."""
    __tracebackhide__ = True
    if not fake.strict or not fake.violations or fake.in_forked_child:
        return
    if error is None:
        fake.check()
    else:
        error.add_note(f"fakesources: {reports(fake.violations)}")
        fake.violations.clear()


class Telling(AbstractContextManager[None]):
    """A block after which the contract is checked; no door is opened or closed."""

    def __init__(self, fake: Doors) -> None:
        self._fake = fake

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        tell(self._fake, error)
