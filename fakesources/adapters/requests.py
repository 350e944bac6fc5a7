"""Messages of `requests`: a prepared request becomes a Request, a Reply becomes what urllib3 would have returned.

What a transport fault looks like is decided as `requests` and urllib3 decide it: the same exceptions with the same
causes, and a `Retry` is obeyed, except that nothing sleeps.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator
from http import client
from importlib.metadata import version
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, exceptions
from requests import Response as RequestsResponse
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError, ProtocolError, ReadTimeoutError, ResponseError
from urllib3.util import SKIP_HEADER, Timeout

from ..core.http.messages import BODILESS, BODY_LIMIT, Handle, Request, Response

Url = re.Match[str]

URL = re.compile(r"(https?)://(?:[^/?#]*@)?([^/?#]*)([^?#]*)(\?[^#]*)?", re.IGNORECASE)
"""Scheme, host with its port, path and query of the address of a prepared request."""

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_USER_AGENT = f"python-urllib3/{version('urllib3')}"


def answered(
    handle: Handle, adapter: HTTPAdapter, request: PreparedRequest, url: Url, timeout: Any
) -> RequestsResponse:
    """Answer one call of `requests`, as often as the adapter's `Retry` asks."""
    patience = read_timeout(timeout)
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
        except (ProtocolError, ReadTimeoutError, MaxRetryError) as error:
            raise exception_for(error, request) from error
        return adapter.build_response(request, raw)


def answered_once(handle: Handle, request: PreparedRequest, url: Url, timeout: Any) -> HTTPResponse:
    """Answer one attempt of a call, for whoever obeys the adapter's `Retry`. Raises the exceptions of `requests`."""
    patience = read_timeout(timeout)
    asked = translated(request, url, patience)
    try:
        return arrived(handle(asked), asked, None, patience)
    except (ProtocolError, ReadTimeoutError) as error:
        raise exception_for(error, request) from error


def retried(retries: Any, request: PreparedRequest, url: Url, error: exceptions.RequestException) -> Any:
    """Return the `Retry` that is left after an attempt ended with an exception. Raises where none is left, and the
    exception itself where it is no transport fault.
    """
    fault = error.__cause__
    if not isinstance(fault, ProtocolError | ReadTimeoutError):
        raise error
    asked = translated(request, url)
    try:
        return retries.increment(asked.method, asked.target, error=fault, _pool=pool_of(asked))
    except (ProtocolError, ReadTimeoutError, MaxRetryError) as last:
        raise exception_for(last, request) from last


def exception_for(error: Exception, request: PreparedRequest) -> exceptions.RequestException:
    """The exception that `requests` raises for one of urllib3's."""
    if isinstance(error, ReadTimeoutError):
        return exceptions.ReadTimeout(error, request=request)
    if isinstance(error, MaxRetryError) and isinstance(error.reason, ResponseError):
        return exceptions.RetryError(error, request=request)
    return exceptions.ConnectionError(error, request=request)


def read_timeout(timeout: Any) -> float | None:
    """The read timeout in seconds out of what `requests` takes for a timeout."""
    if isinstance(timeout, Timeout):
        begun = timeout.clone()  # a limit to the total counts from when it begins
        begun.start_connect()
        timeout = begun.read_timeout
    seconds: float | None = timeout[1] if isinstance(timeout, tuple) else timeout
    return seconds


def translated(request: PreparedRequest, url: Url, patience: float | None = None) -> Request:
    """Return the request as it would have gone over the wire, with the headers that urllib3 adds itself, and how long the client waits."""
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


def arrived(reply: Response, asked: Request, retries: Any, patience: float | None) -> HTTPResponse:
    """The answer as urllib3 would hand it up. Raises what urllib3 raises when the transport fails."""
    body = reply.body
    if reply.disconnect or reply.delay:
        if reply.disconnect == "timeout" or (patience is not None and reply.delay >= patience):
            said = f"Read timed out. (read timeout={patience})"
            raise ReadTimeoutError(pool_of(asked), asked.target, said)
        bare = asked.method == "HEAD" or not body
        if reply.disconnect == "reset":
            fault: Exception = ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
            raise ProtocolError("Connection aborted.", fault) from fault
        if reply.disconnect == "empty" or (reply.disconnect == "truncated" and bare):
            fault = client.RemoteDisconnected("Remote end closed connection without response")
            raise ProtocolError("Connection aborted.", fault) from fault
        if reply.disconnect == "truncated":
            body = body[: len(body) // 2]
    pairs = list(reply.framed)
    content = ReceivedBody(asked.method, reply.status, len(reply.body), body)
    if reply.header("set-cookie") is not None:
        content.msg = message_of(pairs)
    return HTTPResponse(
        body=content,
        headers=pairs,  # type: ignore[arg-type]  # pairs are taken too
        status=reply.status,
        version=11,
        reason=reply.reason,
        preload_content=False,
        decode_content=False,
        original_response=content if content.msg is not None else None,
        retries=retries,
        request_method=asked.method,
        request_url=asked.target,
    )


class ReceivedBody(client.HTTPResponse):
    """The response of http.client as it stands after the headers were read: urllib3 reads the body from it.

    It ends, closes and reports a body that was cut off exactly as with a connection, since it is the same code. `msg`
    holds the headers for whoever looks for cookies, and is None where there are none.
    """

    def __init__(self, method: str, status: int, length: int, received: bytes) -> None:
        super().__init__(Received(received), method=method)  # type: ignore[arg-type]
        bare = method == "HEAD" or status in BODILESS
        self.length = 0 if bare else length
        self.chunked = self.will_close = False
        self.status = status


class Received:
    """The part of a socket that http.client reads from: bytes that have all arrived."""

    def __init__(self, received: bytes) -> None:
        self._received = received

    def makefile(self, _: str) -> BytesIO:
        """Return the bytes as a file, which http.client opens in the mode "rb"."""
        return BytesIO(self._received)


def message_of(pairs: Iterable[tuple[str, str]]) -> client.HTTPMessage:
    """Headers in the form in which `requests` takes cookies from them."""
    message = client.HTTPMessage()
    for name, value in pairs:
        message[name] = value
    return message


def pool_of(asked: Request) -> HTTPConnectionPool:
    """The pool an exception names; it never connects."""
    place = urlsplit(f"//{asked.host}")
    pool = HTTPSConnectionPool if asked.scheme == "https" else HTTPConnectionPool
    return pool(place.hostname or "", place.port)
