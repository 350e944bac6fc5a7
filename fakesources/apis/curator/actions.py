"""What Curator does with sources and feeds, an endpoint a function, as its pages tell it.

Everything is checked before the first write, so that nothing is lost or half changed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ...core.contract.api import Result
from ...core.contract.call import Call
from ...core.contract.errors import ApiError, ApiErrorRaised
from ...core.http.masking import show
from ...core.storage.store import Store
from . import errors
from .account import CuratorAccount, new_feed, slug
from .data import SourceType, source_types
from .fetches import ask, due
from .state import FEED_ID, SOURCE_ID, Feed, Source


def list_sources(call: Call) -> Result:
    """All sources, or those of a feed; a feed nobody has, has none."""
    account: CuratorAccount = call.account
    feed_id = call.query.get("feed_id")
    sources = account.sources.page(group="feed", value=feed_id) if feed_id else account.sources.page()
    show, at = call.edition.source_listed, call.time
    return Result(200, [show(account, source, at) for source in sources])


def create_source(call: Call) -> Result:
    """Make a source for a feed; the latest posts are asked for."""
    account: CuratorAccount = call.account
    feed_id, number, tag = call.params["feed_id"], call.params["source_type"], call.params["tag"]
    kind = source_types().get(number)
    if kind is None:
        raise ApiErrorRaised(errors.NO_SUCH_TYPE, at="$.source_type", number=number)
    _own(call, account, "feeds", feed_id, errors.UNKNOWN_FEED)
    _look_at_tag(call, kind, tag)
    source = add_source(account, kind, feed_id, tag, call.time, call.settings.posts_delay)
    return Result(200, call.edition.source_created(account, source, call.time))


def add_source(
    account: CuratorAccount, kind: SourceType, feed_id: str, tag: str, at: float, takes: float, **known: Any
) -> Source:
    """A new source with its posts on their way; parameters as for `make_source`."""
    source = make_source(account, kind, feed_id, tag, at, takes, **known)
    ask(account, source, at)
    return source


def make_source(
    account: CuratorAccount, kind: SourceType, feed_id: str, tag: str, at: float, takes: float, **known: Any
) -> Source:
    """A new source that has asked for nothing. `takes` is how many seconds posts need; `known` are further fields."""
    fields: dict[str, Any] = {"name": tag, "interval": max(5, kind.minimum_interval), **known}
    return account.sources.put(
        Source(
            id=fields.pop("id", "") or account.ids.uuid("source"),
            number=account.ids.count("source number"),
            feed_id=feed_id,
            source_type=kind.id,
            tag=tag,
            made_at=datetime.fromtimestamp(at, UTC),
            due=due(at, takes),
            **fields,
        )
    )


def update_source(call: Call) -> Result:
    """Change what a source looks for; its feed and its type stay. A new tag brings posts, and the old ones stay."""
    source = _source(call)
    for field in ("feed_id", "source_type"):
        if call.params.get(field, getattr(source, field)) != getattr(source, field):
            raise ApiErrorRaised(errors.FIXED, at=f"$.{field}", field=field)
    tag, name = call.params["tag"], call.params.get("name")
    _look_at_tag(call, source_types()[source.source_type], tag)
    account: CuratorAccount = call.account
    changed = tag != source.tag
    if name is None:
        name = tag if source.name == source.tag else source.name
    when = max(source.due, due(call.time, call.settings.posts_delay)) if changed else source.due
    source = replace(source, tag=tag, name=name, due=when)
    account.sources.put(source)
    answer = Result(200, call.edition.source_updated(account, source, call.time))
    if changed:
        ask(account, source, call.time)
    return answer


def delete_source(call: Call) -> Result:
    """Delete a source and all its posts."""
    call.account.remove_source(_source(call).id)
    return Result(200, {"success": True, "message": "Source deleted"})


def list_feeds(call: Call) -> Result:
    """All feeds."""
    account: CuratorAccount = call.account
    return Result(200, [call.edition.feed_listed(account, feed, call.time) for feed in account.feeds])


def create_feed(call: Call) -> Result:
    """Make a feed, with a name and otherwise as feeds are at first."""
    account: CuratorAccount = call.account
    feed = account.feeds.put(new_feed(account.ids, call.params["name"]))
    return Result(200, call.edition.feed_created(account, feed, call.time))


def update_feed(call: Call) -> Result:
    """Change what a feed is called, how it looks or how it is moderated."""
    account: CuratorAccount = call.account
    feed = _feed(call)
    return Result(200, call.edition.feed_listed(account, change_feed(account, feed, call.params, call.time), call.time))


def change_feed(account: CuratorAccount, feed: Feed, changes: dict[str, Any], at: float) -> Feed:
    """A feed with some fields changed. Posts that came before were moderated as the feed was then."""
    account.settle(at, "feed", feed.id)
    if "name" in changes and "slug" not in changes:
        changes = {**changes, "slug": slug(changes["name"])}
    return account.feeds.put(replace(feed, **changes))


def delete_feed(call: Call) -> Result:
    """Delete a feed, its sources and their posts."""
    call.account.remove_feed(_feed(call).id)
    return Result(200, {"success": True, "message": "Feed deleted"})


def _source(call: Call) -> Source:
    """The caller's source that the path names. Raises Refused."""
    id = call.path["source_id"].lower()
    if not SOURCE_ID.fullmatch(id):
        raise ApiErrorRaised(errors.MALFORMED_ID, at="$.source_id", thing="source")
    source: Source = _own(call, call.account, "sources", id, errors.NO_SUCH_SOURCE)
    return source


def _feed(call: Call) -> Feed:
    """The caller's feed that the path names. Raises Refused."""
    id = call.path["feed_id"]
    if not FEED_ID.fullmatch(id):
        raise ApiErrorRaised(errors.MALFORMED_ID, at="$.feed_id", thing="feed")
    feed: Feed = _own(call, call.account, "feeds", id, errors.NO_SUCH_FEED)
    return feed


def _own(call: Call, account: CuratorAccount, kind: str, id: str, unknown: ApiError) -> Any:
    """A row of the caller's own. Raises Refused: it is somebody else's, or nobody's."""
    store: Store[Any] = account.stores[kind]
    row = store.find(id)
    if row is None:
        if any(id in other.stores[kind] for other in call.accounts):
            raise ApiErrorRaised(errors.FOREIGN, thing=kind.removesuffix("s"))
        raise ApiErrorRaised(unknown)
    return row


def _look_at_tag(call: Call, kind: SourceType, tag: str) -> None:
    """Note a tag that does not look as its type's tags should: it is taken, and finds nothing in the real service."""
    if kind.tag_format is not None and not kind.tag_format.holds(tag):
        call.report(
            "tag-format", at=("tag",), got=show(tag, call.api.secrets), expected=f"{kind.tag_format.says} ({kind.name})",
            says="A tag in another format than its source type's is taken, and finds nothing there.", page="ids",
        )  # fmt: skip
