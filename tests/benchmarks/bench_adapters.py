"""Calls through each in-process adapter, compared with static mocks of the same bytes and with moto.

The baseline gives the same response: status, headers and body. The time that client libraries take for the vendor's
twenty headers is therefore in both; the ratio to a mock that gives the body alone is shown for comparison.
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
from peers import missing
from subjects import (
    ClientRequest,
    checked_response,
    create,
    create_datasift,
    create_thing,
    filled_fake,
    get_one,
    get_thing,
    list_curator,
    list_things,
    list_twenty,
)
from werkzeug.test import EnvironBuilder

from fakesources import Response

CALLS = {
    "GET one (DataSift)": (get_one, 200),
    "POST create (Curator)": (create, 200),
    "POST create (DataSift)": (lambda fake: create_datasift(), 201),
    "list of 20 (DataSift)": (lambda fake: list_twenty(), 200),
    "list of 20 (Curator)": (lambda fake: list_curator(), 200),
    "GET one (kit)": (lambda fake: get_thing(), 200),
    "POST create (kit)": (lambda fake: create_thing(), 201),
    "list of 20 (kit)": (lambda fake: list_things(), 200),
}
DATASIFT_CREATE = "POST create (DataSift)"
"""The call without a bound: it creates and validates three times as much as Curator's."""
BOUNDS = {"GET one": 1.10, "POST create": 1.15, "list of 20": 1.35}
GOALS = {"GET one": 0.95, "POST create": 1.05, "list of 20": 1.10}
OBSTACLES = {
    "GET one": "a fifth of the call is the fake's, in many small parts: engine, adapter and clock have at most 4 % each",
    "POST create": "reading and validating the request's body, and storing the row; a static mock does not look at the body",
    "list of 20": "validating the response is the largest part, a quarter of what the fake adds",
}
MOTO = ("moto, sqs.get_queue_url", "moto, s3.head_bucket")


def client_call(session: requests.Session, client_request: ClientRequest, status: int) -> Call:
    """Return the call of a `requests` client, whose status is checked once."""
    headers = dict(client_request.headers)

    def call() -> requests.Response:
        return session.request(client_request.method, client_request.url, headers=headers, data=client_request.body)

    assert call().status_code == status
    return call


@contextmanager
def adapter_requests(name: str) -> Iterator[Call]:
    """Open our adapter: state, authentication, both directions validated, every exchange recorded."""
    make, status = CALLS[name]
    fake = filled_fake(20)
    client_request = make(fake)
    with fake.responses(), requests.Session() as session:
        yield client_call(session, client_request, status)


@contextmanager
def static_requests(name: str, *, bare: bool = False) -> Iterator[Call]:
    """Open the baseline: `responses` with one entry, which gives the same response as our fake, or its body alone."""
    make, status = CALLS[name]
    fake = filled_fake(20)
    client_request = make(fake)
    response = checked_response(fake, client_request, status)
    with responses.RequestsMock() as mock, requests.Session() as session:
        mock.add(
            client_request.method,
            client_request.url.partition("?")[0],
            response.body,
            status=status,
            headers=headers_of(response, bare),
        )
        yield client_call(session, client_request, status)


def headers_of(response: Response, bare: bool) -> dict[str, str]:
    """Return the headers of a static mock: those of the response, or the media type alone."""
    return {"Content-Type": "application/json"} if bare else dict(response.headers)


@contextmanager
def adapter_httpx(name: str) -> Iterator[Call]:
    """Open our httpx transport."""
    import httpx

    make, status = CALLS[name]
    fake = filled_fake(20)
    client_request = make(fake)
    with httpx.Client(transport=fake.transport(), headers=list(client_request.headers)) as client:
        yield httpx_call(client, client_request, status)


@contextmanager
def static_httpx(name: str, *, bare: bool = False) -> Iterator[Call]:
    """Open the baseline for httpx: its own MockTransport with the same response as our fake, or its body alone."""
    import httpx

    make, status = CALLS[name]
    fake = filled_fake(20)
    client_request = make(fake)
    response = checked_response(fake, client_request, status)
    headers = headers_of(response, bare)
    transport = httpx.MockTransport(lambda request: httpx.Response(status, headers=headers, content=response.body))
    with httpx.Client(transport=transport, headers=list(client_request.headers)) as client:
        yield httpx_call(client, client_request, status)


def httpx_call(client: object, client_request: ClientRequest, status: int) -> Call:
    """Return the call of an httpx client, whose status is checked once."""
    import httpx

    assert isinstance(client, httpx.Client)

    def call() -> httpx.Response:
        return client.request(client_request.method, client_request.url, content=client_request.body)

    assert call().status_code == status
    return call


@contextmanager
def adapter_wsgi(name: str) -> Iterator[Call]:
    """Open our WSGI application, called as a server calls it."""
    make, status = CALLS[name]
    fake = filled_fake(20)
    yield wsgi_call(fake.wsgi, make(fake), status)


@contextmanager
def static_wsgi(name: str) -> Iterator[Call]:
    """Open the baseline for WSGI: werkzeug's own Request and Response around the same response as our fake."""
    make, status = CALLS[name]
    fake = filled_fake(20)
    client_request = make(fake)
    response = checked_response(fake, client_request, status)

    @werkzeug.Request.application
    def application(request: werkzeug.Request) -> werkzeug.Response:
        request.get_data()
        return werkzeug.Response(response.body, status, list(response.headers))

    yield wsgi_call(application, client_request, status)


def wsgi_call(application: Any, client_request: ClientRequest, status: int) -> Call:
    """Return the call of a WSGI server, whose status is checked every time."""
    parts = urlsplit(client_request.url)
    body = client_request.body or b""
    builder = EnvironBuilder(
        parts.path,
        f"https://{parts.netloc}",
        parts.query,
        client_request.method,
        headers=list(client_request.headers),
        data=body,
    )
    environ = builder.get_environ()

    def start(line: str, headers: list[tuple[str, str]]) -> None:
        assert line.startswith(str(status))

    def call() -> bytes:
        return b"".join(application({**environ, "wsgi.input": BytesIO(body)}, start))

    assert call()
    return call


@contextmanager
def moto(name: str) -> Iterator[Call]:
    """Open the peer: moto under `mock_aws`, with its cheapest calls."""
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
    """Return the name of the baseline of a call."""
    return f"{name}, static mock"


def body_alone(name: str) -> str:
    """Return the name of the baseline that gives the body alone."""
    return f"{name}, static mock of the body alone"


def case(
    name: str, open_call: Callable[[str], AbstractContextManager[Call]], label: str = "", absent: str = ""
) -> Case:
    """Return a case that is opened by the name of its call."""
    return timed(label or name, lambda: open_call(name), absent=absent)


def requests_adapter(name: str) -> Group:
    """Return a group of one call and its baselines, so that no other case runs between them."""
    subject, kind = f"`requests` adapter, {name}", name.partition(" (")[0]
    bound, goal = (None, 1.15) if name == DATASIFT_CREATE else (BOUNDS[kind], GOALS[kind])
    obstacle = OBSTACLES[kind]
    return Group(
        subject.replace("`", ""),
        cases=[
            case(name, adapter_requests),
            case(name, static_requests, static(name)),
            case(name, partial(static_requests, bare=True), body_alone(name)),
        ],
        promises=[
            Promise(
                subject, "bare `responses` static mock", (name,), (static(name),), bound, goal=goal, obstacle=obstacle
            ),
            Promise(subject, "the same, of the body alone", (name,), (body_alone(name),), None),
        ],
        rounds=31,
        interleaved=True,
    )


def groups() -> list[Group]:
    """Return the groups for `requests`, httpx and WSGI."""
    without_moto, without_httpx = missing("moto", "boto3"), missing("httpx")
    one = next(iter(CALLS))
    return [
        *(requests_adapter(name) for name in CALLS),
        Group(
            "requests adapter, against moto",
            cases=[
                *(case(name, adapter_requests) for name in CALLS),
                *(case(name, moto, absent=without_moto) for name in MOTO),
            ],
            promises=[
                Promise("`requests` adapter, the slowest of these", "moto's cheapest call", tuple(CALLS), MOTO, 0.5)
            ],
        ),
        Group(
            "httpx adapter",
            cases=[
                case(one, adapter_httpx, absent=without_httpx),
                case(one, static_httpx, static(one), absent=without_httpx),
                case(one, partial(static_httpx, bare=True), body_alone(one), absent=without_httpx),
                *(case(name, moto, absent=without_httpx or without_moto) for name in MOTO),
            ],
            promises=[
                Promise(
                    f"httpx adapter, {one}",
                    "`httpx.MockTransport` static",
                    (one,),
                    (static(one),),
                    1.6,
                    goal=1.3,
                    obstacle="a quarter of the call is the fake's; the transport of httpx does less than that of requests",
                ),
                Promise(f"httpx adapter, {one}", "the same, of the body alone", (one,), (body_alone(one),), None),
                Promise(f"httpx adapter, {one}", "moto's cheapest call", (one,), MOTO, 0.5),
            ],
            rounds=31,
            interleaved=True,
        ),
        Group(
            "WSGI adapter",
            cases=[
                *(case(name, adapter_wsgi) for name in CALLS),
                *(case(name, static_wsgi, static(name)) for name in CALLS),
            ],
            promises=[
                Promise(
                    f"WSGI adapter, {name}",
                    "a static werkzeug application",
                    (name,),
                    (static(name),),
                    None,
                    goal=2 if "create" in name else None,
                    obstacle=OBSTACLES["POST create"] if "create" in name else "",
                )
                for name in CALLS
            ],
        ),
    ]
