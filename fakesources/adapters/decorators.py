"""Decorated functions and coroutine functions, which run with a fake of their own, and decorated test classes.

Imported by whoever decorates something: `unittest` and `inspect` are no part of a quick start.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from .decorated_classes import FAKE, cover_class


def with_a_fake(target: Any, make: Callable[[], Any]) -> Any:
    """Return a function or coroutine function that runs with a new fake each time, or the test class with one."""
    if inspect.isclass(target):
        return cover_class(target, make)
    return _function(target, make)


def _function(function: Callable[..., Any], make: Callable[[], Any]) -> Callable[..., Any]:
    signature = inspect.signature(function)
    wants = FAKE in signature.parameters

    def arguments(fake: Any, given: dict[str, Any]) -> dict[str, Any]:
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
