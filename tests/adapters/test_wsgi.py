"""The WSGI application with the environs of many servers."""

from __future__ import annotations

import socket
from io import BytesIO
from typing import Any

import pytest
from clients import Echo
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, create_environ, run_wsgi_app

from fakesources.adapters.wsgi import application, fail_socket
from fakesources.core.http.messages import BODY_LIMIT, Response


def call(echo: Echo, **changes: Any) -> tuple[str, bytes]:
    """Call with a custom environ, and return status and body; None removes a key."""
    environ = create_environ("/x") | changes
    body, status, _ = run_wsgi_app(
        application(echo.handle), {key: value for key, value in environ.items() if value is not None}
    )
    return status, b"".join(body)


TARGETS: dict[str, tuple[dict[str, Any], str]] = {
    "kept raw by the server": (
        {"RAW_URI": "/a%2Fb?c=%20", "PATH_INFO": "/a/b", "QUERY_STRING": "c=%20"},
        "/a%2Fb?c=%20",
    ),
    "kept under the other name": ({"RAW_URI": None, "REQUEST_URI": "/a%2fb", "PATH_INFO": "/a/b"}, "/a%2fb"),
    "a whole URL, as proxies are sent": (
        {"RAW_URI": "http://a.b/%41?c", "PATH_INFO": "/A", "QUERY_STRING": "c"},
        "/%41?c",
    ),
    "not kept": ({"RAW_URI": None, "REQUEST_URI": None, "PATH_INFO": "/é b".encode().decode("latin-1")}, "/%C3%A9%20b"),
    "changed on its way": ({"RAW_URI": "/old/x", "REQUEST_URI": "/old/x", "PATH_INFO": "/new"}, "/new"),
    "bytes beyond ASCII": (
        {"RAW_URI": "/\xc3\xa9", "PATH_INFO": "/\xc3\xa9", "QUERY_STRING": "\xc3\xa9"},
        "/%C3%A9?%C3%A9",
    ),
    "no path": ({"RAW_URI": "", "REQUEST_URI": "", "PATH_INFO": ""}, "/"),
}


@pytest.mark.parametrize(("changes", "target"), TARGETS.values(), ids=TARGETS)
def test_the_target_is_as_it_was_sent(echo: Echo, changes: dict[str, Any], target: str) -> None:
    """As raw as the server provides it, else quoted again."""
    call(echo, **changes)

    assert echo.last.target == target


@pytest.mark.parametrize(("host", "expected"), [(None, ""), ("", ""), ("API.Fake.Test:8080", "api.fake.test:8080")])
def test_a_request_may_have_no_host(echo: Echo, host: str | None, expected: str) -> None:
    """As one of HTTP/1.0."""
    assert call(echo, HTTP_HOST=host) == ("200 OK", b"hello")
    assert echo.last.host == expected


def test_test_clients_may_give_the_query_as_a_mapping(echo: Echo) -> None:
    """The raw target of werkzeug's client then has none."""
    Client(application(echo.handle)).get("/x", query_string={"id": "é", "page": "1"})

    assert echo.last.target == "/x?id=%C3%A9&page=1"


def test_the_prefix_of_a_mount_is_not_part_of_the_path(echo: Echo) -> None:
    mounted = DispatcherMiddleware(NotFound(), {"/fake": application(echo.handle)})
    Client(mounted).get("/fake/v1/feeds?api_key=k")

    assert echo.last.target == "/v1/feeds?api_key=k"


def test_method_host_scheme_and_address_are_passed_on(echo: Echo) -> None:
    call(
        echo,
        REQUEST_METHOD="patch",
        HTTP_HOST="API.Fake.Test:8443",
        REMOTE_ADDR="192.0.2.1",
        **{"wsgi.url_scheme": "https"},
    )

    request = echo.last
    assert (request.method, request.host, request.scheme, request.peer, request.adapter) == (
        "patch",
        "api.fake.test:8443",
        "https",
        "192.0.2.1",
        "wsgi",
    )


@pytest.mark.parametrize("length", ["10000000", None], ids=["with its length", "to its end"])
def test_a_body_is_read_no_further_than_a_byte_past_the_limit(echo: Echo, length: str | None) -> None:
    stream = BytesIO(b"x" * 10_000_000)
    call(
        echo, CONTENT_LENGTH=length, **{"wsgi.input": stream, "wsgi.input_terminated": True if length is None else None}
    )

    assert len(echo.last.body) == BODY_LIMIT + 1
    assert stream.tell() == BODY_LIMIT + 1


def test_a_client_that_disconnects_early_sends_no_request(echo: Echo) -> None:
    """A body shorter than its Content-Length is not a request."""
    status, _ = call(echo, CONTENT_LENGTH="10", **{"wsgi.input": BytesIO(b"123")})

    assert (status, echo.seen) == ("400 Bad Request", [])


def test_a_connection_that_times_out_ends_with_its_client() -> None:
    """Drop all that the client sends meanwhile."""
    client, connection = socket.socketpair()
    with connection:
        with client:
            client.sendall(b"x" * 100_000)
        fail_socket(connection, "timeout")

        assert connection.recv(1) == b""


@pytest.mark.parametrize("served", [True, False])
def test_delays_are_slept_only_for_real_clients(served: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("fakesources.adapters.wsgi.time.sleep", slept.append)
    response = Client(application(Echo(Response(200, (), b"late", delay=60)).handle, served=served)).get("/")

    assert (response.data, slept) == (b"late", [60] if served else [])
