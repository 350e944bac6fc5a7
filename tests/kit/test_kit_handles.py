"""Declared rows and the handles of accounts, as a test or a person at a prompt uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

import pytest

from fakesources import FakeSources, Request
from fakesources.kit import Api, Call, Rows, paginate

if TYPE_CHECKING:
    from decimal import Decimal

HOST = "api.things.test"


class Query(TypedDict, total=False):
    page: str


@dataclass(frozen=True, kw_only=True)
class Thing:
    id: int
    name: str = ""
    one: int = 1
    two: int = 2
    three: int = 3
    four: int = 4
    five: int = 5
    indexes: ClassVar[dict[str, Callable[[Any], Any]]] = {"name": lambda row: row.name}


def made(**options: Any) -> tuple[Api, Rows[Thing]]:
    api = Api("things", host=HOST, **options)
    taken = api.error("taken", 409, {"error": "taken"})
    things = api.rows("things", Thing, unique={"name": taken})

    @api.put("/things/<name>", responses={200: Thing}, errors=(taken,))
    def put_thing(call: Call) -> Thing:
        """Add a thing."""
        return things.of(call).add(name=call.path["name"])

    @api.get("/things", query=Query, responses={200: list[Thing]})
    def list_things(call: Call) -> Any:
        """List things."""
        return paginate(call, things.of(call).all(), per_page=1)

    return api, things


def test_what_a_person_sees_of_declarations() -> None:
    api, things = made()

    assert repr(api) == "<kit.Api things: 2 operations>"
    assert repr(things) == "<Rows things.things of Thing>"


def test_rows_are_counted_under_a_value_or_all() -> None:
    api, things = made()
    rows = things.of(FakeSources(apis=[api]))
    for name in "ab":
        rows.add(name=name)

    assert [rows.count(), rows.count("name", "a"), rows.count("name", "z")] == [2, 1, 0]
    with pytest.raises(TypeError, match=r"nme.*the indexes of things.*did you mean 'name'"):
        rows.count("nme", "a")


@pytest.mark.parametrize("add", [lambda rows: rows.add(name="a"), lambda rows: rows.change(2, name="a")])
def test_a_row_that_has_to_be_unique_is_an_error_of_the_test_that_adds_it(add: Any) -> None:
    """In a request it is the API's own error; a change of the row itself is none."""
    api, things = made()
    fake = FakeSources(apis=[api])
    rows = things.of(fake)
    rows.add(name="a")
    rows.add(name="b")

    with pytest.raises(ValueError, match=r"^things: expected a row that is unique by 'name', got one equal to 1$"):
        add(rows)
    assert fake.handle(Request("PUT", "/things/a", (), b"", HOST)).status == 409
    assert fake.handle(Request("PUT", "/things/c", (), b"", HOST)).status == 200
    assert rows.change(1, name="a", two=5).two == 5


def test_a_table_shows_the_first_fields_of_the_rows() -> None:
    api, things = made()

    assert list(things.of(FakeSources(apis=[api])).columns) == ["id", "name", "one", "two", "three", "four"]


@pytest.mark.parametrize(("has_rows", "known"), [(True, "things"), (False, "none")])
def test_rows_that_a_handle_lacks_are_an_error_with_those_it_has(has_rows: bool, known: str) -> None:
    empty = Api("things", host=HOST)
    empty.get("/a", id="a", responses={204: None})(lambda call: None)
    fake = FakeSources(apis=[made()[0] if has_rows else empty])
    handle: Any = fake.things

    with pytest.raises(AttributeError, match=rf"expected one of the rows of the API \({known}\), got 'thigns'"):
        handle.thigns  # noqa: B018 - reading it is the test


def test_a_type_that_is_imported_for_type_checkers_alone_is_accepted() -> None:
    """As the parameter of a handler, whose value is a Call anyway."""

    def handler(call: Decimal) -> None:
        """Do nothing."""

    api = Api("things", host=HOST)
    api.get("/a", responses={204: None})(handler)

    assert FakeSources(apis=[api]).handle(Request("GET", "/a", (), b"", HOST)).status == 204


@pytest.mark.parametrize(
    ("query", "names"), [("", "a"), ("?page=2", "b"), ("?page=-2", "a"), ("?page=", "a"), ("?page=9", "")]
)
def test_the_number_of_a_page_may_be_a_text_of_its_shape(query: str, names: str) -> None:
    api, things = made()
    fake = FakeSources(apis=[api], strict=False)
    for name in "ab":
        things.of(fake).add(name=name)

    response = fake.handle(Request("GET", f"/things{query}", (), b"", HOST))

    assert "".join(row["name"] for row in json.loads(response.body)) == names


def test_pages_of_another_style_are_an_error() -> None:
    api = Api("things", host=HOST)
    api.get("/a", id="a", responses={200: list[Any]})(lambda call: paginate(call, [], style="pages"))  # type: ignore[arg-type]

    with pytest.raises(TypeError, match=r"^style: expected page, offset or cursor, got 'pages'"):
        FakeSources(apis=[api]).handle(Request("GET", "/a", (), b"", HOST))


@pytest.mark.parametrize(("unknown", "reported"), [("report", 2), ("ignore", 0)])
def test_parameters_of_an_operation_without_any_are_reported_unless_the_api_ignores_them(
    unknown: str, reported: int
) -> None:
    fake = FakeSources(apis=[made(unknown_query=unknown)[0]], strict=False)

    response = fake.handle(Request("PUT", "/things/a?utm=1&x=2", (), b"", HOST))

    assert (response.status, len(fake.violations)) == (200, reported)
