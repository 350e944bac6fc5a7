"""Requests of a widget in a real browser, on another origin than the API.

The page sends its results to its own server; the test waits for them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest
from curator_calls import FEED

from fakesources import FakeSources

pytestmark = pytest.mark.once

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
    "--disable-sync", "--remote-debugging-port=0",
)  # fmt: skip
TIMEOUT_SECONDS = 120
"""Longest wait for the page's results; nothing is measured by it."""

PAGE = """<!doctype html><title>A shop</title><script>
const api = new URLSearchParams(location.search).get("api");
const read = async (path, options) => (await fetch(api + path, options)).json();
async function walk(feed, next) {
  const ids = [];
  let page = await read(`/v1/feeds/${feed}/posts?limit=6&rnd=${Math.random()}`);
  while (page.posts.length) {
    ids.push(...page.posts.map((post) => post.id));
    page = await read(`/v1.1/feeds/${feed}/posts?limit=6&` + next(page, ids.length));
  }
  return ids;
}
async function visit() {
  const feeds = await read("/v1/feeds?api_key=ABCD-1234");
  const feed = feeds[0].id;
  const after = await walk(feed, (page) => "after=" + encodeURIComponent(page.pagination.after));
  const offset = await walk(feed, (page, seen) => "offset=" + seen);
  const flagged = await read(`/v1/feeds/${feed}/post/${after[0]}/inappropriate`, {
    method: "POST", body: "reason=rude", headers: {
      "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "X-Requested-With": "XMLHttpRequest"},
  });
  const error = await read("/v1/sources");
  return {feeds: feeds.map((feed) => feed.id), after, offset, flagged, error, origin: location.origin};
}
visit().catch((error) => ({error: String(error)})).then((results) =>
  fetch("/results", {method: "POST", body: JSON.stringify(results)}));
</script>"""


class Shop:
    """Server of one page, on an origin of its own; `results` are those that the page sends."""

    def __init__(self) -> None:
        self.results: Queue[Any] = Queue()
        results = self.results

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._respond(PAGE.encode(), "text/html")

            def do_POST(self) -> None:
                results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self._respond(b"", "text/plain")

            def _respond(self, body: bytes, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Log nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def shop() -> Iterator[Shop]:
    """The server of the page."""
    shop = Shop()
    yield shop
    shop.close()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("edition", ["docs-2017", "docs-2025"])
def test_a_page_on_another_origin_lists_feeds_and_posts_and_flags_a_post(
    edition: str, shop: Shop, tmp_path: Path
) -> None:
    """It walks through posts by cursor and by offset, and sends a POST after a preflight."""
    fake = FakeSources(curator=edition)
    fake.curator.sources.add(tag="cats")
    with fake.server() as server:
        assert CHROMIUM is not None
        visit = [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path}", f"{shop.origin}/?api={server.url}"]
        with (tmp_path / "chromium.log").open("wb") as log:
            browser = subprocess.Popen(visit, stdout=log, stderr=log)
            try:
                results = shop.results.get(timeout=TIMEOUT_SECONDS)
            except Empty:
                results = {"error": (tmp_path / "chromium.log").read_text("utf-8", "replace")[-2000:]}
            finally:
                browser.terminate()
                browser.wait()

    newest_first = list(fake.curator.posts)[::-1]
    assert results == {
        "feeds": [FEED],
        "after": newest_first,
        "offset": newest_first,
        "flagged": {"success": True},
        "error": {"success": False, "message": "Please provide an api_key"},
        "origin": shop.origin,
    }
    assert fake.curator.posts[newest_first[0]].flag_reason == "rude"
    preflight = fake.journal.only("curator.preflight").request
    assert dict(preflight.headers)["Access-Control-Request-Method"] == "POST"
    assert dict(preflight.headers)["Origin"] == shop.origin != server.url
    assert fake.journal.only("curator.posts.inappropriate").response.status == 200
