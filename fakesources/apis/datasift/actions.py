"""Handlers of DataSift's operations, in the order of their pages. Each validates everything before it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...core.contract.api import Result
from ...core.contract.call import Call
from ...core.contract.errors import ApiError, ApiErrorRaised
from ...core.storage.store import NoSuchRow
from . import errors, views
from .account import DataSiftAccount
from .parts import build_identities, build_resources, validate_parts
from .source_types import source_types
from .state import Source

Params = dict[str, Any]


def create(call: Call) -> Result:
    """Create a source, which is stopped."""
    params, account = call.params, _account(call)
    name = params["source_type"]
    if name not in source_types():
        raise ApiErrorRaised(errors.INVALID_SOURCE_TYPE, "$.source_type", source_type=name)
    parts = validate_parts(call, name, params)
    source = Source(
        id=call.ids.hex("source"),
        source_type=name,
        name=params["name"],
        created_at=call.seconds,
        auth=build_identities(name, parts.get("auth", ()), call.ids),
        resources=build_resources(name, parts.get("resources", ()), call.ids),
        parameters=source_types()[name].complete_switches(parts.get("parameters", {})),
    )
    return Result(201, views.source(call.edition, account.sources.put(source)))


def update(call: Call) -> Result:
    """Change the given parameters of a source. Lists are replaced; their items keep the ids that the source has."""
    params, account = call.params, _account(call)
    source = find(call, errors.NOTHING_TO_UPDATE)
    name = source.source_type
    given = params.get("source_type", name)
    if given not in source_types():
        raise ApiErrorRaised(errors.INVALID_SOURCE_TYPE_ASSUMED, "$.source_type", source_type=given)
    if given != name:
        raise ApiErrorRaised(errors.OTHER_SOURCE_TYPE, "$.source_type", source_type=name)
    parts = validate_parts(call, name, params)
    changes: Params = {}
    if "name" in params:
        changes["name"] = params["name"]
    if "parameters" in parts:
        changes["parameters"] = source_types()[name].complete_switches(parts["parameters"])
    if "auth" in parts:
        known = [identity.identity_id for identity in source.auth]
        changes["auth"] = build_identities(name, parts["auth"], call.ids, known)
    if "resources" in parts:
        known = [resource.resource_id for resource in source.resources]
        changes["resources"] = build_resources(name, parts["resources"], call.ids, known)
    return Result(202, views.source(call.edition, account.sources.put(replace(source, **changes))))


def delete(call: Call) -> Result:
    """Delete a source, running or not, and its log."""
    _account(call).delete_source(find(call, errors.NOTHING_TO_DELETE).id)
    return Result(204)


def get(call: Call) -> Result:
    """Return one source by its id, or a page of all sources, newest first."""
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
    return Result(200, views.page("sources", shown, count, page, per_page))


def log(call: Call) -> Result:
    """Return a page of the log of a source's connection to its third party, newest first."""
    source = find(call, errors.NOTHING_TO_LOG)
    entries = _account(call).log
    page, per_page, start = _page(call)
    rows = entries.page(start, start + per_page, newest=True, group="source_id", value=source.id)
    count = entries.count("source_id", source.id)
    return Result(200, views.page("log_entries", [views.log_entry(row) for row in rows], count, page, per_page))


def start(call: Call) -> Result:
    """Start or restart the delivery of a source's data. A running source stays as it is."""
    return _set_running(call, True, errors.NOTHING_TO_START)


def stop(call: Call) -> Result:
    """Stop the delivery of a source's data. A stopped source stays as it is."""
    return _set_running(call, False, errors.NOTHING_TO_STOP)


def add_resources(call: Call) -> Result:
    """Add resources to a source. Its resources are ordered by their ids."""
    source = find(call, errors.NO_INSTANCE_ASSUMED)
    parts = validate_parts(call, source.source_type, call.params)
    added = build_resources(source.source_type, parts["resources"], call.ids)
    return _change(call, source, resources=_sorted((*source.resources, *added), lambda item: item.resource_id))


def remove_resources(call: Call) -> Result:
    """Remove resources from a source by their ids. The last one may go; unknown ids are ignored."""
    source = find(call, errors.NO_INSTANCE_ASSUMED)
    removed = set(call.params["resource_ids"])
    return _change(call, source, resources=tuple(item for item in source.resources if item.resource_id not in removed))


def add_auth(call: Call) -> Result:
    """Add tokens to a source. Its tokens are ordered by their ids."""
    source = find(call, errors.NO_INSTANCE_ASSUMED)
    parts = validate_parts(call, source.source_type, call.params)
    added = build_identities(source.source_type, parts["auth"], call.ids)
    return _change(call, source, auth=_sorted((*source.auth, *added), lambda item: item.identity_id))


def remove_auth(call: Call) -> Result:
    """Remove tokens from a source by their ids. The last one may go; unknown ids are ignored."""
    source = find(call, errors.NO_INSTANCE_ASSUMED)
    removed = set(call.params["auth_ids"])
    return _change(call, source, auth=tuple(item for item in source.auth if item.identity_id not in removed))


def preflight(_call: Call) -> Result:
    """Allow calls from pages of other origins. The headers of every response allow them."""
    return Result(204)


def find(call: Call, missing: ApiError) -> Source:
    """Return the source of the caller's account with the id in `id`, or raise the operation's own not-found error."""
    id = call.params["id"]
    try:
        return _account(call).sources[id]
    except NoSuchRow:
        raise ApiErrorRaised(missing, id=id) from None


def _account(call: Call) -> DataSiftAccount:
    account: DataSiftAccount = call.account
    return account


def _set_running(call: Call, running: bool, missing: ApiError) -> Result:
    source = find(call, missing)
    if source.running != running:
        source = _account(call).sources.put(replace(source, running=running))
    return Result(200, views.started(call.edition, source))


def _change(call: Call, source: Source, **changes: Any) -> Result:
    return Result(200, views.source(call.edition, _account(call).sources.put(replace(source, **changes))))


def _sorted(items: tuple[Any, ...], id: Callable[[Any], str]) -> tuple[Any, ...]:
    return tuple(sorted(items, key=id))


def _page(call: Call) -> tuple[int, int, int]:
    """Return the page's number, its size, and the offset of its first item. The schema has the maximum size."""
    assert call.endpoint is not None
    maximum = call.service.schema(call.endpoint.body_schema).schema["properties"]["per_page"]["x-maximum"]
    page, per_page = int(call.params.get("page", 1)), min(int(call.params.get("per_page", 20)), maximum)
    return page, per_page, (page - 1) * per_page
