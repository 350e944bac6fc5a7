"""Facts about a fake as a whole, independent of the API."""

from __future__ import annotations

import json

import pytest

from fakesources import FakeSources, Request


def feeds(fake: FakeSources) -> Request:
    return Request("GET", "/v1/feeds?api_key=KEY", host="api.curator.io")


def test_two_fakes_share_no_state() -> None:
    first, second = FakeSources(), FakeSources()
    source = first.datasift.sources.add(name="Rock Music")
    first.handle(feeds(first))

    assert (len(second.datasift.sources), len(second.journal)) == (0, 0)
    assert second.datasift.sources.add(name="Pop Music").id == source.id


def test_ids_of_the_two_apis_differ() -> None:
    fake = FakeSources()
    source = fake.datasift.sources.add()

    assert fake.curator.sources.add().id.replace("-", "") != source.id


@pytest.mark.parametrize("seed", [0, 1, "rock"])
def test_a_seed_determines_the_ids(seed: int | str) -> None:
    one, again, other = FakeSources(seed=seed), FakeSources(seed=seed), FakeSources(seed="another")

    assert one.curator.sources.add().id == again.curator.sources.add().id != other.curator.sources.add().id


@pytest.mark.parametrize(
    ("host", "path", "title"),
    [
        ("api.datasift.com", "/v1/feeds", "datasift"),
        ("api.curator.io", "/v1.6/source/get", "curator"),
        ("127.0.0.1:8080", "/v1.6/source/get", "datasift"),
        ("127.0.0.1:8080", "/source/get", "datasift"),
        ("127.0.0.1:8080", "/v9.9/source/get", "datasift"),
        ("127.0.0.1:8080", "/v1/sources", "curator"),
        ("127.0.0.1:8080", "/", "curator"),
    ],
)
def test_a_request_is_routed_by_host_then_by_path(host: str, path: str, title: str) -> None:
    fake = FakeSources()

    body = json.loads(fake.handle(Request("GET", path, host=host)).body)

    assert {"datasift": "error", "curator": "message"}[title] in body
    assert fake.journal.last().api == title


@pytest.mark.parametrize(
    "place",
    [":", ":api", "json:", ".json:api", "..json:api", "json.:api", "./json.py:api", "a b:c", "1:2", "absent:api"],
)
def test_a_place_that_cannot_be_imported_is_rejected_in_our_words(place: str) -> None:
    with pytest.raises(ValueError, match=r"^apis: expected an importable package\.module:API, got ") as raised:
        FakeSources(apis=[place])

    assert repr(place) in str(raised.value)
