"""What makes a function, a coroutine function or a TestCase run with a fake of its own.

Imported by whoever decorates something: `unittest` and `inspect` are no part of a quick start.
"""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .opened import Telling

if TYPE_CHECKING:
    from .fake import FakeSources

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
