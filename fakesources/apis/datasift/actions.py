"""What DataSift's endpoints do, in the order of their pages. Each reads, checks everything, and only then writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...core.contract.api import Result
from ...core.contract.call import Call
from ...core.contract.errors import ApiError, ApiErrorRaised
from ...core.storage.store import NoSuchRow
from . import errors, views
from .parts import checked_parts, identities, resources
from .source_types import source_types
from .state import DataSiftAccount, Source

Params = dict[str, Any]


def create(call: Call) -> Result:
    """Make a source; it is stopped until it is started."""
    params, account = call.params, _account(call)
    name = params["source_type"]
    if name not in source_types():
        raise ApiErrorRaised(errors.INVALID_SOURCE_TYPE, "$.source_type", source_type=name)
    parts = checked_parts(call, name, params)
    made = Source(
        id=call.ids.hex("source"),
        source_type=name,
        name=params["name"],
        created_at=call.seconds,
        auth=identities(name, parts.get("auth", ()), call.ids),
        resources=resources(name, parts.get("resources", ()), call.ids),
        parameters=source_types()[name].filled(parts.get("parameters", {})),
    )
    return Result(201, views.source(call.edition, account.sources.put(made)))


def update(call: Call) -> Result:
    """Change what is given and keep the rest; lists are replaced, and their items keep the ids that are known."""
    params, account = call.params, _account(call)
    source = find(call, errors.NOTHING_TO_UPDATE)
    name = source.source_type
    given = params.get("source_type", name)
    if given not in source_types():
        raise ApiErrorRaised(errors.INVALID_SOURCE_TYPE, "$.source_type", source_type=given)
    if given != name:
        raise ApiErrorRaised(errors.OTHER_SOURCE_TYPE, "$.source_type", source_type=name)
    parts = checked_parts(call, name, params)
    changes: Params = {}
    if "name" in params:
        changes["name"] = params["name"]
    if "parameters" in parts:
        changes["parameters"] = source_types()[name].filled(parts["parameters"])
    if "auth" in parts:
        changes["auth"] = identities(name, parts["auth"], call.ids, [one.identity_id for one in source.auth])
    if "resources" in parts:
        known = [one.resource_id for one in source.resources]
        changes["resources"] = resources(name, parts["resources"], call.ids, known)
    return Result(202, views.source(call.edition, account.sources.put(replace(source, **changes))))


def delete(call: Call) -> Result:
    """Remove a source, running or not, and its log."""
    _account(call).drop(find(call, errors.NOTHING_TO_DELETE).id)
    return Result(204)


def get(call: Call) -> Result:
    """One source by its id, or a page of all of them, newest first."""
    if "id" in call.params:
        return Result(200, views.source(call.edition, find(call, errors.NO_INSTANCE)))
    params, sources = call.params, _account(call).sources
    page, per_page, start = _page(call)
    group: Params = {"group": "source_type", "value": params["source_type"]} if "source_type" in params else {}
    if params.get("search"):
        wanted = params["search"].lower()
        matching = [row for row in sources.page(newest=True, **group) if wanted in row.name.lower()]
        count, rows = len(matching), matching[start : start + per_page]
    else:
        count, rows = sources.count(**group), sources.page(start, start + per_page, newest=True, **group)
    shown = [views.source(call.edition, row) for row in rows]
    return Result(200, views.listed("sources", shown, count, page, per_page))


def log(call: Call) -> Result:
    """A page of what went wrong, or right, between a source and its third party; newest first."""
    source = find(call, errors.NOTHING_TO_LOG)
    entries = _account(call).log
    page, per_page, start = _page(call)
    rows = entries.page(start, start + per_page, newest=True, group="source_id", value=source.id)
    count = entries.count("source_id", source.id)
    return Result(200, views.listed("log_entries", [views.log_entry(row) for row in rows], count, page, per_page))


def start(call: Call) -> Result:
    """Start or restart the delivery of a source's data; one that is running stays so."""
    return _run(call, True, errors.NOTHING_TO_START)


def stop(call: Call) -> Result:
    """Stop the delivery of a source's data; one that is stopped stays so."""
    return _run(call, False, errors.NOTHING_TO_STOP)


def add_resources(call: Call) -> Result:
    """Add resources to a source; they take their places in the order of ids."""
    source = find(call, errors.NO_INSTANCE_EITHER)
    parts = checked_parts(call, source.source_type, call.params)
    added = resources(source.source_type, parts["resources"], call.ids)
    return _with(call, source, resources=_in_order((*source.resources, *added), lambda one: one.resource_id))


def remove_resources(call: Call) -> Result:
    """Take resources out by their ids, all of them if so asked; unknown ids are passed over."""
    source = find(call, errors.NO_INSTANCE_EITHER)
    gone = set(call.params["resource_ids"])
    return _with(call, source, resources=tuple(one for one in source.resources if one.resource_id not in gone))


def add_auth(call: Call) -> Result:
    """Add tokens to a source; they take their places in the order of ids."""
    source = find(call, errors.NO_INSTANCE_EITHER)
    parts = checked_parts(call, source.source_type, call.params)
    added = identities(source.source_type, parts["auth"], call.ids)
    return _with(call, source, auth=_in_order((*source.auth, *added), lambda one: one.identity_id))


def remove_auth(call: Call) -> Result:
    """Take tokens out by their ids, all of them if so asked; unknown ids are passed over."""
    source = find(call, errors.NO_INSTANCE_EITHER)
    gone = set(call.params["auth_ids"])
    return _with(call, source, auth=tuple(one for one in source.auth if one.identity_id not in gone))


def find(call: Call, missing: ApiError) -> Source:
    """The source that `id` names, in the caller's account. Raises Refused in the endpoint's own words."""
    id = call.params["id"]
    try:
        return _account(call).sources[id]
    except NoSuchRow:
        raise ApiErrorRaised(missing, "$.id", id=id) from None


def _account(call: Call) -> DataSiftAccount:
    account: DataSiftAccount = call.account
    return account


def _run(call: Call, running: bool, missing: ApiError) -> Result:
    source = find(call, missing)
    if source.running != running:
        source = _account(call).sources.put(replace(source, running=running))
    return Result(200, views.started(call.edition, source))


def _with(call: Call, source: Source, **changes: Any) -> Result:
    return Result(200, views.source(call.edition, _account(call).sources.put(replace(source, **changes))))


def _in_order(items: tuple[Any, ...], id: Callable[[Any], str]) -> tuple[Any, ...]:
    return tuple(sorted(items, key=id))


def _page(call: Call) -> tuple[int, int, int]:
    """Return the page, its size, and where it starts. The schema says what the greatest size is."""
    assert call.endpoint is not None
    most = call.service.schema(call.endpoint.body_schema).schema["properties"]["per_page"]["x-most"]
    page, per_page = int(call.params.get("page", 1)), min(int(call.params.get("per_page", 20)), most)
    return page, per_page, (page - 1) * per_page


def preflight(_call: Call) -> Result:
    """A page on another origin may call, as the headers of every answer say."""
    return Result(204)
