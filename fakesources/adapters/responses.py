"""The door for `requests`: calls to the fake's hosts are answered here, all others go on as they are.

One look-up at `HTTPAdapter.send`, the place that `responses` covers too, and never an entry in one of its registries:
those drop the first of two entries that match, read the bodies of calls they let pass, and keep every call. With the
mocks of `responses` goes the rule a reader expects of nesting: the innermost has the first word. A mock opened inside
answers what its own entries match and leaves the fake's hosts to the fake; one opened around is asked about every host
but those.

What a transport fault looks like is decided as `requests` and urllib3 decide it: the same exceptions with the same
causes, and a `Retry` is obeyed, except that nothing sleeps.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPMessage, RemoteDisconnected
from importlib.metadata import version
from io import BytesIO
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from requests import PreparedRequest, Response, exceptions
from requests.adapters import HTTPAdapter
from responses import Call, RequestsMock
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError, ProtocolError, ReadTimeoutError, ResponseError
from urllib3.util import SKIP_HEADER, Timeout

from ..core.messages import BODY_LIMIT, Handle, Ours, Reply, Request
from .covers import Cover

Send = Callable[..., Response]
Url = re.Match[str]

_URL = re.compile(r"(https?)://(?:[^/?#]*@)?([^/?#]*)([^?#]*)(\?[^#]*)?", re.IGNORECASE)
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_USER_AGENT = f"python-urllib3/{version('urllib3')}"
_OPTIONS = ("stream", "timeout", "verify", "cert", "proxies")


@contextmanager
def intercept(handle: Handle, ours: Ours) -> Iterator[None]:
    """Answer every call of `requests` to a host and path that are `ours`, from any thread, until left."""
    send = Cover(HTTPAdapter, "send")
    opened = Cover(RequestsMock, "unbound_on_send")
    closed = Cover(RequestsMock, "stop")

    def answer_or_pass(adapter: HTTPAdapter, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        url = _URL.match(request.url or "")
        if url is None or not send.live or not ours(url[2].lower(), url[3] or "/"):
            below: Send = send.below
            return below(adapter, request, *args, **kwargs)
        options = dict(zip(_OPTIONS, args, strict=False), **kwargs) if args else kwargs
        adapter.add_headers(request, **options)
        return answered(handle, adapter, request, url, options.get("timeout"))

    def mock_first(mock: RequestsMock) -> Send:
        """What a mock that is opened inside puts at `HTTPAdapter.send`: itself for what it answers, else the fake."""
        its_own: Send = opened.below(mock)

        def mock_or_fake(adapter: HTTPAdapter, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
            url = _URL.match(request.url or "")
            if url is None or not send.live or not ours(url[2].lower(), url[3] or "/"):
                return its_own(adapter, request, *args, **kwargs)
            entry = entry_for(mock, request, kwargs)
            if entry is not None and not entry.passthrough:
                return its_own(adapter, request, *args, **kwargs)
            response = answer_or_pass(adapter, request, *args, **kwargs)
            if entry is not None:  # let through by the mock's own wish, which counts as a call of the entry
                call = Call(request, response)  # type: ignore[arg-type]  # annotated for the library's own class
                entry.calls.add_call(call)
                mock.calls.add_call(call)
            return response

        mock_or_fake.reaches = (*reached_from(its_own), send)  # type: ignore[attr-defined]
        return mock_or_fake

    def stay_on_top(mock: RequestsMock, *args: Any, **kwargs: Any) -> None:
        """A mock that was opened around this door and is stopped inside it takes the door off with it: put it back."""
        try:
            closed.below(mock, *args, **kwargs)
        finally:
            if send.live and send not in reached_from(HTTPAdapter.send):
                cover_send()

    def cover_send() -> None:
        answer_or_pass.reaches = (*reached_from(HTTPAdapter.send), send)  # type: ignore[attr-defined]
        send.put_on(answer_or_pass)

    opened.put_on(mock_first)
    closed.put_on(stay_on_top)
    cover_send()
    try:
        yield
    finally:
        send.take_off()
        closed.take_off()
        opened.take_off()


def reached_from(send: Any) -> tuple[Cover, ...]:
    """The doors that a function at `HTTPAdapter.send` leads to, sooner or later."""
    return getattr(send, "reaches", ())


def entry_for(mock: RequestsMock, request: PreparedRequest, options: dict[str, Any]) -> Any:
    """The first entry of a mock that matches, found without asking its registry, which would drop entries."""
    entries = list(mock.registered())
    if not entries:
        return None
    body: Any = request.body
    if hasattr(body, "read"):
        request.body = body.read()
    pairs = parse_qsl(request.path_url.partition("?")[2], keep_blank_values=True)
    grouped = {name: [value for _, value in group] for name, group in groupby(pairs, lambda pair: pair[0])}
    # What the matchers of `responses` read, as its own mocks put it there.
    request.params = {name: values if len(values) > 1 else values[0] for name, values in grouped.items()}  # type: ignore[attr-defined]
    request.req_kwargs = options  # type: ignore[attr-defined]
    return next((entry for entry in entries if entry.matches(request)[0]), None)


def answered(handle: Handle, adapter: HTTPAdapter, request: PreparedRequest, url: Url, timeout: Any) -> Response:
    """One call of `requests` answered by `handle`, as often as the adapter's `Retry` has it."""
    patience = patience_of(timeout)
    asked = translated(request, url, patience)
    retries = adapter.max_retries
    while True:
        try:
            try:
                raw = arrived(handle(asked), asked, retries, patience)
            except (ProtocolError, ReadTimeoutError) as fault:
                retries = retries.increment(asked.method, asked.target, error=fault, _pool=pool_of(asked))
                continue
            if retries.is_retry(asked.method, raw.status, "Retry-After" in raw.headers):
                try:
                    retries = retries.increment(asked.method, asked.target, response=raw, _pool=pool_of(asked))
                except MaxRetryError:
                    if retries.raise_on_status:
                        raise
                else:
                    continue
        except ProtocolError as fault:
            raise exceptions.ConnectionError(fault, request=request) from fault
        except ReadTimeoutError as fault:
            raise exceptions.ReadTimeout(fault, request=request) from fault
        except MaxRetryError as last:
            by_status = isinstance(last.reason, ResponseError)
            lost = exceptions.RetryError if by_status else exceptions.ConnectionError
            raise lost(last, request=request) from last
        return adapter.build_response(request, raw)


def patience_of(timeout: Any) -> float | None:
    """How many seconds a client waits for an answer, from any form in which `requests` takes that."""
    if isinstance(timeout, Timeout):
        begun = timeout.clone()  # a limit to the total counts from when it begins
        begun.start_connect()
        timeout = begun.read_timeout
    seconds: float | None = timeout[1] if isinstance(timeout, tuple) else timeout
    return seconds


def translated(request: PreparedRequest, url: Url, patience: float | None = None) -> Request:
    """What would have gone over the wire, with the headers that urllib3 adds itself, and how long the client waits."""
    scheme = url[1].lower()
    host = url[2].lower().removesuffix(_DEFAULT_PORTS[scheme])
    path = url[3] or "/"
    if path.startswith("//"):
        path = "/" + path.lstrip("/")
    pairs: list[tuple[str, str]] = []
    names = set()
    for name, value in request.headers.items():
        text = value if isinstance(value, str) else value.decode("latin-1")
        if not text.isascii():
            text.encode("latin-1")  # raises what the real connection raises for a character it cannot send
        names.add(name.lower())
        if text != SKIP_HEADER:
            pairs.append((name, text))
    if "user-agent" not in names:
        pairs.insert(0, ("User-Agent", _USER_AGENT))
    if "accept-encoding" not in names:
        pairs.insert(0, ("Accept-Encoding", "identity"))
    if "host" not in names:
        pairs.insert(0, ("Host", host))
    return Request(
        request.method or "GET",
        path + (url[4] or ""),
        tuple(pairs),
        body_of(request.body),
        host,
        scheme,
        "responses",
        timeout=patience,
    )


def body_of(body: Any) -> bytes:
    """A body in any of the forms that `requests` takes, read no further than needed to refuse it."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    try:
        return bytes(memoryview(body))
    except TypeError:
        pass  # none that lies in memory
    read = bytearray()
    for chunk in read_off(body) if hasattr(body, "read") else body:
        read += chunk.encode() if isinstance(chunk, str) else chunk
        if len(read) > BODY_LIMIT:
            break
    return bytes(read[: BODY_LIMIT + 1])


def read_off(file: Any) -> Iterator[Any]:
    """A file's bytes, or its text, from where it stands."""
    while chunk := file.read(16_384):
        yield chunk


def arrived(reply: Reply, asked: Request, retries: Any, patience: float | None) -> HTTPResponse:
    """The answer as urllib3 would hand it up. Raises what urllib3 raises when the transport fails."""
    body = reply.body
    if reply.breaks or reply.delay:
        if reply.breaks == "timeout" or (patience is not None and reply.delay >= patience):
            said = f"Read timed out. (read timeout={patience})"
            raise ReadTimeoutError(pool_of(asked), asked.target, said)
        bare = asked.method == "HEAD" or not body
        if reply.breaks == "reset":
            fault: Exception = ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
            raise ProtocolError("Connection aborted.", fault) from fault
        if reply.breaks == "empty" or (reply.breaks == "truncated" and bare):
            fault = RemoteDisconnected("Remote end closed connection without response")
            raise ProtocolError("Connection aborted.", fault) from fault
        if reply.breaks == "truncated":
            body = body[: len(body) // 2]
    pairs: Any = list(reply.framed)
    return HTTPResponse(
        body=BytesIO(b"" if asked.method == "HEAD" else body),
        headers=pairs,
        status=reply.status,
        version=11,
        reason=reply.reason,
        preload_content=False,
        decode_content=False,
        original_response=Head(pairs) if reply.header("set-cookie") is not None else None,  # type: ignore[arg-type]
        retries=retries,
        request_method=asked.method,
        request_url=asked.target,
    )


class Head:
    """The part of http.client's response that `requests` takes cookies from."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.msg = HTTPMessage()
        for name, value in pairs:
            self.msg[name] = value

    def isclosed(self) -> bool:
        """There is no connection to be kept open."""
        return True

    def close(self) -> None:
        """There is none to be closed either."""


def pool_of(asked: Request) -> HTTPConnectionPool:
    """The pool an exception names; it never connects."""
    place = urlsplit(f"//{asked.host}")
    pool = HTTPSConnectionPool if asked.scheme == "https" else HTTPConnectionPool
    return pool(place.hostname or "", place.port)
