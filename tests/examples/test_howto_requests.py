"""Test code that uses requests.

Use the `fakesources` fixture, arrange the state of the service, and call your code unchanged. During the test, the fake
answers every call of `requests` to the real hosts; calls to other hosts are sent.
"""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from fakesources import FakeSources

API = "https://api.datasift.com/v1.6"


class Client:
    """Client with a credential, and retries while the service is unavailable (code under test)."""

    def __init__(self, user: str, key: str) -> None:
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"{user}:{key}"
        retries = Retry(total=2, status_forcelist=[503], allowed_methods=None)
        self.session.mount("https://", HTTPAdapter(max_retries=retries))

    def start(self, source_id: str) -> dict[str, Any]:
        response = self.session.put(f"{API}/source/start", data={"id": source_id}, timeout=5)
        response.raise_for_status()
        source: dict[str, Any] = response.json()
        return source


def test_a_source_is_started(fakesources: FakeSources) -> None:
    """The state has changed, and there was one request."""
    source = fakesources.datasift.sources.add(name="Rock Music", source_type="facebook_page")

    started = Client("user", "key").start(source.id)

    assert started["status"] == "active"
    assert fakesources.datasift.sources[source.id].running
    assert fakesources.journal.only("datasift.source.start").request.params == {"id": source.id}


def test_retries(fakesources: FakeSources) -> None:
    """The retries of the session handle the fault, without waiting."""
    source = fakesources.datasift.sources.add()
    fakesources.faults.respond("datasift.source.start", 503, times=2)

    assert Client("user", "key").start(source.id)["id"] == source.id
    assert [exchange.status for exchange in fakesources.journal] == [503, 503, 200]


def test_an_unknown_source(fakesources: FakeSources) -> None:
    """The error is that of the real service."""
    try:
        Client("user", "key").start("0123456789abcdef0123456789abcdef")
    except requests.HTTPError as error:
        assert error.response.status_code == 404
        assert error.response.json() == {"error": "Source not found"}
    else:
        raise AssertionError("expected status 404")
