"""Context managers for both `with` and `async with`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import TypeVar

T_co = TypeVar("T_co", covariant=True)


class AsyncContext(AbstractContextManager[T_co]):
    """Base class of context managers that `async with` accepts too; entering and leaving never waits."""

    async def __aenter__(self) -> T_co:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        self.__exit__(kind, error, trace)
