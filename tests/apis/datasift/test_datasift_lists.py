"""Pages of sources and of log entries."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from datasift_calls import Caller

from fakesources import Request, Response
from fakesources.verify import check


def test_an_account_without_sources_has_an_empty_list(call_either: Caller) -> None:
    response = call_either("GET", "get")

    assert (response.status, response.json) == (
        200, {"count": 0, "page": 1, "pages": 0, "per_page": 20, "sources": []},
    )  # fmt: skip


def test_the_newest_source_comes_first(call: Caller) -> None:
    """Of equal creation times the source created last is first."""
    call.create(name="a")
    call.create(name="b")
    call.fake.clock.advance(60)
    latest = call.create(name="c").json
    call.fake.datasift.sources.add(name="old", created_at=datetime(2020, 1, 1, tzinfo=UTC))
    call.fake.datasift.sources.add(name="between", created_at=latest["created_at"] - 30)

    assert call.names() == ["c", "between", "b", "a", "old"]


def test_a_list_is_split_into_pages(call: Caller) -> None:
    for number in range(55):
        call.fake.datasift.sources.add(name=str(number))

    pages = [call("GET", "get", query={"page": page}).json for page in (1, 3, 4)]

    assert [(page["count"], page["page"], page["pages"], page["per_page"]) for page in pages] == [
        (55, 1, 3, 20), (55, 3, 3, 20), (55, 4, 3, 20),
    ]  # fmt: skip
    assert [[source["name"] for source in page["sources"]] for page in pages] == [
        [str(n) for n in range(54, 34, -1)], [str(n) for n in range(14, -1, -1)], [],
    ]  # fmt: skip


@pytest.mark.parametrize("per_page", [100, 101, 10**6, 10**17])
def test_a_page_has_at_most_100_items(call: Caller, per_page: int) -> None:
    """A larger size is no error: the response has 100 items and the size 100."""
    for _ in range(101):
        source = call.fake.datasift.sources.add()
    for _ in range(101):
        call.fake.datasift.log.add(source.id)

    for what, where, query in (("sources", "get", {}), ("log_entries", "log", {"id": source.id})):
        first, second = (
            call("GET", where, query={**query, "per_page": per_page, "page": page}).json for page in (1, 2)
        )
        assert [(page["per_page"], page["pages"], len(page[what])) for page in (first, second)] == [
            (100, 2, 100),
            (100, 2, 1),
        ]
    assert call.fake.violations == []


def test_a_recorded_page_may_be_larger() -> None:
    """The maximum is a decision for the fake, not a fact about the service."""
    request = Request("GET", "/v1.6/source/get?per_page=500", (("Authorization", "a:b"),), b"", "api.datasift.com")
    body = {"count": 0, "page": 1, "pages": 0, "per_page": 500, "sources": []}
    response = Response(200, (("Content-Type", "application/json"),), json.dumps(body).encode())

    violations = check((request, response), edition="live-1.6", warnings=True)

    assert [violation.path for violation in violations if "per_page" in violation.path] == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"source_type": "instagram"}, ["Cats on Instagram"]),
        ({"source_type": "meow_pages"}, []),
        ({"search": "CAT"}, ["Concatenated", "Cats on Instagram", "cats"]),
        ({"search": "cats", "source_type": "facebook_page"}, ["cats"]),
        ({"search": "cat", "per_page": 1, "page": 2}, ["Cats on Instagram"]),
        ({"search": ""}, ["Concatenated", "dogs", "Cats on Instagram", "cats"]),
    ],
)
def test_a_list_can_be_filtered(call: Caller, query: dict[str, str], names: list[str]) -> None:
    sources = call.fake.datasift.sources
    sources.add(name="cats")
    sources.add(name="Cats on Instagram", source_type="instagram")
    sources.add(name="dogs")
    sources.add(name="Concatenated")

    assert call.names(**query) == names


def test_count_and_pages_are_of_the_filtered_list(call: Caller) -> None:
    for number in range(7):
        call.fake.datasift.sources.add(source_type="instagram" if number % 2 else "yammer", name=f"n{number}")

    page = call("GET", "get", query={"source_type": "instagram", "per_page": 2}).json
    found = call("GET", "get", query={"search": "n", "per_page": 5}).json

    assert (page["count"], page["pages"], len(page["sources"])) == (3, 2, 2)
    assert (found["count"], found["pages"], len(found["sources"])) == (7, 2, 5)


def test_with_an_id_paging_has_no_effect(call_either: Caller) -> None:
    created = call_either.create().json

    assert call_either("GET", "get", query={"id": created["id"], "page": 4, "per_page": 1}).json == created


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"page": 0}, "page must be at least 1"),
        ({"per_page": -1}, "per_page must be at least 1"),
        ({"page": "two"}, "page must be a valid integer"),
        ({"per_page": "1.5"}, "per_page must be a valid integer"),
    ],
)
def test_invalid_paging_is_an_error(call: Caller, query: dict[str, str], error: str) -> None:
    response = call("GET", "get", query=query)

    assert (response.status, response.error) == (400, error)


def test_a_new_log_is_empty(call_either: Caller) -> None:
    """Calls of the API add no entries."""
    id = call_either.create().json["id"]
    call_either("PUT", "start", form={"id": id})

    assert call_either("GET", "log", query={"id": id}).json == {
        "count": 0, "page": 1, "pages": 0, "per_page": 20, "log_entries": [],
    }  # fmt: skip


def test_log_entries_come_newest_first(call_either: Caller) -> None:
    source, other = call_either.fake.datasift.sources.add(), call_either.fake.datasift.sources.add()
    log = call_either.fake.datasift.log
    entries = [
        log.add(source.id, message="second", event_time=1372133607),
        log.add(source.id, message="first", event_time=1372133599),
        log.add(source.id, message="third", event_time=1372133607, success=True),
    ]
    log.add(other.id, message="another's")

    page = call_either("GET", "log", query={"id": source.id, "per_page": 2}).json

    assert page == {
        "count": 3, "page": 1, "pages": 2, "per_page": 2,
        "log_entries": [
            {"id": entries[2].id, "event_time": 1372133607, "success": True, "message": "third"},
            {"id": entries[0].id, "event_time": 1372133607, "success": False, "message": "second"},
        ],
    }  # fmt: skip
    assert call_either("GET", "log", query={"id": source.id, "per_page": 2, "page": 2}).json["log_entries"] == [
        {"id": entries[1].id, "event_time": 1372133599, "success": False, "message": "first"}
    ]
