"""Decorated functions and coroutine functions, which run with a fake."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

FAKE = "fake"
"""Parameter of a decorated function for its fake, and attribute of a decorated class."""


def run_with_fake(
    function: Callable[..., Any], fake_for: Callable[..., AbstractContextManager[Any]]
) -> Callable[..., Any]:
    """Return a function that runs with a fake, and passes it to a parameter `fake` where there is one.

    `fake_for` is called with the positional arguments of each call, and returns the fake's context manager.
    """
    signature = inspect.signature(function)
    takes_fake = FAKE in signature.parameters

    def keywords(fake: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {**kwargs, FAKE: fake} if takes_fake else kwargs

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with fake_for(*args) as fake:
                return await function(*args, **keywords(fake, kwargs))

        run: Callable[..., Any] = run_async
    else:

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with fake_for(*args) as fake:
                return function(*args, **keywords(fake, kwargs))

    # Without the parameter, which pytest would take for a fixture.
    others = [parameter for name, parameter in signature.parameters.items() if name != FAKE]
    run.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
    return run
