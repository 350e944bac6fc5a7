"""A web page in a real browser, on another origin than the server, that uses the control plane and DataSift's API.

The page posts the statuses and values of its responses to its own server.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from fakesources.control.hosted import Hosted
from fakesources.server.server import Server

pytestmark = pytest.mark.once

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
    "--disable-sync", "--remote-debugging-port=0",
)  # fmt: skip
TIMEOUT_SECONDS = 120
"""Time after which a browser without a result fails the test."""

PAGE = """<!doctype html><title>A page under test</title><script>
const api = new URLSearchParams(location.search).get("api");
const credential = {"Authorization": "alice:key", "Content-Type": "application/json"};
const bearer = {"Authorization": "Bearer s3cret", "Content-Type": "application/json"};
async function read(path, options) {
  const response = await fetch(api + path, options);
  return [response.status, await response.json()];
}
async function visit() {
  const [created, source] = await read("/v1.6/source/create", {method: "POST", headers: credential, body: JSON.stringify({
    source_type: "instagram", name: "Rock", parameters: {},
    resources: [{parameters: {type: "tag", value: "rock"}}], auth: [{parameters: {value: "t"}}]})});
  const [started] = await read("/v1.6/source/start?id=" + source.id, {method: "PUT", headers: credential});
  const [missing, failure] = await read("/v1.6/source/get?id=none", {headers: {"Authorization": "alice:key"}});
  const [clock, moved] = await read("/_fakesources/clock", {method: "POST", headers: bearer, body: '{"advance": 60}'});
  const [journal] = await read("/_fakesources/journal", {headers: bearer});
  const [unauthorized] = await read("/_fakesources/state");
  return {created, started, missing, error: failure.error, clock, now: moved.now, journal, unauthorized};
}
visit().catch((error) => ({failed: String(error)})).then((result) =>
  fetch("/result", {method: "POST", body: JSON.stringify(result)}));
</script>"""


class Site:
    """Server of one page, on an origin of its own; `results` are those that the page posts."""

    def __init__(self) -> None:
        self.results: Queue[Any] = Queue()
        results = self.results

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._respond(PAGE.encode())

            def do_POST(self) -> None:
                results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self._respond(b"")

            def _respond(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Write nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    """Site with the page."""
    site = Site()
    yield site
    site.close()


def visit(site: Site, server: Server, folder: Path) -> Any:
    """Open the page in a browser, and return its result."""
    assert CHROMIUM is not None
    with (folder / "chromium.log").open("wb") as log:
        page = f"{site.origin}/?api={server.url}"
        browser = subprocess.Popen([CHROMIUM, *FLAGS, f"--user-data-dir={folder}", page], stdout=log, stderr=log)
        try:
            return site.results.get(timeout=TIMEOUT_SECONDS)
        finally:
            browser.terminate()
            browser.wait()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("is_allowed", [True, False])
def test_a_page_of_an_allowed_origin_uses_the_control_plane(site: Site, tmp_path: Path, is_allowed: bool) -> None:
    """The API is open to every origin: to preflights, and with errors that the page can read."""
    hosted = Hosted({}, token="s3cret", origins=[site.origin] if is_allowed else [])
    with Server(hosted.handle, steps=hosted.steps, authorise=hosted.authorise, limit=hosted.limit) as server:
        result = visit(site, server, tmp_path)

    assert [source.running for source in hosted.fake.datasift.sources.values()] == [True]
    assert len(hosted.fake.journal.all("datasift.preflight")) == 3
    if is_allowed:
        assert result == {
            "created": 201, "started": 200, "missing": 404, "error": result["error"], "clock": 200,
            "now": "2026-01-01T00:01:00Z", "journal": 200, "unauthorized": 401,
        }  # fmt: skip
    else:
        assert list(result) == ["failed"]
        assert hosted.fake.clock.now().minute == 0
