"""Mocks of httpx that users open beside the fake: respx and pytest_httpx. The rule is the one for `responses`.

Of the fake and the mocks the innermost has the first word: a mock opened inside answers what its own entries match, and
leaves the other calls to the fake's hosts to the fake; one opened around is asked about every host but those. Neither
library is imported here: a test that has not imported one has no mock of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from .patching import Patch

IsOurs = Callable[[Any], bool]
Result = Callable[[Any], Any]
AsyncAnswer = Callable[[Any], Any]


class InnerMocks:
    """The mocks of respx that were opened after this was made: those that stand above the transports of httpx, or those
    that stand below.
    """

    def __init__(self, *, above: bool) -> None:
        self._above = above
        self._around = respx_routers(above)

    def routers(self) -> list[Any]:
        """The routers of those mocks, in the order in which they were opened."""
        around = list(self._around)
        inner = []
        for router in respx_routers(self._above):
            found = next((number for number, other in enumerate(around) if other is router), None)
            if found is None:
                inner.append(router)
            else:
                del around[found]
        return inner

    def answer(self, request: Any) -> bool:
        """Return whether a route of one of them answers the request, whose body has been read. A route that lets the request
        pass counts it as a call, and leaves it to the fake.
        """
        for router in self.routers():
            route = next((each for each in router.routes if matches(each, request)), None)
            if route is not None:
                if not route.is_pass_through:
                    return True
                router.record(request, response=None, route=route)
                return False
        return False


def respx_routers(above: bool) -> list[Any]:
    """The routers of respx that are started, above the transports or below."""
    mocks = sys.modules.get("respx.mocks")
    if mocks is None:
        return []
    mockers = mocks.Mocker.registry.items()
    return [router for name, mocker in mockers if (name == "httpx") is above for router in mocker.routers]


def matches(route: Any, request: Any) -> bool:
    """Return whether a route of respx is meant for a request. One without a pattern is meant for every request."""
    return route.pattern is None or bool(route.pattern.match(request))


@contextmanager
def leave_to_the_fake(is_ours: IsOurs, answer: Result, answer_async: AsyncAnswer) -> Iterator[None]:
    """Let mocks leave the calls to the fake's hosts that their entries do not match to the fake, until left.

    This is for the mocks that stand above the transports of httpx; those below are asked by the transports' stand-ins.
    """
    with ExitStack() as leaving:
        for owner, name, stand_in_for in (
            *_of_respx(is_ours, InnerMocks(above=True)),
            *_of_pytest_httpx(is_ours, answer, answer_async),
        ):
            cover = Patch(owner, name)
            cover.put_on(stand_in_for(cover))
            leaving.callback(cover.take_off)
        yield


def _of_respx(is_ours: IsOurs, inner: InnerMocks) -> list[tuple[Any, str, Callable[[Patch], Callable[..., Any]]]]:
    """The handlers of `respx.mock(using="httpx")`, which stands above every transport wherever it was opened."""
    respx = sys.modules.get("respx")
    mocker = sys.modules["respx.mocks"].Mocker.registry.get("httpx") if respx else None
    if respx is None or mocker is None:
        return []
    pass_through = sys.modules["respx.models"].PassThrough

    def refuse(cover: Patch, request: Any) -> None:
        if cover.live and is_ours(request) and not inner.answer(request):
            raise pass_through("the fake answers for this host", request=request, origin=None)

    def handling(cover: Patch) -> Callable[..., Any]:
        def handler(request: Any) -> Any:
            refuse(cover, request)
            return cover.below(request)

        return handler

    def handling_async(cover: Patch) -> Callable[..., Any]:
        async def async_handler(request: Any) -> Any:
            refuse(cover, request)
            return await cover.below(request)

        return async_handler

    return [(mocker, "handler", handling), (mocker, "async_handler", handling_async)]


def _of_pytest_httpx(
    is_ours: IsOurs, answer: Result, answer_async: AsyncAnswer
) -> list[tuple[Any, str, Callable[[Patch], Callable[..., Any]]]]:
    """Handle a request as the fixture `httpx_mock` does with a request; only one that was opened inside is ever asked."""
    library = sys.modules.get("pytest_httpx")
    if library is None or not hasattr(library.HTTPXMock, "_handle_request"):
        return []

    def is_left(cover: Patch, mock: Any, transport: Any, request: Any) -> bool:
        if not cover.live or not is_ours(request):
            return False
        return not any(matcher.match(transport, request) for matcher, _ in mock._callbacks)

    def handling(cover: Patch) -> Callable[..., Any]:
        def handle(mock: Any, transport: Any, request: Any) -> Any:
            request.read()
            if is_left(cover, mock, transport, request):
                return answer(request)
            return cover.below(mock, transport, request)

        return handle

    def handling_async(cover: Patch) -> Callable[..., Any]:
        async def handle(mock: Any, transport: Any, request: Any) -> Any:
            await request.aread()
            if is_left(cover, mock, transport, request):
                return await answer_async(request)
            return await cover.below(mock, transport, request)

        return handle

    owner = library.HTTPXMock
    return [(owner, "_handle_request", handling), (owner, "_handle_async_request", handling_async)]
