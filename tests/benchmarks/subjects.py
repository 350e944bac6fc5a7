"""What is measured: a fake with rows in it, and the calls that are made to it, in every form a door takes.

Every call is one a user's client makes: with a credential, answered from state, held against the contract on both
sides. The fakes are strict and have no setting that makes them cheaper; only the hourly limit is out of the way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from fakesources import FakeSources, Request, Response

DATASIFT = "https://api.datasift.com/v1.6"
CURATOR = "https://api.curator.io/v1"
CREDENTIAL = "datasift-user:0123456789abcdef0123456789abcdef"
KEY = "0d1c6a1e-7a1c-4c59-8d7e-6a8a3b0d2f11"
PLENTY = 10**12
MOTO_OBJECT = "/rock/music"

_SENT = {
    "User-Agent": "python-requests/2.32.0",
    "Accept-Encoding": "gzip, deflate",
    "Accept": "*/*",
    "Connection": "keep-alive",
}


@dataclass(frozen=True)
class Ask:
    """One call as a client states it."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None

    @property
    def request(self) -> Request:
        """The same call as the engine is handed it, with the headers a client adds itself."""
        parts = urlsplit(self.url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = _SENT | dict(self.headers)
        if self.body is not None:
            headers["Content-Length"] = str(len(self.body))
        return Request(self.method, target, tuple(headers.items()), self.body or b"", parts.netloc)

    def on_the_wire(self, host: str) -> bytes:
        """The same call as bytes, kept-alive, for a server at some host and port."""
        sent = self.request
        lines = [f"{sent.method} {sent.target} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in sent.headers]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + sent.body


def stocked(sources: int = 20) -> FakeSources:
    """A fake in which both home accounts have so many sources."""
    fake = FakeSources(rate_limit=PLENTY)
    for number in range(sources):
        fake.datasift.sources.add(name=f"Rock Music {number}", source_type="facebook_page")
        fake.curator.sources.add(tag=f"rock{number}")
    return fake


def get_one(fake: FakeSources) -> Ask:
    """DataSift: one source by its id, from the middle of the store."""
    ids = list(fake.datasift.sources)
    return Ask("GET", f"{DATASIFT}/source/get?id={ids[len(ids) // 2]}", (("Authorization", CREDENTIAL),))


def list_twenty() -> Ask:
    """DataSift: the first page of twenty sources."""
    return Ask("GET", f"{DATASIFT}/source/get?page=1&per_page=20", (("Authorization", CREDENTIAL),))


def list_curator() -> Ask:
    """Curator: all sources of the account; Curator has no pages of them."""
    return Ask("GET", f"{CURATOR}/sources?api_key={KEY}")


def create(fake: FakeSources) -> Ask:
    """Curator: one more source for the Default feed."""
    wanted = {"feed_id": next(iter(fake.curator.feeds)), "source_type": 2, "tag": "myawesometag"}
    body = json.dumps(wanted).encode()
    return Ask("POST", f"{CURATOR}/sources?api_key={KEY}", (("Content-Type", "application/json"),), body)


def create_datasift() -> Ask:
    """DataSift: one more source, with one resource and one token."""
    wanted = {
        "source_type": "facebook_page",
        "name": "Rock Music",
        "parameters": {"likes": True, "comments": True, "posts_by_others": False},
        "resources": [{"parameters": {"id": "8305888286", "title": "The Rolling Stones", "url": ""}}],
        "auth": [{"parameters": {"value": "363056350669209|09af1ce9c5d8d23147ec4eeb9a33aac2"}}],
    }
    headers = (("Authorization", CREDENTIAL), ("Content-Type", "application/json"))
    return Ask("POST", f"{DATASIFT}/source/create", headers, json.dumps(wanted).encode())


def get_this(made: bytes) -> Ask:
    """DataSift: the source that `create_datasift` was answered with."""
    return Ask("GET", f"{DATASIFT}/source/get?id={json.loads(made)['id']}", (("Authorization", CREDENTIAL),))


def answered(fake: FakeSources, ask: Ask, status: int) -> Response:
    """The answer to a call, which must be the one that is meant to be measured, and nothing swallowed."""
    reply = fake.handle(ask.request)
    if reply.status != status or fake.violations:
        raise AssertionError(f"{ask.method} {ask.url}: {reply.status} {reply.body[:300]!r} {fake.violations}")
    return reply
