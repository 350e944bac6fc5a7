"""Versions, methods and credentials."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from datasift_calls import Caller
from parsed_response import rules

from fakesources import FakeSources

PATHS = (
    "create", "update", "delete", "get", "log", "start", "stop",
    "resource/add", "resource/remove", "auth/add", "auth/remove",
)  # fmt: skip
DOCUMENTED = dict.fromkeys(PATHS, "PUT") | {"create": "POST", "delete": "DELETE", "get": "GET", "log": "GET"}


@pytest.mark.parametrize("version", ["1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"])
def test_every_known_version_is_served_and_echoed(fake: FakeSources, version: str) -> None:
    response = Caller(fake, version=f"/v{version}")("GET", "get")

    assert (response.status, response.headers["X-API-Version"]) == (200, version)
    assert fake.violations == []


def test_a_path_without_a_version_is_version_1_and_a_violation(fake: FakeSources) -> None:
    source = fake.datasift.sources.add()

    response = Caller(fake, version="")("PUT", "start", form={"id": source.id})

    assert (response.status, response.headers["X-API-Version"]) == (200, "1.0")
    assert rules(fake) == ["datasift.source.start.unversioned"]
    assert fake.violations[0].expected == "/v1.6/source/start"


@pytest.mark.parametrize("version", ["v0", "v1.7", "v2", "v16", "V1.6", "1.6", "v1.60"])
def test_an_unknown_version_is_not_found_and_not_charged(fake: FakeSources, version: str) -> None:
    response = Caller(fake, version=f"/{version}")("GET", "get")

    assert response.status == 404
    assert response.error == f"Unknown API version '{version}'; the versions are v1, v1.1, v1.2, v1.3, v1.4, v1.5, v1.6"
    assert "X-RateLimit-Cost" not in response.headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_every_endpoint_accepts_every_method_that_clients_send(call: Caller, path: str, method: str) -> None:
    assert call(method, path, query={"id": "none"}).status != 405


@pytest.mark.parametrize("path", PATHS)
def test_documented_methods_allows_the_documented_method_only(path: str) -> None:
    call = Caller(FakeSources(documented_methods=True))

    responses = {method: call(method, path) for method in ("GET", "POST", "PUT", "DELETE")}

    assert {method for method, response in responses.items() if response.status != 405} == {DOCUMENTED[path]}
    errors = [(method, response) for method, response in responses.items() if response.status == 405]
    assert all(response.error == f"Method {method} not allowed for this endpoint" for method, response in errors)
    assert not any("X-RateLimit-Cost" in response.headers for _, response in errors)


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "BREW"])
def test_any_other_method_is_not_allowed(call: Caller, method: str) -> None:
    """The method is checked before the credential."""
    response = call(method, "start", headers=())

    assert (response.status, response.error) == (405, f"Method {method} not allowed for this endpoint")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("documented", [False, True])
def test_a_preflight_needs_no_credential(path: str, documented: bool) -> None:
    """It has the recorded headers, no body, and is not charged."""
    call = Caller(FakeSources(documented_methods=documented))

    response = call(
        "OPTIONS", path, headers=(("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT"))
    )

    assert (response.status, response.raw.body) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Headers"] == "Authorization,Content-Type"
    assert response.headers["Access-Control-Allow-Methods"] == "GET,POST,PUT,DELETE"
    assert "X-RateLimit-Cost" not in response.headers
    assert not call.fake.violations


@pytest.mark.parametrize("path", ["nowhere", "resource", "resource/change", "start/", "get/x", ""])
def test_an_unknown_path_is_not_found_and_not_charged(call: Caller, path: str) -> None:
    response = call("GET", path)

    assert (response.status, response.error) == (404, "Endpoint not found")
    assert "X-RateLimit-Cost" not in response.headers


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "headers",
    [
        (("Authorization", "user:key"),),
        (("authorization", "  user:key "),),
        (("Auth", "user:key"),),
        (("Authorization", basic("user:key")),),
        (("Authorization", basic("user:key").replace("Basic", "basic")),),
        (("Authorization", "user:key:with:colons"),),
    ],
)
def test_a_credential_has_three_forms(fake: FakeSources, headers: Any) -> None:
    """User and key come bare under Authorization or Auth, or as Basic; each form names the same account."""
    call = Caller(fake)

    assert call("GET", "get", headers=headers).status == 200
    assert fake.journal.last().account == "user"


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("Authorization", ""),),
        (("Authorization", "user"),),
        (("Authorization", ":key"),),
        (("Authorization", "user:"),),
        (("Authorization", "Bearer user:key"),),
        (("Authorization", "Basic"),),
        (("Authorization", "Basic %%%"),),
        (("Authorization", "Basic dXNlcg=="),),
        (("Authorization", "Basic /////w=="),),
        (("Auth", ""),),
    ],
)
@pytest.mark.parametrize("path", ["get", "start", "delete"])
def test_a_missing_or_malformed_credential_is_unauthorized(fake: FakeSources, path: str, headers: Any) -> None:
    """A 401 has no rate-limit headers and no challenge, and changes nothing."""
    source = fake.datasift.sources.add()

    response = Caller(fake)("POST", path, form={"id": source.id}, headers=headers)

    assert (response.status, response.error) == (401, "Authorization failed")
    assert not {"X-RateLimit-Limit", "WWW-Authenticate"} & set(response.headers)
    assert fake.datasift.sources[source.id] == source


def test_given_credentials_are_the_only_valid_ones(fake: FakeSources) -> None:
    """They are case sensitive; the first of them is that of the home account."""
    fake = FakeSources(credentials={"datasift": {"alice": "Key1", "bob": "Key2"}})
    source = fake.datasift.sources.add()
    pairs = ("alice:Key1", "bob:Key2", "alice:Key2", "alice:key1", "Alice:Key1", "eve:Key1")

    statuses = [Caller(fake, pair)("GET", "get", query={"id": source.id}).status for pair in pairs]

    assert statuses == [200, 404, 401, 401, 401, 401]


def test_the_account_is_the_user_name(fake: FakeSources) -> None:
    """The key makes no difference; the first caller is home, another user is another account."""
    source = fake.datasift.sources.add()

    names = [Caller(fake, pair).names() for pair in ("alice:one", "alice:two", "bob:one")]

    assert names == [[source.name], [source.name], []]
    assert len(fake.datasift.account("alice").sources) == 1
