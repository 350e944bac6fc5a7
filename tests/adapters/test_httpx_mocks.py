"""Beside mocks of httpx, respx and pytest_httpx, the innermost takes precedence, as beside those of `responses`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fakesources import FakeSources

respx = pytest.importorskip("respx")
pytest.importorskip("pytest_httpx")
import httpx  # noqa: E402

LIST = "https://api.datasift.com/v1.6/source/get"
START = "https://api.datasift.com/v1.6/source/start"
OTHER = "https://other.test/"
THIRD = "https://third.test/"
KEY = {"Authorization": "user:key"}

TRANSPORTS = (httpx.HTTPTransport, "handle_request"), (httpx.AsyncHTTPTransport, "handle_async_request")
BEFORE = [getattr(owner, name) for owner, name in TRANSPORTS]


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    """Check that every test restores what it patched."""
    yield
    assert [getattr(owner, name) for owner, name in TRANSPORTS] == BEFORE
    assert "handler" not in vars(respx.mocks.HTTPXMocker)


@pytest.fixture
def fake() -> Iterator[FakeSources]:
    """A fake that is open."""
    with FakeSources() as fake:
        yield fake


def sync_call(method: str, url: str, **given: Any) -> str:
    """Return the text of a response, or the class of the exception that a client raises."""
    try:
        with httpx.Client() as client:
            return client.request(method, url, headers=KEY, **given).text
    except (Exception, respx.models.AllMockedAssertionError) as error:
        return type(error).__name__


def async_call(method: str, url: str, **given: Any) -> str:
    async def call() -> str:
        async with httpx.AsyncClient() as client:
            return (await client.request(method, url, headers=KEY, **given)).text

    try:
        return asyncio.run(call())
    except (Exception, respx.models.AllMockedAssertionError) as error:
        return type(error).__name__


Call = Callable[..., str]
both = pytest.mark.parametrize("call", [sync_call, async_call], ids=["sync", "async"])
using = pytest.mark.parametrize("using", ["httpcore", "httpx"])


# -- respx ---------------------------------------------------------------------------------------------------------


@both
@using
def test_respx_inside_takes_precedence(fake: FakeSources, call: Call, using: str) -> None:
    """The fake responds to the other URLs of its hosts, and other hosts are rejected."""
    with respx.mock(using=using) as mock:
        mock.get(LIST, params={"page": "2"}).respond(text="mocked")
        mock.post(START, json={"a": 1}).respond(text="by its body")
        other = mock.get(OTHER).respond(text="other")

        assert call("GET", LIST, params={"page": "2"}) == "mocked"
        assert '"count":0' in call("GET", LIST)
        assert call("POST", START, json={"a": 1}) == "by its body"
        assert "error" in call("POST", START, json={"a": 2})
        assert call("GET", OTHER) == "other"
        assert call("GET", THIRD) == "AllMockedAssertionError"
        assert (other.call_count, mock.calls.call_count, fake.journal.count()) == (1, 3, 2)
    assert '"count":0' in call("GET", LIST)


@both
@using
def test_respx_around_sees_all_hosts_but_the_fakes(call: Call, using: str) -> None:
    """Until the fake is left."""
    with respx.mock(using=using, assert_all_called=False) as mock:
        mock.get(LIST).respond(text="mocked")
        mock.get(OTHER).respond(text="other")
        with FakeSources() as fake:
            assert '"count":0' in call("GET", LIST)
            assert call("GET", OTHER) == "other"
            assert call("GET", THIRD) == "AllMockedAssertionError"
            assert fake.journal.count() == 1
        assert call("GET", LIST) == "mocked"


@both
@using
def test_respx_between_two_fakes(call: Call, using: str) -> None:
    """The innermost fake responds, then the mock, then the outer fake."""
    with FakeSources() as outer, respx.mock(using=using) as mock:
        mock.get(LIST).respond(text="mocked")
        with FakeSources() as inner:
            assert '"count":0' in call("GET", LIST)
        assert call("GET", LIST) == "mocked"
        assert "error" in call("POST", START)
        assert (inner.journal.count(), outer.journal.count()) == (1, 1)


@both
@using
def test_two_mocks_of_respx(fake: FakeSources, call: Call, using: str) -> None:
    """Either of two that are opened inside may match."""
    with respx.mock(using=using) as one, respx.mock(using=using) as two:
        one.get(LIST, params={"page": "1"}).respond(text="one")
        two.get(LIST, params={"page": "2"}).respond(text="two")

        assert [call("GET", LIST, params={"page": page}) for page in "12"] == ["one", "two"]
        assert '"page":3' in call("GET", LIST, params={"page": "3"})


@both
@using
def test_a_pass_through_route_passes_to_the_fake(fake: FakeSources, call: Call, using: str) -> None:
    """It counts the call, and nothing reaches the network."""
    with respx.mock(using=using) as mock:
        route = mock.get(LIST).pass_through()

        assert '"count":0' in call("GET", LIST)
        assert route.call_count == 1


@both
def test_a_mock_that_responds_to_everything_leaves_the_fakes_hosts_to_it(fake: FakeSources, call: Call) -> None:
    """`assert_all_mocked=False` responds to other hosts; a route without a pattern matches."""
    with respx.mock(assert_all_mocked=False) as mock:
        assert (call("GET", OTHER), '"count":0' in call("GET", LIST)) == ("", True)
        mock.route().respond(text="everything")
        assert call("GET", LIST) == "everything"


@both
def test_bodies_arrive_whole_beside_respx(fake: FakeSources, call: Call) -> None:
    """Also where routes have read them, and where they were streamed."""
    with respx.mock(assert_all_called=False) as mock:
        mock.post(START, json={"a": 1}).respond(text="mocked")
        assert "error" in call("POST", START, json={"a": 2, "b": "é"})
        assert json.loads(fake.journal.last().raw_request.body) == {"a": 2, "b": "é"}


def test_the_fakes_transport_bypasses_respx() -> None:
    fake = FakeSources()
    with respx.mock(assert_all_called=False) as mock:
        mock.get(LIST).respond(text="mocked")
        with httpx.Client(transport=fake.transport()) as client:
            assert client.get(LIST, headers=KEY).json()["count"] == 0


# -- pytest_httpx --------------------------------------------------------------------------------------------------


@both
def test_pytest_httpx_inside_takes_precedence(fake: FakeSources, httpx_mock: Any, call: Call) -> None:
    """The fake responds to the other URLs of its hosts."""
    httpx_mock.add_response(url=LIST, method="GET", text="mocked")
    httpx_mock.add_response(url=START, match_json={"a": 1}, text="by its body")
    httpx_mock.add_response(url=OTHER, text="other")

    assert call("GET", LIST) == "mocked"
    assert '"page":3' in call("GET", f"{LIST}?page=3")
    assert call("POST", START, json={"a": 1}) == "by its body"
    assert "error" in call("POST", START, json={"a": 2})
    assert call("GET", OTHER) == "other"
    assert (len(httpx_mock.get_requests()), fake.journal.count()) == (3, 2)


@both
@pytest.mark.httpx_mock(assert_all_requests_were_expected=False, assert_all_responses_were_requested=False)
def test_pytest_httpx_around_sees_all_hosts_but_the_fakes(httpx_mock: Any, fake: FakeSources, call: Call) -> None:
    httpx_mock.add_response(url=LIST, text="mocked")
    httpx_mock.add_response(url=OTHER, text="other")

    assert '"count":0' in call("GET", LIST)
    assert call("GET", OTHER) == "other"
    assert call("GET", THIRD) == "TimeoutException"
    assert fake.journal.count() == 1
