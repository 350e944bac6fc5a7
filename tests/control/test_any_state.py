"""Any state that loads can be shown: a state is an error that names the place, or every response after it is valid."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from calling import JSON, Caller
from generated import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakesources import FakeSources
from fakesources.apis.datasift.source_types import source_types
from fakesources.control.hosted import Hosted

Place = tuple[str | int, ...]
EDITIONS = [("docs-1.6", "docs-2017"), ("live-1.6", "docs-2025")]
ROWS: Place = ("accounts", "home", "rows")
USER = (("Authorization", "alice:key"), *JSON)


@cache
def document() -> Any:
    """Return a state with a row of every kind: each source type, a log, delivered posts and scheduled ones."""
    fake = FakeSources(posts=60.0)
    for name in source_types():
        fake.datasift.log.add(fake.datasift.sources.add(source_type=name).id)
    fake.curator.sources.add(tag="cats")
    fake.clock.advance(120)
    assert fake.curator.posts
    fake.curator.sources.add(tag="dogs")
    return json.loads(json.dumps(fake.dump()))


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield every place in a JSON value; of long lists, only those in the first items."""
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value[:9]) if isinstance(value, list) else ()
    for name, each in inner:
        yield from places(each, (*place, name))


def changed(place: Place, value: Any) -> Any:
    """Return the state with another value at a place."""
    state = copy.deepcopy(document())
    if not place:
        return value
    parent = state
    for name in place[:-1]:
        parent = parent[name]
    parent[place[-1]] = value
    return state


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([2**31, 2**53, 2**63, 10**30, 10**400, -(10**400)]),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from(["", "0", "é", "\u2028", "\0", "\ud800", "never", "always", "x" * 70_000]),
    st.sampled_from(
        ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00+23:59"]
    ),
    st.text(max_size=8),
    st.sampled_from([[], {}, [1], {"a": 1}, [[]], [{}]]),
)


def requests(caller: Caller) -> Iterator[tuple[str, str, bytes]]:
    """Yield requests that show every row, change some of them, and create new ones."""
    fake = caller.fake
    yield "GET", "/v1.6/source/get", b""
    for id in list(fake.datasift.sources)[:8]:
        for method, operation in (("GET", "get"), ("GET", "log"), ("PUT", "start"), ("PUT", "stop")):
            yield method, f"/v1.6/source/{operation}", json.dumps({"id": id}).encode()
    yield "PUT", "/v1.6/source/update", json.dumps({"id": next(iter(fake.datasift.sources), ""), "name": "n"}).encode()
    for path in ("feeds", "sources"):
        yield "GET", f"/v1/{path}?api_key=ABCD-1234", b""
    feeds = list(fake.curator.feeds)
    yield "POST", "/v1/feeds?api_key=ABCD-1234", b'{"name": "new"}'
    for feed in feeds:
        yield "GET", f"/v1/feeds/{feed}?api_key=ABCD-1234", b""
        yield "GET", f"/v1/feeds/{feed}/posts?limit=100", b""
        body = json.dumps({"feed_id": feed, "source_type": 2, "tag": "new", "term": "new", "name": "new"})
        yield "POST", "/v1/sources?api_key=ABCD-1234", body.encode()
    for source in list(fake.curator.sources):
        yield "POST", f"/v1/sources/{source}?api_key=ABCD-1234", b'{"tag": "other"}'
    for post in list(fake.curator.posts)[:2]:
        yield "GET", f"/v1/feeds/{feeds[0]}/post/{post}", b""


@settings(deadline=None, max_examples=examples(40))
@given(
    place=st.deferred(lambda: st.sampled_from(list(places(document())))),
    value=VALUES,
    editions=st.sampled_from(EDITIONS),
)
@example(("datasift", *ROWS, "sources", 4, "resources", 0, "parameters", "url"), None, EDITIONS[0])
@example(("datasift", *ROWS, "sources", 0, "resources", 0, "parameters"), {}, EDITIONS[1])
@example(("curator", *ROWS, "posts", 0, "id"), 0, EDITIONS[0])
@example(("curator", *ROWS, "sources", 0, "number"), 0, EDITIONS[1])
@example(("curator", *ROWS, "sources", 0, "due"), 10**400, EDITIONS[0])
@example(("curator", *ROWS, "fetches", 0, "id"), 0, EDITIONS[1])
@example(("curator", "accounts", "home", "counters", "post"), -100, EDITIONS[0])
@example(("fakesources",), "\0", EDITIONS[0])
@example((), "x", EDITIONS[0])
def test_a_state_that_loads_can_be_shown(place: Place, value: Any, editions: tuple[str, str]) -> None:
    """The control plane responds with 200, or with a 4xx that names the place; after a 200, no response is a 5xx."""
    caller = Caller(Hosted({"datasift": editions[0], "curator": editions[1]}))
    body = json.dumps(changed(place, value)).encode()

    loaded = caller.send("PUT", "/_fakesources/state", body, JSON)

    if loaded.status != 200:
        assert loaded.status in (400, 422)
        error = json.loads(loaded.body)
        assert "$" in error["error"] or error["name"] == "malformed"
        return
    for method, path, content in requests(caller):
        assert caller.send(method, path, content, USER).status < 500, (method, path)
    status, state = caller.control("GET", "/state")
    assert (status, caller.control("PUT", "/state", state)[0]) == (200, 200)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "1" + "0" * 5000])
def test_a_number_that_is_not_json_is_an_error(hosting: Callable[..., Caller], number: str, tmp_path: Any) -> None:
    """In a request, and in a file."""
    place: Place = ("curator", *ROWS, "sources", 0, "due")
    text = json.dumps(changed(place, "HERE")).replace('"HERE"', number)
    (tmp_path / "state.json").write_text(text)

    loaded = hosting().send("PUT", "/_fakesources/state", text.encode(), JSON)

    assert loaded.status == 400
    with pytest.raises(ValueError, match=r"state\.json"):
        hosting(load=tmp_path / "state.json")


@pytest.mark.parametrize("other", ["load", "save"])
def test_a_file_for_the_state_excludes_the_others(other: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^state: expected neither --load nor --save"):
        Hosted({}, state=tmp_path / "state.json", **{other: tmp_path / "other.json"})


@pytest.mark.parametrize("name", ["none.json", "."], ids=["missing", "folder"])
def test_a_state_that_cannot_be_read_is_an_error_with_its_file(
    hosting: Callable[..., Caller], name: str, tmp_path: Path
) -> None:
    file = tmp_path / name

    with pytest.raises(ValueError, match=f"^{file}: "):
        hosting(load=file)
