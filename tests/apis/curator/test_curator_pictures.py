"""Pictures of posts: their addresses, the drawings, and that nothing of them is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import httpx
import pytest
import requests
from werkzeug.test import Client

from fakesources import FakeSources, Request, Response
from fakesources.control.hosted import Hosted

PICTURES = "http://pictures.test/images"
PICTURE = f"{PICTURES}/posts/1_2.jpg"


def send(handle: Callable[[Request], Response], method: str, url: str) -> Response:
    parts = urlsplit(url)
    return handle(Request(method, url.partition(parts.netloc)[2], (), b"", parts.netloc))


def fake_with_posts(**options: Any) -> tuple[FakeSources, str]:
    """Return a fake with the posts of a source, and the address of its feed's posts."""
    fake = FakeSources(**options)
    feed = fake.curator.feeds.add(name="Cats")
    fake.curator.sources.add(feed_id=feed.id, tag="cats")
    return fake, f"https://api.curator.io/v1/feeds/{feed.id}/posts"


def posts_of(fake: FakeSources, url: str) -> list[dict[str, Any]]:
    posts: list[dict[str, Any]] = json.loads(send(fake.handle, "GET", url).body)["posts"]
    return posts


@pytest.mark.parametrize("edition", ["docs-2017", "docs-2025"])
@pytest.mark.parametrize(
    ("given", "base"),
    [
        ({}, "https://images.example"),
        ({"images_url": "server"}, "https://images.example"),
        ({"images_url": "https://images.example"}, "https://images.example"),
        ({"images_url": PICTURES}, PICTURES),
        ({"images_url": f"{PICTURES}/"}, PICTURES),
        ({"images_url": "https://pictures.test"}, "https://pictures.test"),
    ],
)
def test_addresses_begin_with_the_chosen_base_url(edition: str, given: dict[str, str], base: str) -> None:
    """The rest of each is the same, whatever the base URL; without one nothing changes."""
    fake, url = fake_with_posts(curator=edition, **given)
    plain, plain_url = fake_with_posts(curator=edition)

    posts = posts_of(fake, url)

    assert all(post["image"].startswith(f"{base}/posts/") for post in posts)
    assert all(post["user_image"].startswith(f"{base}/users/") for post in posts)
    moved = json.dumps(posts).replace(base, "https://images.example")
    assert moved == json.dumps(posts_of(plain, plain_url))


def test_an_address_that_a_test_gave_stays() -> None:
    fake, url = fake_with_posts(images_url=PICTURES)
    post = next(iter(fake.curator.posts.values()))
    fake.curator.posts.change(post.id, image="https://example.org/cat.png")

    shown = {each["id"]: each["image"] for each in posts_of(fake, url)}

    assert shown[post.id] == "https://example.org/cat.png"


def test_the_picture_of_each_post_is_a_small_drawing() -> None:
    """Each has its own; it is well-formed, and refers to nothing else."""
    fake, url = fake_with_posts(images_url=PICTURES)
    addresses = {post[name] for post in posts_of(fake, url) for name in ("image", "user_image")}

    drawn = {address: send(fake.handle, "GET", address) for address in addresses}

    assert {each.status for each in drawn.values()} == {200}
    assert {dict(each.headers)["Content-Type"] for each in drawn.values()} == {"image/svg+xml"}
    assert len({each.body for each in drawn.values()}) == len(drawn)
    for each in drawn.values():
        assert ElementTree.fromstring(each.body).tag == "{http://www.w3.org/2000/svg}svg"
        assert len(each.body) < 1000
        assert b"href" not in each.body


def test_every_adapter_gives_the_same_bytes() -> None:
    fake = FakeSources(images_url=PICTURES)
    expected = send(fake.handle, "GET", PICTURE).body
    with fake:
        found = [requests.get(PICTURE).content, httpx.get(PICTURE).content]
    with fake.responses():
        found.append(requests.get(PICTURE).content)
    found.append(httpx.Client(transport=fake.transport()).get(PICTURE).content)
    found.append(Client(fake.wsgi).get("/images/posts/1_2.jpg", base_url="http://pictures.test").data)
    with fake.server() as server:
        found.append(requests.get(f"{server.url}/images/posts/1_2.jpg").content)

    assert set(found) == {expected}
    assert expected.startswith(b"<svg")
    assert not fake.journal


def test_pictures_follow_the_seed() -> None:
    drawn = [send(FakeSources(images_url=PICTURES, seed=seed).handle, "GET", PICTURE).body for seed in (1, 1, 2)]

    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "posts/1.jpg", 200),
        ("HEAD", "posts/1.jpg", 200),
        ("GET", "posts/1.jpg?width=100", 200),
        ("GET", "users/%F0%9F%98%80%22%3E%3Cscript%3E.jpg", 200),
        ("GET", "posts/" + "x" * 9000 + ".jpg", 200),
        ("GET", "posts/%ED%A0%80.jpg", 200),
        ("GET", "posts/1.mp4", 404),
        ("GET", "posts", 404),
        ("GET", "", 404),
        ("POST", "posts/1.jpg", 405),
        ("DELETE", "posts/1.jpg", 405),
    ],
)
def test_no_request_for_a_picture_is_recorded(method: str, path: str, status: int) -> None:
    """A page that shows posts does not spoil `journal.only`, and planned faults are for operations."""
    fake, url = fake_with_posts(images_url=PICTURES)
    fake.faults.respond("curator.posts.list", status=502)

    response = send(fake.handle, method, f"{PICTURES}/{path}")

    assert response.status == status
    assert b"script" not in response.body
    assert not fake.journal
    send(fake.handle, "GET", url)
    assert fake.journal.only().status == 502


def test_the_api_answers_at_the_host_of_the_pictures_for_none_of_its_own_paths() -> None:
    """Elsewhere a path like that of a picture is no picture, unless the base URL is the one that a server uses."""
    for base in ("https://pictures.test", "https://pictures.test/files"):
        fake = FakeSources(images_url=base)
        assert send(fake.handle, "GET", f"{base}/posts/1.jpg").status == 200
        assert send(fake.handle, "GET", "https://api.curator.io/posts/1.jpg").status == 404
        assert send(fake.handle, "GET", "https://api.curator.io/files/posts/1.jpg").status == 404
        assert len(fake.journal) == 2


@pytest.mark.parametrize(
    "base",
    ["https://api.curator.io", "https://api.curator.io/", "https://api.curator.io/v1", "https://api.datasift.com"],
)
def test_a_base_url_at_the_host_of_an_api_leaves_its_operations_reachable(base: str) -> None:
    fake, url = fake_with_posts(images_url=base)

    post = posts_of(fake, url)[0]
    send(fake.handle, "GET", "https://api.datasift.com/v1.6/source/get")

    assert send(fake.handle, "GET", post["image"]).body.startswith(b"<svg")
    assert [exchange.operation for exchange in fake.journal] == ["curator.posts.list", "datasift.source.get"]


def test_without_a_base_url_there_are_no_pictures() -> None:
    fake = FakeSources()

    assert send(fake.handle, "GET", "https://api.curator.io/images/posts/1.jpg").status == 404
    assert len(fake.journal) == 1


@pytest.mark.parametrize(
    "given",
    [
        "",
        "images",
        "//host",
        "ftp://host",
        "https://",
        "https://host?a=b",
        "https://host#a",
        "https://u:p@host",
        "sever",
        "https://host/a b",
        "https://host/é",
        "https://hôst",
        'https://host/"a"',
    ],
)
def test_a_wrong_base_url_is_an_error(given: str) -> None:
    with pytest.raises(
        ValueError, match=r"images_url: expected a base URL such as https://images\.example or server, got"
    ):
        FakeSources(images_url=given)


@pytest.mark.parametrize("given", ["server", "https://images.example", PICTURES])
def test_a_server_has_the_pictures_of_its_own_posts(given: str) -> None:
    """Under its own base URL where that was chosen, as `serve` and `run` do."""
    hosted = Hosted({"images_url": given})
    feed = hosted.fake.curator.feeds.add(name="Cats")
    hosted.fake.curator.sources.add(feed_id=feed.id, tag="cats")
    hosted.served_at("http://127.0.0.1:8080")

    posts = json.loads(send(hosted.handle, "GET", f"http://127.0.0.1:8080/v1/feeds/{feed.id}/posts").body)["posts"]

    address = posts[0]["image"]
    if given == "server":
        assert address.startswith("http://127.0.0.1:8080/images/posts/")
        for host in ("127.0.0.1:8080", "localhost:8080", "fake"):
            assert send(hosted.handle, "GET", address.replace("127.0.0.1:8080", host)).body.startswith(b"<svg")
    else:
        assert address.startswith(given)
