"""Subjects of the benchmarks: a fake with rows, and requests to it, in the form of each adapter.

Every request is one of a user's client: with a credential, handled with state, validated in both directions. The fakes
are strict and have no setting that makes them faster; only the rate limit is out of reach.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, TypedDict
from urllib.parse import urlsplit

from fakesources import FakeSources, Request, Response
from fakesources.kit import AccountRows, Api, Call, Page, bearer, paginate

DATASIFT = "https://api.datasift.com/v1.6"
CURATOR = "https://api.curator.io/v1"
CREDENTIAL = "datasift-user:0123456789abcdef0123456789abcdef"
KEY = "0d1c6a1e-7a1c-4c59-8d7e-6a8a3b0d2f11"
UNREACHABLE_LIMIT = 10**12
MOTO_OBJECT = "/rock/music"

_SENT = {
    "User-Agent": "python-requests/2.32.0",
    "Accept-Encoding": "gzip, deflate",
    "Accept": "*/*",
    "Connection": "keep-alive",
}


@dataclass(frozen=True)
class ClientRequest:
    """Request as a client states it."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None

    @property
    def request(self) -> Request:
        """Request for the engine, with the headers that a client library adds."""
        parts = urlsplit(self.url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = _SENT | dict(self.headers)
        if self.body is not None:
            headers["Content-Length"] = str(len(self.body))
        return Request(self.method, target, tuple(headers.items()), self.body or b"", parts.netloc)

    def on_the_wire(self, host: str) -> bytes:
        """Return the request as bytes, with keep-alive, for a server at some host and port."""
        sent = self.request
        lines = [f"{sent.method} {sent.target} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in sent.headers]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + sent.body


class NewThing(TypedDict):
    name: str
    color: Annotated[str, {"pattern": "^[0-9a-f]{6}$"}]


class Query(TypedDict, total=False):
    page: int
    per_page: Annotated[int, {"maximum": 100}]


@dataclass(frozen=True)
class Thing:
    id: int
    name: str
    color: str
    description: str | None = None


def own_api() -> Api:
    """Return an API of one's own, written with the kit."""
    api = Api("things", host="api.things.example", auth=bearer())
    things = api.rows("things", Thing)
    not_found = api.error("not-found", 404, {"error": "There is no thing {id}"})

    @api.post("/things", body=NewThing, responses={201: Thing})
    def create_thing(call: Call) -> Thing:
        """Create a thing."""
        return things.of(call).add(**call.body)

    @api.get("/things", query=Query, responses={200: list[Thing]})
    def list_things(call: Call) -> Page[Thing]:
        """List things."""
        return paginate(call, things.of(call).all())

    @api.get("/things/<id>", responses={200: Thing}, errors=(not_found,))
    def get_thing(call: Call) -> Thing:
        """Get a thing."""
        return things.of(call).get(call.path["id"], otherwise=not_found)

    return api


THINGS = "https://api.things.example/things"
TOKEN = ("Authorization", "Bearer 0123456789abcdef")


def get_thing() -> ClientRequest:
    """Return a request to an API of one's own for one row by its id."""
    return ClientRequest("GET", f"{THINGS}/10", (TOKEN,))


def list_things() -> ClientRequest:
    """Return a request to an API of one's own for the first page of twenty rows."""
    return ClientRequest("GET", f"{THINGS}?per_page=20", (TOKEN,))


def create_thing() -> ClientRequest:
    """Return a request to an API of one's own that creates a row."""
    body = json.dumps({"name": "Rock Music", "color": "00ff00"}).encode()
    return ClientRequest("POST", THINGS, (TOKEN, ("Content-Type", "application/json")), body)


def filled_fake(sources: int = 20) -> FakeSources:
    """Return a fake in which the default accounts of both APIs, and of one of one's own, have so many rows."""
    fake = FakeSources(apis=["datasift", "curator", own_api()], rate_limit=UNREACHABLE_LIMIT)
    things: AccountRows[Thing] = fake.things.things  # type: ignore[attr-defined]  # not one of the built-in APIs
    for number in range(sources):
        things.add(name=f"Rock Music {number}", color="00ff00")
    for number in range(sources):
        fake.datasift.sources.add(name=f"Rock Music {number}", source_type="facebook_page")
        fake.curator.sources.add(tag=f"rock{number}")
    return fake


def get_one(fake: FakeSources) -> ClientRequest:
    """Return a request to DataSift for one source by its id, from the middle of the store."""
    ids = list(fake.datasift.sources)
    return ClientRequest("GET", f"{DATASIFT}/source/get?id={ids[len(ids) // 2]}", (("Authorization", CREDENTIAL),))


def list_twenty() -> ClientRequest:
    """Return a request to DataSift for the first page of twenty sources."""
    return ClientRequest("GET", f"{DATASIFT}/source/get?page=1&per_page=20", (("Authorization", CREDENTIAL),))


def list_curator() -> ClientRequest:
    """Return a request to Curator for all sources of the account; Curator has no pages of them."""
    return ClientRequest("GET", f"{CURATOR}/sources?api_key={KEY}")


def create(fake: FakeSources) -> ClientRequest:
    """Return a request to Curator that creates a source in the Default feed."""
    wanted = {"feed_id": next(iter(fake.curator.feeds)), "source_type": 2, "tag": "myawesometag"}
    body = json.dumps(wanted).encode()
    return ClientRequest("POST", f"{CURATOR}/sources?api_key={KEY}", (("Content-Type", "application/json"),), body)


def create_datasift() -> ClientRequest:
    """Return a request to DataSift that creates a source with one resource and one token."""
    wanted = {
        "source_type": "facebook_page",
        "name": "Rock Music",
        "parameters": {"likes": True, "comments": True, "posts_by_others": False},
        "resources": [{"parameters": {"id": "8305888286", "title": "The Rolling Stones", "url": ""}}],
        "auth": [{"parameters": {"value": "363056350669209|09af1ce9c5d8d23147ec4eeb9a33aac2"}}],
    }
    headers = (("Authorization", CREDENTIAL), ("Content-Type", "application/json"))
    return ClientRequest("POST", f"{DATASIFT}/source/create", headers, json.dumps(wanted).encode())


def get_created(body: bytes) -> ClientRequest:
    """Return a request to DataSift for the source in the response to `create_datasift`."""
    return ClientRequest("GET", f"{DATASIFT}/source/get?id={json.loads(body)['id']}", (("Authorization", CREDENTIAL),))


def checked_response(fake: FakeSources, client_request: ClientRequest, status: int) -> Response:
    """Return the response to a request. Raise AssertionError for another status or a violation."""
    response = fake.handle(client_request.request)
    if response.status != status or fake.violations:
        raise AssertionError(
            f"{client_request.method} {client_request.url}: {response.status} {response.body[:300]!r} {fake.violations}"
        )
    return response
