"""Points that no page and no recording documents, and the decisions about them."""

from __future__ import annotations

import pytest

from fakesources import FakeSources, Request
from fakesources.apis.registry import installed

ALL = installed()


@pytest.fixture
def fake() -> FakeSources:
    """A fake in the default editions."""
    return FakeSources()


KEY = (("Authorization", "alice:0123456789abcdef0123456789abcdef"),)


def test_an_edition_that_is_not_named_is_the_first(fake: FakeSources) -> None:
    """Their pages are complete."""
    assert {api.name: api.default_edition for api in ALL} == {"datasift": "docs-1.6", "curator": "docs-2017"}
    response = fake.handle(Request("GET", "/v1/feeds?api_key=k", (), b"", "api.curator.io"))

    assert b"colour_body_bg" in response.body


@pytest.mark.parametrize(
    ("host", "path", "names"),
    [
        ("api.datasift.com", "/v1.6/source/get", ("server", "x-served-by", "x-balanced-by")),
        ("api.curator.io", "/v1/feeds?api_key=k", ("server",)),
    ],
)
def test_machines_are_named_as_ours(fake: FakeSources, host: str, path: str, names: tuple[str, ...]) -> None:
    response = fake.handle(Request("GET", path, KEY, b"", host))

    assert {response.header(name) for name in names} == {"fakesources"}
    assert response.header("transfer-encoding") is None


@pytest.mark.parametrize(
    ("host", "path", "method", "allowed"),
    [
        ("api.datasift.com", "/v1.6/source/get", "PATCH", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
        ("api.datasift.com", "/v1.6/source/start", "PATCH", "DELETE, GET, OPTIONS, POST, PUT"),
        ("api.curator.io", "/v1/feeds", "PUT", "GET, HEAD, OPTIONS, POST"),
        ("api.curator.io", "/v1/sources/x", "GET", "DELETE, OPTIONS, POST, PUT"),
    ],
)
def test_a_wrong_method_is_answered_with_the_right_ones(
    fake: FakeSources, host: str, path: str, method: str, allowed: str
) -> None:
    response = fake.handle(Request(method, path, KEY, b"", host))

    assert (response.status, response.header("allow")) == (405, allowed)


@pytest.mark.parametrize("place", ["query", "form"])
def test_a_credential_in_the_parameters_is_ignored(fake: FakeSources, place: str) -> None:
    """The documentation of 2013 has it; later pages do not."""
    text = "username=alice&api_key=0123456789abcdef0123456789abcdef"
    query, body = (f"?{text}", b"") if place == "query" else ("", text.encode())
    headers = (("Content-Type", "application/x-www-form-urlencoded"),) if body else ()

    assert fake.handle(Request("POST", f"/v1.6/source/get{query}", headers, body, "api.datasift.com")).status == 401


@pytest.mark.parametrize("query", ["", "?id="])
def test_start_requires_an_id(fake: FakeSources, query: str) -> None:
    id = fake.datasift.sources.add().id
    response = fake.handle(Request("PUT", f"/v1.6/source/start{query}", KEY, b"", "api.datasift.com"))

    assert (response.status, response.body) == (400, b"""{"error":"Missing param 'id'"}""")
    assert fake.datasift.sources[id].status == "stopped"


@pytest.mark.parametrize("path", ["/v1.2/ads", "/v1.2/ads/xkql7nr4"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_ads_are_not_faked(fake: FakeSources, method: str, path: str) -> None:
    response = fake.handle(Request(method, f"{path}?api_key=k", (), b"", "api.curator.io"))

    assert (response.status, fake.journal.last().error) == (404, "curator.no-such-endpoint")
