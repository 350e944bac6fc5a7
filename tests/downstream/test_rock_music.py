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
    """A source that was put there is started by the real client, and the journal knows of it."""
    source = fakesources.datasift.sources.add(name="Rock Music", source_type="facebook_page")

    answer = start(source.id)

    assert (answer.status_code, answer.json()["status"], answer.json()["name"]) == (200, "active", "Rock Music")
    assert fakesources.datasift.sources[source.id].running
    assert fakesources.journal.only("datasift.source.start").request.params == {"id": source.id}


def test_the_next_test_starts_from_nothing(fakesources) -> None:  # type: ignore[no-untyped-def]
    """No test sees what another left behind."""
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


def test_other_hosts_are_not_swallowed(fakesources, elsewhere: str) -> None:  # type: ignore[no-untyped-def]
    """A request to any other host goes where it was sent, and is no business of the journal."""
    assert requests.get(elsewhere, timeout=5).text == "elsewhere"
    fakesources.journal.assert_none()
