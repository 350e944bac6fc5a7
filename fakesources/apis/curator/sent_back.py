"""Objects of responses that are sent back in updates: the fields that an update does not take are ignored as shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.contract.call import Call

UPDATES = {"curator.sources.update": ("sources", "source_id"), "curator.feeds.update": ("feeds", "feed_id")}
"""Updates of rows: the row's type, and the parameter of the path with its id."""

CHANGING = frozenset({"initialised", "error_count", "post_count", "first_post_date", "feed", "response"})
"""Fields that change without a request for it, so that an earlier response may have had another value."""


def without_shown(call: Call, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an update without those that repeat what a response shows of the row."""
    update = UPDATES.get(call.operation)
    if update is None:
        return fields
    assert call.endpoint is not None
    known = call.service.schema(call.endpoint.body_schema).kinds
    others = [name for name, value in fields.items() if name not in known or isinstance(value, dict)]
    if not others:
        return fields
    kind, parameter = update
    row = call.account.stores[kind].find(call.path[parameter].lower())
    if row is None:
        return fields
    edition, account = call.edition, call.account
    makers = (
        (edition.source_listed, edition.source_created, edition.source_updated)
        if kind == "sources"
        else (edition.feed_listed, edition.feed_created)
    )
    views = [view(account, row, call.time) for view in makers]
    return {
        name: value
        for name, value in fields.items()
        if name not in others or not any(_is_shown(name, value, view) for view in views)
    }


def _is_shown(name: str, value: Any, view: Mapping[str, Any]) -> bool:
    if name not in view:
        return False
    shown = view[name]
    kind = dict if isinstance(shown, dict) else type(shown)  # `True == 1`; rendered objects have their own class
    return type(value) is kind and (name in CHANGING or bool(value == shown))
