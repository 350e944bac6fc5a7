"""What holds of the one object, whichever API is asked."""

from __future__ import annotations

import json

import pytest

from fakesources import FakeSources, Request


def feeds(fake: FakeSources) -> Request:
    return Request("GET", "/v1/feeds?api_key=KEY", host="api.curator.io")


def test_two_fakes_share_nothing() -> None:
    """What is made in one is not in the other, though both would have given it the same id."""
    first, second = FakeSources(), FakeSources()
    made = first.datasift.sources.add(name="Rock Music")
    first.handle(feeds(first))

    assert (len(second.datasift.sources), len(second.journal)) == (0, 0)
    assert second.datasift.sources.add(name="Pop Music").id == made.id


def test_the_two_apis_never_make_the_same_id() -> None:
    """An id leads to one row of one API, so a mistaken one is found out."""
    fake = FakeSources()
    there = fake.datasift.sources.add()

    assert fake.curator.sources.add().id.replace("-", "") != there.id


@pytest.mark.parametrize("seed", [0, 1, "rock"])
def test_a_seed_gives_the_same_ids_in_every_run(seed: int | str) -> None:
    """Ids come from the seed and from nothing else."""
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
def test_the_host_decides_and_else_the_path(host: str, path: str, title: str) -> None:
    """On one port a vendor's Host header names the API; without one, paths under `source/` are DataSift's."""
    fake = FakeSources()

    body = json.loads(fake.handle(Request("GET", path, host=host)).body)

    assert {"datasift": "error", "curator": "message"}[title] in body
    assert fake.journal.last().api == title
