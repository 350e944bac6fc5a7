"""How to test code that uses requests.

Ask for the `fakesources` fixture, arrange what the service has, and call your own code as it is. While the test runs,
every call of `requests` to the vendors' hosts is answered by the fake; calls to other hosts go out for real.
"""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from fakesources import FakeSources

API = "https://api.datasift.com/v1.6"


class Client:
    """The code under test: a session with a credential, and retries when the service is unavailable."""

    def __init__(self, user: str, key: str) -> None:
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"{user}:{key}"
        retries = Retry(total=2, status_forcelist=[503], allowed_methods=None)
        self.session.mount("https://", HTTPAdapter(max_retries=retries))

    def start(self, source_id: str) -> dict[str, Any]:
        answer = self.session.put(f"{API}/source/start", data={"id": source_id}, timeout=5)
        answer.raise_for_status()
        started: dict[str, Any] = answer.json()
        return started


def test_a_source_is_started(fakesources: FakeSources) -> None:
    """What the code asked for has happened, and was asked for once."""
    source = fakesources.datasift.sources.add(name="Rock Music", source_type="facebook_page")

    started = Client("user", "key").start(source.id)

    assert started["status"] == "active"
    assert fakesources.datasift.sources[source.id].running
    assert fakesources.journal.only("datasift.source.start").request.params == {"id": source.id}


def test_the_code_tries_again(fakesources: FakeSources) -> None:
    """The session's own retries meet the fault and get past it, and nobody has to wait for them."""
    source = fakesources.datasift.sources.add()
    fakesources.faults.respond("datasift.source.start", 503, times=2)

    assert Client("user", "key").start(source.id)["id"] == source.id
    assert [exchange.status for exchange in fakesources.journal] == [503, 503, 200]


def test_a_refusal_is_met(fakesources: FakeSources) -> None:
    """An unknown id is refused as the service refuses it."""
    try:
        Client("user", "key").start("0123456789abcdef0123456789abcdef")
    except requests.HTTPError as error:
        assert error.response.status_code == 404
        assert error.response.json() == {"error": "Source not found"}
    else:
        raise AssertionError("it should have been refused")
