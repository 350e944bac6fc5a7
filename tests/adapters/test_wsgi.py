"""The WSGI application: what it makes of an environ, whoever built it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from clients import Echo
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, create_environ, run_wsgi_app

from fakesources.adapters.wsgi import application
from fakesources.core.http.messages import BODY_LIMIT, Response


def asked(echo: Echo, **changes: Any) -> tuple[str, bytes]:
    """Ask with an environ by hand; None takes a key out."""
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
def test_the_target_is_what_stood_on_the_wire(echo: Echo, changes: dict[str, Any], target: str) -> None:
    """As raw as the server kept it, and otherwise quoted anew."""
    asked(echo, **changes)

    assert echo.last.target == target


def test_test_clients_may_give_the_query_apart(echo: Echo) -> None:
    """The client of werkzeug takes the query as a mapping, and its raw target then has none."""
    Client(application(echo.handle)).get("/x", query_string={"id": "é", "page": "1"})

    assert echo.last.target == "/x?id=%C3%A9&page=1"


def test_mounted_below_a_prefix_it_sees_the_apis_own_paths(echo: Echo) -> None:
    """The prefix is its surroundings' affair."""
    mounted = DispatcherMiddleware(NotFound(), {"/fake": application(echo.handle)})
    Client(mounted).get("/fake/v1/feeds?api_key=k")

    assert echo.last.target == "/v1/feeds?api_key=k"


def test_who_asks_and_how_is_told(echo: Echo) -> None:
    """Method as it was written, host, scheme and the caller's address are handed on."""
    asked(
        echo,
        REQUEST_METHOD="patch",
        HTTP_HOST="API.Fake.Test:8443",
        REMOTE_ADDR="192.0.2.1",
        **{"wsgi.url_scheme": "https"},
    )

    got = echo.last
    assert (got.method, got.host, got.scheme, got.peer, got.door) == (
        "patch",
        "api.fake.test:8443",
        "https",
        "192.0.2.1",
        "wsgi",
    )


@pytest.mark.parametrize("length", ["10000000", None], ids=["with its length", "to its end"])
def test_a_body_is_read_no_further_than_a_byte_past_the_limit(echo: Echo, length: str | None) -> None:
    """Ten megabytes are not kept; a byte past the limit tells the fake enough."""
    stream = BytesIO(b"x" * 10_000_000)
    asked(
        echo, CONTENT_LENGTH=length, **{"wsgi.input": stream, "wsgi.input_terminated": True if length is None else None}
    )

    assert len(echo.last.body) == BODY_LIMIT + 1
    assert stream.tell() == BODY_LIMIT + 1


def test_a_client_that_left_half_way_asks_nothing(echo: Echo) -> None:
    """A body shorter than its Content-Length is no request."""
    status, _ = asked(echo, CONTENT_LENGTH="10", **{"wsgi.input": BytesIO(b"123")})

    assert (status, echo.seen) == ("400 Bad Request", [])


@pytest.mark.parametrize("served", [True, False])
def test_delays_are_slept_only_for_real_clients(served: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a server the answer is late; under a test client it is there at once."""
    slept: list[float] = []
    monkeypatch.setattr("fakesources.adapters.wsgi.time.sleep", slept.append)
    got = Client(application(Echo(Response(200, (), b"late", delay=60)).handle, served=served)).get("/")

    assert (got.data, slept) == (b"late", [60] if served else [])
