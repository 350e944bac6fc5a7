"""Doors that are open: what `with fake.responses():` and its like give, and what happens when they are left.

Leaving checks the contract when the fake is strict; where the block failed anyway, what was swallowed is added to
its exception as a note. Also what makes a function, a coroutine function or a TestCase run with a fake of its own.
"""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .core.reports import reports

if TYPE_CHECKING:
    from .fake import FakeSources

T = TypeVar("T")
Door = AbstractContextManager[Any]


class Opened(AbstractContextManager[T], Generic[T]):
    """Doors that open together, in order, and give `gives` once they are open. `checks` says whether leaving them
    checks the contract, which a strict fake then does.
    """

    def __init__(self, fake: FakeSources, gives: T, *doors: Door, checks: bool = True) -> None:
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


def tell(fake: FakeSources, error: BaseException | None) -> None:
    """Where the fake is strict, raise what was swallowed, or add it to the exception there is already: told once."""
    __tracebackhide__ = True
    if not fake.strict or not fake.violations:
        return
    if error is None:
        fake.check()
    else:
        error.add_note(f"fakesources: {reports(fake.violations)}")
        fake.violations.clear()


class Telling(AbstractContextManager[None]):
    """A block after which the contract is checked; no door is opened or closed."""

    def __init__(self, fake: FakeSources) -> None:
        self._fake = fake

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        tell(self._fake, error)


FAKE = "fake"
"""The parameter through which a decorated function gets its fake, and the attribute of a decorated TestCase."""


def with_a_fake(target: Any, make: Callable[[], FakeSources]) -> Any:
    """A function, a coroutine function or a TestCase class that runs with a new fake each time."""
    if inspect.isclass(target):
        if not issubclass(target, unittest.TestCase):
            raise TypeError(f"FakeSources decorates functions and TestCase classes, not {target.__name__}")
        return _test_case(target, make)
    return _function(target, make)


def _function(function: Callable[..., Any], make: Callable[[], FakeSources]) -> Callable[..., Any]:
    signature = inspect.signature(function)
    wants = FAKE in signature.parameters

    def arguments(fake: FakeSources, given: dict[str, Any]) -> dict[str, Any]:
        return {**given, FAKE: fake} if wants else given

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with make() as fake:
                return await function(*args, **arguments(fake, kwargs))

        run: Callable[..., Any] = run_async
    elif inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(f"{function.__name__} is a generator: open the fake inside it, with FakeSources() as fake")
    else:

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with make() as fake:
                return function(*args, **arguments(fake, kwargs))

    others = [parameter for name, parameter in signature.parameters.items() if name != FAKE]
    run.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]  # so pytest asks for no fixture
    return run


def _test_case(case: type[unittest.TestCase], make: Callable[[], FakeSources]) -> type[unittest.TestCase]:
    set_up = case.setUp

    @functools.wraps(set_up)
    def open_and_set_up(self: unittest.TestCase) -> None:
        fake = make()
        self.enterContext(fake.open())
        setattr(self, FAKE, fake)
        set_up(self)

    case.setUp = open_and_set_up  # type: ignore[method-assign]
    for name in unittest.defaultTestLoader.getTestCaseNames(case):
        setattr(case, name, _checked(getattr(case, name)))
    return case


def _checked(method: Callable[..., Any]) -> Callable[..., Any]:
    """A test method that fails by itself for what was swallowed: what is raised later would count as a second one."""
    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def check_async(self: Any, *args: Any, **kwargs: Any) -> None:
            __tracebackhide__ = True
            with Telling(getattr(self, FAKE)):
                await method(self, *args, **kwargs)

        return check_async

    @functools.wraps(method)
    def check(self: Any, *args: Any, **kwargs: Any) -> None:
        __tracebackhide__ = True
        with Telling(getattr(self, FAKE)):
            method(self, *args, **kwargs)

    return check
