"""Values inside rows never change, and rows remember how they are written."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakesources.core.frozen import FrozenDict, freeze, plain
from fakesources.core.writing import Remembering, json_text, written


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(a=2), lambda d: d.pop("a"), lambda d: d.clear(), lambda d: d.setdefault("b", 1), lambda d: d.popitem(),
        lambda d: d.__setitem__("a", 2), lambda d: d.__delitem__("a"), lambda d: d.__ior__({"a": 2}),
    ],
)  # fmt: skip
def test_a_frozen_dict_refuses_every_change(change: Any) -> None:
    """Whatever way a dict can be changed, a row's dict cannot."""
    frozen = freeze({"a": 1})
    with pytest.raises(TypeError, match="rows are values"):
        change(frozen)

    assert frozen == {"a": 1}


def test_freezing_reaches_all_the_way_down() -> None:
    """Inner dicts are frozen, inner arrays become tuples, and plain() gives new ones back."""
    value = {"a": [{"b": 1}]}
    frozen = freeze(value)
    back = plain(frozen)
    back["a"][0]["b"] = 2

    assert (type(frozen["a"][0]), value, frozen["a"]) == (FrozenDict, {"a": [{"b": 1}]}, ({"b": 1},))


def test_a_frozen_dict_is_its_own_copy_and_can_be_hashed() -> None:
    """A value needs no copy."""
    frozen = freeze({"a": 1})

    assert deepcopy(frozen) is frozen
    assert hash(frozen) == hash(freeze({"a": 1}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Song(Remembering):
    id: str
    name: str


def show(song: Song) -> dict[str, Any]:
    return {"id": song.id, "name": song.name}


def test_a_row_is_written_once_per_view() -> None:
    """The same row gives the same object until it is replaced."""
    song = Song(id="1", name="Yesterday")
    first = written(song, "list", show)

    assert written(song, "list", show) is first
    assert written(replace(song, name="Tomorrow"), "list", show).text == '{"id":"1","name":"Tomorrow"}'


def test_a_view_made_from_another_row_is_made_anew_when_that_row_is_replaced() -> None:
    """What is kept never outlives what it was made from."""
    song, old, new = Song(id="1", name="a"), Song(id="2", name="old"), Song(id="2", name="new")
    seen = [
        written(song, "list", lambda s, b=band: {"id": s.id, "band": b.name}, upon=band)["band"]
        for band in (old, old, new)
    ]

    assert seen == ["old", "old", "new"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.text(), st.integers(0, 3))
def test_joined_text_is_what_json_would_write(value: Any, name: str, count: int) -> None:
    """A page made of remembered texts is byte for byte the page written whole."""
    songs = [Song(id=str(n), name=name) for n in range(count)]
    page = {"count": count, "songs": [written(song, "list", show) for song in songs], "more": value}
    whole = {"count": count, "songs": [show(song) for song in songs], "more": value}

    assert json_text(page) == json.dumps(whole, separators=(",", ":"))
    assert json_text([*page["songs"], value]) == json.dumps([*whole["songs"], value], separators=(",", ":"))
