"""Values inside rows never change, and rows remember how they are written."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakesources.core.storage.frozen import FrozenDict, freeze, plain
from fakesources.core.storage.rendered import CachedViews, compact, json_text, written


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
class Song(CachedViews):
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


def upper(value: Any) -> str:
    """A way with JSON that shows wherever it was not asked."""
    return compact(value).upper()


@pytest.mark.parametrize("write", [compact, upper])
@given(value=VALUES, name=st.text(), count=st.integers(0, 3))
def test_joined_text_is_what_would_be_written_whole(
    write: Callable[[Any], str], value: Any, name: str, count: int
) -> None:
    """A page made of remembered texts is byte for byte the page written whole, in whatever way the API writes."""
    songs = [Song(id=str(n), name=name) for n in range(count)]
    shown = [written(song, "list", show, write=write) for song in songs]
    page = {"count": count, 'odd " name': value, "songs": shown, "more": value, "last": value}
    whole = {**page, "songs": [show(song) for song in songs]}

    assert json_text(page, write) == write(whole)
    assert json_text([*shown, value], write) == write([*whole["songs"], value])


def test_compact_is_json_without_a_space() -> None:
    """What the APIs' ways with JSON start from: ASCII, nothing between its parts."""
    assert compact({"é": [1, None, True]}) == '{"\\u00e9":[1,null,true]}'
