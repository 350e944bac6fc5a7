"""What Curator does for anybody who knows a feed: its posts, and what visitors do with them. No key is asked for."""

from __future__ import annotations

import re
from dataclasses import replace

from ...core.contract.api import Result
from ...core.contract.call import Call
from ...core.contract.errors import ApiErrorRaised
from . import errors
from .account import CuratorAccount, find_feed
from .pagination import cut, is_cursor
from .state import FEED_ID, Feed, Post

LIMIT, MOST = 25, 100
"""How many posts a page has unless told otherwise, and at most."""

POST_ID = re.compile(r"[0-9]{1,18}", re.ASCII)


def list_posts(call: Call) -> Result:
    """A page of a feed's posts, pinned ones first, then the newest."""
    account, feed = _feed(call)
    for field in ("after", "before"):
        if field in call.query and not is_cursor(call.query[field]):
            raise ApiErrorRaised(errors.BAD_CURSOR, at=f"$.{field}", field=field)
    limit = call.query.get("limit", LIMIT)
    if limit > MOST:
        call.report(
            "limit-capped", at="$.limit", got=str(limit), expected=f"at most {MOST}",
            says=f"A page has at most {MOST} posts, whatever is asked for.",
        )  # fmt: skip
    account.settle(call.time, "feed", feed.id)
    return Result(200, call.edition.posts(cut(account, feed, call.query, min(limit, MOST))))


def get_post(call: Call) -> Result:
    """One post that is shown."""
    _, post = _post(call)
    return Result(200, {"success": True, "post": call.edition.post(post)})


def flag_post(call: Call) -> Result:
    """Somebody objects to a post: it is flagged, and stays until it is moderated."""
    account, post = _post(call)
    account.posts.put(replace(post, flagged=True, flag_reason=call.params.get("reason", "")))
    return Result(200, {"success": True})


def love_post(call: Call) -> Result:
    """Somebody loves a post."""
    account, post = _post(call)
    post = account.posts.put(replace(post, loves=post.loves + 1))
    return Result(200, {"success": True, "loves": post.loves})


def track(call: Call) -> Result:
    """A widget tells what its visitor does; nothing comes of it."""
    _feed(call)
    return Result(200, {"success": True})


def preflight(_call: Call) -> Result:
    """A browser asks whether a page on another origin may ask; it may."""
    return Result(204)


def _feed(call: Call) -> tuple[CuratorAccount, Feed]:
    """The feed that the path names by id, public key or api id, and whose it is. Raises Refused."""
    key = call.path["feed_id"]
    if not FEED_ID.fullmatch(key):
        raise ApiErrorRaised(errors.MALFORMED_ID, at="$.feed_id", thing="feed")
    found = next(find_feed(call.accounts, key), None)
    if found is None:
        raise ApiErrorRaised(errors.NO_SUCH_FEED)
    return found


def _post(call: Call) -> tuple[CuratorAccount, Post]:
    """The post that the path names, and whose it is. Raises Refused; a disabled post is as good as gone."""
    account, feed = _feed(call)
    if not POST_ID.fullmatch(call.path["post_id"]):
        raise ApiErrorRaised(errors.MALFORMED_ID, at="$.post_id", thing="post")
    account.settle(call.time, "feed", feed.id)
    post = account.posts.find(int(call.path["post_id"]))
    if post is None or post.feed_id != feed.id or not post.shown:
        raise ApiErrorRaised(errors.NO_SUCH_POST)
    return account, post
