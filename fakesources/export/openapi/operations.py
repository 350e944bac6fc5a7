"""OpenAPI operation of an endpoint: parameters, bodies, responses and errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.contract.api import Api, Endpoint
from ...core.contract.errors import ApiError, open_fields
from ...core.contract.paths import names, template, unversioned
from ...core.contract.rulebook import page_address, page_of, rule_id, rulebook
from ...core.http.messages import Response
from ...core.http.parsing import FORM, JSON
from ...verify import errors
from ...verify.rate_headers import shown_name
from .components import Components
from .samples import Sample

MAX_INTEGER = 10**18 - 1
"""Largest integer that is parsed from text."""


def operation_object(
    api: Api[Any], endpoint: Endpoint, components: Components, sample: Sample | None
) -> dict[str, Any]:
    """Return the operation object of an endpoint."""
    page = page_address(api.pages(), endpoint.source)
    members: dict[str, Any] = {
        "operationId": endpoint.id,
        "tags": [endpoint.id.split(".")[1]],
        "summary": endpoint.summary,
        "externalDocs": {"url": page} if page else None,
        "parameters": _parameters(endpoint, components, sample),
        "requestBody": _body(endpoint, components, sample),
        "responses": _responses(api, endpoint, components, sample),
        "security": [] if endpoint.public else None,
        "x-fakesources-rules": _rules(api, endpoint),
        "x-fakesources-source": page_of(api.pages(), endpoint.source),
        "x-fakesources-methods": [m for m in endpoint.methods if m not in endpoint.documented] or None,
        "x-fakesources-paths": _other_paths(endpoint),
    }
    return {key: value for key, value in members.items() if value not in (None, {}) and (value or key != "parameters")}


def _other_paths(endpoint: Endpoint) -> list[str] | None:
    """Return the templates of the further paths of an endpoint, from the root of the host."""
    return [template(path) for path in endpoint.paths[1:]] or None


def _parameters(endpoint: Endpoint, components: Components, sample: Sample | None) -> list[dict[str, Any]]:
    parameters = []
    parts = names(unversioned(endpoint.paths[0]))
    if parts:
        properties, _ = components.properties("path")
        given = sample.path if sample else {}
        parameters += [_parameter("path", name, properties[name], True, given) for name in parts]
    for schema in (endpoint.query_schema, endpoint.body_schema if endpoint.is_sent_in_query else ""):
        if schema:
            properties, required = components.properties(schema)
            given = {**sample.query, **sample.params} if sample else {}
            parameters += [_parameter("query", name, properties[name], name in required, given) for name in properties]
    return parameters


def _parameter(
    place: str, name: str, schema: Mapping[str, Any], required: bool, given: Mapping[str, Any]
) -> dict[str, Any]:
    description = schema.get("description", "")
    style = {"style": schema["x-style"], "explode": False} if "x-style" in schema else {}
    schema = {key: value for key, value in schema.items() if key not in ("description", "x-style")}
    if schema.get("type") == "integer":
        schema.setdefault("maximum", MAX_INTEGER)
    parameter = {
        "name": name,
        "in": place,
        "required": required,
        "description": description,
        "schema": schema,
        **style,
    }
    return {**parameter, "example": given[name]} if name in given else parameter


def _body(endpoint: Endpoint, components: Components, sample: Sample | None) -> dict[str, Any] | None:
    if not endpoint.body_schema or endpoint.is_sent_in_query:
        return None
    properties, required = components.properties(endpoint.body_schema)
    schema = components.variants(endpoint) if endpoint.variants else components.reference(endpoint.body_schema)
    content: dict[str, Any] = {}
    for media in endpoint.media_types:
        content[media] = {"schema": schema}
        if media == FORM:
            structured = [name for name, each in properties.items() if each.get("type") in ("array", "object")]
            encoding = {name: {"contentType": JSON} for name in structured}
            content[media] |= {"encoding": encoding} if encoding else {}
        if sample and sample.params and media == JSON:
            content[media]["examples"] = {"sample": {"value": dict(sample.params)}}
    return {"required": bool(required), "content": content}


def _responses(api: Api[Any], endpoint: Endpoint, components: Components, sample: Sample | None) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, name in endpoint.responses.items():
        response: dict[str, Any] = {"description": Response(status).reason, "headers": _headers(api)}
        if name:
            media: dict[str, Any] = {"schema": components.reference(name)}
            if sample and sample.status == status:
                media["examples"] = {"sample": {"value": sample.value}}
            response["content"] = {JSON: media}
        elif endpoint.produces:
            text: dict[str, Any] = {"schema": {"type": "string"}}
            if sample:
                text["examples"] = {"sample": {"value": sample.value}}
            response["content"] = {endpoint.produces: text}
        response["x-fakesources-rules"] = [f"{endpoint.id}.{status}"] if name else []
        responses[str(status)] = response
    for status in {error.status: None for error in api.errors_of(endpoint)}:
        responses[str(status)] = _error_response(api, endpoint, components, status)
    return {key: {k: v for k, v in responses[key].items() if v} for key in sorted(responses)}


def _error_response(api: Api[Any], endpoint: Endpoint, components: Components, status: int) -> dict[str, Any]:
    found = list(dict.fromkeys(errors.of_status(api, endpoint, status)))
    rules = {error.name: rule_id(api, endpoint.id, error) for error in found}
    examples = {
        error.name: {
            "summary": error.description,
            "value": error_body(api, error),
            "x-fakesources-rule": rules[error.name],
        }
        for error in found
    }
    descriptions = dict.fromkeys(error.description for error in found)
    return {
        "description": f"{Response(status).reason}: {' '.join(descriptions)}",
        "headers": _headers(api) if all(error.charged for error in found) else {},
        "content": {api.error_media_type: {"schema": components.reference(api.error_schema), "examples": examples}},
        "x-fakesources-rules": list(rules.values()),
    }


def error_body(api: Api[Any], error: ApiError) -> Any:
    """Return the body of an error with its fields left open: `Item {id} not found`."""
    return api.render_error(open_fields(error))


def _headers(api: Api[Any]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in header_components(api)}


def header_components(api: Api[Any]) -> dict[str, Any]:
    """Return the rate-limit headers as components; empty for an API without them."""
    counters = api.traffic.counters if api.traffic else None
    if counters is None:
        return {}
    descriptions = {
        counters.limit: "Number of credits of the account in a window.",
        counters.remaining: "Number of credits left in the window, after this call.",
        counters.cost: "Number of credits that this call cost.",
        counters.reset: "End of the window, in seconds since 1970.",
        counters.ttl: "Number of seconds until the end of the window.",
    }
    return {
        shown_name(name): {"description": text, "schema": {"type": "integer", "minimum": 0}}
        for name, text in descriptions.items()
    }


def _rules(api: Api[Any], endpoint: Endpoint) -> list[str]:
    """Return the rules of an operation that its parameters, responses and errors do not name."""
    places = (
        f"{endpoint.id}.request",
        f"{endpoint.id}.query",
        *(f"{endpoint.id}.{status}" for status in endpoint.responses),
    )
    named = {rule_id(api, endpoint.id, error) for error in endpoint.errors}
    own = [id for id in rulebook(api).ids() if id.startswith(f"{endpoint.id}.") and id not in named]
    return [id for id in own if not any(id.startswith(f"{place}.") for place in places)]
