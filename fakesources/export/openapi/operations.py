"""One row as an OpenAPI operation: its parameters, its bodies, its answers and every refusal it is known to give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...core.contract.api import Api, Endpoint
from ...core.contract.errors import ApiError, ApiErrorRaised
from ...core.contract.rulebook import page_of, rule_id, rulebook
from ...core.http.messages import Response
from ...verify.rate_headers import shown_name
from .components import Components
from .paths import names, template, unversioned
from .samples import Sample, in_query

FORM, JSON = "application/x-www-form-urlencoded", "application/json"

LARGEST = 10**18 - 1
"""The largest whole number that is read from text."""


def operation(api: Api[Any], endpoint: Endpoint, components: Components, sample: Sample | None) -> dict[str, Any]:
    """The operation object of a row."""
    found: dict[str, Any] = {
        "operationId": endpoint.id,
        "tags": [endpoint.id.split(".")[1]],
        "summary": endpoint.summary,
        "externalDocs": {"url": _address(api, endpoint)} if _address(api, endpoint) else None,
        "parameters": _parameters(endpoint, components, sample),
        "requestBody": _body(endpoint, components, sample),
        "responses": _answers(api, endpoint, components, sample),
        "security": [] if endpoint.public else None,
        "x-fakesources-rules": _rules(api, endpoint),
        "x-fakesources-source": page_of(api.pages(), endpoint.source),
        "x-fakesources-methods": [m for m in endpoint.methods if m not in endpoint.documented] or None,
        "x-fakesources-paths": _other_paths(endpoint),
    }
    kept = {key: value for key, value in found.items() if value is not None and value != {}}
    if not kept["parameters"]:
        del kept["parameters"]
    return kept


def _other_paths(endpoint: Endpoint) -> list[str] | None:
    """Where else a row is reached: templates from the host's root."""
    return [template(path) for path in endpoint.paths[1:]] or None


def _address(api: Api[Any], endpoint: Endpoint) -> str:
    """The first page of a row that has an address."""
    pages = page_of(api.pages(), endpoint.source).split(", ")
    return next((page for page in pages if page.startswith("https://") and " " not in page), "")


def _parameters(endpoint: Endpoint, components: Components, sample: Sample | None) -> list[dict[str, Any]]:
    found = []
    parts = names(unversioned(endpoint.paths[0]))
    if parts:
        properties, _ = components.properties("path")
        given = sample.path if sample else {}
        found += [_parameter("path", name, properties[name], True, given) for name in parts]
    for shape in (endpoint.query_schema, endpoint.body_schema if in_query(endpoint) else ""):
        if shape:
            properties, required = components.properties(shape)
            given = {**sample.query, **sample.params} if sample else {}
            found += [_parameter("query", name, spot, name in required, given) for name, spot in properties.items()]
    return found


def _parameter(
    place: str, name: str, spot: Mapping[str, Any], required: bool, given: Mapping[str, Any]
) -> dict[str, Any]:
    schema = {key: value for key, value in spot.items() if key != "description"}
    if schema.get("type") == "integer":
        schema.setdefault("maximum", LARGEST)
    found = {
        "name": name,
        "in": place,
        "required": required,
        "description": spot.get("description", ""),
        "schema": schema,
    }
    return {**found, "example": given[name]} if name in given else found


def _body(endpoint: Endpoint, components: Components, sample: Sample | None) -> dict[str, Any] | None:
    if not endpoint.body_schema or in_query(endpoint):
        return None
    properties, required = components.properties(endpoint.body_schema)
    schema = components.chosen(endpoint) if endpoint.variants else components.reference(endpoint.body_schema)
    content: dict[str, Any] = {}
    for media in endpoint.media_types:
        content[media] = {"schema": schema}
        if media == FORM:
            structured = [name for name, spot in properties.items() if spot.get("type") in ("array", "object")]
            encoding = {name: {"contentType": JSON} for name in structured}
            content[media] |= {"encoding": encoding} if encoding else {}
        if sample and sample.params and media == JSON:
            content[media]["examples"] = {"sample": {"value": dict(sample.params)}}
    return {"required": bool(required), "content": content}


def _answers(api: Api[Any], endpoint: Endpoint, components: Components, sample: Sample | None) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status, name in endpoint.responses.items():
        answer: dict[str, Any] = {"description": Response(status).reason, "headers": _headers(api)}
        if name:
            media: dict[str, Any] = {"schema": components.reference(name)}
            if sample and sample.status == status:
                media["examples"] = {"sample": {"value": sample.value}}
            answer["content"] = {JSON: media}
        answer["x-fakesources-rules"] = [f"{endpoint.id}.{status}"] if name else []
        answers[str(status)] = answer
    for status, problems in _by_status(_refusals(api, endpoint)).items():
        answers[str(status)] = _refusal(api, endpoint, components, status, problems)
    return {key: {k: v for k, v in answers[key].items() if v} for key in sorted(answers)}


def _refusals(api: Api[Any], endpoint: Endpoint) -> Iterable[ApiError]:
    everywhere = (*api.errors, api.no_such_endpoint, api.no_such_method, api.too_large)
    return dict.fromkeys((*endpoint.errors, *everywhere))


def _by_status(problems: Iterable[ApiError]) -> dict[int, list[ApiError]]:
    found: dict[int, list[ApiError]] = {}
    for problem in problems:
        found.setdefault(problem.status, []).append(problem)
    return found


def _refusal(
    api: Api[Any], endpoint: Endpoint, components: Components, status: int, problems: list[ApiError]
) -> dict[str, Any]:
    rules = {problem.name: rule_id(api, endpoint.id, problem) for problem in problems}
    examples = {
        problem.name: {
            "summary": problem.description,
            "value": refusal(api, problem),
            "x-fakesources-rule": rules[problem.name],
        }
        for problem in problems
    }
    return {
        "description": f"{Response(status).reason}: "
        + " ".join(dict.fromkeys(problem.description for problem in problems)),
        "headers": _headers(api) if all(problem.charged for problem in problems) else {},
        "content": {JSON: {"schema": components.reference(api.error_schema), "examples": examples}},
        "x-fakesources-rules": list(rules.values()),
    }


def refusal(api: Api[Any], problem: ApiError) -> Any:
    """The body of a refusal, its fields still open: `Source {id} not found`."""
    open_text = problem.text.replace("{", "{{").replace("}", "}}")
    return api.render_error(
        ApiErrorRaised(ApiError(problem.name, problem.status, open_text, problem.source, problem.description))
    )


def _headers(api: Api[Any]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in headers(api)}


def headers(api: Api[Any]) -> dict[str, Any]:
    """The headers that count, as components: empty for an API that counts nothing."""
    counters = api.traffic.counters if api.traffic else None
    if counters is None:
        return {}
    says = {
        counters.limit: "What the account may spend in a window.",
        counters.remaining: "What is left of it, after this call.",
        counters.cost: "What this call cost.",
        counters.reset: "When the window ends, in seconds since 1970.",
        counters.ttl: "In how many seconds it ends.",
    }
    return {
        shown_name(name): {"description": text, "schema": {"type": "integer", "minimum": 0}}
        for name, text in says.items()
    }


def _rules(api: Api[Any], endpoint: Endpoint) -> list[str]:
    """The rules of the operation beside those that its parameters, answers and refusals name."""
    places = (
        f"{endpoint.id}.request",
        f"{endpoint.id}.query",
        *(f"{endpoint.id}.{status}" for status in endpoint.responses),
    )
    refusals = {rule_id(api, endpoint.id, problem) for problem in endpoint.errors}
    own = [id for id in rulebook(api).ids() if id.startswith(f"{endpoint.id}.") and id not in refusals]
    return [id for id in own if not any(id.startswith(f"{place}.") for place in places)]
