"""Values in rows are immutable, and rows cache their rendered views."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakesources.core.storage.frozen import FrozenDict, freeze, plain
from fakesources.core.storage.rendered import CachedViews, compact_json, json_text, render_view


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(a=2), lambda d: d.pop("a"), lambda d: d.clear(), lambda d: d.setdefault("b", 1), lambda d: d.popitem(),
        lambda d: d.__setitem__("a", 2), lambda d: d.__delitem__("a"), lambda d: d.__ior__({"a": 2}),
    ],
)  # fmt: skip
def test_a_frozen_dict_rejects_every_change(change: Any) -> None:
    frozen = freeze({"a": 1})
    with pytest.raises(TypeError, match="rows are values"):
        change(frozen)

    assert frozen == {"a": 1}


def test_freezing_is_deep() -> None:
    """Inner dicts are frozen, inner arrays become tuples, and plain() returns new ones."""
    value = {"a": [{"b": 1}]}
    frozen = freeze(value)
    back = plain(frozen)
    back["a"][0]["b"] = 2

    assert (type(frozen["a"][0]), value, frozen["a"]) == (FrozenDict, {"a": [{"b": 1}]}, ({"b": 1},))


def test_a_frozen_dict_is_its_own_copy_and_can_be_hashed() -> None:
    frozen = freeze({"a": 1})

    assert deepcopy(frozen) is frozen
    assert hash(frozen) == hash(freeze({"a": 1}))


def test_a_frozen_value_is_its_own_copy_at_every_level() -> None:
    value = freeze({"a": [1, {"b": 2}]})

    assert copy(value) is value
    assert deepcopy(value) is value
    assert freeze(value) is value
    assert pickle.loads(pickle.dumps(value)) == value


@dataclass(frozen=True, slots=True, kw_only=True)
class Song(CachedViews):
    id: str
    name: str


def show(song: Song) -> dict[str, Any]:
    return {"id": song.id, "name": song.name}


def test_a_row_is_rendered_once_per_view() -> None:
    """The object is the same until the row is replaced."""
    song = Song(id="1", name="Yesterday")
    first = render_view(song, "list", show)

    assert render_view(song, "list", show) is first
    assert render_view(replace(song, name="Tomorrow"), "list", show).text == '{"id":"1","name":"Tomorrow"}'


def test_a_view_that_depends_on_another_row_is_rendered_again_when_that_row_is_replaced() -> None:
    song, old, new = Song(id="1", name="a"), Song(id="2", name="old"), Song(id="2", name="new")
    seen = [
        render_view(song, "list", lambda s, b=band: {"id": s.id, "band": b.name}, depends_on=band)["band"]
        for band in (old, old, new)
    ]

    assert seen == ["old", "old", "new"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def upper(value: Any) -> str:
    """Encode JSON in a way that differs from the default in every part."""
    return compact_json(value).upper()


@pytest.mark.parametrize("encode", [compact_json, upper])
@given(value=VALUES, name=st.text(), count=st.integers(0, 3))
def test_joined_texts_equal_the_whole_encoded_at_once(
    encode: Callable[[Any], str], value: Any, name: str, count: int
) -> None:
    songs = [Song(id=str(n), name=name) for n in range(count)]
    views = [render_view(song, "list", show, encode=encode) for song in songs]
    page = {"count": count, 'odd " name': value, "songs": views, "more": value, "last": value}
    whole = {**page, "songs": [show(song) for song in songs]}

    assert json_text(page, encode) == encode(whole)
    assert json_text([*views, value], encode) == encode([*whole["songs"], value])


def test_compact_json_is_ascii_without_spaces() -> None:
    assert compact_json({"é": [1, None, True]}) == '{"\\u00e9":[1,null,true]}'
