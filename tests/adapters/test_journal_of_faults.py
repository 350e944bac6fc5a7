"""A call whose connection failed, in the journal: its status, its fault and its repr are the same at every adapter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import requests
from werkzeug.test import Client

from fakesources import FakeSources, Request
from fakesources.core.engine.fault_kinds import DISCONNECTS

DELETE, PATH = "datasift.source.delete", "/v1.6/source/delete"
KEY = {"Authorization": "alice:key"}
TIMEOUT_SECONDS = 0.3


def by_requests(fake: FakeSources, query: str) -> Any:
    with fake.responses():
        return requests.delete(f"https://api.datasift.com{PATH}{query}", headers=KEY, timeout=TIMEOUT_SECONDS)


def by_httpx(fake: FakeSources, query: str) -> Any:
    with httpx.Client(transport=fake.transport()) as client:
        return client.delete(f"https://api.datasift.com{PATH}{query}", headers=KEY, timeout=TIMEOUT_SECONDS)


def by_server(fake: FakeSources, query: str) -> Any:
    with fake.server() as server:
        return requests.delete(f"{server.url}{PATH}{query}", headers=KEY, timeout=TIMEOUT_SECONDS)


def by_wsgi(fake: FakeSources, query: str) -> Any:
    return Client(fake.wsgi).delete(f"{PATH}{query}", headers=KEY).data


def by_handle(fake: FakeSources, query: str) -> Any:
    response = fake.handle(Request("DELETE", f"{PATH}{query}", tuple(KEY.items()), b"", "api.datasift.com"))
    assert response.disconnect
    raise ConnectionError(response.disconnect)


ADAPTERS: dict[str, Callable[[FakeSources, str], Any]] = {
    "requests": by_requests, "httpx": by_httpx, "server": by_server, "wsgi": by_wsgi, "handle": by_handle,
}  # fmt: skip
each_adapter = pytest.mark.parametrize("call", ADAPTERS.values(), ids=ADAPTERS)


@pytest.mark.parametrize("how", DISCONNECTS)
@each_adapter
@pytest.mark.parametrize("takes_effect", [False, True], ids=["without effect", "with effect"])
def test_a_failed_connection_is_recorded(call: Callable[[FakeSources, str], Any], how: str, takes_effect: bool) -> None:
    """With 503 where the operation did not happen, else with the status that its client did not get.

    What is truncated is the response of an operation, so that it always takes effect.
    """
    fake = FakeSources(datasift="docs-1.6")
    source = fake.datasift.account("alice").sources.add()
    fake.faults.disconnect(DELETE, how, takes_effect=takes_effect)

    with pytest.raises(Exception) as raised:  # noqa: PT011  # each client has its own; other tests compare them
        call(fake, f"?id={source.id}")

    has_effect = takes_effect or how == "truncated"
    assert not isinstance(raised.value, AssertionError)
    [exchange] = fake.journal
    assert (exchange.status, exchange.response.disconnect, exchange.fault) == (
        204 if has_effect else 503, how, how,
    )  # fmt: skip
    assert repr(exchange) == f"<Exchange 1 {DELETE} DELETE {PATH} -> {how}>"
    assert (exchange.account, exchange.error) == ("alice", "")
    assert fake.journal.count(DELETE, status=204 if has_effect else 503) == 1
    assert fake.journal.count(DELETE, status=200) == 0
    assert (source.id in fake.datasift.account("alice").sources) is not has_effect
