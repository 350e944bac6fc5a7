"""A web page in a real browser, on another origin than the server, that uses the control plane and DataSift's API.

The page posts the statuses and values of its responses to its own server.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_page import CHROMIUM, Site, served

from fakesources.control.hosted import Hosted
from fakesources.server.server import Server

pytestmark = pytest.mark.once

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


@pytest.fixture
def site() -> Iterator[Site]:
    """Site with the page."""
    with served(PAGE) as site:
        yield site


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("is_allowed", [True, False])
def test_a_page_of_an_allowed_origin_uses_the_control_plane(site: Site, tmp_path: Path, is_allowed: bool) -> None:
    """The API is open to every origin: to preflights, and with errors that the page can read."""
    hosted = Hosted({}, token="s3cret", origins=[site.origin] if is_allowed else [])
    with Server(hosted.handle, steps=hosted.steps, authorise=hosted.authorise, limit=hosted.limit) as server:
        result = site.visit(server.url, tmp_path)

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
