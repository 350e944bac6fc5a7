"""Lists of an OpenAPI document: filters and order in any form of the query, pages from 0 and from 1, and their numbers."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_samples import body, document, fake_of, json_of, send

from fakesources import FakeSources

TEXT, INTEGER, TRUTH = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
ROW = {
    "type": "object",
    "properties": {"id": {**INTEGER, "readOnly": True}, "name": TEXT, "is_done": TRUTH, "size": INTEGER, "due": TEXT},
}
ROWS = [
    {"name": "b", "is_done": True, "size": 10, "due": "x"},
    {"name": "a", "is_done": False, "size": 9},
    {"name": "c", "is_done": True, "size": 9, "due": "y"},
]
TEXTS = {"type": "array", "items": TEXT}


def fake_with(parameters: dict[str, Any], listed: Any = None, row: Any = ROW, given: Any = ROWS) -> FakeSources:
    """Return a fake with three rows, whose list takes some parameters."""
    names = [{"name": name, "in": "query", **each} for name, each in parameters.items()]
    operations = {
        "get": {"parameters": names, "responses": {"200": body(listed or {"type": "array", "items": row})}},
        "post": {"requestBody": body(row), "responses": {"201": body(row)}},
    }
    fake = fake_of(document(paths={"/rows": operations}))
    for each in given:
        assert send(fake, "POST", "/api/rows", each).status == 201
    return fake


FILTERS: list[tuple[dict[str, Any], str, list[int]]] = [
    ({"name": {"schema": TEXT}}, "name=a", [2]),
    ({"IsDone": {"schema": TRUTH}}, "IsDone=true", [1, 3]),
    ({"isDone": {"schema": TRUTH}}, "isDone=false", [2]),
    ({"is-done": {"schema": TRUTH}}, "is-done=false", [2]),
    ({"filter[name]": {"schema": TEXT}}, "filter[name]=c", [3]),
    ({"filters[isDone]": {"schema": TRUTH}}, "filters[isDone]=true", [1, 3]),
    ({"filter": {"schema": {"type": "object", "properties": {"name": TEXT, "size": INTEGER}}, "style": "deepObject"}}, "filter[name]=c&filter[size]=9", [3]),
    ({"filter[none]": {"schema": TEXT}}, "filter[none]=c", [1, 2, 3]),
    ({"search": {"schema": TEXT}}, "search=c", [1, 2, 3]),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "query", "found"), FILTERS)
def test_a_filter_names_a_field_in_any_spelling(parameters: Any, query: str, found: list[int]) -> None:
    fake = fake_with(parameters)

    assert [row["id"] for row in json_of(send(fake, "GET", f"/api/rows?{query}"))] == found
    assert not fake.violations


SORTS: list[tuple[str, str, list[int]]] = [
    ("sort", "sort=name", [2, 1, 3]),
    ("sort", "sort=-name", [3, 1, 2]),
    ("sort", "sort=%2Bname", [2, 1, 3]),
    ("sort", "sort=name,desc", [3, 1, 2]),
    ("sort", "sort=name:asc", [2, 1, 3]),
    ("orderBy", "orderBy=name%20desc", [3, 1, 2]),
    ("ordering", "ordering=size,-name", [3, 2, 1]),
    ("sort", "sort=size,name", [2, 3, 1]),
    ("sort_by", "sort_by=name&order=desc", [3, 1, 2]),
    ("order_by", "order_by=name&direction=DESC", [3, 1, 2]),
    ("order", "order=name", [2, 1, 3]),
    ("sort", "sort=due", [1, 3, 2]),
    ("sort", "sort=-due", [3, 1, 2]),
    ("sort", "sort=isDone", [2, 1, 3]),
    ("sort", "sort=none", [1, 2, 3]),
    ("sort", "sort=", [1, 2, 3]),
]


@pytest.mark.parametrize(("name", "query", "found"), SORTS)
def test_a_list_has_the_order_of_its_query(name: str, query: str, found: list[int]) -> None:
    """Rows of equal values keep theirs, and those without a value are last."""
    fake = fake_with({name: {"schema": TEXT}, "order": {"schema": TEXT}, "direction": {"schema": TEXT}})

    assert [row["id"] for row in json_of(send(fake, "GET", f"/api/rows?{query}"))] == found


@pytest.mark.parametrize(
    ("query", "found"), [("sort=size,asc&sort=name,desc", [3, 2, 1]), ("sort=size,desc", [1, 2, 3])]
)
def test_an_order_by_several_fields(query: str, found: list[int]) -> None:
    fake = fake_with({"sort": {"schema": TEXTS}})

    assert [row["id"] for row in json_of(send(fake, "GET", f"/api/rows?{query}"))] == found


@pytest.mark.parametrize("query", ["filter[title]=b", "sort=-title&page[size]=1"])
def test_fields_within_attributes(query: str) -> None:
    """As rows of JSON:API have them."""
    row = {
        "type": "object",
        "properties": {
            "id": {**TEXT, "readOnly": True},
            "attributes": {"type": "object", "properties": {"title": TEXT}},
        },
    }
    given = [{"attributes": {"title": title}} for title in "ab"]
    parameters = {name: {"schema": {}} for name in ("filter[title]", "sort", "page[size]")}
    fake = fake_with(parameters, row=row, given=given)

    assert [each["attributes"]["title"] for each in json_of(send(fake, "GET", f"/api/rows?{query}"))] == ["b"]


@pytest.mark.parametrize(
    ("page", "pages"),
    [
        ({"type": "integer"}, {"": [1, 2], "&page=1": [1, 2], "&page=2": [3]}),
        ({"type": "integer", "default": 0}, {"": [1, 2], "&page=0": [1, 2], "&page=1": [3], "&page=2": []}),
        ({"type": "integer", "minimum": 0}, {"": [1, 2], "&page=0": [1, 2], "&page=1": [3]}),
        ({"type": "integer", "minimum": 0, "default": 1}, {"": [1, 2], "&page=1": [1, 2], "&page=2": [3]}),
    ],
)
def test_the_first_page_has_the_number_of_the_document(page: Any, pages: dict[str, list[int]]) -> None:
    """Zero where that is the default or the minimum of the parameter."""
    fake = fake_with({"page": {"schema": page}, "size": {"schema": INTEGER}})

    found = {each: json_of(send(fake, "GET", f"/api/rows?size=2{each}")) for each in pages}

    assert {each: [row["id"] for row in listed] for each, listed in found.items()} == pages


NUMBERS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "pages from 0": (
        {"page": {"schema": {**INTEGER, "default": 0}}, "size": {"schema": INTEGER}}, "size=2&page=1",
        {"totalPages": 2, "totalElements": 3, "size": 2, "number": 1, "numberOfElements": 1, "first": False, "last": True, "empty": False},
    ),
    "a page between others": (
        {"page": {"schema": {**INTEGER, "default": 0}}, "size": {"schema": INTEGER}}, "size=1&page=1",
        {"number": 1, "last": False, "next": "https://things.test/api/rows?size=1&page=2", "prev": "https://things.test/api/rows?size=1&page=0"},
    ),
    "pages from 1": (
        {"page": {"schema": INTEGER}, "per_page": {"schema": INTEGER}}, "per_page=2",
        {"current_page": 1, "last_page": 2, "per_page": 2, "total": 3, "next": "https://things.test/api/rows?per_page=2&page=2"},
    ),
    "an offset": ({"offset": {"schema": INTEGER}, "limit": {"schema": INTEGER}}, "limit=1&offset=2", {"offset": 2, "limit": 1, "total": 3}),
    "no pages": ({}, "", {"size": 3, "page": 1, "pages": 1, "last": True}),
    "texts of these names": ({}, "", {"size": None, "page": None, "first": None}),
}  # fmt: skip


@pytest.mark.parametrize("is_within", [True, False])
@pytest.mark.parametrize("case", NUMBERS)
def test_a_list_says_which_page_it_is(case: str, is_within: bool) -> None:
    """In the members that the document has for it, of the list or of an object within it."""
    parameters, query, expected = NUMBERS[case]
    kinds = {bool: TRUTH, int: INTEGER, str: TEXT, type(None): TEXT}
    shown = {name: kinds[type(value)] for name, value in expected.items()}
    properties = {"meta": {"type": "object", "properties": shown}} if is_within else shown
    listed = {"type": "object", "properties": {"results": {"type": "array", "items": ROW}, **properties}}
    response = json_of(send(fake_with(parameters, listed), "GET", f"/api/rows?{query}"))

    del response["results"]
    found = response.get("meta", {}) if is_within else response
    assert found == {name: value for name, value in expected.items() if value is not None}


CURSOR_NAMES = (
    "cursor", "after", "starting_after", "page_token", "pageToken", "page[after]", "page[cursor]", "next_token",
)  # fmt: skip
OFFSET_NAMES = ("offset", "skip", "start", "page[offset]", "startIndex", "start_index")
PAGE_NUMBERS = ("page", "page[number]", "pageNumber", "page_number")
SIZE_NAMES = (
    "per_page", "limit", "page_size", "pageSize", "size", "count", "perPage", "page[size]", "page[limit]", "max_results",
    "maxResults",
)  # fmt: skip
NEXT_NAMES = (
    "next_cursor", "next", "next_page_token", "nextPageToken", "nextCursor", "cursor", "next_page", "nextPage",
    "next_token", "after",
)  # fmt: skip
TOTAL_NAMES = (
    "total", "total_count", "count", "totalCount", "total_items", "totalItems", "total_results", "totalResults",
    "totalElements", "rowsCount",
)  # fmt: skip
MORE_NAMES = ("has_more", "hasMore", "has_next", "hasNext")


def paged(page: str, size: str, member: str, schema: Any) -> FakeSources:
    """Return a fake of three rows, whose list takes a page and a size, and has one member beside the rows."""
    listed = {"type": "object", "properties": {"rows": {"type": "array", "items": ROW}, member: schema}}
    return fake_with({page: {"schema": {}}, size: {"schema": INTEGER}}, listed)


@pytest.mark.parametrize(
    ("page", "second"),
    [*((name, None) for name in CURSOR_NAMES), *((name, 2) for name in (*OFFSET_NAMES, *PAGE_NUMBERS))],
)
def test_every_usual_parameter_of_pages_leads_on(page: str, second: int | None) -> None:
    """A cursor is what the page before has as its next one."""
    fake = paged(page, "limit", "next", {})
    first = json_of(send(fake, "GET", "/api/rows?limit=2"))
    value = first["next"] if second is None else second

    got = json_of(send(fake, "GET", f"/api/rows?limit=2&{page}={value}"))

    assert [row["id"] for row in first["rows"]] == [1, 2]
    assert [row["id"] for row in got["rows"]] == [3]
    assert first["next"] == value
    assert got["next"] is None


@pytest.mark.parametrize("size", SIZE_NAMES)
def test_every_usual_parameter_of_a_size_limits_a_page(size: str) -> None:
    fake = paged("cursor", size, "next", {})

    assert [row["id"] for row in json_of(send(fake, "GET", f"/api/rows?{size}=2"))["rows"]] == [1, 2]


@pytest.mark.parametrize(
    ("member", "schema", "expected"),
    [
        *((name, {}, 2) for name in NEXT_NAMES),
        *((name, {}, None) for name in ("previous", "prev", "previous_page", "prev_page")),
        *((name, INTEGER, 3) for name in TOTAL_NAMES),
        *((name, TRUTH, True) for name in MORE_NAMES),
    ],
)
def test_every_usual_member_beside_the_rows_is_shown(member: str, schema: Any, expected: Any) -> None:
    fake = paged("page", "limit", member, schema)

    got = json_of(send(fake, "GET", "/api/rows?limit=2"))

    assert {name: value for name, value in got.items() if name != "rows"} == {member: expected}
