"""A web page in a real browser, on an origin of its own, which posts its results to its own server."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
    "--disable-sync",
)  # fmt: skip
TIMEOUT_SECONDS = 120
"""Time after which a browser without a result fails the test."""


class Site:
    """Server of one page."""

    def __init__(self, page: str) -> None:
        results: Queue[Any] = Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._respond(page.encode())

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

        self._results = results
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"

    def visit(self, api: str, folder: Path) -> Any:
        """Open the page in a browser, with the address of an API, and return what it posts; else the browser's log."""
        assert CHROMIUM is not None
        log = folder / "chromium.log"
        command = [
            CHROMIUM,
            *FLAGS,
            "--remote-debugging-port=0",
            f"--user-data-dir={folder}",
            f"{self.origin}/?api={api}",
        ]
        with log.open("wb") as output:
            browser = subprocess.Popen(command, stdout=output, stderr=output)
            try:
                return self._results.get(timeout=TIMEOUT_SECONDS)
            except Empty:
                return {"error": log.read_text("utf-8", "replace")[-2000:]}
            finally:
                browser.terminate()
                browser.wait()


@contextmanager
def served(page: str) -> Iterator[Site]:
    """Serve a page."""
    site = Site(page)
    thread = threading.Thread(target=site.server.serve_forever, daemon=True)
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join()
