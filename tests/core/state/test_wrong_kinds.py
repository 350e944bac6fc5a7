"""State documents with a list where an object belongs, and the reverse, at every place of every level."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

import pytest

from fakesources import FakeSources, InvalidState
from fakesources.core.contract.schemas import json_path
from fakesources.kit import Api, Call, Result

FREE = {"extra", "meta", "widget_options", "widget_styles", "widget_colours"}
"""Fields with JSON of any form: they are objects, but what is in them is not known."""


class Size(TypedDict):
    width: int


@dataclass(frozen=True)
class Maker:
    name: str
    sizes: tuple[Size, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Thing:
    id: int
    size: Size
    maker: Maker
    parts: dict[str, Maker] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    note: Maker | None = None


def own_api() -> Api:
    api = Api("own", host="own.test")
    api.rows("things", Thing)

    @api.get("/", responses={204: None})
    def get_nothing(_: Call) -> Result:
        """Get nothing."""
        return Result(204, None)

    return api


def filled() -> FakeSources:
    """Return a fake with every kind of row, on two accounts."""
    fake = FakeSources(apis=["datasift", "curator", own_api()])
    for name in ("alice", "bob"):
        datasift, curator = fake.datasift.account(name), fake.curator.account(name)
        datasift.log.add(datasift.sources.add().id)
        feed = curator.feeds.add(meta={"a": [{"b": 1}]}, widget_options={"a": {"b": [1]}})
        curator.posts.add(curator.sources.add(feed_id=feed.id).id)
    maker = Maker("Ann", (Size(width=1),))
    fake.own.things.add(
        size=Size(width=1), maker=maker, parts={"é": maker}, counts={"a": [1]}, extra={"a": [{}]}, note=maker
    )
    return fake


FAKE = filled()
DOCUMENT = FAKE.dump()
PARSED: dict[str, Any] = json.loads(json.dumps(DOCUMENT))


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every object and array; of an array with several items, those of the first one."""
    if isinstance(value, dict):
        yield path
        for name, inner in value.items():
            if path[-1:] == () or path[-1] not in FREE:
                yield from places(inner, (*path, name))
    elif isinstance(value, list):
        yield path
        yield from (place for item in value[:1] for place in places(item, (*path, 0)))


def replaced(path: tuple[str | int, ...], value: Any) -> Any:
    """Return the document with another value at a place."""
    if not path:
        return value
    document = copy.deepcopy(PARSED)
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return document


def value_at(path: tuple[str | int, ...]) -> Any:
    value: Any = PARSED
    for step in path:
        value = value[step]
    return value


PLACES = [place for place in places(PARSED) if place]
"""Every place within the document; in Python the document itself is a mapping or the path of a file."""


def test_every_level_has_places() -> None:
    """An API, its accounts, one of them, its rows, a row, and what is in a row."""
    assert len({len(place) for place in PLACES}) >= 8
    assert sum(isinstance(value_at(place), dict) for place in PLACES) > 60


@pytest.mark.parametrize("path", PLACES, ids=[json_path(place) for place in PLACES])
def test_another_kind_is_rejected_with_its_path(path: tuple[str | int, ...]) -> None:
    """A list for an object, an object for a list, and a text for both; nothing changes."""
    is_object = isinstance(value_at(path), dict)
    for wrong in ([] if is_object else {}, "text"):
        with pytest.raises(InvalidState) as raised:
            FAKE.load(replaced(path, wrong))

        message = str(raised.value)
        assert message.startswith(f"{json_path(path)}: expected "), message
        assert f"expected {'an object' if is_object else 'an array'}" in message
    assert FAKE.dump() == DOCUMENT


@pytest.mark.parametrize("wrong", [[], [{}], None, 1, "text"], ids=repr)
@pytest.mark.parametrize("place", [(), ("clock",), ("datasift", "accounts", "alice", "rows")], ids=json_path)
def test_a_file_is_rejected_in_the_same_way(tmp_path: Path, place: tuple[str | int, ...], wrong: Any) -> None:
    path = tmp_path / "state.json"
    path.write_text(json.dumps(replaced(place, wrong)))

    with pytest.raises(InvalidState) as raised:
        FAKE.load(path)

    assert str(raised.value).endswith(f"{json_path(place)}: expected an object, got {json.dumps(wrong)}")
