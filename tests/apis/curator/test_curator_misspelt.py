"""Misspelt query parameters: the request is answered as ever, and the slip is reported; any other name is ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fakesources import FakeSources, Request, Response
from fakesources.apis.curator import API
from fakesources.apis.curator.data import ignored_in_query
from fakesources.core.contract.names import in_query, parameter_names
from fakesources.core.contract.schemas import schema_of
from fakesources.verify import check

BASIC = (("Authorization", "Basic QUJDRC0xMjM0Og=="),)
VALUES = {"integer": "3", "string": "660b923a-a6e7-4540-bd03-7e08fd006e0d"}
KNOWN = {name for endpoint in API.endpoints for name in parameter_names(API, endpoint)} | {*in_query(API)}


def slips(name: str) -> Iterator[str]:
    """One letter missing, added, changed, or swapped with the next: at the beginning, in the middle and at the end."""
    for place in {0, len(name) // 2, len(name) - 1}:
        yield name[:place] + name[place + 1 :]
        yield name[:place] + "x" + name[place:]
        yield name[:place] + "x" + name[place + 1 :]
        yield name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]
    yield name + "s"


def documented(edition: str) -> Iterator[tuple[Any, str, str]]:
    """Every operation with each of its query parameters, and its JSON type."""
    for endpoint in API.endpoints:
        if endpoint.query_schema:
            for name, kind in schema_of("curator", edition, endpoint.query_schema).kinds.items():
                yield endpoint, name, kind


PARAMETERS = [
    pytest.param(edition, *row, id=f"{edition}-{row[0].id}-{row[1]}")
    for edition in API.editions
    for row in documented(edition)
]


@pytest.fixture
def fake(request: pytest.FixtureRequest) -> FakeSources:
    """A fake of one edition with a feed that has posts, in the home account."""
    edition = (
        request.node.callspec.params.get("edition", "docs-2017") if hasattr(request.node, "callspec") else "docs-2017"
    )
    fake = FakeSources(curator=edition, strict=False)
    fake.curator.sources.add()
    return fake


def ask(fake: FakeSources, endpoint: Any, query: str = "") -> Response:
    """Call an operation of the first feed."""
    path = endpoint.paths[0].replace("<feed_id>", next(iter(fake.curator.feeds)))
    return fake.handle(Request(endpoint.methods[0], f"{path}?{query}", BASIC, host="api.curator.io"))


@pytest.mark.parametrize(("edition", "endpoint", "name", "kind"), PARAMETERS)
def test_one_slip_is_reported_and_changes_nothing(
    fake: FakeSources, edition: str, endpoint: Any, name: str, kind: str
) -> None:
    """Of every parameter of four letters or more; those of fewer letters have no slips."""
    del edition
    bare = ask(fake, endpoint)
    for slip in {*slips(name)} - KNOWN - ignored_in_query() - {""}:
        reply = ask(fake, endpoint, f"{slip}={VALUES.get(kind, '1')}")
        found = [(each.rule, each.path, each.suggestion) for each in fake.violations]

        expected = [(f"{endpoint.id}.unknown-parameter", f"$.{slip}", name)] if len(name) >= 4 else []
        assert found == expected, slip
        assert (reply.status, reply.body) == (bare.status, bare.body)
        fake.violations.clear()
    told = check(fake.journal.last(), warnings=True)  # of recorded traffic the same is said
    assert [(each.rule, each.path, each.suggestion) for each in told if each.side == "request"] == expected


@pytest.mark.parametrize(
    "query",
    [
        "_=1", "t=1", "rnd=5", "hasPoweredBy=1", "version=4.0", "limitPosts=3", "lmti_x=3", "lm=3", "lmt=3", "LIMIT=3", "limits_of=3",
        "tag=x", "feed_id=x", "name=x", "callback=f", "a=1", "=3", "l=3", "network=1", "source=2", "x" * 5000 + "=1",
    ],
)  # fmt: skip
def test_any_other_name_is_ignored(fake: FakeSources, query: str) -> None:
    """Two slips away, or a name that another operation has, or one that clients are known to send."""
    endpoint = API.endpoint("curator.posts.list")
    bare = ask(fake, endpoint)

    assert ask(fake, endpoint, query) == bare
    assert fake.violations == []


def test_an_operation_without_query_parameters_has_no_slips(fake: FakeSources) -> None:
    """What is documented elsewhere is not meant here."""
    ask(fake, API.endpoint("curator.feeds.list"), "lmit=3&ofset=1")

    assert fake.violations == []


def test_a_misspelt_key_is_reported_and_masked(fake: FakeSources) -> None:
    """The key is a parameter of every operation that asks for one; a request without it is refused and not reported."""
    ask(fake, API.endpoint("curator.feeds.list"), "api_kye=TOPSECRET")

    (violation,) = fake.violations
    assert (violation.rule, violation.suggestion) == ("curator.feeds.list.unknown-parameter", "api_key")
    assert "TOPSECRET" not in repr(violation) + str(violation) + violation.curl + violation.snippet

    fake.violations.clear()
    refused = fake.handle(Request("GET", "/v1/feeds?api_kye=TOPSECRET", host="api.curator.io"))
    assert (refused.status >= 400, fake.violations) == (True, [])


def test_a_slip_is_reported_once_and_beside_the_right_name(fake: FakeSources) -> None:
    """However often it stands there."""
    ask(fake, API.endpoint("curator.posts.list"), "lmit=3&lmit=4&limit=2&offfset=1")

    assert [(each.path, each.suggestion) for each in fake.violations] == [("$.lmit", "limit"), ("$.offfset", "offset")]


def test_a_name_of_another_operation_is_no_slip(fake: FakeSources, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should one ever be a letter away from a parameter of this one."""
    monkeypatch.setattr("fakesources.core.contract.misspelt._known", lambda _: frozenset({"lmit"}))
    ask(fake, API.endpoint("curator.posts.list"), "lmit=3&lmiit=3")

    assert [each.path for each in fake.violations] == ["$.lmiit"]


def test_names_beyond_the_first_thousand_are_not_compared(fake: FakeSources) -> None:
    """The last one that is compared is reported, the first one after it is not."""
    unknown = "&".join(f"name{number:04}=1" for number in range(999))
    ask(fake, API.endpoint("curator.posts.list"), f"{unknown}&lmit=3&offfset=1")

    assert [each.path for each in fake.violations] == ["$.lmit"]
