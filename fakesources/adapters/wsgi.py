"""WSGI application: every API behind any WSGI server or test client. The one module that parses with werkzeug.

WSGI itself has no way to fail a connection. Behind a server that exposes its socket (gunicorn, werkzeug) the connection
fails for real; elsewhere the application raises the error that a client would have met.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import time
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Request as WerkzeugRequest

from ..core.http.messages import Handle, Limit, Request, Response, default_limit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SOCKET_NAMES = ("gunicorn.socket", "werkzeug.socket")
"""Names in an environ under which servers expose the socket of the connection."""

_LINGER_ZERO = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""Value of SO_LINGER with which closing a socket resets the connection."""

_TARGET_SAFE = "".join(map(chr, range(0x21, 0x7F)))
_PATH_SAFE = "/!$&'()*+,;=:@-._~"


def application(handle: Handle, *, served: bool = False, limit: Limit = default_limit) -> WSGIApplication:
    """Return the application.

    `served`: real clients wait behind a server, so all delays are slept. Otherwise it is called in-process, by a test
    client, even where the caller has an address.
    """

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            request = to_request(environ, limit)
        except ClientDisconnected:
            start_response("400 Bad Request", [("Content-Length", "0")])
            return [b""]
        response = handle(request if served else request._replace(in_process=True))
        if served and response.delay:
            time.sleep(response.delay)
        has_no_body = request.method == "HEAD" or not response.body
        if response.disconnect and (has_no_body or response.disconnect != "truncated"):
            raise fail_connection(response.disconnect, environ)
        start_response(f"{response.status} {response.reason or 'Unnamed'}", list(response.framed))
        if response.disconnect:
            return truncated(response, environ)
        return [b"" if request.method == "HEAD" else response.body]

    return application


def to_request(environ: WSGIEnvironment, limit: Limit = default_limit) -> Request:
    """Return the Request of an environ, with its target as it was sent where the server provides that."""
    parsed = WerkzeugRequest(environ)
    path = path_of(environ)
    query = quote(environ.get("QUERY_STRING", "").encode("latin-1"), safe=_TARGET_SAFE)
    return Request(
        environ["REQUEST_METHOD"],
        f"{path}?{query}" if query else path,
        tuple(parsed.headers.items()),
        read_body(parsed.stream, limit(path)),
        (environ.get("HTTP_HOST") or "").lower(),
        parsed.scheme,
        "wsgi",
        environ.get("REMOTE_ADDR", ""),
    )


def path_of(environ: WSGIEnvironment) -> str:
    """Return the path as it was sent, where the server provides it and no middleware changed it; else quoted again.

    A prefix at which the application is mounted is not part of it.
    """
    path = environ.get("PATH_INFO", "").encode("latin-1")
    raw = (environ.get("RAW_URI") or environ.get("REQUEST_URI") or "").encode("latin-1").partition(b"?")[0]
    if not raw.startswith(b"/"):  # a whole URL, as sent to proxies
        raw = b"/" + raw.partition(b"://")[2].partition(b"/")[2]
    if unquote_to_bytes(raw) == path:
        return quote(raw, safe=_TARGET_SAFE)
    return quote(path, safe=_PATH_SAFE) or "/"


def read_body(stream: IO[bytes], limit: int) -> bytes:
    """Read a body, up to one byte more than the limit."""
    body = bytearray()
    while len(body) <= limit and (chunk := stream.read(limit + 1 - len(body))):
        body += chunk
    return bytes(body)


def truncated(response: Response, environ: WSGIEnvironment) -> Iterator[bytes]:
    """Yield half of the body that was announced, then fail the connection."""
    yield response.body[: len(response.body) // 2]
    raise fail_connection("truncated", environ)


def fail_connection(how: str, environ: WSGIEnvironment) -> OSError:
    """Fail the server's connection where it is exposed; return the exception for the server, or for a test client."""
    exposed = next((environ[name] for name in _SOCKET_NAMES if name in environ), None)
    if isinstance(exposed, socket.socket):
        fail_socket(exposed, how)
        how = "reset"  # servers take it for a client that disconnected, and log nothing
    number = {"timeout": errno.ETIMEDOUT, "reset": errno.ECONNRESET}.get(how, errno.ECONNABORTED)
    return OSError(number, os.strerror(number))  # of the class that belongs to the number


def fail_socket(connection: socket.socket, how: str) -> None:
    """End a connection as a network would: immediately, or for `timeout` once the client has closed it."""
    if how == "timeout":
        connection.settimeout(None)
        while connection.recv(65_536):
            pass
    elif how != "reset":
        connection.shutdown(socket.SHUT_RDWR)
    else:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        # Servers shut a connection down before they close it: its descriptor is replaced.
        if os.name == "posix":  # pragma: no branch - not on Windows
            with socket.socket() as unconnected:
                os.dup2(unconnected.fileno(), connection.fileno(), inheritable=False)
