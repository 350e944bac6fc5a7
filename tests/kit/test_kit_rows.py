"""Rows of an API of one's own: ids, lists of them, and how responses show them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, TypedDict

import pytest

from fakesources import FakeSources, Request
from fakesources.kit import Api, Call, Rows, integer_ids, slug_ids, uuid_ids

HOST = "api.things.test"


class Shown(TypedDict):
    id: Any
    name: str


@dataclass(frozen=True, kw_only=True)
class Thing:
    id: Any
    name: str = ""
    secret: str = "s"
    tags: list[str] = field(default_factory=list)
    indexes: ClassVar[dict[str, Any]] = {"name": lambda row: row.name}


def made(shape: Any = list[Shown], show: Any = None, **options: Any) -> tuple[Api, Rows[Thing]]:
    """Return an API with an operation that shows all rows, and its rows."""
    api = Api("things", host=HOST)
    things = api.rows("things", Thing, **{"ids": integer_ids()} | options)

    @api.get("/things", responses={200: shape})
    def list_things(call: Call) -> Any:
        """List things."""
        rows = things.of(call).all()
        return rows if show is None else show(rows)

    return api, things


def shown(fake: FakeSources) -> Any:
    response = fake.handle(Request("GET", "/things", (), b"", HOST))
    assert response.status == 200
    return json.loads(response.body)


# -- ids -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ids", "given"),
    [
        (integer_ids(), [1, 2, 4]),
        (integer_ids(start=5), [5]),
        (slug_ids("name"), ["a", "a-2", "a-3"]),
        (uuid_ids(), []),
        (uuid_ids(prefix="t_"), []),
    ],
)
def test_no_row_gets_an_id_that_another_one_has(ids: Any, given: list[Any]) -> None:
    """Rows that were added with ids of their own stay; so do those of a state file."""
    api, things = made(ids=ids)
    fake = FakeSources(apis=[api])
    rows = things.of(fake)
    for id in given:
        rows.add(id=id, name="given")

    added = [rows.add(name="a") for _ in range(3)]
    fake.load(fake.dump())
    added += [rows.add(name="a") for _ in range(3)]

    assert len(rows) == len(given) + 6
    assert len({*given, *(row.id for row in added)}) == len(given) + 6


def test_an_id_that_is_taken_is_an_error() -> None:
    """The row that has it stays as it is."""
    api, things = made()
    rows = things.of(FakeSources(apis=[api]))
    row = rows.add(id=3, name="first")

    with pytest.raises(ValueError, match="id: expected one that no row has, got 3"):
        rows.add(id=3, name="second")

    assert rows.all() == [row]


def test_ids_that_never_differ_are_an_error() -> None:
    """Instead of a request without end."""
    api, things = made(ids=lambda ids, kind, fields: "same")
    rows = things.of(FakeSources(apis=[api]))
    rows.add()

    with pytest.raises(ValueError, match="things: expected ids= to make an id that no row has, got 'same' again"):
        rows.add()


# -- lists ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newest_first", [False, True])
def test_rows_are_a_sequence_that_equals_a_list(newest_first: bool) -> None:
    """By number, from the end, by slices; a change while they are listed does not disturb."""
    api, things = made(newest_first=newest_first)
    rows = things.of(FakeSources(apis=[api]))
    expected = [rows.add(name=name) for name in "abcdef"]
    if newest_first:
        expected.reverse()
    every = rows.all()

    assert every == expected
    assert expected == every
    assert every != expected[1:]
    assert every != "abcdef"
    assert repr(every) == repr(expected)
    for number in (0, 5, -1, -6):
        assert every[number] == expected[number]
    for number in (6, -7):
        with pytest.raises(IndexError, match="row: expected a number below 6"):
            every[number]
    for part in (slice(2), slice(2, 4), slice(-2, None), slice(None, None, 2), slice(None, None, -1), slice(9, 12)):
        assert every[part] == expected[part]
    assert expected[2] in every
    assert rows.where("name", "b") == [row for row in expected if row.name == "b"]
    assert rows.where("name", "z") == []

    for row in every:
        rows.remove(row.id)

    assert len(every) == 0


# -- responses -----------------------------------------------------------------------------------------------------

REFERENCED = {
    "type": "array",
    "items": {"$ref": "#/$defs/thing"},
    "$defs": {
        "thing": {"allOf": [{"$ref": "#/$defs/base"}, {"properties": {"name": {"type": "string"}}, "required": ["name"]}]},
        "base": {"type": "object", "properties": {"id": {}}, "required": ["id"]},
    },
}  # fmt: skip


class Other(TypedDict):
    color: str


@pytest.mark.parametrize(
    ("shape", "show"),
    [
        (list[Shown], list),
        (Sequence[Shown], tuple),
        (list[Shown | None], list),
        (list[Other | Shown], list),
        (dict[str, Shown], lambda rows: {str(row.id): row for row in rows}),
        (TypedDict("Wrapped", {"items": list[Shown]}), lambda rows: {"items": rows}),
        (TypedDict("Deep", {"all": dict[str, list[Shown]]}), lambda rows: {"all": {"here": rows}}),
        (REFERENCED, list),
        ({"$ref": "#/$defs/all", "$defs": {"all": {"type": "array", "items": {"properties": {"id": {}, "name": {}}}}}}, list),
    ],
    ids=["list", "tuple", "or null", "of two", "by name", "wrapped", "deep", "allOf and $ref", "$ref"],
)  # fmt: skip
def test_rows_are_reduced_to_the_properties_of_their_shape(shape: Any, show: Any) -> None:
    """Wherever in a response they are, and however its schema leads to them."""
    api, things = made(shape, show)
    fake = FakeSources(apis=[api])
    things.of(fake).add(name="a")

    value = shown(fake)
    while not (isinstance(value, dict) and "name" in value):
        value = next(iter(value.values())) if isinstance(value, dict) else value[0]

    assert value == {"id": 1, "name": "a"}


def test_a_response_shows_each_row_as_it_is_now() -> None:
    """After a change, a restore, and for a row with a list that a handler extends in place."""
    api, things = made(list[Thing])
    fake = FakeSources(apis=[api])
    rows = things.of(fake)
    row = rows.add(name="a", tags=["x"])
    before = fake.snapshot()
    seen = [shown(fake)]

    rows.put(replace(row, name="b"))
    seen.append(shown(fake))
    rows[row.id].tags.append("y")
    seen.append(shown(fake))
    rows.change(row.id, tags=["z"])
    seen.append(shown(fake))
    fake.restore(before)
    seen.append(shown(fake))

    assert [(each[0]["name"], each[0]["tags"]) for each in seen] == [
        ("a", ["x"]),
        ("b", ["x"]),
        ("b", ["x", "y"]),
        ("b", ["z"]),
        ("a", ["x"]),
    ]
