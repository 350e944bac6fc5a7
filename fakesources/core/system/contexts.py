"""Context managers for both `with` and `async with`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, TypeVar

T = TypeVar("T")


class AsyncContext:
    """Mixin for context managers that `async with` accepts too; entering and leaving never waits."""

    async def __aenter__(self: AbstractContextManager[T]) -> T:
        return self.__enter__()

    async def __aexit__(self: AbstractContextManager[Any], *error: Any) -> None:
        __tracebackhide__ = True
        self.__exit__(*error)
