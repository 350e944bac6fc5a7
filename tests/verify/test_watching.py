"""Facts about watching a `requests` session or an `httpx` client that talks to a service."""

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
def server() -> Iterator[Server]:
    """A service: a fake behind a socket, which says nothing of what it swallows."""
    with FakeSources(strict=False).server() as server:
        yield server


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A session that sends credentials."""
    with requests.Session() as session:
        session.headers.update(KEY)
        yield session


def create(session: requests.Session, server: Server, **further: Any) -> requests.Response:
    """Make a source."""
    sent = {"source_type": "twitter_gnip", "name": "Tweets", "resources": [], **further}
    return session.post(f"{server.url}/v1.6/source/create", json=sent)


def test_a_session_that_keeps_the_contract_is_left_alone(session: requests.Session, server: Server) -> None:
    """Every exchange is checked, and nothing comes of it when all is well."""
    with watch(session, base_url=server.url) as watched:
        made = create(session, server)
        got = session.get(f"{server.url}/v1.6/source/get", params={"id": made.json()["id"]})

    assert got.json() == made.json()
    assert watched.findings == []
    assert watched.report.exchanges == 2


def test_a_swallowed_parameter_is_raised_on_leaving(session: requests.Session, server: Server) -> None:
    """The call goes through as it does without a watch; the block tells of it at its end."""
    with pytest.raises(ContractViolation, match=r"datasift\.source\.create\.unknown-parameter"):  # noqa: SIM117
        with watch(session, base_url=server.url):
            assert create(session, server, colour="red").status_code == 201


def test_a_watch_may_list_instead(session: requests.Session, server: Server) -> None:
    """What was found can be looked at on the way and afterwards, and nothing is raised."""
    with watch(session, base_url=server.url, strict=False) as watched:
        create(session, server, colour="red")
        assert [each.path for each in watched.findings] == ["$.colour"]
        create(session, server, name=7)

    assert [each.path for each in watched.findings] == ["$.colour"]
    assert [each.path for each in watched.warnings] == ["$.name"]


def test_an_error_inside_is_not_covered_up(session: requests.Session, server: Server) -> None:
    """Where the block fails by itself, its own error is what comes out."""
    with pytest.raises(KeyError), watch(session, base_url=server.url):
        create(session, server, colour="red").json()["colour"]


def test_other_hosts_are_passed_over(session: requests.Session, server: Server) -> None:
    """Only the vendors and the addresses that were named are looked at."""
    with watch(session) as watched:
        create(session, server, colour="red")

    assert watched.report.exchanges == 0
    assert watched.report.other_hosts == 1


def test_nothing_of_the_session_is_altered(session: requests.Session, server: Server) -> None:
    """Adapters, hooks and headers are the same objects inside the block, and afterwards nothing is left of it."""
    adapters, hooks, before = dict(session.adapters), dict(session.hooks), dict(session.__dict__)

    with watch(session, base_url=server.url):
        answer = create(session, server)
        assert dict(session.adapters) == adapters
        assert dict(session.hooks) == hooks

    assert isinstance(answer.connection, HTTPAdapter)  # type: ignore[attr-defined]
    assert answer.request.headers["Authorization"] == KEY["Authorization"]
    assert session.__dict__ == before


def test_requests_with_hooks_of_their_own_are_seen(session: requests.Session, server: Server) -> None:
    """Whoever hooks into a single request, or sends a prepared one, is watched like everybody else."""
    seen: list[int] = []
    prepared = requests.Request("GET", f"{server.url}/v1.6/source/get", headers=KEY).prepare()

    with watch(session, base_url=server.url) as watched:
        hook = {"response": lambda answer, **_: seen.append(answer.status_code)}
        session.get(f"{server.url}/v1.6/source/get", hooks=hook)
        session.send(prepared)

    assert seen == [200]
    assert watched.report.exchanges == 2


def test_a_streamed_answer_is_left_to_its_reader(session: requests.Session, server: Server) -> None:
    """Of an answer that is read piece by piece, status and headers are checked, and no byte is taken away."""
    with watch(session, base_url=server.url) as watched:
        with session.get(f"{server.url}/v1.6/source/get", stream=True) as answer:
            assert b"".join(answer.iter_content(7)).startswith(b'{"count":0')
        assert watched.report.exchanges == 1


def test_watches_may_be_nested_and_shared_by_threads(session: requests.Session, server: Server) -> None:
    """An inner watch sees what happens inside it, the outer one everything, and nobody's call is lost."""
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


def test_rules_across_exchanges_hold_in_a_watch(session: requests.Session, server: Server) -> None:
    """A service that forgets that it deleted a source is found out."""
    made = create(session, server).json()
    with watch(session, base_url=server.url, strict=False) as watched:
        again = create(session, server).json()
        session.delete(f"{server.url}/v1.6/source/delete", params={"id": again["id"]})
        session.get(f"{server.url}/v1.6/source/get", params={"id": again["id"]})
        session.get(f"{server.url}/v1.6/source/get", params={"id": made["id"]})

    assert watched.findings == []
    assert watched.report.exchanges == 4
