"""Public types of the kit as users see them; read by type checkers, never run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, assert_type

from fakesources import FakeSources
from fakesources.kit import AccountRows, Api, Call, Page, Result, paginate


class Shown(TypedDict):
    id: int


@dataclass(frozen=True)
class Pet:
    id: int
    name: str


api = Api("pets", host="pets.example")
PETS = api.rows("pets", Pet)
NOT_FOUND = api.error("not-found", 404, {"error": "There is no pet {id}"})


@api.get("/pets/<id>", responses={200: Shown}, errors=(NOT_FOUND,))
def get_pet(call: Call) -> Pet:
    """Get a pet."""
    assert_type(PETS.of(call), AccountRows[Pet])
    assert_type(PETS.of(call).first("name", "x"), Pet | None)
    assert_type(PETS.of(call).get(1), Pet | None)
    return PETS.of(call).get(call.path["id"], otherwise=NOT_FOUND)


@api.get("/pets", responses={200: list[Shown]})
def list_pets(call: Call) -> Page[Pet]:
    """List pets."""
    assert_type(PETS.of(call).all(), Sequence[Pet])
    return paginate(call, PETS.of(call).all())


@api.delete("/pets/<id>", responses={202: None}, errors=(NOT_FOUND,))
def delete_pet(call: Call) -> Result:
    """Delete a pet."""
    assert_type(PETS.of(call).remove(int(call.path["id"])), Pet)
    return Result(202, None, {"Location": "/jobs/1"})


@api.get("/odd", response={200: None})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
def misspelt(call: Call) -> None:
    """Misspell an argument."""


@api.get("/odder", responses={200: None})  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
def two_parameters(call: Call, other: str) -> None:
    """Take another parameter."""


def use(fake: FakeSources) -> None:
    """Use rows as a test does."""
    rows = PETS.of(fake)
    assert_type(rows[1], Pet)
    assert_type(list(rows.values()), list[Pet])
    assert_type(rows.add(name="Rex"), Pet)
    assert_type(rows.change(1, name="Max"), Pet)
