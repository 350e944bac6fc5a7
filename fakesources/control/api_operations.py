"""Operation that lists the operations of the faked APIs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..core.contract.api import Endpoint, Result
from ..core.contract.call import Call, Service
from ..core.contract.paths import names
from ..core.contract.rulebook import page_address
from ..core.contract.schema_properties import SchemaProperty, properties_of
from .context import context_of
from .operations import operation


def list_api_operations(call: Call) -> Result:
    """List the operations of the faked APIs, with their parameters, errors and pages."""
    services, api = context_of(call).services, call.query.get("api")
    rows = [
        _operation(service, endpoint)
        for name, service in services.items()
        if api in (None, name)
        for endpoint in service.api.endpoints
    ]
    return Result(200, {"operations": rows})


def _operation(service: Service, endpoint: Endpoint) -> dict[str, Any]:
    api = service.api
    errors = {error.name: error for error in api.errors_of(endpoint)}
    return {
        "id": endpoint.id,
        "api": api.name,
        "summary": endpoint.summary,
        "methods": list(endpoint.methods),
        "paths": list(endpoint.paths),
        "source": endpoint.source,
        "page": page_address(api.pages(), endpoint.source),
        "parameters": list(_parameters(service, endpoint)),
        "errors": [
            {"name": name, "status": error.status, "description": error.description} for name, error in errors.items()
        ],
        "responses": list(endpoint.responses),
    }


def _parameters(service: Service, endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    in_path = {name for path in endpoint.paths for name in names(path)}
    known = {each.path[0]: each for each in _properties(service, "path")}
    for name in sorted(in_path):
        yield _parameter(name, "path", known.get(name), is_required=True)
    sent = "query" if endpoint.is_sent_in_query else "body"
    for schema, place in ((endpoint.query_schema, "query"), (endpoint.body_schema, sent)):
        for each in _properties(service, schema):
            yield _parameter(each.path[0], place, each, is_required=each.required)


def _properties(service: Service, schema: str) -> list[SchemaProperty]:
    """Return the top-level properties of a schema, each once; none where the API does not have it."""
    if not schema or (schema == "path" and schema not in service.api.schemas.names(service.edition.name)):
        return []
    found = {each.path: each for each in reversed(properties_of(service.schema(schema))) if len(each.path) == 1}
    return list(reversed(found.values()))


def _parameter(name: str, place: str, found: SchemaProperty | None, *, is_required: bool) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": is_required,
        "type": found.kind if found is not None else "string",
        "description": found.schema.get("description", "") if found is not None else "",
    }


ENDPOINTS = (
    operation("operations.list", "GET", "/operations", list_api_operations, {200: "operations"}, query="api.query"),
)
