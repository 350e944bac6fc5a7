"""The decorator of functions, coroutine functions and test classes.

Imported on its first use: `unittest` and `inspect` would slow down every start.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from .decorated_classes import decorate_class
from .decorated_functions import run_with_fake


def with_a_fake(target: Any, make_fake: Callable[[], Any]) -> Any:
    """Return a function that runs with a new fake each time, or the test class with its fake.

    Raises TypeError for a generator function and for a class without tests.
    """
    if isinstance(target, staticmethod | classmethod):
        return type(target)(with_a_fake(target.__func__, make_fake))
    if inspect.isclass(target):
        return decorate_class(target, make_fake)
    if inspect.isgeneratorfunction(target) or inspect.isasyncgenfunction(target):
        raise TypeError(
            f"{target.__name__}: expected a function, got a generator function;"
            " open the fake inside it, with FakeSources() as fake"
        )
    return run_with_fake(target, lambda *_: make_fake())
