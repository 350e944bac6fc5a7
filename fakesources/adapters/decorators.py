"""Decorated functions and coroutine functions, each with a fake of its own, and decorated test classes.

Imported on first use of a decorator: `unittest` and `inspect` would slow down every start.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from .decorated_classes import FAKE, decorate_class, without_fake


def with_a_fake(target: Any, make_fake: Callable[[], Any]) -> Any:
    """Return a function that runs with a new fake each time, or the test class with its fake.

    Raises TypeError for a generator function and for a class without tests.
    """
    if inspect.isclass(target):
        return decorate_class(target, make_fake)
    return _function(target, make_fake)


def _function(function: Callable[..., Any], make_fake: Callable[[], Any]) -> Callable[..., Any]:
    signature = inspect.signature(function)
    takes_fake = FAKE in signature.parameters

    def arguments(fake: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {**kwargs, FAKE: fake} if takes_fake else kwargs

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with make_fake() as fake:
                return await function(*args, **arguments(fake, kwargs))

        run: Callable[..., Any] = run_async
    elif inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(
            f"{function.__name__}: expected a function, got a generator function;"
            " open the fake inside it, with FakeSources() as fake"
        )
    else:

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with make_fake() as fake:
                return function(*args, **arguments(fake, kwargs))

    run.__signature__ = without_fake(signature)  # type: ignore[attr-defined]
    return run
