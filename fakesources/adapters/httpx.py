"""Adapter for httpx and for its continuation httpx2, sync and async; either may be missing.

There are two ways: a transport for a client, which is the libraries' own extension point, and patches of the transports
that clients make themselves. The class of a request identifies its library, and the response has that library's class.
"""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ..core.engine.waiting import Steps
from ..core.http.hosts import host_with_port
from ..core.http.messages import BODY_LIMIT, Handle, Handles, Request, Response
from .httpx_mocks import InnerMocks, of_cassettes, prefer_fake
from .patching import Patch, patched

LIBRARIES = tuple(import_module(name) for name in ("httpx", "httpx2") if find_spec(name) is not None)

if TYPE_CHECKING:
    import httpx
    import httpx2

    class Transports(  # type: ignore[misc]  # each base returns its own library's Response
        httpx.BaseTransport, httpx.AsyncBaseTransport, httpx2.BaseTransport, httpx2.AsyncBaseTransport
    ):
        """Transport of either library."""

    class Streams(httpx.SyncByteStream, httpx.AsyncByteStream, httpx2.SyncByteStream, httpx2.AsyncByteStream):
        """Body of either library."""

else:

    def of_all(*names):
        """Return a class that inherits, from every library there is, each of the named classes."""
        return type("".join(names), tuple(getattr(library, name) for library in LIBRARIES for name in names), {})

    Transports = of_all("BaseTransport", "AsyncBaseTransport")
    Streams = of_all("SyncByteStream", "AsyncByteStream")

StepsOf = Callable[[Request], Steps | None]
"""Function that returns the steps of a request; None where `handle` responds without waiting."""


class UnhandledHost(LookupError):
    """A client with the fake's transport called a host that the fake does not handle."""


class FakeTransport(Transports):
    """Transport for a client, sync or async, of either library: no packet leaves the process."""

    def __init__(self, handle: Handle, handles: Handles, described: str, steps_of: StepsOf) -> None:
        self._handle, self._handles, self._described, self._steps_of = handle, handles, described, steps_of

    def handle_request(self, request: Any) -> Any:
        """Respond to a sync client. Raises UnhandledHost for a host that the fake does not handle."""
        self._check(request)
        return respond(self._handle, request, read_body(request.stream))

    async def handle_async_request(self, request: Any) -> Any:
        """Respond to an async client. Raises UnhandledHost for a host that the fake does not handle."""
        self._check(request)
        return await respond_async(self._handle, request, await read_body_async(request.stream), self._steps_of)

    def _check(self, request: Any) -> None:
        if not is_handled(self._handles, request):
            raise UnhandledHost(f"host: expected one of {self._described}, got {host_of(request)}")


def never(_: Request) -> None:
    """Return None: `handle` responds to every request without waiting."""


def transport(
    handle: Handle, handles: Handles, described: str = "the fake's hosts", steps_of: StepsOf = never
) -> FakeTransport:
    """Return a transport for the hosts that the fake handles; `described` names them in the error for any other.

    `steps_of` returns the steps of a request of an async client that has to wait. Raises ModuleNotFoundError when
    neither library is installed.
    """
    require_library()
    return FakeTransport(handle, handles, described, steps_of)


def require_library() -> None:
    """Raise ModuleNotFoundError when neither library is installed."""
    if not LIBRARIES:
        raise ModuleNotFoundError("neither httpx nor httpx2 is installed; either comes with fakesources[httpx]")


@contextmanager
def intercept(handle: Handle, handles: Handles, steps_of: StepsOf = never) -> Iterator[None]:
    """Respond to every call of a host and path that the fake handles, of any client, until the block is left.

    `steps_of` returns the steps of a request of an async client that has to wait. Raises ModuleNotFoundError when
    neither library is installed.
    """
    require_library()
    inner = InnerMocks(above=False)

    def respond_to(request: Any) -> Any:
        return respond(handle, request, read_body(request.stream))

    async def respond_to_async(request: Any) -> Any:
        return await respond_async(handle, request, await read_body_async(request.stream), steps_of)

    def make_handle_request(patch: Patch) -> Callable[..., Any]:
        def handle_request(transport: Any, request: Any) -> Any:
            if patch.active and is_handled(handles, request):
                if not inner.routers():
                    return respond_to(request)
                request.read()
                if not inner.respond(request):
                    return respond_to(request)
            return patch.original(transport, request)

        return handle_request

    def make_handle_async_request(patch: Patch) -> Callable[..., Any]:
        async def handle_async_request(transport: Any, request: Any) -> Any:
            if patch.active and is_handled(handles, request):
                if not inner.routers():
                    return await respond_to_async(request)
                await request.aread()
                if not inner.respond(request):
                    return await respond_to_async(request)
            return await patch.original(transport, request)

        return handle_async_request

    targets = [
        target
        for library in LIBRARIES
        for target in (
            (library.HTTPTransport, "handle_request", make_handle_request),
            (library.AsyncHTTPTransport, "handle_async_request", make_handle_async_request),
        )
    ]
    cassettes = of_cassettes(make_handle_request, make_handle_async_request)
    with patched(*targets, *cassettes), prefer_fake(partial(is_handled, handles), respond_to, respond_to_async):
        yield


def is_handled(handles: Handles, request: Any) -> bool:
    """Return whether the fake handles the host and path of a request."""
    return handles(host_of(request), request.url.raw_path.partition(b"?")[0].decode("ascii"))


def host_of(request: Any) -> str:
    """Return the host in lower case, with the port unless it is the scheme's default."""
    url = request.url
    return host_with_port(url.raw_host.decode("ascii").lower(), url.port, url.scheme)


def read_body(stream: Any) -> bytes:
    """Read the body of a sync client, up to one byte more than the limit."""
    body = bytearray()
    for chunk in stream:
        body += chunk
        if len(body) > BODY_LIMIT:
            break
    return bytes(body[: BODY_LIMIT + 1])


async def read_body_async(stream: Any) -> bytes:
    """Read the body of an async client, up to one byte more than the limit."""
    body = bytearray()
    async for chunk in stream:
        body += chunk
        if len(body) > BODY_LIMIT:
            break
    return bytes(body[: BODY_LIMIT + 1])


def respond(handle: Handle, request: Any, body: bytes) -> Any:
    """Return the response in the request's library. Raises that library's exception for a connection that fails."""
    library = library_of(request)
    return to_library(library, request, handle(to_request(library, request, body)))


async def respond_async(handle: Handle, request: Any, body: bytes, steps_of: StepsOf) -> Any:
    """Return the same for an async client, without blocking its event loop while the request waits."""
    library = library_of(request)
    translated = to_request(library, request, body)
    steps = steps_of(translated)
    if steps is None:
        return to_library(library, request, handle(translated))
    from .async_waiting import drive  # late: seldom needed, and asyncio with it

    return to_library(library, request, await drive(steps))


def library_of(request: Any) -> Any:
    """Return the library that a request belongs to."""
    return next(each for each in LIBRARIES if isinstance(request, each.Request))


def to_request(library: Any, request: Any, body: bytes) -> Request:
    """Return the Request that would have been sent, with the client's read timeout."""
    return Request(
        request.method,
        request.url.raw_path.decode("ascii"),
        tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw),
        body,
        host_of(request),
        request.url.scheme,
        library.__name__,
        timeout=request.extensions.get("timeout", {}).get("read"),
    )


def to_library(library: Any, request: Any, response: Response) -> Any:
    """Return a Response in the library's class. Raises the library's exception for a connection that fails."""
    if not (response.disconnect or response.delay):
        return make_response(library, request, response, response.body, None)
    timeout = request.extensions.get("timeout", {}).get("read")
    if response.disconnect == "timeout" or (timeout is not None and response.delay >= timeout):
        raise library.ReadTimeout("The read operation timed out") from TimeoutError("The read operation timed out")
    if response.disconnect == "reset":
        reset = ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
        raise library.ReadError(str(reset)) from reset
    if response.disconnect == "truncated" and response.body and request.method != "HEAD":
        half = response.body[: len(response.body) // 2]
        counts = f"received {len(half)} bytes, expected {len(response.body)}"
        message = f"peer closed connection without sending complete message body ({counts})"
        return make_response(library, request, response, half, library.RemoteProtocolError(message))
    if response.disconnect:
        raise library.RemoteProtocolError("Server disconnected without sending a response.")
    return make_response(library, request, response, response.body, None)


def make_response(library: Any, request: Any, response: Response, body: bytes, error: Exception | None) -> Any:
    """Return a response of a library; `error` is raised once its body has been read to the end."""
    return library.Response(
        response.status,
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.framed],
        stream=Body(b"" if request.method == "HEAD" else body, error),
        extensions={"http_version": b"HTTP/1.1", "reason_phrase": response.reason.encode("ascii")},
    )


class Body(Streams):
    """Body of a response: its content, then the error that ends it, if any."""

    def __init__(self, content: bytes, error: Exception | None) -> None:
        self._content, self._error = content, error

    def __iter__(self) -> Iterator[bytes]:
        if self._content:
            yield self._content
        if self._error is not None:
            raise self._error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk
