"""Tests of watching a `requests` session."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from fakesources import ContractViolation, FakeSources
from fakesources.server.server import Server
from fakesources.verify import watch

KEY = {"Authorization": "alice:0123456789abcdef"}


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """Yield a session with credentials."""
    with requests.Session() as session:
        session.headers.update(KEY)
        yield session


def create(session: requests.Session, server: Server, **further: Any) -> requests.Response:
    """Create a source."""
    body = {"source_type": "twitter_gnip", "name": "Tweets", "resources": [], **further}
    return session.post(f"{server.url}/v1.6/source/create", json=body)


def test_a_session_without_findings_raises_nothing(session: requests.Session, server: Server) -> None:
    with watch(session, base_url=server.url) as watched:
        made = create(session, server)
        got = session.get(f"{server.url}/v1.6/source/get", params={"id": made.json()["id"]})

    assert got.json() == made.json()
    assert watched.findings == []
    assert watched.report.exchanges == 2


def test_a_parameter_accepted_silently_is_raised_at_the_end_of_the_block(
    session: requests.Session, server: Server
) -> None:
    """The call succeeds as it does without a watch."""
    with pytest.raises(ContractViolation, match=r"datasift\.source\.create\.unknown-parameter"):  # noqa: SIM117
        with watch(session, base_url=server.url):
            assert create(session, server, colour="red").status_code == 201


def test_a_watch_that_is_not_strict_lists_findings(session: requests.Session, server: Server) -> None:
    """They may be read within the block and after it."""
    with watch(session, base_url=server.url, strict=False) as watched:
        create(session, server, colour="red")
        assert [each.path for each in watched.findings] == ["$.colour"]
        create(session, server, name=7)

    assert [each.path for each in watched.findings] == ["$.colour"]
    assert [each.path for each in watched.warnings] == ["$.name"]


def test_an_exception_within_the_block_is_raised_as_it_is(session: requests.Session, server: Server) -> None:
    with pytest.raises(KeyError), watch(session, base_url=server.url):
        create(session, server, colour="red").json()["colour"]


def test_other_hosts_are_left_out(session: requests.Session, server: Server) -> None:
    with watch(session) as watched:
        create(session, server, colour="red")

    assert watched.report.exchanges == 0
    assert watched.report.other_hosts == 1


def test_a_session_is_restored(session: requests.Session, server: Server) -> None:
    """Adapters, hooks and headers are the same objects within the block and after it."""
    adapters, hooks, before = dict(session.adapters), dict(session.hooks), dict(session.__dict__)

    with watch(session, base_url=server.url):
        response = create(session, server)
        assert dict(session.adapters) == adapters
        assert dict(session.hooks) == hooks

    assert isinstance(response.connection, HTTPAdapter)  # type: ignore[attr-defined]
    assert response.request.headers["Authorization"] == KEY["Authorization"]
    assert session.__dict__ == before


def test_requests_with_hooks_and_prepared_requests_are_checked(session: requests.Session, server: Server) -> None:
    statuses: list[int] = []
    prepared = requests.Request("GET", f"{server.url}/v1.6/source/get", headers=KEY).prepare()

    with watch(session, base_url=server.url) as watched:
        hook = {"response": lambda response, **_: statuses.append(response.status_code)}
        session.get(f"{server.url}/v1.6/source/get", hooks=hook)
        session.send(prepared)

    assert statuses == [200]
    assert watched.report.exchanges == 2


def test_a_streamed_body_is_not_read(session: requests.Session, server: Server) -> None:
    """Status and headers of the response are checked."""
    with watch(session, base_url=server.url) as watched:
        with session.get(f"{server.url}/v1.6/source/get", stream=True) as response:
            assert b"".join(response.iter_content(7)).startswith(b'{"count":0')
        assert watched.report.exchanges == 1


def test_watches_may_be_nested_and_shared_by_threads(session: requests.Session, server: Server) -> None:
    """An inner watch checks the calls within its block, the outer one all calls."""
    with watch(session, base_url=server.url) as outer:
        create(session, server)
        with watch(session, base_url=server.url) as inner:
            threads = [threading.Thread(target=create, args=(session, server)) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        create(session, server)

    assert (outer.report.exchanges, inner.report.exchanges) == (10, 8)


def test_a_watch_has_checks_across_exchanges(session: requests.Session, server: Server) -> None:
    """Requests for a deleted source and for one created before the watch have no findings."""
    made = create(session, server).json()
    with watch(session, base_url=server.url, strict=False) as watched:
        again = create(session, server).json()
        session.delete(f"{server.url}/v1.6/source/delete", params={"id": again["id"]})
        session.get(f"{server.url}/v1.6/source/get", params={"id": again["id"]})
        session.get(f"{server.url}/v1.6/source/get", params={"id": made["id"]})

    assert watched.findings == []
    assert watched.report.exchanges == 4


@pytest.mark.parametrize("status", [403, 429])
def test_a_call_beyond_the_rate_limit_is_not_charged(session: requests.Session, status: int) -> None:
    """Whatever was left before it, none remains: that is no wrong counter."""
    with FakeSources(rate_limit=7, rate_limit_status=status) as fake, watch(session) as watched:
        paid = session.get("https://api.datasift.com/v1.6/source/get")
        fake.clock.advance(seconds=1)
        unpaid = session.get("https://api.datasift.com/v1.6/source/get")

    assert (paid.status_code, paid.headers["X-RateLimit-Remaining"]) == (200, "2")
    assert (unpaid.status_code, unpaid.headers["X-RateLimit-Remaining"]) == (status, "0")
    assert watched.findings == []
