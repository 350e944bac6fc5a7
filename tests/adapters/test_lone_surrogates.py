"""Lone surrogates in every place of a request, at every adapter: an API's response or the client's own error, never an internal one."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import requests
from generated import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakesources import FakeSources, Request
from fakesources.control.hosted import Hosted

LONE = "\ud800x\udfff"
SOURCE = {"source_type": "facebook_page", "name": "x", "resources": [{"parameters": {"id": "1"}}]}
BODY = json.dumps(SOURCE).encode()
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
ALICE = ("Authorization", "alice:key")


def datasift(
    method: str = "POST",
    target: str = "/v1.6/source/create",
    headers: Any = (ALICE, JSON),
    body: bytes = BODY,
    host: str = "api.datasift.com",
) -> Request:
    """Return a call to DataSift that is valid but for one place."""
    return Request(method, target, tuple(headers), body, host)


def basic(text: str) -> str:
    """Return a Basic credential of bytes that are not UTF-8."""
    return "Basic " + b64encode(text.encode("utf-8", "surrogatepass")).decode()


PLACES: dict[str, Request] = {
    "method": datasift(method=LONE),
    "path": datasift(target=f"/v1.6/source/{LONE}"),
    "version": datasift(target=f"/v1.{LONE}/source/create"),
    "query name": datasift(target=f"/v1.6/source/create?{LONE}=1"),
    "query value": datasift(target=f"/v1.6/source/create?name={LONE}"),
    "escape beside it": datasift(target=f"/v1.6/source/create?name=%41{LONE}"),
    "escaped": datasift(target="/v1.6/source/create?name=%ED%A0%80"),
    "header name": datasift(headers=(ALICE, JSON, (LONE, "x"))),
    "header value": datasift(headers=(ALICE, JSON, ("X-A", LONE))),
    "media type": datasift(headers=(ALICE, ("Content-Type", f"application/{LONE}"))),
    "user": datasift(headers=(("Authorization", f"{LONE}:key"), JSON)),
    "user's key": datasift(headers=(("Authorization", f"alice:{LONE}"), JSON)),
    "Auth": datasift(headers=(("Auth", f"{LONE}:{LONE}"), JSON)),
    "Basic": datasift(headers=(("Authorization", basic(f"{LONE}:key")), JSON)),
    "Basic that is none": datasift(headers=(("Authorization", f"Basic {LONE}"), JSON)),
    "cookie": datasift(headers=(ALICE, JSON, ("Cookie", LONE))),
    "host": datasift(host=f"{LONE}.example"),
    "body": datasift(body=LONE.encode("utf-8", "surrogatepass")),
    "JSON value": datasift(body=json.dumps({**SOURCE, "name": LONE}).encode()),
    "JSON name": datasift(body=json.dumps({**SOURCE, LONE: 1}).encode()),
    "nested JSON": datasift(body=json.dumps({**SOURCE, "resources": [{"parameters": {LONE: LONE}}]}).encode()),
    "JSON in a string": datasift(body=json.dumps({**SOURCE, "resources": json.dumps([{"parameters": {"id": LONE}}])}).encode()),
    "form": datasift(headers=(ALICE, FORM), body=b"name=%ED%A0%80"),
    "JSON in a form": datasift(headers=(ALICE, FORM), body=b"resources=[%22\\ud800%22]&source_type=facebook_page&name=x"),
    "key": Request("GET", f"/v1/sources?api_key={LONE}", (), b"", "api.curator.io"),
    "escaped key": Request("GET", "/v1/sources?api_key=%ED%A0%80", (), b"", "api.curator.io"),
    "key as Basic": Request("GET", "/v1/sources", (("Authorization", basic(LONE)),), b"", "api.curator.io"),
    "source id": Request("DELETE", f"/v1/sources/{LONE}?api_key=k", (), b"", "api.curator.io"),
    "feed": Request("GET", f"/v1/feeds/{LONE}/posts?after={LONE}&status={LONE}", (), b"", "api.curator.io"),
    "tag": Request("POST", "/v1/sources?api_key=k", (JSON,), json.dumps({"tag": LONE, "feed_id": LONE, "source_type": LONE}).encode(), "api.curator.io"),
    "control plane": Request("GET", f"/_fakesources/{LONE}?{LONE}={LONE}", ((LONE, LONE),), b"", "localhost", peer="127.0.0.1"),
    "control plane's host": Request("GET", "/_fakesources/journal", (), b"", LONE, peer="127.0.0.1"),
    "control plane's body": Request("POST", "/_fakesources/reset", (JSON,), b'{"\\ud800": 1}', "localhost", peer="127.0.0.1"),
}  # fmt: skip


def shown(fake: FakeSources) -> str:
    """Return all texts in which a fake shows its calls."""
    seen = [f"{violation} {violation.curl} {violation.snippet}" for violation in fake.violations]
    return "\n".join([*seen, *map(repr, fake.journal)])


@pytest.mark.parametrize("request_with_it", PLACES.values(), ids=PLACES)
def test_the_engine_and_the_control_plane_respond(request_with_it: Request) -> None:
    hosted = Hosted({"strict": False})

    response = hosted.handle(request_with_it)
    journal = hosted.handle(Request("GET", "/_fakesources/journal", (), b"", "localhost", peer="127.0.0.1"))

    assert 200 <= response.status < 500
    assert response.body.decode("utf-8") is not None
    assert all(f"{name}: {value}".encode("latin-1") for name, value in response.headers)
    assert (journal.status, bool(json.loads(journal.body))) == (200, True)
    assert isinstance(shown(hosted.fake), str)


texts = st.text(st.sampled_from('\ud800\udfff%&=?/:[]{}"\\.a1é\0\n '), max_size=12)


@settings(
    max_examples=examples(75),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(texts, texts, st.lists(st.tuples(texts, texts), max_size=2), texts, texts, st.booleans(), st.sampled_from(["/v1.6/source/create", "/v1/sources", "/v1/feeds/x/posts", "/_fakesources/journal", ""]))  # fmt: skip
def test_any_mixture_of_them_gets_a_response(
    method: str, query: str, headers: list[tuple[str, str]], text: str, credential: str, as_json: bool, path: str
) -> None:
    hosted = Hosted({"strict": False})
    body = (
        json.dumps({**SOURCE, text: credential, "tag": text}).encode()
        if as_json
        else text.encode("utf-8", "surrogatepass")
    )
    host = "api.curator.io" if path.startswith("/v1/") else "api.datasift.com" if path.startswith("/v1.6") else text
    for name in ("POST", method):
        request = Request(
            name, f"{path}?{query}&api_key={credential}", (("Authorization", credential), JSON, *headers), body, host
        )

        response = hosted.handle(request)

        assert 200 <= response.status < 500
        assert response.body.decode("utf-8") is not None
    assert isinstance(shown(hosted.fake), str)


Send = Callable[[Request], int]
CLIENT_ERRORS = (requests.RequestException, httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError, TypeError)
"""Errors of the clients themselves, before anything is sent: no client sends a lone surrogate."""


def with_requests(request: Request) -> int:
    return requests.request(
        request.method, request.url, headers=dict(request.headers), data=request.body, timeout=10
    ).status_code


def with_httpx(request: Request) -> int:
    return httpx.request(
        request.method, request.url, headers=dict(request.headers), content=request.body, timeout=10
    ).status_code


@pytest.mark.parametrize("send", [with_requests, with_httpx])
@pytest.mark.parametrize("name", [name for name in PLACES if not name.startswith("control") and name != "host"])
def test_in_process_clients_get_a_response_or_raise_their_own_error(send: Send, name: str) -> None:
    with FakeSources(strict=False) as fake:
        try:
            status = send(PLACES[name])
        except CLIENT_ERRORS as error:
            assert "fakesources" not in str(error).lower()
            return

    assert 200 <= status < 500
    assert isinstance(shown(fake), str)
