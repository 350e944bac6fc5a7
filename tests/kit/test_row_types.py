"""Rows of an API of one's own: every type that a field may have, in state files, in responses, and wrong ones."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict
from uuid import UUID

import pytest
import requests

from fakesources import FakeSources, InvalidState
from fakesources.kit import Api, Call, Rows

Color = Annotated[str, "Six digits.", {"pattern": "^[0-9a-f]{6}$"}]


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


class Size(TypedDict):
    width: int
    unit: NotRequired[str]


@dataclass(frozen=True)
class Maker:
    name: str
    founded: date | None = None


@dataclass(frozen=True, kw_only=True)
class Thing:
    id: int
    name: str = ""
    price: float = 0.5
    is_new: bool = True
    due: date = date(2026, 1, 2)
    made: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    serial: UUID = field(default_factory=lambda: UUID(int=1))
    level: Level = Level.LOW
    state: Literal["open", "closed", 3] = "open"
    note: str | None = None
    tags: list[str] = field(default_factory=list)
    labels: frozenset[str] = frozenset()
    place: tuple[float, float] = (0.0, 0.0)
    steps: tuple[int, ...] = ()
    size: Size = field(default_factory=lambda: Size(width=1))
    counts: dict[str, int] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    maker: Maker = Maker("Ann")
    color: Color = "ededed"
    anything: Any = None


GIVEN: dict[str, Any] = {
    "name": "Ünë",
    "price": 1.25,
    "is_new": False,
    "due": date(2026, 12, 31),
    "made": datetime(2025, 1, 1, tzinfo=UTC),
    "serial": UUID(int=7),
    "level": Level.HIGH,
    "state": 3,
    "note": "a note",
    "tags": ["a", "b"],
    "labels": frozenset({"x", "y"}),
    "place": (1.5, 2.5),
    "steps": (1, 2, 3),
    "size": {"width": 3, "unit": "mm"},
    "counts": {"a": 1},
    "extra": {"deep": {"a": 1}},
    "maker": Maker("Bob", date(1999, 1, 1)),
    "color": "00ff00",
    "anything": {"list": [1, {"a": None}]},
}


def made() -> tuple[Api, Rows[Thing]]:
    api = Api("things", host="api.things.test")
    things = api.rows("things", Thing)

    @api.get("/things", responses={200: list[Thing]})
    def list_things(call: Call) -> list[Thing]:
        """List things."""
        return things.of(call).all()

    return api, things


@pytest.mark.parametrize("name", GIVEN)
def test_a_value_of_every_type_is_saved_and_loaded(name: str, tmp_path: Path) -> None:
    """Equal rows, of equal types, in another fake."""
    api, things = made()
    fake, other = FakeSources(apis=[api]), FakeSources(apis=[api])
    row = things.of(fake).add(**{name: GIVEN[name]})
    fake.dump(tmp_path / "state.json")

    other.load(tmp_path / "state.json")

    assert getattr(row, name) == GIVEN[name]
    assert things.of(other).all() == [row]
    assert type(getattr(things.of(other)[row.id], name)) is type(getattr(row, name))


def test_a_value_of_every_type_is_shown() -> None:
    """A response has them as JSON, as its schema describes them."""
    api, things = made()
    with FakeSources(apis=[api]) as fake:
        things.of(fake).add(**GIVEN)

        [shown] = requests.get("https://api.things.test/things").json()

    assert shown == {
        **GIVEN,
        "id": 1,
        "due": "2026-12-31",
        "made": "2025-01-01T00:00:00Z",
        "serial": str(UUID(int=7)),
        "level": "high",
        "labels": ["x", "y"],
        "place": [1.5, 2.5],
        "steps": [1, 2, 3],
        "maker": {"name": "Bob", "founded": "1999-01-01"},
    }


def test_a_value_without_a_form_in_json_is_an_error() -> None:
    """A handler that returns one is named by the traceback, and the text has the value."""
    api = Api("things", host="api.things.test")

    @api.get("/things", responses={200: dict[str, Any]})
    def get_thing(_: Call) -> dict[str, Any]:
        """Get a thing."""
        return {"price": Decimal("1.5")}

    with (
        FakeSources(apis=[api]),
        pytest.raises(TypeError, match=r"expected a row or a JSON value, got Decimal\('1.5'\)"),
    ):
        requests.get("https://api.things.test/things")


WRONG: dict[str, list[Any]] = {
    "name": [1, None],
    "price": ["1", True],
    "is_new": [0, "yes"],
    "due": ["yesterday", 5],
    "made": ["2025-01-01T00:00:00", "soon"],
    "serial": ["7", 7],
    "level": ["medium", None],
    "state": ["ajar", 3.0],
    "note": [5],
    "tags": ["a", [1]],
    "labels": [{"a": 1}],
    "place": [[1.0], ["a", "b"]],
    "steps": [["1"]],
    "size": [{}, {"width": 1, "depth": 2}, {"width": "1"}],
    "counts": [{"a": "1"}, []],
    "extra": [[], "a"],
    "maker": [{"name": 1, "founded": None}, "Ann"],
    "color": ["red", "00FF00"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_value_of_another_type_is_an_error(name: str, value: Any) -> None:
    """In a state file with its JSON path, in `add` and `change` with the name of the field; nothing changes."""
    api, things = made()
    fake = FakeSources(apis=[api])
    row = things.of(fake).add()
    state = json.loads(json.dumps(fake.dump()))
    state["things"]["accounts"]["home"]["rows"]["things"][0][name] = value

    with pytest.raises(InvalidState, match=rf"things\.accounts\.home\.rows\.things\[0\]\.{name}.*: expected "):
        fake.load(state)
    with pytest.raises(TypeError, match=f"{name}.*: expected "):
        things.of(fake).add(**{name: value})
    with pytest.raises(TypeError, match=f"{name}.*: expected "):
        things.of(fake).change(row.id, **{name: value})

    assert things.of(fake).all() == [row]


def test_a_number_without_a_fraction_is_an_integer() -> None:
    """As in JSON Schema, which lets a body with it through."""
    api, things = made()
    fake = FakeSources(apis=[api])

    row = things.of(fake).add(steps=(1.0, 2), counts={"a": 3.0})

    assert repr((row.steps, row.counts)) == "((1, 2), {'a': 3})"


def test_texts_become_values_of_the_field() -> None:
    """A handler may pass on what a JSON body had; a row keeps a list of its own."""
    api, things = made()
    fake = FakeSources(apis=[api])
    tags = ["a"]

    row = things.of(fake).add(due="2026-12-31", made="2025-01-01T01:00:00+01:00", serial=str(UUID(int=7)), tags=tags)
    tags.append("b")

    assert (row.due, row.made, row.serial, row.tags) == (
        date(2026, 12, 31),
        datetime(2025, 1, 1, tzinfo=UTC),
        UUID(int=7),
        ["a"],
    )
