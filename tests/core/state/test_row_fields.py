"""Fields of rows: the keywords of the methods that add them, and the types of their values."""

from __future__ import annotations

from dataclasses import make_dataclass
from typing import Any, TypedDict, Unpack

import pytest

from fakesources import FakeSources, InvalidState
from fakesources.core.state.row_fields import keywords_of
from fakesources.kit import Api


class Given(TypedDict, total=False):
    size: int


def typed(self: Any, name: str, day: int = 1, **given: Unpack[Given]) -> None:
    """Take keywords with types."""


def untyped(self: Any, name: str, **given: Any) -> None:
    """Take keywords of any name, besides one."""


@pytest.mark.parametrize(
    ("function", "required"), [(typed, {"name": True, "day": False, "size": False}), (untyped, {"name": True})]
)
def test_keywords_with_a_type_are_those_of_a_method(function: Any, required: dict[str, bool]) -> None:
    assert {name: each.is_required for name, each in keywords_of(function).items()} == required


def test_the_type_of_a_field_may_be_a_schema() -> None:
    """In a state file its values are any JSON that the schema accepts."""
    colour = {"type": ["string", "array"], "pattern": "^#[0-9a-f]{6}$"}
    api = Api("own", host="own.test")
    api.rows("tags", make_dataclass("Tag", [("id", str), ("colour", colour)], frozen=True))

    @api.get("/", responses={204: None})
    def get_nothing(call: Any) -> None:
        """Get nothing."""

    fake = FakeSources(apis=[api])
    fake.own.tags.add(id="1", colour="#00ff00")
    fake.own.tags.add(id="2", colour=[0, 255, None])
    document = fake.dump()
    fake.reset()

    fake.load(document)

    assert [each.colour for each in fake.own.tags.values()] == ["#00ff00", [0, 255, None]]
    document["own"]["accounts"]["home"]["rows"]["tags"][0]["colour"] = "green"
    with pytest.raises(InvalidState, match=r"tags\[0\]\.colour: expected text that matches .*, got \"green\""):
        fake.load(document)
