"""`add(id=…)` of an id that a row has: an error with the whole text, and nothing changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from fakesources import FakeSources, Request
from fakesources.control.hosted import Hosted
from fakesources.kit import Api, Call, Result, slug_ids

FEED = "7ea09f6b-3d1a-4f6e-9b0c-0123456789ab"


@dataclass(frozen=True, kw_only=True)
class Numbered:
    id: int
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Named:
    id: str
    name: str = ""


def own_api() -> Api:
    api = Api("own", host="own.test")
    api.rows("numbers", Numbered)
    api.rows("names", Named, ids=slug_ids("name"))

    @api.get("/", responses={204: None})
    def get_nothing(_: Call) -> Result:
        """Get nothing."""
        return Result(204, None)

    return api


COLLECTIONS: dict[str, tuple[Callable[[FakeSources], Any], Any, str]] = {
    "DataSift's sources": (
        lambda fake: fake.datasift.sources,
        "a-source",
        "id: expected an id that no source has, got 'a-source', which exists already",
    ),
    "Curator's feeds": (
        lambda fake: fake.curator.feeds,
        FEED,
        f"id: expected an id not in use, got '{FEED}', the id of another feed",
    ),
    "Curator's sources": (
        lambda fake: fake.curator.sources,
        FEED,
        f"id: expected an id not in use, got '{FEED}', the id of another source",
    ),
    "rows with numbers": (lambda fake: fake.own.numbers, 0, "id: expected one that no row has, got 0"),
    "rows with names": (lambda fake: fake.own.names, "é", "id: expected one that no row has, got 'é'"),
}
each_collection = pytest.mark.parametrize(("find", "id", "message"), COLLECTIONS.values(), ids=COLLECTIONS)


@pytest.fixture
def fake() -> FakeSources:
    return FakeSources(apis=["datasift", "curator", own_api()])


@each_collection
def test_a_taken_id_is_an_error_and_its_row_stays(
    fake: FakeSources, find: Callable[[FakeSources], Any], id: Any, message: str
) -> None:
    rows = find(fake)
    row = rows.add(id=id, name="first")
    before = fake.snapshot()

    with pytest.raises(ValueError, match="id: expected") as raised:
        rows.add(id=id, name="second")

    assert str(raised.value) == message
    assert rows[id] == row
    assert not fake.diff(before)
    assert rows.add(name="third").id != id


@each_collection
def test_an_id_is_free_again_once_its_row_is_removed(
    fake: FakeSources, find: Callable[[FakeSources], Any], id: Any, message: str
) -> None:
    rows = find(fake)
    rows.add(id=id, name="first")
    rows.remove(id)

    assert rows.add(id=id, name="second").name == "second"


def test_an_id_of_one_account_is_free_in_another(fake: FakeSources) -> None:
    fake.datasift.sources.add(id="same")
    fake.curator.feeds.add(id=FEED)

    assert fake.datasift.account("bob").sources.add(id="same").id == "same"
    assert fake.curator.account("OTHER").feeds.add(id=FEED).id == FEED


@pytest.mark.parametrize(
    ("collection", "fields"),
    [
        ("datasift/sources", {"id": "a-source"}),
        ("curator/feeds", {"id": FEED}),
        ("curator/sources", {"id": FEED}),
        ("own/numbers", {"id": 0}),
        ("own/names", {"id": "é"}),
    ],
)
def test_a_taken_id_is_an_error_of_the_control_plane_too(collection: str, fields: dict[str, Any]) -> None:
    hosted = Hosted({"apis": ["datasift", "curator", own_api()]})

    def add() -> tuple[int, Any]:
        body = json.dumps(fields).encode()
        headers = (("Content-Type", "application/json"),)
        target = f"/_fakesources/rows/{collection}"
        response = hosted.handle(Request("POST", target, headers, body, "127.0.0.1:80", "http", "server", "127.0.0.1"))
        return response.status, json.loads(response.body)

    assert add()[0] == 201
    before = hosted.fake.snapshot()
    status, error = add()

    assert status == 422
    assert error["error"].startswith("The row is invalid: id: expected ")
    assert not hosted.fake.diff(before)
