"""Pages of sources and of log entries."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from datasift_calls import Caller

from fakesources import Request, Response
from fakesources.verify import check


def test_an_account_without_sources_has_an_empty_list(either: Caller) -> None:
    """Nothing defined is no error: count 0 on page 1 of 0."""
    answer = either("GET", "get")

    assert (answer.status, answer.json) == (
        200, {"count": 0, "page": 1, "pages": 0, "per_page": 20, "sources": []},
    )  # fmt: skip


def test_the_newest_source_comes_first(call: Caller) -> None:
    """A list is ordered by creation time, newest first, also where a test gave the time; equal times the last first."""
    call.create(name="a")
    call.create(name="b")
    call.fake.clock.advance(60)
    latest = call.create(name="c").json
    call.fake.datasift.sources.add(name="old", created_at=datetime(2020, 1, 1, tzinfo=UTC))
    call.fake.datasift.sources.add(name="between", created_at=latest["created_at"] - 30)

    assert call.names() == ["c", "between", "b", "a", "old"]


def test_pages_cut_the_list(call: Caller) -> None:
    """55 sources are 3 pages of 20; the page past the end is empty, and count and pages stay."""
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
def test_a_page_has_a_hundred_items_at_most(call: Caller, per_page: int) -> None:
    """More is not refused: the answer has a hundred, says so, and its pages follow on one another; logs too."""
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
    """What the real service answers about its own size is right: the fake's greatest size is a decision of ours."""
    request = Request("GET", "/v1.6/source/get?per_page=500", (("Authorization", "a:b"),), b"", "api.datasift.com")
    body = {"count": 0, "page": 1, "pages": 0, "per_page": 500, "sources": []}
    reply = Response(200, (("Content-Type", "application/json"),), json.dumps(body).encode())

    found = check((request, reply), edition="live-1.6", warnings=True)

    assert [violation.path for violation in found if "per_page" in violation.path] == []


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
    """`source_type` lists one type, `search` the names that hold a text in any case; both, and pages, go together."""
    sources = call.fake.datasift.sources
    sources.add(name="cats")
    sources.add(name="Cats on Instagram", source_type="instagram")
    sources.add(name="dogs")
    sources.add(name="Concatenated")

    assert call.names(**query) == names


def test_the_count_is_of_what_passes_the_filter(call: Caller) -> None:
    """`count` and `pages` tell how many match, not how many there are."""
    for number in range(7):
        call.fake.datasift.sources.add(source_type="instagram" if number % 2 else "yammer", name=f"n{number}")

    page = call("GET", "get", query={"source_type": "instagram", "per_page": 2}).json
    found = call("GET", "get", query={"search": "n", "per_page": 5}).json

    assert (page["count"], page["pages"], len(page["sources"])) == (3, 2, 2)
    assert (found["count"], found["pages"], len(found["sources"])) == (7, 2, 5)


def test_an_id_wins_over_paging(either: Caller) -> None:
    """With an id get answers the bare source, whatever paging is sent along."""
    made = either.create().json

    assert either("GET", "get", query={"id": made["id"], "page": 4, "per_page": 1}).json == made


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"page": 0}, "page must be at least 1"),
        ({"per_page": -1}, "per_page must be at least 1"),
        ({"page": "two"}, "page must be a valid integer"),
        ({"per_page": "1.5"}, "per_page must be a valid integer"),
    ],
)
def test_a_page_that_is_none_is_refused(call: Caller, query: dict[str, str], error: str) -> None:
    """A page or a size below 1, or one that is no whole number, is refused by name."""
    answer = call("GET", "get", query=query)

    assert (answer.status, answer.error) == (400, error)


def test_the_log_is_empty_at_first(either: Caller) -> None:
    """A source without entries has an empty log; calls of the API leave nothing in it."""
    id = either.create().json["id"]
    either("PUT", "start", form={"id": id})

    assert either("GET", "log", query={"id": id}).json == {
        "count": 0, "page": 1, "pages": 0, "per_page": 20, "log_entries": [],
    }  # fmt: skip


def test_log_entries_come_newest_first(either: Caller) -> None:
    """A page of the log has four keys an entry, the newest entry first, of equal times the last one."""
    source, other = either.fake.datasift.sources.add(), either.fake.datasift.sources.add()
    log = either.fake.datasift.log
    entries = [
        log.add(source.id, message="second", event_time=1372133607),
        log.add(source.id, message="first", event_time=1372133599),
        log.add(source.id, message="third", event_time=1372133607, success=True),
    ]
    log.add(other.id, message="another's")

    page = either("GET", "log", query={"id": source.id, "per_page": 2}).json

    assert page == {
        "count": 3, "page": 1, "pages": 2, "per_page": 2,
        "log_entries": [
            {"id": entries[2].id, "event_time": 1372133607, "success": True, "message": "third"},
            {"id": entries[0].id, "event_time": 1372133607, "success": False, "message": "second"},
        ],
    }  # fmt: skip
    assert either("GET", "log", query={"id": source.id, "per_page": 2, "page": 2}).json["log_entries"] == [
        {"id": entries[1].id, "event_time": 1372133599, "success": False, "message": "first"}
    ]
