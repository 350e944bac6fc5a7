"""Caches are never stale: after every kind of change, responses equal those of a fake without cached views."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from fakesources import FakeSources, Request, Response

USER = ("Authorization", "rock:0123456789abcdef0123456789abcdef")
KEY = "0d1c6a1e-7a1c-4c59-8d7e-6a8a3b0d2f11"
Step = Callable[[FakeSources], object]


def datasift(fake: FakeSources, method: str, target: str, **params: object) -> Response:
    """Call DataSift, with a JSON body if there are parameters."""
    body = json.dumps(params).encode() if params else b""
    headers = (USER, ("Content-Type", "application/json"))
    return fake.handle(Request(method, f"/v1.6/source/{target}", headers, body, "api.datasift.com"))


def curator(fake: FakeSources, method: str, target: str, **fields: object) -> Response:
    """Call Curator, with a JSON body if there are fields."""
    body = json.dumps(fields).encode() if fields else b""
    headers = (("Content-Type", "application/json"),)
    return fake.handle(Request(method, f"/v1/{target}?api_key={KEY}", headers, body, "api.curator.io"))


def all_bodies(fake: FakeSources) -> list[bytes]:
    """Return the body of every response that shows a row."""
    source, feed = next(iter(fake.datasift.sources)), next(iter(fake.curator.feeds))
    responses = [
        datasift(fake, "GET", f"get?id={source}"),
        datasift(fake, "GET", "get?page=1"),
        datasift(fake, "GET", f"log?id={source}"),
        curator(fake, "GET", "sources"),
        curator(fake, "GET", "feeds"),
        curator(fake, "GET", f"feeds/{feed}/posts"),
    ]
    assert [response.status for response in responses] == [200] * len(responses)
    return [response.body for response in responses]


def uncached(fake: FakeSources, datasift: str, curator: str) -> FakeSources:
    """Return another fake with the same state and no cached views."""
    other = FakeSources(datasift=datasift, curator=curator)
    other.load(fake.dump())
    return other


def first_source(fake: FakeSources) -> str:
    """Return the id of DataSift's first source."""
    return next(iter(fake.datasift.sources))


STEPS: dict[str, Step] = {
    "start": lambda fake: datasift(fake, "PUT", "start", id=first_source(fake)),
    "stop": lambda fake: datasift(fake, "PUT", "stop", id=first_source(fake)),
    "rename": lambda fake: datasift(fake, "PUT", "update", id=first_source(fake), name="Pop Music"),
    "add a resource": lambda fake: datasift(
        fake,
        "PUT",
        "resource/add",
        id=first_source(fake),
        resources=[{"parameters": {"id": "1", "title": "x", "url": ""}}],
    ),
    "change by the handle": lambda fake: fake.datasift.sources.change(first_source(fake), name="Jazz", running=True),
    "change the tag": lambda fake: curator(fake, "PUT", f"sources/{next(iter(fake.curator.sources))}", tag="dogs"),
    "rename the feed": lambda fake: fake.curator.feeds.change(next(iter(fake.curator.feeds)), name="Another"),
    "hide a post": lambda fake: fake.curator.posts.change(next(iter(fake.curator.posts)), shown=False),
    "flag a post": lambda fake: fake.curator.posts.change(next(iter(fake.curator.posts)), flagged=True),
    "one more source": lambda fake: fake.curator.sources.add(tag="birds"),
    "remove a source": lambda fake: fake.curator.sources.remove(next(iter(fake.curator.sources))),
    "an hour passes": lambda fake: fake.clock.advance(3600),
    "restore a snapshot": lambda fake: fake.restore(fake.snapshot()),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize(("one", "other"), [("docs-1.6", "docs-2017"), ("live-1.6", "docs-2025")])
def test_responses_after_a_change_equal_uncached_ones(one: str, other: str, step: Step) -> None:
    fake = FakeSources(datasift=one, curator=other)
    for name in ("Rock Music", "Folk"):
        fake.datasift.sources.add(name=name)
        fake.curator.sources.add(tag=name)
    all_bodies(fake)
    step(fake)

    assert all_bodies(fake) == all_bodies(uncached(fake, one, other))


def test_responses_after_a_restore_equal_those_before() -> None:
    fake = FakeSources()
    id = fake.datasift.sources.add(name="Rock Music").id
    fake.curator.sources.add(tag="cats")
    before, state = all_bodies(fake), fake.snapshot()
    datasift(fake, "PUT", "update", id=id, name="Pop Music")
    fake.curator.feeds.change(next(iter(fake.curator.feeds)), name="Another")
    changed = all_bodies(fake)
    fake.restore(state)

    assert changed != before
    assert all_bodies(fake) == before


def test_a_row_is_cached_by_edition() -> None:
    first, second = FakeSources(datasift="docs-1.6"), FakeSources(datasift="live-1.6")
    id = first.datasift.sources.add(running=True).id
    words = [json.loads(datasift(first, "GET", f"get?id={id}").body)["status"]]
    second.restore(first.snapshot())
    words.append(json.loads(datasift(second, "GET", f"get?id={id}").body)["status"])

    assert words == ["active", "running"]


def test_routes_are_cached_by_setting() -> None:
    any_method, documented = FakeSources(), FakeSources(documented_methods=True)
    statuses = [datasift(fake, "POST", "get").status for fake in (any_method, documented, any_method, documented)]

    assert statuses == [200, 405, 200, 405]


def test_the_date_header_follows_the_clock() -> None:
    fake = FakeSources()
    dates = []
    for seconds in (0, 1, -1):
        fake.clock.set(fake.clock.now().replace(second=30 + seconds))
        dates.append(datasift(fake, "GET", "get").header("date"))

    assert dates == [f"Thu, 01 Jan 2026 00:00:{seconds} GMT" for seconds in (30, 31, 29)]
