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
from typing import IO, TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Request as WerkzeugRequest

from ..core.http.messages import Handle, Limit, Request, Response, usual

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SHOWN_SOCKETS = ("gunicorn.socket", "werkzeug.socket")
_AT_ONCE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_TARGET_SAFE = "".join(map(chr, range(0x21, 0x7F)))
_PATH_SAFE = "/!$&'()*+,;=:@-._~"


def application(handle: Handle, *, served: bool = False, limit: Limit = usual) -> WSGIApplication:
    """The application. `served` says that real clients wait behind a server: all delays are slept. Otherwise it is
    called as in-process, by a test client, whatever address that gives the caller.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            asked = translated(environ, limit)
        except ClientDisconnected:
            start_response("400 Bad Request", [("Content-Length", "0")])
            return [b""]
        reply = handle(asked if served else asked._replace(in_process=True))
        if served and reply.delay:
            time.sleep(reply.delay)
        bare = asked.method == "HEAD" or not reply.body
        if reply.disconnect and (bare or reply.disconnect != "truncated"):
            raise broken(reply.disconnect, environ)
        start_response(f"{reply.status} {reply.reason or 'Unnamed'}", list(reply.framed))
        if reply.disconnect:
            return cut(reply, environ)
        return [b"" if asked.method == "HEAD" else reply.body]

    return answer


def translated(environ: WSGIEnvironment, limit: Limit = usual) -> Request:
    """An environ as the request it was made from, its target as it stood on the wire where the server kept that."""
    asked = WerkzeugRequest(environ)
    path = path_of(environ)
    query = quote(environ.get("QUERY_STRING", "").encode("latin-1"), safe=_TARGET_SAFE)
    return Request(
        environ["REQUEST_METHOD"],
        f"{path}?{query}" if query else path,
        tuple(asked.headers.items()),
        read(asked.stream, limit(path)),
        (environ.get("HTTP_HOST") or "").lower(),
        asked.scheme,
        "wsgi",
        environ.get("REMOTE_ADDR", ""),
    )


def path_of(environ: WSGIEnvironment) -> str:
    """The path as it stood on the wire, where the server kept it and nobody between has changed it; else quoted anew.

    Below a prefix somebody mounted the application at, the prefix is no part of the API's path.
    """
    path = environ.get("PATH_INFO", "").encode("latin-1")
    raw = (environ.get("RAW_URI") or environ.get("REQUEST_URI") or "").encode("latin-1").partition(b"?")[0]
    if not raw.startswith(b"/"):  # a whole URL, as proxies are sent
        raw = b"/" + raw.partition(b"://")[2].partition(b"/")[2]
    if unquote_to_bytes(raw) == path:
        return quote(raw, safe=_TARGET_SAFE)
    return quote(path, safe=_PATH_SAFE) or "/"


def read(body: IO[bytes], limit: int) -> bytes:
    """A body, no further than needed to refuse it."""
    taken = bytearray()
    while len(taken) <= limit and (chunk := body.read(limit + 1 - len(taken))):
        taken += chunk
    return bytes(taken)


def cut(reply: Response, environ: WSGIEnvironment) -> Iterator[bytes]:
    """Half of the body that was announced, then the end of the connection."""
    yield reply.body[: len(reply.body) // 2]
    raise broken("truncated", environ)


def broken(how: str, environ: WSGIEnvironment) -> OSError:
    """Fail the server's connection where it is shown; the exception is for the server, or for a test client."""
    shown = next((environ[name] for name in _SHOWN_SOCKETS if name in environ), None)
    if isinstance(shown, socket.socket):
        fail(shown, how)
        how = "reset"  # what servers take for a client that has left, and write nothing about
    number = {"timeout": errno.ETIMEDOUT, "reset": errno.ECONNRESET}.get(how, errno.ECONNABORTED)
    return OSError(number, os.strerror(number))  # of the class that belongs to the number


def fail(connection: socket.socket, how: str) -> None:
    """End a connection as a network would: at once, or once the client has given up waiting."""
    if how == "timeout":
        connection.settimeout(None)
        while connection.recv(65_536):
            pass
    elif how != "reset":
        connection.shutdown(socket.SHUT_RDWR)
    else:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        if os.name == "posix":  # servers say goodbye before they close, unless there is nobody left at their descriptor
            with socket.socket() as nobody:
                os.dup2(nobody.fileno(), connection.fileno(), inheritable=False)
