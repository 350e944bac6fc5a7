"""A downstream project's suite: its own unchanged `requests` code, and the fixture that keeps it off the network."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
import requests

HEADERS = {"Authorization": "datasift-user:your-datasift-api-key"}


def start(source_id: str) -> requests.Response:
    """The code under test, as it runs in production."""
    return requests.put(
        "https://api.datasift.com/v1.6/source/start", data={"id": source_id}, headers=HEADERS, timeout=5
    )


def test_rock_music_is_started(fakesources) -> None:  # type: ignore[no-untyped-def]
    """The real client starts a source that the test added, and the journal has the request."""
    source = fakesources.datasift.sources.add(name="Rock Music", source_type="facebook_page")

    response = start(source.id)

    assert (response.status_code, response.json()["status"], response.json()["name"]) == (200, "active", "Rock Music")
    assert fakesources.datasift.sources[source.id].running
    assert fakesources.journal.only("datasift.source.start").request.params == {"id": source.id}


def test_the_next_test_starts_from_nothing(fakesources) -> None:  # type: ignore[no-untyped-def]
    """State of one test is not in another."""
    assert len(fakesources.datasift.sources) == 0
    assert start("fd2e72e3a7ae40c2a6e86e96381d8165").json() == {"error": "Source not found"}


class Elsewhere(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "9")
        self.end_headers()
        self.wfile.write(b"elsewhere")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_requests_to_other_hosts_are_sent(fakesources, elsewhere: str) -> None:  # type: ignore[no-untyped-def]
    """A request to another host is sent there and not recorded."""
    assert requests.get(elsewhere, timeout=5).text == "elsewhere"
    fakesources.journal.assert_none()
