"""Bytes behind a request: an offer of another protocol changes no answer to them, and the last request is the last."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest
from echo import Echo
from serving import connected_to, until_closed

from fakesources.core.http.messages import Request, Response
from fakesources.server.server import Server

LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
FOLLOWED_BY = {
    "a request": LAST,
    "two Host headers": b"GET /b HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + LAST,
    "no request": b"no request at all\r\n\r\n",
    "a wrong chunk": b"PUT /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
    "an unknown expectation": b"GET /b HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n",
    "a body over the limit": b"PUT /b HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nabc",
    "line breaks and a request": b"\r\n\r\n" + LAST,
}
"""What comes behind the request."""
OFFERS = {
    "kept alive": (b"", b"Connection: Upgrade\r\nUpgrade: h2c\r\n"),
    "closed": (b"Connection: close\r\n", b"Connection: close, Upgrade\r\nUpgrade: h2c\r\n"),
}
"""Headers without the offer and with it."""
BODIES = {"no body": b"\r\n", "a body": b"Content-Length: 3\r\n\r\nabc"}


def answers(echo: Echo, sent: bytes) -> tuple[bytes, list[str], list[str]]:
    """Return the bytes that a server answers, and the paths of the requests that it handles and authorises."""
    echo.seen.clear()
    authorised: list[str] = []

    def authorise(request: Request) -> None:
        authorised.append(request.path)

    with (
        Server(echo.handle, handle_nonblocking=echo.handle, authorise=authorise) as server,
        connected_to(server) as client,
    ):
        client.sendall(sent)
        with suppress(OSError):  # it may have closed already
            client.shutdown(socket.SHUT_WR)
        received = until_closed(client)
    return received, [each.path for each in echo.seen], authorised


@pytest.mark.parametrize("rest", FOLLOWED_BY.values(), ids=FOLLOWED_BY)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize(("without", "offer"), OFFERS.values(), ids=OFFERS)
@pytest.mark.parametrize("times", [1, 3])
def test_an_offer_changes_no_answer(
    echo: Echo, without: bytes, offer: bytes, body: bytes, rest: bytes, times: int
) -> None:
    plain, offering = (b"PUT /a HTTP/1.1\r\nHost: a\r\n" + each + body for each in (without, offer))

    assert answers(echo, offering * times + rest) == answers(echo, plain * times + rest)


@pytest.mark.parametrize("length", [3, 1_000_000_000], ids=["a body", "a body over the limit"])
@pytest.mark.parametrize("rest", FOLLOWED_BY.values(), ids=FOLLOWED_BY)
def test_behind_a_refused_body_no_request_is_parsed(echo: Echo, rest: bytes, length: int) -> None:
    """The parser calls `authorise` for a request with a body: only for the first one."""
    authorised: list[str] = []

    def authorise(request: Request) -> Response:
        authorised.append(request.path)
        return Response(401)

    sent = f"PUT /refused HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\nabc".encode()
    with (
        Server(echo.handle, handle_nonblocking=echo.handle, authorise=authorise) as server,
        connected_to(server) as client,
    ):
        client.sendall(sent + rest + sent)
        client.shutdown(socket.SHUT_WR)
        received = until_closed(client)

    assert received.count(b"HTTP/1.1 ") == received.count(b"HTTP/1.1 401 ") == 1
    assert authorised == ["/refused"]
