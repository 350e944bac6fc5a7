"""A call through each door in the process, held against static mocks of the same bytes and against moto.

The floor gives the same answer: status, headers and body. What the vendor's twenty headers cost the client libraries
is therefore in both; against a mock that gives the body alone the ratio is shown for comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
import responses
import werkzeug
from harness import Call, Case, Group, Promise, timed
from peers import lacking
from subjects import Ask, answered, create, create_datasift, get_one, list_curator, list_twenty, stocked
from werkzeug.test import EnvironBuilder

from fakesources import Response

CALLS = {
    "GET one (DataSift)": (get_one, 200),
    "POST create (Curator)": (create, 200),
    "POST create (DataSift)": (lambda fake: create_datasift(), 201),
    "list of 20 (DataSift)": (lambda fake: list_twenty(), 200),
    "list of 20 (Curator)": (lambda fake: list_curator(), 200),
}
BOUNDS = {"GET one": 1.10, "POST create": 1.15, "list of 20": 1.35}
MOTO = ("moto, sqs.get_queue_url", "moto, s3.head_bucket")


def asks(session: requests.Session, ask: Ask, status: int) -> Call:
    """The call a client makes, answered as meant."""
    headers = dict(ask.headers)

    def call() -> requests.Response:
        return session.request(ask.method, ask.url, headers=headers, data=ask.body)

    assert call().status_code == status
    return call


@contextmanager
def through_requests(name: str) -> Iterator[Call]:
    """Our door: state, authentication, both directions validated, every exchange written down."""
    make, status = CALLS[name]
    fake = stocked(20)
    ask = make(fake)
    with fake.responses(), requests.Session() as session:
        yield asks(session, ask, status)


@contextmanager
def static_requests(name: str, *, bare: bool = False) -> Iterator[Call]:
    """The floor: `responses` with one entry, which gives the very answer our fake gives, or its body alone."""
    make, status = CALLS[name]
    fake = stocked(20)
    ask = make(fake)
    reply = answered(fake, ask, status)
    with responses.RequestsMock() as mock, requests.Session() as session:
        mock.add(ask.method, ask.url.partition("?")[0], reply.body, status=status, headers=headers_of(reply, bare))
        yield asks(session, ask, status)


def headers_of(reply: Response, bare: bool) -> dict[str, str]:
    """The headers that a static mock gives: those of the reply, or what it takes for the body alone."""
    return {"Content-Type": "application/json"} if bare else dict(reply.headers)


@contextmanager
def through_httpx(name: str) -> Iterator[Call]:
    """Our transport."""
    import httpx

    make, status = CALLS[name]
    fake = stocked(20)
    ask = make(fake)
    with httpx.Client(transport=fake.transport(), headers=list(ask.headers)) as client:
        yield asks_httpx(client, ask, status)


@contextmanager
def static_httpx(name: str, *, bare: bool = False) -> Iterator[Call]:
    """The floor for httpx: its own MockTransport with the very answer our fake gives, or its body alone."""
    import httpx

    make, status = CALLS[name]
    fake = stocked(20)
    ask = make(fake)
    reply = answered(fake, ask, status)
    headers = headers_of(reply, bare)
    transport = httpx.MockTransport(lambda request: httpx.Response(status, headers=headers, content=reply.body))
    with httpx.Client(transport=transport, headers=list(ask.headers)) as client:
        yield asks_httpx(client, ask, status)


def asks_httpx(client: object, ask: Ask, status: int) -> Call:
    """The call an httpx client makes, answered as meant."""
    import httpx

    assert isinstance(client, httpx.Client)

    def call() -> httpx.Response:
        return client.request(ask.method, ask.url, content=ask.body)

    assert call().status_code == status
    return call


@contextmanager
def through_wsgi(name: str) -> Iterator[Call]:
    """Our WSGI application, called as a server calls it."""
    make, status = CALLS[name]
    fake = stocked(20)
    yield asks_wsgi(fake.wsgi, make(fake), status)


@contextmanager
def static_wsgi(name: str) -> Iterator[Call]:
    """The floor for WSGI: werkzeug's own Request and Response around the very answer our fake gives."""
    make, status = CALLS[name]
    fake = stocked(20)
    ask = make(fake)
    reply = answered(fake, ask, status)

    @werkzeug.Request.application
    def application(request: werkzeug.Request) -> werkzeug.Response:
        request.get_data()
        return werkzeug.Response(reply.body, status, list(reply.headers))

    yield asks_wsgi(application, ask, status)


def asks_wsgi(application: Any, ask: Ask, status: int) -> Call:
    """The call a WSGI server makes, answered as meant."""
    parts = urlsplit(ask.url)
    body = ask.body or b""
    made = EnvironBuilder(
        parts.path, f"https://{parts.netloc}", parts.query, ask.method, headers=list(ask.headers), data=body
    )
    environ = made.get_environ()

    def start(line: str, headers: list[tuple[str, str]]) -> None:
        assert line.startswith(str(status))

    def call() -> bytes:
        return b"".join(application({**environ, "wsgi.input": BytesIO(body)}, start))

    assert call()
    return call


@contextmanager
def moto(name: str) -> Iterator[Call]:
    """The peer: moto under `mock_aws`, its cheapest calls."""
    import boto3  # type: ignore[import-untyped]
    from moto import mock_aws

    with mock_aws():
        if name == MOTO[0]:
            sqs = boto3.client("sqs", region_name="us-east-1")
            sqs.create_queue(QueueName="rock")
            yield lambda: sqs.get_queue_url(QueueName="rock")
        else:
            s3 = boto3.client("s3", region_name="us-east-1")
            s3.create_bucket(Bucket="rock")
            yield lambda: s3.head_bucket(Bucket="rock")


def static(name: str) -> str:
    """What the floor of a call is called."""
    return f"{name}, static mock"


def body_alone(name: str) -> str:
    """What the floor of a call is called where it gives no more than the body."""
    return f"{name}, static mock of the body alone"


def case(name: str, opened: Callable[[str], AbstractContextManager[Call]], label: str = "", absent: str = "") -> Case:
    """A case that is opened by the name of its call."""
    return timed(label or name, lambda: opened(name), absent=absent)


def bound_of(name: str) -> float | None:
    """What is promised of a call; nothing of DataSift's create, which makes and checks three times what Curator's does."""
    return None if name == "POST create (DataSift)" else BOUNDS[name.partition(" (")[0]]


def requests_door(name: str) -> Group:
    """One call and its floors; a group of its own, so that nothing else comes between them."""
    what = f"`requests` door, {name}"
    return Group(
        what.replace("`", ""),
        cases=[
            case(name, through_requests),
            case(name, static_requests, static(name)),
            case(name, partial(static_requests, bare=True), body_alone(name)),
        ],
        promises=[
            Promise(what, "bare `responses` static mock", (name,), (static(name),), bound_of(name)),
            Promise(what, "the same, of the body alone", (name,), (body_alone(name),), None),
        ],
        rounds=31,
        abreast=True,
    )


def groups() -> list[Group]:
    """`requests`, then httpx, then WSGI."""
    without_moto, without_httpx = lacking("moto", "boto3"), lacking("httpx")
    one = next(iter(CALLS))
    return [
        *(requests_door(name) for name in CALLS),
        Group(
            "requests door, against moto",
            cases=[
                *(case(name, through_requests) for name in CALLS),
                *(case(name, moto, absent=without_moto) for name in MOTO),
            ],
            promises=[
                Promise("`requests` door, the dearest of these", "moto's cheapest call", tuple(CALLS), MOTO, 0.5)
            ],
        ),
        Group(
            "httpx door",
            cases=[
                case(one, through_httpx, absent=without_httpx),
                case(one, static_httpx, static(one), absent=without_httpx),
                case(one, partial(static_httpx, bare=True), body_alone(one), absent=without_httpx),
                *(case(name, moto, absent=without_httpx or without_moto) for name in MOTO),
            ],
            promises=[
                Promise(f"httpx door, {one}", "`httpx.MockTransport` static", (one,), (static(one),), 1.6),
                Promise(f"httpx door, {one}", "the same, of the body alone", (one,), (body_alone(one),), None),
                Promise(f"httpx door, {one}", "moto's cheapest call", (one,), MOTO, 0.5),
            ],
            rounds=31,
            abreast=True,
        ),
        Group(
            "WSGI door",
            cases=[
                *(case(name, through_wsgi) for name in CALLS),
                *(case(name, static_wsgi, static(name)) for name in CALLS),
            ],
            promises=[
                Promise(f"WSGI door, {name}", "a static werkzeug application", (name,), (static(name),), None)
                for name in CALLS
            ],
        ),
    ]
