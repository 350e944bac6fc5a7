"""How the service is called: versions, methods, credentials."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from datasift_calls import Caller, rules

from fakesources import FakeSources

PATHS = (
    "create", "update", "delete", "get", "log", "start", "stop",
    "resource/add", "resource/remove", "auth/add", "auth/remove",
)  # fmt: skip
DOCUMENTED = dict.fromkeys(PATHS, "PUT") | {"create": "POST", "delete": "DELETE", "get": "GET", "log": "GET"}


@pytest.mark.parametrize("version", ["1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"])
def test_every_version_there_was_is_answered_and_echoed(fake: FakeSources, version: str) -> None:
    """The versions v1 to v1.6 answer alike, and the header echoes the one that was called."""
    answer = Caller(fake, version=f"/v{version}")("GET", "get")

    assert (answer.status, answer.headers["X-API-Version"]) == (200, version)
    assert fake.violations == []


def test_a_path_without_a_version_is_version_one_and_reported(fake: FakeSources) -> None:
    """A bare path is answered as version 1.0, and the caller's test is told that calls must be versioned."""
    source = fake.datasift.sources.add()

    answer = Caller(fake, version="")("PUT", "start", form={"id": source.id})

    assert (answer.status, answer.headers["X-API-Version"]) == (200, "1.0")
    assert rules(fake) == ["datasift.source.start.unversioned"]
    assert fake.violations[0].expected == "/v1.6/source/start"


@pytest.mark.parametrize("version", ["v0", "v1.7", "v2", "v16", "V1.6", "1.6", "v1.60"])
def test_a_version_that_never_was_is_refused(fake: FakeSources, version: str) -> None:
    """An unknown version is refused with the known ones named, and charged to nobody."""
    answer = Caller(fake, version=f"/{version}")("GET", "get")

    assert answer.status == 404
    assert answer.error == f"Unknown API version '{version}'; the versions are v1, v1.1, v1.2, v1.3, v1.4, v1.5, v1.6"
    assert "X-RateLimit-Cost" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_every_endpoint_takes_every_method_the_clients_send(call: Caller, path: str, method: str) -> None:
    """By default no endpoint minds which of the four methods it is called by."""
    assert call(method, path, query={"id": "none"}).status != 405


@pytest.mark.parametrize("path", PATHS)
def test_the_documented_method_alone_is_taken_on_request(path: str) -> None:
    """With `documented_methods` an endpoint takes the method of its v1.6 page and answers 405 to the others."""
    call = Caller(FakeSources(documented_methods=True))

    answers = {method: call(method, path) for method in ("GET", "POST", "PUT", "DELETE")}

    assert {method for method, answer in answers.items() if answer.status != 405} == {DOCUMENTED[path]}
    refused = [(method, answer) for method, answer in answers.items() if answer.status == 405]
    assert all(answer.error == f"Method {method} not allowed for this endpoint" for method, answer in refused)
    assert not any("X-RateLimit-Cost" in answer.headers for _, answer in refused)


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "BREW"])
def test_a_method_nobody_sends_is_refused(call: Caller, method: str) -> None:
    """Any other method is refused in the recorded words, before the credential is looked at."""
    answer = call(method, "start", headers=())

    assert (answer.status, answer.error) == (405, f"Method {method} not allowed for this endpoint")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("documented", [False, True])
def test_a_preflight_is_answered_without_a_credential(path: str, documented: bool) -> None:
    """With the headers that every recorded answer has, without a body, and charged to nobody."""
    call = Caller(FakeSources(documented_methods=documented))

    answer = call(
        "OPTIONS", path, headers=(("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT"))
    )

    assert (answer.status, answer.reply.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization,Content-Type"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET,POST,PUT,DELETE"
    assert "X-RateLimit-Cost" not in answer.headers
    assert not call.fake.violations


@pytest.mark.parametrize("path", ["nowhere", "resource", "resource/change", "start/", "get/x", ""])
def test_a_path_that_leads_nowhere_is_not_found(call: Caller, path: str) -> None:
    """A path without an endpoint is answered with 404 in the API's form, and charged to nobody."""
    answer = call("GET", path)

    assert (answer.status, answer.error) == (404, "Endpoint not found")
    assert "X-RateLimit-Cost" not in answer.headers


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
def test_a_credential_comes_in_three_forms(fake: FakeSources, headers: Any) -> None:
    """User and key come bare under Authorization or Auth, or by Basic; each names the same account."""
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
def test_without_a_usable_credential_nothing_is_done(fake: FakeSources, path: str, headers: Any) -> None:
    """A missing or unusable credential is 401, without rate-limit headers and without a challenge."""
    source = fake.datasift.sources.add()

    answer = Caller(fake)("POST", path, form={"id": source.id}, headers=headers)

    assert (answer.status, answer.error) == (401, "Authorization failed")
    assert not {"X-RateLimit-Limit", "WWW-Authenticate"} & set(answer.headers)
    assert fake.datasift.sources[source.id] == source


def test_named_credentials_are_the_only_ones(fake: FakeSources) -> None:
    """With `credentials` the named pairs alone are taken, letter for letter; the first of them is home."""
    fake = FakeSources(credentials={"datasift": {"alice": "Key1", "bob": "Key2"}})
    source = fake.datasift.sources.add()
    pairs = ("alice:Key1", "bob:Key2", "alice:Key2", "alice:key1", "Alice:Key1", "eve:Key1")

    statuses = [Caller(fake, pair)("GET", "get", query={"id": source.id}).status for pair in pairs]

    assert statuses == [200, 404, 401, 401, 401, 401]


def test_the_account_is_the_user_name(fake: FakeSources) -> None:
    """Whatever key comes with it, a user name is one account; the first caller is home, another user another account."""
    source = fake.datasift.sources.add()

    names = [Caller(fake, pair).names() for pair in ("alice:one", "alice:two", "bob:one")]

    assert names == [[source.name], [source.name], []]
    assert len(fake.datasift.account("alice").sources) == 1
