"""The door for httpx and for its continuation httpx2, sync and async; either may be absent.

Two ways in: a transport handed to a client, which is the libraries' own extension point, and an interception of the
transports that clients make themselves. A request says by its class which of the two libraries it belongs to, and is
answered with that library's classes.
"""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ..core.engine.waiting import Steps
from ..core.http.messages import BODY_LIMIT, Handle, Ours, Request, Response
from .httpx_mocks import InnerMocks, leave_to_the_fake
from .patching import Patch

LIBRARIES = tuple(import_module(name) for name in ("httpx", "httpx2") if find_spec(name) is not None)

if TYPE_CHECKING:
    import httpx
    import httpx2

    class Transports(  # type: ignore[misc]  # each base answers with its own library's Response
        httpx.BaseTransport, httpx.AsyncBaseTransport, httpx2.BaseTransport, httpx2.AsyncBaseTransport
    ):
        """What either library takes for a transport."""

    class Streams(httpx.SyncByteStream, httpx.AsyncByteStream, httpx2.SyncByteStream, httpx2.AsyncByteStream):
        """What either library takes for a body."""

else:

    def of_all(*names):
        """A class that is, in every library there is, each of the named ones."""
        return type("".join(names), tuple(getattr(library, name) for library in LIBRARIES for name in names), {})

    Transports = of_all("BaseTransport", "AsyncBaseTransport")
    Streams = of_all("SyncByteStream", "AsyncByteStream")

StepsOf = Callable[[Request], Steps | None]
"""Function that gives what a request has to wait for, step by step; None where `handle` answers it without waiting."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


class NotAnswered(LookupError):
    """A client that was handed the fake's transport asked a host the fake does not answer for."""


class FakeTransport(Transports):
    """Hand this to a client, sync or async, of either library, and no packet leaves the process."""

    def __init__(self, handle: Handle, ours: Ours, described: str, steps_of: StepsOf) -> None:
        self._handle, self._ours, self._described, self._steps_of = handle, ours, described, steps_of

    def handle_request(self, request: Any) -> Any:
        """Answer a sync client. Raises NotAnswered for a host that is not the fake's."""
        self._expect(request)
        return answered(self._handle, request, joined(request.stream))

    async def handle_async_request(self, request: Any) -> Any:
        """Answer an async client. Raises NotAnswered for a host that is not the fake's."""
        self._expect(request)
        return await answered_later(self._handle, request, await gathered(request.stream), self._steps_of)

    def _expect(self, request: Any) -> None:
        if not is_ours(self._ours, request):
            raise NotAnswered(f"this transport does not answer for {host_of(request)}, only for {self._described}")


def never(_: Request) -> None:
    """Let `handle` answer every request: it never waits."""


def transport(
    handle: Handle, ours: Ours, described: str = "the fake's hosts", steps_of: StepsOf = never
) -> FakeTransport:
    """A transport that answers for `ours`, which `described` names for the error that any other host meets. `steps_of`
    gives what a request of an async client has to wait for, if anything.

    Raises ModuleNotFoundError when neither library is installed.
    """
    expect_a_library()
    return FakeTransport(handle, ours, described, steps_of)


def expect_a_library() -> None:
    """Raises ModuleNotFoundError when neither library is installed."""
    if not LIBRARIES:
        raise ModuleNotFoundError("neither httpx nor httpx2 is installed; either comes with fakesources[httpx]")


@contextmanager
def intercept(handle: Handle, ours: Ours, steps_of: StepsOf = never) -> Iterator[None]:
    """Answer every call to a host and path that are `ours`, of clients made before or inside, until left. `steps_of`
    gives what a request of an async client has to wait for, if anything.

    Raises ModuleNotFoundError when neither library is installed.
    """
    expect_a_library()
    inner = InnerMocks(above=False)

    def answer(request: Any) -> Any:
        return answered(handle, request, joined(request.stream))

    async def answer_async(request: Any) -> Any:
        return await answered_later(handle, request, await gathered(request.stream), steps_of)

    with ExitStack() as leaving:
        for library in LIBRARIES:
            for owner, name, stand_in_for in (
                (library.HTTPTransport, "handle_request", sync_stand_in),
                (library.AsyncHTTPTransport, "handle_async_request", async_stand_in),
            ):
                cover = Patch(owner, name)
                cover.put_on(
                    stand_in_for(cover, ours, inner, answer if stand_in_for is sync_stand_in else answer_async)
                )
                leaving.callback(cover.take_off)
        leaving.enter_context(leave_to_the_fake(partial(is_ours, ours), answer, answer_async))
        yield


def sync_stand_in(cover: Patch, ours: Ours, inner: InnerMocks, answer: Callable[..., Any]) -> Callable[..., Any]:
    """Stand-in for `HTTPTransport.handle_request`."""

    def handle_request(transport: Any, request: Any) -> Any:
        if cover.live and is_ours(ours, request):
            if not inner.routers():
                return answer(request)
            request.read()
            if not inner.answer(request):
                return answer(request)
        return cover.below(transport, request)

    return handle_request


def async_stand_in(cover: Patch, ours: Ours, inner: InnerMocks, answer: Callable[..., Any]) -> Callable[..., Any]:
    """What stands in for `AsyncHTTPTransport.handle_async_request`."""

    async def handle_async_request(transport: Any, request: Any) -> Any:
        if cover.live and is_ours(ours, request):
            if not inner.routers():
                return await answer(request)
            await request.aread()
            if not inner.answer(request):
                return await answer(request)
        return await cover.below(transport, request)

    return handle_async_request


def is_ours(ours: Ours, request: Any) -> bool:
    """Return whether the fake answers for what a request is addressed to."""
    return ours(host_of(request), request.url.raw_path.partition(b"?")[0].decode("ascii"))


def host_of(request: Any) -> str:
    """The host in lower case, with the port where it is not the scheme's own."""
    url = request.url
    host = url.raw_host.decode("ascii").lower()
    if ":" in host:
        host = f"[{host}]"
    return host if url.port in (None, _DEFAULT_PORTS.get(url.scheme)) else f"{host}:{url.port}"


def joined(stream: Any) -> bytes:
    """A body sent by a sync client, read no further than needed to refuse it."""
    read = bytearray()
    for chunk in stream:
        read += chunk
        if len(read) > BODY_LIMIT:
            break
    return bytes(read[: BODY_LIMIT + 1])


async def gathered(stream: Any) -> bytes:
    """A body sent by an async client, read no further than needed to refuse it."""
    read = bytearray()
    async for chunk in stream:
        read += chunk
        if len(read) > BODY_LIMIT:
            break
    return bytes(read[: BODY_LIMIT + 1])


async def answered_later(handle: Handle, request: Any, body: bytes, steps_of: StepsOf) -> Any:
    """The same for an async client, whose event loop goes on while its request waits."""
    library = library_of(request)
    asked = translated(library, request, body)
    steps = steps_of(asked)
    if steps is None:
        return delivered(library, request, handle(asked))
    from .async_waiting import drive  # late: seldom needed, and asyncio with it

    return delivered(library, request, await drive(steps))


def answered(handle: Handle, request: Any, body: bytes) -> Any:
    """One request answered with its own library's response. Raises what that library raises when a transport fails."""
    library = library_of(request)
    return delivered(library, request, handle(translated(library, request, body)))


def library_of(request: Any) -> Any:
    """Which of the libraries a request belongs to."""
    return next(each for each in LIBRARIES if isinstance(request, each.Request))


def translated(library: Any, request: Any, body: bytes) -> Request:
    """Return the request as it would have gone over the wire, and how long its client waits for the answer."""
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


def delivered(library: Any, request: Any, reply: Response) -> Any:
    """A reply as the library's response. Raises what the library raises when a transport fails."""
    if not (reply.disconnect or reply.delay):
        return response(library, request, reply, reply.body, None)
    patience = request.extensions.get("timeout", {}).get("read")
    if reply.disconnect == "timeout" or (patience is not None and reply.delay >= patience):
        raise library.ReadTimeout("The read operation timed out") from TimeoutError("The read operation timed out")
    if reply.disconnect == "reset":
        reset = ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
        raise library.ReadError(str(reset)) from reset
    if reply.disconnect == "truncated" and reply.body and request.method != "HEAD":
        half = reply.body[: len(reply.body) // 2]
        said = "peer closed connection without sending complete message body"
        counted = f"{said} (received {len(half)} bytes, expected {len(reply.body)})"
        return response(library, request, reply, half, library.RemoteProtocolError(counted))
    if reply.disconnect:
        raise library.RemoteProtocolError("Server disconnected without sending a response.")
    return response(library, request, reply, reply.body, None)


def response(library: Any, request: Any, reply: Response, body: bytes, fault: Exception | None) -> Any:
    """A reply in a library's own class; `fault` is raised once the body has been read to its end."""
    return library.Response(
        reply.status,
        headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.framed],
        stream=Body(b"" if request.method == "HEAD" else body, fault),
        extensions={"http_version": b"HTTP/1.1", "reason_phrase": reply.reason.encode("ascii")},
    )


class Body(Streams):
    """The body of a response: what arrives, then the fault that ends it, if any."""

    def __init__(self, content: bytes, fault: Exception | None) -> None:
        self._content, self._fault = content, fault

    def __iter__(self) -> Iterator[bytes]:
        if self._content:
            yield self._content
        if self._fault is not None:
            raise self._fault

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk
