"""Handlers of the endpoints without a key: reading a feed's posts, and what visitors of a widget do with them."""

from __future__ import annotations

import re
from dataclasses import replace

from ...core.contract.api import Deferred, Result
from ...core.contract.call import Call
from ...core.contract.errors import ApiErrorRaised
from . import errors
from .account import CuratorAccount, find_feed
from .pagination import is_cursor, select_page
from .state import FEED_ID, Feed, Post

DEFAULT_LIMIT, MAX_LIMIT = 25, 100
"""Number of posts on a page: by default, and at most."""

POST_ID = re.compile(r"[0-9]{1,18}", re.ASCII)


def list_posts(call: Call) -> Result:
    """Return a page of a feed's posts, pinned ones first, then the newest."""
    account, feed = _find_feed(call)
    for field in ("after", "before"):
        if field in call.query and not is_cursor(call.query[field]):
            raise ApiErrorRaised(errors.BAD_CURSOR, at=f"$.{field}", field=field)
    limit = call.query.get("limit", DEFAULT_LIMIT)
    if limit > MAX_LIMIT:
        call.report(
            "limit-capped", path="$.limit", actual=str(limit), expected=f"at most {MAX_LIMIT}",
            message=f"A page has at most {MAX_LIMIT} posts; a higher limit is reduced.",
        )  # fmt: skip
    account.flush(call.time, "feed", feed.id)
    page, images = select_page(account, feed, call.query, min(limit, MAX_LIMIT)), call.settings.images_base
    return Result(200, Deferred(len(page.sources), lambda: call.edition.posts(page, images)))


def get_post(call: Call) -> Result:
    """Return one active post."""
    _, post = _find_post(call)
    return Result(200, {"success": True, "post": call.edition.post(post, call.settings.images_base)})


def flag_post(call: Call) -> Result:
    """Flag a post as inappropriate; it stays active until it is moderated."""
    account, post = _find_post(call)
    account.posts.put(replace(post, flagged=True, flag_reason=call.params.get("reason", "")))
    return Result(200, {"success": True})


def love_post(call: Call) -> Result:
    """Count a visitor's love of a post."""
    account, post = _find_post(call)
    post = account.posts.put(replace(post, loves=post.loves + 1))
    return Result(200, {"success": True, "loves": post.loves})


def track(call: Call) -> Result:
    """Accept an event of a widget; nothing is stored."""
    _find_feed(call)
    return Result(200, {"success": True})


def preflight(_call: Call) -> Result:
    """Return the empty response to a preflight; the headers allow any origin."""
    return Result(204)


def _find_feed(call: Call) -> tuple[CuratorAccount, Feed]:
    """Return the feed in the path, by id, public key or api id, with its account. Raises ApiErrorRaised."""
    key = call.path["feed_id"]
    if not FEED_ID.fullmatch(key):
        raise ApiErrorRaised(errors.MALFORMED_ID, at="$.feed_id", thing="feed")
    feed = find_feed(call.accounts, key)
    if feed is None:
        raise ApiErrorRaised(errors.NO_SUCH_FEED)
    return feed


def _find_post(call: Call) -> tuple[CuratorAccount, Post]:
    """Return the post in the path with its account. Raises ApiErrorRaised, also for a disabled post."""
    account, feed = _find_feed(call)
    if not POST_ID.fullmatch(call.path["post_id"]):
        raise ApiErrorRaised(errors.MALFORMED_ID, at="$.post_id", thing="post")
    account.flush(call.time, "feed", feed.id)
    post = account.posts.find(int(call.path["post_id"]))
    if post is None or post.feed_id != feed.id or not post.shown:
        raise ApiErrorRaised(errors.NO_SUCH_POST)
    return account, post
