"""Messages of `requests`: from a prepared request to a Request, and from a Response to that of urllib3.

A connection fails as it does with `requests` and urllib3: with the same exceptions, the same causes and the retries of
a `Retry`, except that nothing sleeps.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
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

from ..core.http.hosts import without_default_port
from ..core.http.messages import BODILESS, BODY_LIMIT, Handle, Handles, Request, Response

Url = re.Match[str]

URL = re.compile(r"(https?)://(?:[^/?#]*@)?([^/?#]*)([^?#]*)(\?[^#]*)?", re.IGNORECASE)
"""Scheme, host with its port, path and query of the URL of a prepared request."""

_USER_AGENT = f"python-urllib3/{version('urllib3')}"
_CHUNK_BYTES = 16_384


def handled_url(handles: Handles, request: PreparedRequest) -> Url | None:
    """Return the parsed URL of a request that the fake handles, else None."""
    url = URL.match(request.url or "")
    return url if url is not None and handles(url[2].lower(), url[3] or "/") else None


def respond(handle: Handle, adapter: HTTPAdapter, request: PreparedRequest, url: Url, timeout: Any) -> RequestsResponse:
    """Respond to one call of `requests`, with the retries of the adapter's `Retry`."""
    read_timeout = read_timeout_of(timeout)
    translated = to_request(request, url, read_timeout)
    retries = adapter.max_retries
    while True:
        try:
            try:
                raw = to_urllib3(handle(translated), translated, retries, read_timeout)
            except (ProtocolError, ReadTimeoutError) as error:
                retries = _increment(retries, translated, error=error)
                continue
            if retries.is_retry(translated.method, raw.status, "Retry-After" in raw.headers):
                try:
                    retries = _increment(retries, translated, response=raw)
                except MaxRetryError:
                    if retries.raise_on_status:
                        raise
                else:
                    continue
        except (ProtocolError, ReadTimeoutError, MaxRetryError) as error:
            raise exception_for(error, request) from error
        return adapter.build_response(request, raw)


def respond_once(handle: Handle, request: PreparedRequest, url: Url, timeout: Any) -> HTTPResponse:
    """Respond to one attempt of a call, without retries. Raises the exceptions of `requests`."""
    read_timeout = read_timeout_of(timeout)
    translated = to_request(request, url, read_timeout)
    try:
        return to_urllib3(handle(translated), translated, None, read_timeout)
    except (ProtocolError, ReadTimeoutError) as error:
        raise exception_for(error, request) from error


def remaining_retries(retries: Any, request: PreparedRequest, url: Url, error: exceptions.RequestException) -> Any:
    """Return the `Retry` that remains after an attempt failed with an exception.

    Raises where none remains, and the exception itself where it is not that of a connection that failed.
    """
    cause = error.__cause__
    if not isinstance(cause, ProtocolError | ReadTimeoutError):
        raise error
    try:
        return _increment(retries, to_request(request, url), error=cause)
    except (ProtocolError, ReadTimeoutError, MaxRetryError) as last:
        raise exception_for(last, request) from last


def _increment(retries: Any, request: Request, **outcome: Any) -> Any:
    return retries.increment(request.method, request.target, **outcome, _pool=pool_of(request))


def exception_for(error: Exception, request: PreparedRequest) -> exceptions.RequestException:
    """Return the exception that `requests` raises for one of urllib3."""
    if isinstance(error, ReadTimeoutError):
        return exceptions.ReadTimeout(error, request=request)
    if isinstance(error, MaxRetryError) and isinstance(error.reason, ResponseError):
        return exceptions.RetryError(error, request=request)
    return exceptions.ConnectionError(error, request=request)


def read_timeout_of(timeout: Any) -> float | None:
    """Return the read timeout in seconds of a `timeout` argument of `requests`."""
    if isinstance(timeout, Timeout):
        begun = timeout.clone()  # a limit to the total counts from when it begins
        begun.start_connect()
        timeout = begun.read_timeout
    seconds: float | None = timeout[1] if isinstance(timeout, tuple) else timeout
    return seconds


def to_request(request: PreparedRequest, url: Url, read_timeout: float | None = None) -> Request:
    """Return the Request that would have been sent, with the headers that urllib3 adds and the client's timeout."""
    scheme = url[1].lower()
    host = without_default_port(url[2].lower(), scheme)
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
    if request.method is None:
        raise TypeError("method: expected a text, got None")  # as the real connection does
    return Request(
        request.method,
        path + (url[4] or ""),
        tuple(pairs),
        read_body(request.body),
        host,
        scheme,
        "responses",
        timeout=read_timeout,
    )


def read_body(body: Any) -> bytes:
    """Read a body in any form that `requests` accepts, up to one byte more than the limit."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    try:
        return bytes(memoryview(body))
    except TypeError:
        pass  # a file or an iterator
    content = bytearray()
    for chunk in read_chunks(body) if hasattr(body, "read") else body:
        content += chunk.encode() if isinstance(chunk, str) else chunk
        if len(content) > BODY_LIMIT:
            break
    return bytes(content[: BODY_LIMIT + 1])


def read_chunks(file: Any) -> Iterator[Any]:
    """Yield a file's bytes, or its text, from its current position."""
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk


def to_urllib3(response: Response, request: Request, retries: Any, read_timeout: float | None) -> HTTPResponse:
    """Return the response of urllib3 with an unread body. Raises urllib3's exception for a connection that fails."""
    body = response.body
    if response.disconnect or response.delay:
        if response.disconnect == "timeout" or (read_timeout is not None and response.delay >= read_timeout):
            message = f"Read timed out. (read timeout={read_timeout})"
            raise ReadTimeoutError(pool_of(request), request.target, message)
        has_no_body = request.method == "HEAD" or not body
        if response.disconnect == "reset":
            cause: Exception = ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
            raise ProtocolError("Connection aborted.", cause) from cause
        if response.disconnect == "empty" or (response.disconnect == "truncated" and has_no_body):
            cause = client.RemoteDisconnected("Remote end closed connection without response")
            raise ProtocolError("Connection aborted.", cause) from cause
        if response.disconnect == "truncated":
            body = body[: len(body) // 2]
    pairs = list(response.framed)
    content = ReceivedBody(request.method, response.status, len(response.body), body)
    if response.header("set-cookie") is not None:
        content.msg = client.HTTPMessage()  # from which `requests` reads cookies
        for name, value in pairs:
            content.msg[name] = value
    return HTTPResponse(
        body=content,
        headers=pairs,  # type: ignore[arg-type]  # pairs are accepted too
        status=response.status,
        version=11,
        reason=response.reason,
        preload_content=False,
        decode_content=False,
        original_response=content if content.msg is not None else None,
        retries=retries,
        request_method=request.method,
        request_url=request.target,
    )


class ReceivedBody(client.HTTPResponse):
    """Response of http.client after its headers were read: urllib3 reads the body from it.

    It ends, closes and reports a truncated body exactly as with a connection, since it is the same code. `msg` holds
    the headers for cookies, and is None where there are none.
    """

    def __init__(self, method: str, status: int, length: int, received: bytes) -> None:
        super().__init__(Received(received), method=method)  # type: ignore[arg-type]
        has_no_body = method == "HEAD" or status in BODILESS
        self.length = 0 if has_no_body else length
        self.chunked = self.will_close = False
        self.status = status


class Received:
    """The part of a socket that http.client reads from, with all of its bytes received."""

    def __init__(self, received: bytes) -> None:
        self._received = received

    def makefile(self, _: str) -> BytesIO:
        """Return the bytes as a file, which http.client opens in the mode "rb"."""
        return BytesIO(self._received)


def pool_of(request: Request) -> HTTPConnectionPool:
    """Return the pool that an exception names; it never connects."""
    address = urlsplit(f"//{request.host}")
    pool = HTTPSConnectionPool if request.scheme == "https" else HTTPConnectionPool
    return pool(address.hostname or "", address.port)
