"""The schemas of every API and of the control plane, and accepted values of each for `changes.py`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fakesources.apis.registry import installed
from fakesources.control.api import CONTROL
from fakesources.control.hosted import Hosted
from fakesources.core.contract.rulebook import schemas_of
from fakesources.core.contract.schemas import Schema
from fakesources.core.engine.routing import route

APIS = (*installed(), CONTROL)

REQUESTS: dict[str, list[Any]] = {
    "control/account.query.json": [{"account": "alice"}],
    "control/clock.request.json": [{"set": "2026-01-01T00:00:00Z", "advance": 0, "running": False}],
    "control/empty.json": [{}],
    "control/empty.query.json": [{}],
    "control/fault.request.json": [
        {"operation": "curator.feeds.list", "account": "k", "when": {}, "times": 2, "error": "not-found", "fields": {}},
        {"operation": "curator.feeds.list", "respond": 200, "body": {"a": 1}, "headers": [["A", "b"]]},
        {"operation": "curator.feeds.list", "respond": 204, "body": None, "headers": {"A": "b"}},
        {"operation": "curator.feeds.list", "disconnect": "reset", "takes_effect": True},
        {"operation": "curator.feeds.list", "delay": 1.5, "real": True, "times": None},
        {"operation": "curator.feeds.list", "hold": True, "times": None},
    ],
    "control/filter.query.json": [{"account": "alice", "api": "curator"}],
    "control/journal.query.json": [
        {"operation": "curator.feeds", "api": "curator", "account": "k", "method": "GET", "status": 200, "limit": 5,
         "violations": True, "params": {}, "after": 3, "wait": 1.5, "bodies": True}
    ],
    "curator/common/path.json": [
        {"source_id": "0" * 8 + "-0000" * 3 + "-" + "0" * 12, "feed_id": "a" * 20, "post_id": 7}
    ],
    "datasift/common/path.json": [{"version": "v1.6"}],
    "control/rules.query.json": [{"api": "curator", "provenance": "documented"}],
    "control/rules.json": [
        {"rules": [{"id": "a.b", "description": "", "source": "", "provenance": "decided", "reason": "", "editions": ["docs"]}]}
    ],
    "control/rules.by-id.json": [
        {"rules": [{"id": "a.b", "description": "", "source": "", "provenance": "decided", "reason": "", "editions": ["docs"]}]}
    ],
    "control/deviations.json": [
        {"deviations": [{"id": "a.deviation.b", "editions": ["docs"], "operations": ["a.b"], "source": "page", "says": "x",
                         "does": "y", "reason": "z", "rules": ["a.b"]}]}
    ],
    "control/saved.json": [{"saved": "state.json"}],
    "control/snapshot.request.json": [{"name": "a.b-c_1"}],
    "control/test.request.json": [{"name": "a test", "account": "alice"}],
}  # fmt: skip

JSON = (("Content-Type", "application/json"),)
CALLS: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/v1/feeds?api_key=KEY", {"name": "Rock", "nam": "Rock"}),
    *(("GET", f"/_fakesources{path}", None) for path in ("", "/health", "/ready", "/version", "/editions", "/clock")),
    ("POST", "/_fakesources/clock", {"advance": 1}),
    *(
        ("GET", f"/_fakesources{path}", None)
        for path in ("/journal?bodies=true", "/violations", "/rules", "/deviations", "/state")
    ),
    ("GET", "/_fakesources/rules/curator.missing-key", None),
    ("GET", "/_fakesources/rules/no-such-rule", None),
    ("PUT", "/_fakesources/test", {"name": "a test"}),
    ("DELETE", "/_fakesources/test", None),
    ("POST", "/_fakesources/faults", REQUESTS["control/fault.request.json"][1]),
    ("GET", "/_fakesources/faults", None),
    ("DELETE", "/_fakesources/faults", None),
    ("POST", "/_fakesources/snapshots", {"name": "one"}),
    ("GET", "/_fakesources/snapshots", None),
    ("DELETE", "/_fakesources/snapshots/one", None),
    ("DELETE", "/_fakesources/violations", None),
    ("DELETE", "/_fakesources/journal", None),
    ("POST", "/_fakesources/reset", None),
)


def shapes() -> list[Schema]:
    """Return every schema that a request, a response, an error, or a parameter of a path has, once."""
    found: dict[str, Schema] = {}
    for api in APIS:
        for edition in api.editions:
            for _, schema in schemas_of(api, edition):
                found.setdefault(schema.path, schema)
    return list(found.values())


def new_values(schema: Schema) -> Iterator[Any]:
    """Yield values of the examples, of sample responses, and of the control plane, and one made from the schema."""
    yield from REQUESTS.get(schema.path, ())
    yield from _examples().get(schema.path, ())
    yield from _control_responses().get(schema.path, ())
    yield full_value(schema, schema.schema, schema.schema["$id"])


def full_value(schema: Schema, part: Any, base: str, depth: int = 0) -> Any:
    """Return a value with every property that a schema describes; it may need one written by hand where it has patterns."""
    while "$ref" in part:
        target, base = schema.source.resolve_ref(part["$ref"], base)
        part = {**target, **{key: value for key, value in part.items() if key != "$ref"}}
    if "const" in part or part.get("enum"):
        return part["const"] if "const" in part else part["enum"][0]
    kinds = part.get("type", "object" if "properties" in part else "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if depth > 12 or kind == "null":
        return None
    if kind == "object":
        names = dict.fromkeys(part.get("required", ()), "text")
        inner = names | {
            name: full_value(schema, each, base, depth + 1) for name, each in part.get("properties", {}).items()
        }
        others = part.get("additionalProperties")
        return inner | ({"other": full_value(schema, others, base, depth + 1)} if isinstance(others, dict) else {})
    if kind == "array":
        return [full_value(schema, part.get("items", {}), base, depth + 1) for _ in range(part.get("minItems", 1))]
    if kind in ("integer", "number"):
        return max(part.get("minimum", 7), min(7, part.get("maximum", 7)))
    return True if kind == "boolean" else "text".ljust(part.get("minLength", 0), "x")[: part.get("maxLength")]


@cache
def _examples() -> dict[str, list[Any]]:
    from test_every_rule import ALL, sample_responses
    from test_examples import ACCEPTED

    found: dict[str, list[Any]] = {}
    for example in ACCEPTED:
        found.setdefault(example.schema.path, []).append(example.row["value"])
    for api in ALL:
        for edition in api.editions:
            for name, value in sample_responses(api, edition):
                if name:
                    found.setdefault(api.schemas.schema_of(edition, name).path, []).append(value)
    return found


def shortened(value: Any) -> Any:
    """Return a value with no more than two items of each list."""
    if isinstance(value, dict):
        return {name: shortened(inner) for name, inner in value.items()}
    return [shortened(inner) for inner in value[:2]] if isinstance(value, list) else value


@cache
def _control_responses() -> dict[str, list[Any]]:
    """Return what the control plane responds, by the path of its schema."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "control"))
    from calling import Caller

    caller, found = Caller(Hosted({})), dict[str, list[Any]]()
    for method, path, body in CALLS:
        sent = b"" if body is None else json.dumps(body).encode()
        response = caller.send(method, path, sent, JSON if sent else ())
        endpoint = route(CONTROL, True, method, path.partition("?")[0]).endpoint if "_fakesources" in path else None
        name = "error" if response.status >= 400 else endpoint.responses[response.status] if endpoint else ""
        if name:
            found.setdefault(f"control/{name}.json", []).append(shortened(json.loads(response.body)))
    return found
