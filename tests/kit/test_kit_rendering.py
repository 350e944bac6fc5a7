"""Values of handlers as JSON: subclasses of JSON's types, enumerations, shapes with alternatives, and kept renderings."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from fakesources.kit import rendering
from fakesources.kit.rendering import Renderer, Views


class Name(str):
    __slots__ = ()


class Number(enum.IntEnum):
    ONE = 1


class Level(enum.StrEnum):
    LOW = "low"


class Colour(str, enum.Enum):  # noqa: UP042 - as code for Python 3.10 has it
    RED = "red"


@dataclass(frozen=True)
class Part:
    name: str
    sizes: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Thing:
    id: int
    secret: str = "s"
    tags: tuple[Any, ...] = ()
    labels: frozenset[str] = frozenset()
    part: Part | None = None
    level: Level = Level.LOW


ID = {"type": "object", "required": ["id"], "properties": {"id": {}}}
OTHER = {"type": "object", "required": ["color"], "properties": {"color": {}, "secret": {}}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Name("a"), "a"),
        (Number.ONE, 1),
        (Level.LOW, "low"),
        (Colour.RED, "red"),
        ([{"a": Level.LOW}], [{"a": "low"}]),
        ([Name("a"), True, None, 1.5], ["a", True, None, 1.5]),
        ({"a": (1, 2)}, {"a": [1, 2]}),
    ],
)
def test_a_value_of_a_subclass_is_one_of_json(value: Any, expected: Any) -> None:
    found = Renderer({}).render(value, None)

    assert json.dumps(found) == json.dumps(expected)


@pytest.mark.parametrize("value", [b"a", object(), Thing])
def test_a_value_that_json_lacks_is_an_error(value: Any) -> None:
    with pytest.raises(TypeError):
        Renderer({}).render(value, None)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ({"anyOf": [{"type": "null"}, OTHER, ID]}, {"id": 1}),
        ({"oneOf": [OTHER, {"$ref": "#/$defs/id"}], "$defs": {"id": ID}}, {"id": 1}),
        ({"anyOf": [True, ID]}, {"id": 1}),
        ({"allOf": [True, ID]}, {"id": 1}),
        ({"allOf": [ID, {"properties": {"secret": {}}}]}, {"id": 1, "secret": "s"}),
        ({"$ref": "#"}, {"id": 1, "secret": "s", "tags": [], "labels": [], "part": None, "level": "low"}),
        ({}, {"id": 1, "secret": "s", "tags": [], "labels": [], "part": None, "level": "low"}),
    ],
)
def test_a_row_has_the_properties_of_the_branch_that_describes_it(shape: Any, expected: Any) -> None:
    """All fields, where no branch has any."""
    assert Renderer(shape).render(Thing(1), None) == expected


@pytest.mark.parametrize(
    ("row", "is_kept"),
    [
        (Thing(1), True),
        (Thing(1, tags=("a", (1, None))), True),
        (Thing(1, tags=("a", ["b"])), False),
        (Thing(1, tags=({"a": 1},)), False),
        (Thing(1, labels=frozenset({"a"})), True),
        (Thing(1, part=Part("a")), False),
    ],
)
def test_a_rendering_is_kept_for_a_row_that_cannot_change(row: Thing, is_kept: bool) -> None:
    renderer, views = Renderer({}), Views()
    first = renderer.render(row, views)

    assert (renderer.render(row, views) is first) == is_kept
    assert renderer.render(row, views) == first


def test_the_number_of_kept_renderings_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of before are made again."""
    monkeypatch.setattr(rendering, "MAX_VIEWS", 3)
    renderer, views = Renderer({}), Views()
    rows = [Thing(number) for number in range(4)]

    lengths = []
    for row in rows:
        renderer.render(row, views)
        lengths.append(len(views))

    assert lengths == [1, 2, 3, 1]
    assert renderer.render(rows[0], views)["id"] == 0
