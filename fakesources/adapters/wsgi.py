"""The WSGI application: both APIs behind any WSGI server or test client. The one file that reads with werkzeug.

WSGI cannot fail a connection by itself. Behind a server that shows its socket (gunicorn, werkzeug) a transport fault
is a real one; elsewhere the application raises what a client would have met.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import time
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Request as Asked

from ..core.messages import BODY_LIMIT, Handle, Reply, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SHOWN_SOCKETS = ("gunicorn.socket", "werkzeug.socket")
_AT_ONCE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_TARGET_SAFE = "".join(map(chr, range(0x21, 0x7F)))
_PATH_SAFE = "/!$&'()*+,;=:@-._~"


def application(handle: Handle, *, served: bool = False) -> WSGIApplication:
    """The application. `served` says that real clients wait behind a server, so that delays are slept."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            asked = translated(environ)
        except ClientDisconnected:
            start_response("400 Bad Request", [("Content-Length", "0")])
            return [b""]
        reply = handle(asked)
        if served and reply.delay:
            time.sleep(reply.delay)
        bare = asked.method == "HEAD" or not reply.body
        if reply.breaks and (bare or reply.breaks != "truncated"):
            raise broken(reply.breaks, environ)
        start_response(f"{reply.status} {reply.reason or 'Unnamed'}", list(reply.framed))
        if reply.breaks:
            return cut(reply, environ)
        return [b"" if asked.method == "HEAD" else reply.body]

    return answer


def translated(environ: WSGIEnvironment) -> Request:
    """An environ as the request it was made from, its target as it stood on the wire where the server kept that."""
    asked = Asked(environ)
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw and not environ.get("SCRIPT_NAME"):
        target = origin(raw)
    else:  # mounted below a prefix, which is no part of the API's path; or a server that keeps no raw target
        target = quote(environ.get("PATH_INFO", "").encode("latin-1"), safe=_PATH_SAFE) or "/"
        query = environ.get("QUERY_STRING", "")
        target += "?" + quote(query.encode("latin-1"), safe=_TARGET_SAFE) if query else ""
    return Request(
        environ["REQUEST_METHOD"],
        target,
        tuple(asked.headers.items()),
        read(asked.stream),
        (environ.get("HTTP_HOST") or "").lower(),
        asked.scheme,
        "wsgi",
        environ.get("REMOTE_ADDR", ""),
    )


def origin(raw: str) -> str:
    """A raw target as path and query: proxies are sent whole URLs, and bytes beyond ASCII come as Latin-1."""
    target = quote(raw.encode("latin-1"), safe=_TARGET_SAFE)
    if not target.startswith("/") and "://" in target:
        target = "/" + target.partition("://")[2].partition("/")[2]
    return target


def read(body: IO[bytes]) -> bytes:
    """A body, no further than needed to refuse it."""
    taken = bytearray()
    while len(taken) <= BODY_LIMIT and (chunk := body.read(BODY_LIMIT + 1 - len(taken))):
        taken += chunk
    return bytes(taken)


def cut(reply: Reply, environ: WSGIEnvironment) -> Iterator[bytes]:
    """Half of the body that was announced, then the end of the connection."""
    yield reply.body[: len(reply.body) // 2]
    raise broken("truncated", environ)


def broken(how: str, environ: WSGIEnvironment) -> OSError:
    """Fail the server's connection where it is shown; the exception is for the server, or for a test client."""
    shown = next((environ[name] for name in _SHOWN_SOCKETS if name in environ), None)
    if isinstance(shown, socket.socket):
        fail(shown, how)
    if how == "timeout":
        return TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
    if how == "reset":
        return ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
    return ConnectionAbortedError(errno.ECONNABORTED, os.strerror(errno.ECONNABORTED))


def fail(connection: Any, how: str) -> None:
    """End a connection as a network would: at once, or once the client has given up waiting."""
    if how == "timeout":
        connection.settimeout(None)
        while connection.recv(65_536):
            pass
    elif how == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)  # the server closes it
    else:
        connection.shutdown(socket.SHUT_RDWR)
