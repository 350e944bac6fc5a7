"""Handlers of the endpoints for sources and feeds.

Each checks everything before its first write, so that an error leaves no partial change.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ...core.contract.api import Deferred, Result
from ...core.contract.call import Call
from ...core.contract.errors import ApiError, ApiErrorRaised
from ...core.http.masking import show
from ...core.storage.store import Store
from . import errors
from .account import CuratorAccount, new_feed, slug
from .data import SourceType, source_types
from .fetches import due_time, request_posts
from .state import FEED_ID, SOURCE_ID, Feed, Source


def list_sources(call: Call) -> Result:
    """Return all sources, or those of one feed; none for an unknown feed."""
    account: CuratorAccount = call.account
    feed_id = call.query.get("feed_id")
    sources = account.sources.page(group="feed", value=feed_id) if feed_id else account.sources.page()
    view, at = call.edition.source_listed, call.time
    return Result(200, Deferred(len(sources), lambda: [view(call.account, source, at) for source in sources]))


def create_source(call: Call) -> Result:
    """Create a source for a feed and request its latest posts."""
    account: CuratorAccount = call.account
    feed_id, number, tag = call.params["feed_id"], call.params["source_type"], call.params["tag"]
    kind = source_types().get(number)
    if kind is None:
        raise ApiErrorRaised(errors.NO_SUCH_TYPE, at="$.source_type", number=number)
    _find_own(call, "feeds", feed_id, errors.UNKNOWN_FEED)
    _report_tag_format(call, kind, tag)
    source = add_source(account, kind, feed_id, tag, call.time, call.settings.posts_delay_seconds)
    return Result(200, call.edition.source_created(account, source, call.time))


def add_source(
    account: CuratorAccount, kind: SourceType, feed_id: str, tag: str, at: float, delay: float, **fields: Any
) -> Source:
    """Add a source and request its latest posts; parameters as for `put_source`."""
    source = put_source(account, kind, feed_id, tag, at, delay, **fields)
    request_posts(account, source, at)
    return source


def put_source(
    account: CuratorAccount, kind: SourceType, feed_id: str, tag: str, at: float, delay: float, **fields: Any
) -> Source:
    """Add a source without requesting posts. `delay` is that of posts, in seconds; `fields` are further fields."""
    fields = {"name": tag, "interval": max(5, kind.minimum_interval), **fields}
    return account.sources.put(
        Source(
            id=fields.pop("id", "") or account.ids.uuid("source"),
            number=account.ids.count("source number"),
            feed_id=feed_id,
            source_type=kind.id,
            tag=tag,
            made_at=datetime.fromtimestamp(at, UTC),
            due=due_time(at, delay),
            **fields,
        )
    )


def update_source(call: Call) -> Result:
    """Change a source's tag; its feed and type cannot change. A new tag requests posts, and the old posts stay."""
    source = _source(call)
    for field in ("feed_id", "source_type"):
        if call.params.get(field, getattr(source, field)) != getattr(source, field):
            raise ApiErrorRaised(errors.FIXED, at=f"$.{field}", field=field)
    tag, name = call.params["tag"], call.params.get("name")
    _report_tag_format(call, source_types()[source.source_type], tag)
    account: CuratorAccount = call.account
    has_new_tag = tag != source.tag
    if name is None:
        name = tag if source.name == source.tag else source.name
    due = max(source.due, due_time(call.time, call.settings.posts_delay_seconds)) if has_new_tag else source.due
    source = replace(source, tag=tag, name=name, due=due)
    account.sources.put(source)
    result = Result(200, call.edition.source_updated(account, source, call.time))
    if has_new_tag:
        request_posts(account, source, call.time)
    return result


def delete_source(call: Call) -> Result:
    """Delete a source and all its posts."""
    call.account.remove_source(_source(call).id)
    return Result(200, {"success": True, "message": "Source deleted"})


def list_feeds(call: Call) -> Result:
    """Return all feeds."""
    feeds = call.account.feeds.page()
    view, at = call.edition.feed_listed, call.time
    return Result(200, Deferred(len(feeds), lambda: [view(call.account, feed, at) for feed in feeds]))


def create_feed(call: Call) -> Result:
    """Create a feed with a name and default values."""
    account: CuratorAccount = call.account
    feed = account.feeds.put(new_feed(account.ids, call.params["name"]))
    return Result(200, call.edition.feed_created(account, feed, call.time))


def update_feed(call: Call) -> Result:
    """Change a feed's name, colours or moderation."""
    account: CuratorAccount = call.account
    feed = _feed(call)
    return Result(200, call.edition.feed_listed(account, change_feed(account, feed, call.params, call.time), call.time))


def change_feed(account: CuratorAccount, feed: Feed, changes: dict[str, Any], at: float) -> Feed:
    """Replace some fields of a feed. Posts that were delivered before keep the status of the old moderation."""
    account.flush(at, "feed", feed.id)
    if "name" in changes and "slug" not in changes:
        changes = {**changes, "slug": slug(changes["name"])}
    return account.feeds.put(replace(feed, **changes))


def delete_feed(call: Call) -> Result:
    """Delete a feed, its sources and their posts."""
    call.account.remove_feed(_feed(call).id)
    return Result(200, {"success": True, "message": "Feed deleted"})


def _source(call: Call) -> Source:
    """Return the caller's source in the path. Raises ApiErrorRaised."""
    id = call.path["source_id"].lower()
    if not SOURCE_ID.fullmatch(id):
        raise ApiErrorRaised(errors.MALFORMED_ID, at="$.source_id", thing="source")
    source: Source = _find_own(call, "sources", id, errors.NO_SUCH_SOURCE)
    return source


def _feed(call: Call) -> Feed:
    """Return the caller's feed in the path. Raises ApiErrorRaised."""
    id = call.path["feed_id"]
    if not FEED_ID.fullmatch(id):
        raise ApiErrorRaised(errors.MALFORMED_ID, at="$.feed_id", thing="feed")
    feed: Feed = _find_own(call, "feeds", id, errors.NO_SUCH_FEED)
    return feed


def _find_own(call: Call, kind: str, id: str, missing: ApiError) -> Any:
    """Return a row of the calling account.

    Raises ApiErrorRaised: FOREIGN for another account's row, `missing` where no account has one with the id.
    """
    store: Store[Any] = call.account.stores[kind]
    row = store.find(id)
    if row is None:
        if any(id in other.stores[kind] for other in call.accounts):
            raise ApiErrorRaised(errors.FOREIGN, thing=kind.removesuffix("s"))
        raise ApiErrorRaised(missing)
    return row


def _report_tag_format(call: Call, kind: SourceType, tag: str) -> None:
    """Report a tag in another format than its type's: the API accepts it, and it matches no posts."""
    tag_format = kind.tag_format
    if tag_format is not None and not tag_format.matches(tag):
        call.report(
            "tag-format", path=("tag",), actual=show(tag, call.api.secrets), expected=f"{tag_format.description} ({kind.name})",
            message="A tag that does not have the format of its source type is accepted, and matches no posts.", source="ids",
        )  # fmt: skip
