"""Large lists: other clients are answered while one is rendered and validated, and its bytes are the same.

Latency is measured in tests/benchmarks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

import pytest
from serving import connected_to, read_response

from fakesources import FakeSources, Request
from fakesources.apis.curator.account import HOME_FEED
from fakesources.core.contract.api import LARGE_ROWS
from fakesources.core.contract.call import Call as EngineCall
from fakesources.core.engine import engine
from fakesources.kit import Api, Call

ROWS = LARGE_ROWS + 1


class NewThing(TypedDict):
    name: str


@dataclass(frozen=True)
class Thing:
    id: int
    name: str


def own_api() -> Api:
    """Return an API that lists its rows as an array, within an object, and as rows that are read when they are used."""
    api = Api("things", host="api.things.example")
    things = api.rows("things", Thing)

    @api.get("/array", responses={200: list[Thing]})
    def list_things(call: Call) -> Any:
        return list(things.of(call).all())

    @api.get("/selection", responses={200: list[Thing]})
    def select_things(call: Call) -> Any:
        return things.of(call).all()

    @api.get("/object", responses={200: dict[str, dict[str, list[Thing]]]})
    def list_things_within(call: Call) -> Any:
        return {"found": {"things": things.of(call).all()}}

    @api.post("/array", body=NewThing, responses={201: Thing})
    def create_thing(call: Call) -> Any:
        return things.of(call).add(**call.body)

    @api.get("/array/<id>", responses={200: Thing})
    def get_thing(call: Call) -> Any:
        return things.of(call)[int(call.path["id"])]

    @api.delete("/array/<id>", responses={204: None})
    def remove_thing(call: Call) -> None:
        rows, id = things.of(call), int(call.path["id"])
        if id in rows:
            rows.remove(id)

    return api


def with_things() -> FakeSources:
    fake = FakeSources(apis=[own_api()])
    for number in range(ROWS):
        fake.things.things.add(name=f"thing {number}")
    return fake


def with_curator(edition: str) -> FakeSources:
    fake = FakeSources(curator=edition)
    for number in range(ROWS):
        fake.curator.feeds.add(name=f"feed {number}")
    for number in range(ROWS):
        fake.curator.sources.add(tag=f"tag{number}", source_type=2)
    return fake


def with_large_sources() -> FakeSources:
    """Return a fake with a few rows, which are more than engine.LARGE_BYTES."""
    fake = FakeSources()
    resources = [{"parameters": {"id": str(number)}} for number in range(2_000)]
    for _ in range(4):
        fake.datasift.sources.add(name="a", source_type="facebook_page", resources=resources)
    return fake


def sent(method: str, target: str, body: bytes = b"") -> bytes:
    head = f"{method} {target} HTTP/1.1\r\nHost: a\r\nAuthorization: alice:key\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


LARGE: dict[str, tuple[Callable[[], FakeSources], str]] = {
    "an array of an own API": (with_things, "/array"),
    "rows of an own API": (with_things, "/selection"),
    "a list within objects of an own API": (with_things, "/object"),
    "sources of Curator": (partial(with_curator, "docs-2017"), "/v1/sources?api_key=key"),
    "feeds of Curator": (partial(with_curator, "docs-2017"), "/v1/feeds?api_key=key"),
    "newer sources of Curator": (partial(with_curator, "docs-2025"), "/v1/sources?api_key=key"),
    "posts of a feed with many sources": (partial(with_curator, "docs-2017"), f"/v1/feeds/{HOME_FEED}/posts"),
    "a page of large sources of DataSift": (with_large_sources, "/v1.6/source/get"),
}
"""Fakes, and the target of a large list of each."""


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Hold the first large response of a server: an event for when it is validated, and one that ends its waiting."""
    begun, goes_on = threading.Event(), threading.Event()
    validate = engine.validated

    def held_validation(call: EngineCall, result: Any, body: bytes) -> Any:
        if len(body) > 5_000 and "fakesources" in threading.current_thread().name and not begun.is_set():
            begun.set()
            assert goes_on.wait(30), "the other clients were not answered meanwhile"
        return validate(call, result, body)

    monkeypatch.setattr(engine, "validated", held_validation)
    yield begun, goes_on
    goes_on.set()


@pytest.mark.parametrize(("fill", "target"), LARGE.values(), ids=LARGE)
def test_others_read_and_write_while_a_large_list_is_rendered(
    held: tuple[threading.Event, threading.Event], fill: Callable[[], FakeSources], target: str
) -> None:
    """Answer connections from before and from then; the list is that of its beginning, byte for byte."""
    begun, goes_on = held
    expected = fill().handle(Request("GET", target, (("Authorization", "alice:key"),), b"", "a"))
    fake = fill()
    if "things" in fake.services:
        others = sent("POST", "/array", b'{"name": "new"}'), sent("DELETE", "/array/1"), sent("GET", "/array/2")
    else:
        others = (
            sent("POST", "/v1/feeds?api_key=key", b'{"name": "new"}'),
            sent("DELETE", f"/v1/feeds/{HOME_FEED}?api_key=key"),
            sent("GET", "/v1/feeds?api_key=other"),
        )
    with fake.server() as server, ExitStack() as stack:
        early, large = (stack.enter_context(connected_to(server)) for _ in range(2))
        large.sendall(sent("GET", target))
        assert begun.wait(30)
        for client in (early, stack.enter_context(connected_to(server))):
            for each in others:
                client.sendall(each)
                assert read_response(client)[0] < 500
        goes_on.set()
        large.settimeout(30)
        answer = read_response(large)

    assert answer == (expected.status, expected.body)
    assert fake.journal[-1].response.body == expected.body


def test_posts_that_a_large_list_has_generated_are_kept() -> None:
    """The newer edition counts posts, which are generated when something reads them: in the copy of the account."""
    fake = with_curator("docs-2025")
    account = fake.services["curator"].accounts.home
    before = account.posts.count()
    response = fake.handle(Request("GET", "/v1/sources?api_key=key", host="api.curator.io"))

    assert response.status == 200
    assert account.posts.count() == before + 20 * ROWS
    assert not account.fetches.count()


def test_posts_that_a_large_list_has_generated_replace_no_other_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Change the account while the list is rendered: the change stays, and so do the fetches."""
    fake = with_curator("docs-2025")
    validate = engine.validated

    def change(call: EngineCall, result: Any, body: bytes) -> Any:
        added.append(fake.curator.feeds.add(name="new"))
        return validate(call, result, body)

    added: list[Any] = []
    monkeypatch.setattr(engine, "validated", change)
    fake.handle(Request("GET", "/v1/sources?api_key=key", host="api.curator.io"))

    assert added[0].id in fake.curator.feeds
    assert fake.services["curator"].accounts.home.fetches.count() == ROWS
