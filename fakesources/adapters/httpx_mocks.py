"""Mocks of httpx that users open beside the fake: respx, pytest_httpx and cassettes of vcrpy, as those of `responses`.

The innermost of the fake and the mocks takes precedence: a mock opened inside answers what its own entries match, and
leaves other calls of the fake's hosts to the fake; one opened around sees the calls of all other hosts. None of the
libraries is imported here: a test that has not imported one has no mock of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .patching import MakeReplacement, Patch, patched

IsHandled = Callable[[Any], bool]
Respond = Callable[[Any], Any]
Targets = list[tuple[Any, str, MakeReplacement]]


class InnerMocks:
    """Mocks of respx that were opened after this object was made, either those above httpx's transports or those below."""

    def __init__(self, *, above: bool) -> None:
        self._above = above
        self._outer = respx_routers(above)

    def routers(self) -> list[Any]:
        """Return the routers of those mocks, in the order in which they were opened."""
        outer = list(self._outer)
        inner = []
        for router in respx_routers(self._above):
            index = next((number for number, other in enumerate(outer) if other is router), None)
            if index is None:
                inner.append(router)
            else:
                del outer[index]
        return inner

    def respond(self, request: Any) -> bool:
        """Return whether a route of one of them responds to a request, whose body has been read.

        A route that passes the request through counts it as a call, and leaves it to the fake.
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
    """Return the routers of respx that are started, above the transports or below."""
    mocks = sys.modules.get("respx.mocks")
    if mocks is None:
        return []
    mockers = mocks.Mocker.registry.items()
    return [router for name, mocker in mockers if (name == "httpx") is above for router in mocker.routers]


def matches(route: Any, request: Any) -> bool:
    """Return whether a route of respx matches a request. One without a pattern matches every request."""
    return route.pattern is None or bool(route.pattern.match(request))


@contextmanager
def prefer_fake(is_handled: IsHandled, respond: Respond, respond_async: Respond) -> Iterator[None]:
    """Make mocks leave calls of the fake's hosts that none of their entries match to the fake.

    This patches the mocks above the transports of httpx; the patches of the transports handle those below.
    """
    inner = InnerMocks(above=True)
    with patched(*_of_respx(is_handled, inner), *_of_pytest_httpx(is_handled, respond, respond_async)):
        yield


def _of_respx(is_handled: IsHandled, inner: InnerMocks) -> Targets:
    """Return patches of the handlers of `respx.mock(using="httpx")`, which is above every transport at all times."""
    respx = sys.modules.get("respx")
    mocker = sys.modules["respx.mocks"].Mocker.registry.get("httpx") if respx else None
    if respx is None or mocker is None:
        return []
    pass_through = sys.modules["respx.models"].PassThrough

    def pass_to_fake(patch: Patch, request: Any) -> None:
        if patch.active and is_handled(request) and not inner.respond(request):
            raise pass_through("the fake answers for this host", request=request, origin=None)

    def make_handler(patch: Patch) -> Callable[..., Any]:
        def handler(request: Any) -> Any:
            pass_to_fake(patch, request)
            return patch.original(request)

        return handler

    def make_async_handler(patch: Patch) -> Callable[..., Any]:
        async def async_handler(request: Any) -> Any:
            pass_to_fake(patch, request)
            return await patch.original(request)

        return async_handler

    return [(mocker, "handler", make_handler), (mocker, "async_handler", make_async_handler)]


def of_cassettes(make_handle_request: MakeReplacement, make_handle_async_request: MakeReplacement) -> Targets:
    """Return patches of the methods that a cassette calls for what it has not recorded: vcrpy keeps them from its import."""
    module = sys.modules.get("vcr.patch")
    if module is None:
        return []
    names = {
        f"_{library}{kind}": make
        for library in ("Httpx", "Httpx2")
        for kind, make in (
            ("HttpTransport_handle_request", make_handle_request),
            ("AsyncHttpTransport_handle_async_request", make_handle_async_request),
        )
    }
    return [(module, name, make) for name, make in names.items() if hasattr(module, name)]


def _of_pytest_httpx(is_handled: IsHandled, respond: Respond, respond_async: Respond) -> Targets:
    """Return patches of the fixture `httpx_mock`; a request reaches it only where it was opened inside."""
    library = sys.modules.get("pytest_httpx")
    if library is None or not hasattr(library.HTTPXMock, "_handle_request"):
        return []

    def is_for_fake(patch: Patch, mock: Any, transport: Any, request: Any) -> bool:
        if not patch.active or not is_handled(request):
            return False
        return not any(matcher.match(transport, request) for matcher, _ in mock._callbacks)

    def make_handle(patch: Patch) -> Callable[..., Any]:
        def handle(mock: Any, transport: Any, request: Any) -> Any:
            request.read()
            if is_for_fake(patch, mock, transport, request):
                return respond(request)
            return patch.original(mock, transport, request)

        return handle

    def make_async_handle(patch: Patch) -> Callable[..., Any]:
        async def handle(mock: Any, transport: Any, request: Any) -> Any:
            await request.aread()
            if is_for_fake(patch, mock, transport, request):
                return await respond_async(request)
            return await patch.original(mock, transport, request)

        return handle

    owner = library.HTTPXMock
    return [(owner, "_handle_request", make_handle), (owner, "_handle_async_request", make_async_handle)]
