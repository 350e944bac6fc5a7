"""Sample calls of each API, made one after another in a service of their own, for examples."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from ...core.contract.api import Api, Edition, Endpoint
from ...core.contract.call import Call, Service
from ...core.contract.paths import fill, version
from ...core.engine.routing import route
from ...core.http.messages import Request
from ...core.storage.clock import Clock


@dataclass(frozen=True, slots=True)
class Sample:
    """One call: the values of its path, query and body, and the status and value of its response."""

    path: Mapping[str, Any]
    query: Mapping[str, Any]
    params: Mapping[str, Any]
    status: int
    value: Any


def samples(
    api: Api[Any], edition: Edition, settings: Any = None, rows: Sequence[Mapping[str, Any]] | None = None
) -> dict[str, Sample]:
    """Return the sample calls of an API by operation: its own, or `rows`, with its own settings or others.

    A text `@OPERATION.place` is replaced by a value of an earlier response, as `@NAME.items.create.id`. A row with a
    `response` is not called.
    """
    service = Service(api, edition, api.settings if settings is None else settings, Clock(), 0)
    made: dict[str, Sample] = {}
    for row in api.samples() if rows is None else rows:
        endpoint = api.endpoint(row["operation"])
        parts = {key: resolved(row.get(key, {}), made) for key in ("path", "query", "params")}
        if "response" in row:
            made[endpoint.id] = Sample(**parts, status=min(endpoint.responses), value=resolved(row["response"], made))
            continue
        call = Call(service, _request(service, endpoint, parts))
        call.time = service.clock.seconds()
        match = route(api, True, call.request.method, call.request.path)
        call.endpoint, call.path = match.endpoint, match.values
        api.before_request(call)
        call.account = call.accounts.of("sample")
        api.parse(call)
        result = endpoint.handler(call).rendered()
        value = json.loads(api.serialize(result.value)) if result.value is not None else None
        made[endpoint.id] = Sample(**parts, status=result.status, value=value)
    return made


def _request(service: Service, endpoint: Endpoint, parts: Mapping[str, Any]) -> Request:
    path = endpoint.paths[0]
    values = {name: quote(str(value), safe="") for name, value in parts["path"].items()}
    if version(path):
        values[version(path)] = service.schema("path").schema["properties"][version(path)]["default"]
    target = fill(path, values)
    query = {**parts["query"], **(parts["params"] if endpoint.is_sent_in_query else {})}
    if query:
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}
        target += f"?{urlencode(texts)}"
    body = b"" if endpoint.is_sent_in_query or not parts["params"] else json.dumps(parts["params"]).encode()
    headers = (("Content-Type", "application/json"),) if body else ()
    return Request(endpoint.documented[0], target, headers, body, service.api.hosts[0])


def resolved(value: Any, made: Mapping[str, Sample]) -> Any:
    """Return the values of a row with its references to earlier responses replaced."""
    if isinstance(value, dict):
        return {key: resolved(inner, made) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, made) for inner in value]
    if isinstance(value, str) and value.startswith("@"):
        operation = max((id for id in made if f"{value[1:]}.".startswith(f"{id}.")), key=len)
        found = made[operation].value
        for part in filter(None, value[len(operation) + 2 :].split(".")):
            found = found[int(part)] if isinstance(found, list) else found[part]
        return found
    return value
