"""Requests generated from an API's schemas: valid, nearly valid and hostile ones, for any operation and edition."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, get_args
from urllib.parse import quote, urlencode

from ..core.contract import paths
from ..core.contract.api import Api, Endpoint
from ..core.contract.schemas import Schema
from ..core.http.messages import Request
from ..core.http.parsing import FORM, JSON, is_json
from .schema_values import ValueGenerator

RequestKind = Literal["valid", "nearly valid", "hostile"]
KINDS: tuple[RequestKind, ...] = get_args(RequestKind)

_ATTEMPTS = 20
_MEDIA_TYPES = (
    JSON,
    FORM,
    "text/plain",
    "",
    "application/json; charset=utf-16",
    "multipart/form-data; boundary=a",
    "é",
)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "get", "ANY")
_BODIES = (
    b"", b"{", b"[]", b"null", b'"text"', b"\xff", b'{"a":1,"a":2}', b"1" * 5_000, b"[" * 500, b"a=%ff&a=%00", b"=&&=",
    b'{"\\ud800": "\\u0000"}', b"NaN", b"\xef\xbb\xbf{}", b'{"a": 1e999}',
)  # fmt: skip
_TARGETS = ("/", "", "//", "/%", "/%ff", "/..", "/\u0000", "/" + "a" * 3_000, "/é", "/;", "/?", "?")
_QUERIES = ("&", "=", "%", "%ff=1", "a=%00", "a&a&a", "[]=1", "a[b]=1", "é=\ud800", "&" * 3_000, "a=" + "b" * 3_000)
_HEADERS = (("Content-Type", "\u0000"), ("Authorization", "é"), ("Authorization", "Basic ="), ("Expect", "100-continue"),
            ("Content-Encoding", "gzip"), ("Content-Length", "-1"), ("", ""))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters of one call: those in the path, in the query and in the body."""

    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Any


class RequestGenerator:
    """Generator of requests to an API in one edition, by the choices of `random`.

    `headers` and `query` hold a valid credential. `known` are values by name that the state has, such as ids: parameters
    of these names get them most of the time, and any name that ends in `id` one of those of `id`.
    """

    def __init__(
        self,
        api: Api[Any],
        edition: str,
        random: Random,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        known: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        self._api, self._edition, self._random = api, edition, random
        self._headers, self._query, self._known = dict(headers or {}), dict(query or {}), known or {}
        self._values = ValueGenerator(api.schemas, random)

    def parameters(self, endpoint: Endpoint) -> Parameters:
        """Return valid parameters for an operation."""
        path = {name: self._path_part(name) for name in paths.names(endpoint.paths[0])}
        query = self._value(endpoint.query_schema)
        body = self._value(endpoint.body_schema)
        if endpoint.variants and isinstance(body, dict):
            variant = self._random.choice(endpoint.variants)
            body = self._with_variant(self._api.schemas.schema_of(self._edition, endpoint.body_schema), variant, body)
            if endpoint.discriminator in body:
                body[endpoint.discriminator] = variant
        return Parameters(path, query, body)

    def _with_variant(self, schema: Schema, variant: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return a body whose parts that have a schema of their own are values of that."""
        parts = self._api.schemas.schema_of(self._edition, variant).kinds
        required = {name for name in schema.schema.get("required", ()) if name in parts}
        values = (self._value(variant) for _ in range(_ATTEMPTS))
        found: dict[str, Any] = next((value for value in values if required <= value.keys()), {})
        rest = {name: value for name, value in body.items() if name not in parts}
        return {**rest, **{name: value for name, value in found.items() if name in schema.kinds}}

    def request(self, endpoint: Endpoint, kind: RequestKind) -> Request:
        """Return a request to an operation: a valid one, one with a mistake or two, or anything at all."""
        parameters, method, media_type = self.parameters(endpoint), endpoint.documented[0], endpoint.media_types[0]
        path, body = dict(parameters.path), parameters.body
        query = dict(parameters.query)
        if kind != "valid":
            for _ in range(self._random.randint(1, 2)):
                change = self._random.randrange(4)
                if change == 0 and path:
                    path[self._random.choice(list(path))] = _text(self._values.hostile())
                elif change == 1:
                    query = self._values.changed(query)
                elif change == 2:
                    media_type = self._random.choice(_MEDIA_TYPES)
                elif endpoint.body_schema:
                    body = self._values.changed(body)
        is_in_query = endpoint.body_schema and endpoint.is_sent_in_query and isinstance(body, dict)
        if is_in_query and self._random.random() < 0.8:
            query, body = {**query, **body}, None
        content = self._content(body, media_type) if endpoint.body_schema and body is not None else b""
        target = self._target(endpoint, path, {**self._query, **query}, kind)
        headers = [*self._headers.items()] + ([("Content-Type", media_type)] if content and media_type else [])
        if kind == "hostile":
            method, target, headers, content = self._hostile(method, target, headers, content)
        return Request(method, target, tuple(headers), content, self._api.hosts[0].replace("*", "any"))

    def _hostile(
        self, method: str, target: str, headers: list[tuple[str, str]], content: bytes
    ) -> tuple[str, str, list[tuple[str, str]], bytes]:
        for _ in range(self._random.randint(1, 2)):
            change = self._random.randrange(7)
            if change == 0:
                method = self._random.choice(_METHODS)
            elif change == 1:
                target = self._random.choice(_TARGETS)
            elif change == 2:
                target += ("&" if "?" in target else "?") + self._random.choice(_QUERIES)
            elif change == 3:
                headers.append(self._random.choice(_HEADERS))
            elif change == 4:
                headers = []
            elif change == 5 and content:
                place = self._random.randrange(len(content))
                content = (
                    content[:place]
                    + self._random.choice((b"", b"\xff", b"\0", b'"', b"%", b"&"))
                    + content[place + 1 :]
                )
            else:
                content = self._random.choice(_BODIES)
        return method, target, headers, content

    def _target(self, endpoint: Endpoint, path: Mapping[str, Any], query: Mapping[str, Any], kind: str) -> str:
        parts = {name: quote(_text(value).encode("utf-8", "surrogatepass"), safe="") for name, value in path.items()}
        target = paths.fill(endpoint.paths[0], parts)
        schema = endpoint.query_schema
        pairs = self._pairs(query, self._api.schemas.schema_of(self._edition, schema).separators if schema else {})
        if kind != "valid" and pairs and self._random.random() < 0.1:
            pairs.append(self._random.choice(pairs))
        return f"{target}?{_form(pairs)}" if pairs else target

    def _content(self, body: Any, media_type: str) -> bytes:
        if media_type == FORM and isinstance(body, dict):
            return _form(self._pairs(body, {})).encode()
        return json.dumps(body, ensure_ascii=not is_json(media_type)).encode("utf-8", "surrogatepass")

    def _pairs(self, values: Mapping[str, Any], separators: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the pairs of a query or of a form, with arrays and objects as the API reads them."""
        pairs: list[tuple[str, str]] = []
        for name, value in values.items():
            if isinstance(value, list) and self._api.repeats_names:
                texts = list(map(_text, value))
                pairs += [(name, each) for each in ([separators[name].join(texts)] if name in separators else texts)]
            elif isinstance(value, dict) and self._api.repeats_names:
                pairs += [(f"{name}[{key}]", _text(inner)) for key, inner in value.items()]
            else:
                pairs.append((name, _text(value)))
        return pairs

    def _value(self, schema: str) -> Any:
        """Return a value of a schema, whose members are known values of their names; an empty object for no schema."""
        value = self._values.valid(self._api.schemas.schema_of(self._edition, schema)) if schema else {}
        if not isinstance(value, dict):
            return value
        return {name: self._known_value(name, each) for name, each in value.items()}

    def _path_part(self, name: str) -> Any:
        schema = self._api.schemas.schema_of(self._edition, "path").schema["properties"][name]
        return schema.get("default") or self._known_value(name, self._values.part(schema))

    def _known_value(self, name: str, value: Any) -> Any:
        """Return a known value of a name, most of the time, or the given one."""
        fitting = [*self._known.get(name, ()), *(self._known.get("id", ()) if name.endswith("id") else ())]
        if not fitting or self._random.random() < 0.2:
            return value
        found = self._random.choice(fitting)
        return str(found) if isinstance(value, str) else found


def _form(pairs: Sequence[tuple[str, str]]) -> str:
    return urlencode(pairs, errors="surrogatepass")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
