"""Checks of recorded DataSift traffic beyond its schemas: rate counters, and sources from creation to deletion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.contract.call import Call
from ...core.contract.traffic import Change, Counters, Deviation, Trace, Traffic
from . import errors
from .account import DataSiftAccount
from .source_types import source_types
from .state import Source

SHOWN = ("id", "sources.id")


def _source(name: str) -> tuple[Trace, ...]:
    """Return the traces of an operation that names a source and returns it with its parts."""
    operation = f"datasift.source.{name}"
    return (
        Trace(operation=operation, kind="source", parameter="id", returns=SHOWN),
        Trace(operation=operation, kind="resource", returns=("resources.resource_id", "sources.resources.resource_id")),
        Trace(
            operation=operation,
            kind="identity",
            returns=("auth.identity_id", "identities.identity_id", "sources.auth.identity_id"),
        ),
    )


TRACES = (
    Trace(operation="datasift.source.create", kind="source", creates="id"),
    Trace(operation="datasift.source.create", kind="resource", creates="resources.resource_id"),
    Trace(operation="datasift.source.create", kind="identity", creates="auth.identity_id"),
    Trace(operation="datasift.source.delete", kind="source", parameter="id", deletes=True),
    Trace(operation="datasift.source.log", kind="source", parameter="id"),
    Trace(operation="datasift.source.resource.remove", kind="resource", parameter="resource_ids", parent="id"),
    Trace(operation="datasift.source.auth.remove", kind="identity", parameter="auth_ids", parent="id"),
    *_source("get"), *_source("update"), *_source("start"), *_source("stop"),
    *_source("resource.add"), *_source("resource.remove"), *_source("auth.add"), *_source("auth.remove"),
)  # fmt: skip


def arrange(call: Call, value: Any) -> None:
    """Add the source that a call names, with the type and the name that its recorded response shows."""
    id = call.params.get("id")
    shown = value if isinstance(value, dict) else {}
    known = source_types()
    candidates = shown.get("source_type"), call.params.get("source_type"), next(iter(known))
    source_type = next(name for name in candidates if isinstance(name, str) and name in known)
    if isinstance(id, str):
        account: DataSiftAccount = call.account
        account.sources.put(Source(id=id, source_type=source_type, name=str(shown.get("name")), created_at=0))


def departures(operation: str, value: Any) -> Iterator[Deviation]:
    """Yield items out of the order of their ids, lists that do not begin with the newest, and counts that disagree."""
    shown = value if isinstance(value, dict) else {}
    sources: list[dict[str, Any]] | None = shown.get("sources")
    for number, source in enumerate([shown] if sources is None else sources):
        path = "$" if sources is None else f"$.sources[{number}]"
        for part, id in (("auth", "identity_id"), ("identities", "identity_id"), ("resources", "resource_id")):
            ids = [item[id] for item in source.get(part, ())]
            if ids != sorted(ids):
                yield Deviation("datasift.item-order", f"{path}.{part}", f"{ids[0]} first", "the order of the ids")
    for name, when in (("sources", "created_at"), ("log_entries", "event_time")):
        items = shown.get(name)
        if items is None:
            continue
        times = [item[when] for item in items]
        if times != sorted(times, reverse=True):
            yield Deviation(f"{operation}.order", f"$.{name}", f"{times[0]} first", "the newest first")
        pages = -(-shown["count"] // shown["per_page"])
        if shown["pages"] != pages:
            yield Deviation(
                f"{operation}.200.pages", "$.pages", str(shown["pages"]), f"{pages}, from count and per_page"
            )
        if len(items) > shown["per_page"]:
            yield Deviation(
                f"{operation}.200.{name}", f"$.{name}", f"{len(items)} items", f"at most {shown['per_page']}"
            )


TRAFFIC = Traffic(
    pages={
        "status": "response-codes",
        "content-type": "recorded-1.6",
        "body": "recorded-1.6",
        "error-text": "response-codes, recorded-1.6",
        "rate-headers": "rate-limiting, recorded-1.6",
        "rate-window": "rate-limiting, recorded-1.6",
        "unseen-id": "managed-sources-steps",
        "gone-id": "recorded-1.6",
        "path": "managed-sources-steps",
        "failure": "response-codes",
        "redirect": "none",
        "preflight": "none",
    },
    recorded=("content-type", "body", "gone-id"),
    namespaces=("/<version>/source", "/source"),
    counters=Counters(
        limit="x-ratelimit-limit",
        remaining="x-ratelimit-remaining",
        cost="x-ratelimit-cost",
        reset="x-ratelimit-reset",
        ttl="x-ratelimit-reset-ttl",
        exceeded=frozenset({errors.RATE_LIMIT.status, errors.RATE_LIMIT_429.status}),
    ),
    traces=TRACES,
    determined={
        "datasift.source.create": ("status", "source_type", "name"),
        "datasift.source.update": ("id", "name"),
        "datasift.source.get": ("id", "page", "per_page"),
        "datasift.source.log": ("page", "per_page"),
        "datasift.source.start": ("id", "status"),
        "datasift.source.stop": ("id", "status"),
        "datasift.source.resource.add": ("id",),
        "datasift.source.resource.remove": ("id",),
        "datasift.source.auth.add": ("id",),
        "datasift.source.auth.remove": ("id",),
    },
    changes=(
        Change("datasift.source.create", "", "stopped"),
        Change("datasift.source.start", "stopped", "running"),
        Change("datasift.source.start", "running", "running"),
        Change("datasift.source.stop", "running", "stopped"),
        Change("datasift.source.stop", "stopped", "stopped"),
        Change("datasift.source.delete", "stopped", ""),
        Change("datasift.source.delete", "running", ""),
    ),
    states={"active": "running", "running": "running", "stopped": "stopped"},
    arrange=arrange,
    deviations=departures,
)
