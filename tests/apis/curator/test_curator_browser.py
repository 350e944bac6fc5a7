"""Requests of a widget in a real browser, on another origin than the API.

The page sends its results to its own server; the test waits for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_page import CHROMIUM, Site, served
from curator_calls import FEED

from fakesources import FakeSources

pytestmark = pytest.mark.once

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


@pytest.fixture
def shop() -> Iterator[Site]:
    """The server of the page."""
    with served(PAGE) as shop:
        yield shop


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("edition", ["docs-2017", "docs-2025"])
def test_a_page_on_another_origin_lists_feeds_and_posts_and_flags_a_post(
    edition: str, shop: Site, tmp_path: Path
) -> None:
    """It walks through posts by cursor and by offset, and sends a POST after a preflight."""
    fake = FakeSources(curator=edition)
    fake.curator.sources.add(tag="cats")
    with fake.server() as server:
        results = shop.visit(server.url, tmp_path)

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
