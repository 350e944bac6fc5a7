"""Misspelt query parameters: they are reported and ignored; any other unknown name is ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fakesources import FakeSources, Request, Response
from fakesources.apis.curator import API
from fakesources.apis.curator.data import ignored_in_query
from fakesources.core.contract.names import credential_names, parameter_names
from fakesources.verify import check

BASIC = (("Authorization", "Basic QUJDRC0xMjM0Og=="),)
VALUES = {"integer": "3", "string": "660b923a-a6e7-4540-bd03-7e08fd006e0d"}
KNOWN = {name for endpoint in API.endpoints for name in parameter_names(API, endpoint)} | {
    *credential_names(API, "query")
}


def misspellings(name: str) -> Iterator[str]:
    """Yield a name with a letter missing, added, changed or swapped, at the beginning, in the middle and at the end."""
    for index in {0, len(name) // 2, len(name) - 1}:
        yield name[:index] + name[index + 1 :]
        yield name[:index] + "x" + name[index:]
        yield name[:index] + "x" + name[index + 1 :]
        yield name[:index] + name[index + 1 : index + 2] + name[index] + name[index + 2 :]
    yield name + "s"


def documented(edition: str) -> Iterator[tuple[Any, str, str]]:
    """Yield every operation with each of its query parameters, and its JSON type."""
    for endpoint in API.endpoints:
        if endpoint.query_schema:
            for name, kind in API.schemas.schema_of(edition, endpoint.query_schema).kinds.items():
                yield endpoint, name, kind


PARAMETERS = [
    pytest.param(edition, *row, id=f"{edition}-{row[0].id}-{row[1]}")
    for edition in API.editions
    for row in documented(edition)
]


@pytest.fixture
def fake(request: pytest.FixtureRequest) -> FakeSources:
    """A fake of one edition with posts in the home account."""
    edition = (
        request.node.callspec.params.get("edition", "docs-2017") if hasattr(request.node, "callspec") else "docs-2017"
    )
    fake = FakeSources(curator=edition, strict=False)
    fake.curator.sources.add()
    return fake


def send(fake: FakeSources, endpoint: Any, query: str = "") -> Response:
    """Call an operation of the first feed."""
    path = endpoint.paths[0].replace("<feed_id>", next(iter(fake.curator.feeds)))
    return fake.handle(Request(endpoint.methods[0], f"{path}?{query}", BASIC, host="api.curator.io"))


@pytest.mark.parametrize(("edition", "endpoint", "name", "kind"), PARAMETERS)
def test_a_misspelling_is_reported_and_changes_nothing(
    fake: FakeSources, edition: str, endpoint: Any, name: str, kind: str
) -> None:
    """Names of fewer than four letters are not compared."""
    del edition
    bare = send(fake, endpoint)
    for misspelling in {*misspellings(name)} - KNOWN - ignored_in_query() - {""}:
        response = send(fake, endpoint, f"{misspelling}={VALUES.get(kind, '1')}")
        reported = [(each.rule, each.path, each.suggestion) for each in fake.violations]

        expected = [(f"{endpoint.id}.unknown-parameter", f"$.{misspelling}", name)] if len(name) >= 4 else []
        assert reported == expected, misspelling
        assert (response.status, response.body) == (bare.status, bare.body)
        fake.violations.clear()
    findings = check(fake.journal.last(), warnings=True)  # recorded traffic has the same violations
    assert [(each.rule, each.path, each.suggestion) for each in findings if each.side == "request"] == expected


@pytest.mark.parametrize(
    "query",
    [
        "_=1", "t=1", "rnd=5", "hasPoweredBy=1", "version=4.0", "limitPosts=3", "lmti_x=3", "lm=3", "lmt=3", "LIMIT=3", "limits_of=3",
        "tag=x", "feed_id=x", "name=x", "callback=f", "a=1", "=3", "l=3", "network=1", "source=2", "x" * 5000 + "=1",
    ],
)  # fmt: skip
def test_any_other_name_is_ignored(fake: FakeSources, query: str) -> None:
    """Two misspellings, names of other operations, and names that clients are known to send."""
    endpoint = API.endpoint("curator.posts.list")
    bare = send(fake, endpoint)

    assert send(fake, endpoint, query) == bare
    assert fake.violations == []


def test_parameters_of_other_operations_are_not_compared(fake: FakeSources) -> None:
    send(fake, API.endpoint("curator.feeds.list"), "lmit=3&ofset=1")

    assert fake.violations == []


def test_a_misspelt_key_is_reported_and_masked(fake: FakeSources) -> None:
    """It is a parameter of every operation that requires a key; a request without a key is an error and not reported."""
    send(fake, API.endpoint("curator.feeds.list"), "api_kye=TOPSECRET")

    (violation,) = fake.violations
    assert (violation.rule, violation.suggestion) == ("curator.feeds.list.unknown-parameter", "api_key")
    assert "TOPSECRET" not in repr(violation) + str(violation) + violation.curl + violation.snippet

    fake.violations.clear()
    error = fake.handle(Request("GET", "/v1/feeds?api_kye=TOPSECRET", host="api.curator.io"))
    assert (error.status >= 400, fake.violations) == (True, [])


def test_a_misspelling_is_reported_once_and_beside_the_valid_name(fake: FakeSources) -> None:
    send(fake, API.endpoint("curator.posts.list"), "lmit=3&lmit=4&limit=2&offfset=1")

    assert [(each.path, each.suggestion) for each in fake.violations] == [("$.lmit", "limit"), ("$.offfset", "offset")]


def test_a_name_of_another_operation_is_not_a_misspelling(fake: FakeSources, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one letter away from a parameter of this one."""
    monkeypatch.setattr("fakesources.core.contract.misspelt._known", lambda _: frozenset({"lmit"}))
    send(fake, API.endpoint("curator.posts.list"), "lmit=3&lmiit=3")

    assert [each.path for each in fake.violations] == ["$.lmiit"]


def test_names_beyond_the_first_thousand_are_not_compared(fake: FakeSources) -> None:
    """The thousandth name is reported, the next one is not."""
    unknown = "&".join(f"name{number:04}=1" for number in range(999))
    send(fake, API.endpoint("curator.posts.list"), f"{unknown}&lmit=3&offfset=1")

    assert [each.path for each in fake.violations] == ["$.lmit"]
