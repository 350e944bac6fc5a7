"""A stateful fake of an OpenAPI document: routes, shapes, errors and authentication, and a guess of what operations do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ..core.contract.errors import ApiError
from ..core.http.parsing import FORM, is_json, media_type
from .auth import Auth, api_key, basic, bearer, no_auth
from .declarations import JSON, Declarations
from .openapi_behaviour import Behaviour
from .openapi_document import Document
from .samples import kind_of, resolved, sample

_PARAMETER = re.compile(r"\{([^{}/]+)\}")


D = TypeVar("D", bound=Declarations)


def from_openapi(
    make: type[D], source: str | Path | Mapping[str, Any], *, name: str = "", host: str = "", **options: Any
) -> D:
    """Return the API of an OpenAPI document of version 3.0 or 3.1, in YAML or JSON, made by a subclass of Declarations.

    Operations on paths of the usual form (`POST /things`, `GET /things`, `GET`, `PUT`, `PATCH` and `DELETE /things/{id}`) create,
    list, read, change and remove rows; any other answers 501 and is in `api.not_guessed`. Decorate a function with
    `api.override(id)` to handle one. Raises DefinitionError with file and JSON path.
    """
    document = Document(source)
    info = document.root.get("info") or {}
    title = str(info.get("title") or "api")
    servers = [each.get("url", "") for each in document.root.get("servers") or [] if isinstance(each, Mapping)]
    address = urlsplit(_filled(servers[0], document.root["servers"][0]) if servers else "")
    api = make(
        name or re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_").lstrip("0123456789_") or "api",
        host=host or address.hostname or "localhost",
        edition=str(info.get("version") or "1"),
        title=title,
        source=document.name,
        base=options.pop("base", address.path.rstrip("/")),
        auth=options.pop("auth", None) or _auth_of(document),
        media_types=(JSON, FORM),
        **options,
    )
    _Importer(api, document).add_operations()
    return api


class _Importer:
    """Adds the operations of a document to an API."""

    def __init__(self, api: Declarations, document: Document) -> None:
        self._api, self._document = api, document
        self._errors: dict[int, ApiError] = {}
        self._behaviour = Behaviour(api, self._errors)

    def add_operations(self) -> None:
        found = list(self._document.operations())
        items = {_path(path).rpartition("/")[0] for _, path, *_ in found if _path(path).endswith(">")}
        for method, path, operation, parameters, place in found:
            self._add(method, path, operation, parameters, place, items)

    def _add(
        self, method: str, path: str, operation: Mapping[str, Any], parameters: list[Any], place: tuple[str | int, ...],
        items: set[str],
    ) -> None:  # fmt: skip
        id = _operation_id(operation, method, path)
        unusual = [part for part in path.split("/") if "{" in part and len(_PARAMETER.findall(part)) != 1]
        if unusual:
            self._api.not_served.append(f"{method.upper()} {path}: expected one parameter, got {unusual[0]!r}")
            return
        body, media_types = self._body(operation, place)
        responses, errors = self._responses(operation, place)
        query = self._query(parameters, place)
        success = next(status for status in responses if 200 <= status < 300)
        handle = self._behaviour.handler(method, _path(path), success, responses[success], query, items)
        if handle is None:
            self._api.not_guessed.append(f"{self._api.name}.{id}")
            handle = self._behaviour.unknown(self._not_implemented)
            errors = [*errors, self._not_implemented]
        handle.__name__ = id
        handle.__doc__ = str(operation.get("summary") or operation.get("description") or id).partition("\n")[0]
        security = operation.get("security", self._document.root.get("security"))
        self._api.operation(
            method.upper(), _path(path), id=id, body=body, query=query, responses=responses, errors=errors,
            media_types=media_types, public=not security,
        )(handle)  # fmt: skip

    @cached_property
    def _not_implemented(self) -> ApiError:
        return self._api.error("not-implemented", 501, {"error": "Not implemented by this fake"})

    # -- shapes ----------------------------------------------------------------------------------------------------

    def _body(self, operation: Mapping[str, Any], place: tuple[str | int, ...]) -> tuple[Any, tuple[str, ...]]:
        where = (*place, "requestBody")
        body = self._document.resolve(operation.get("requestBody"), where)
        content = body.get("content") if isinstance(body, Mapping) else None
        types = {media_type(name): each for name, each in (content or {}).items()}
        kinds = tuple(name for name in types if is_json(name) or name == FORM)
        if not kinds:
            return None, ()
        schema = types[kinds[0]].get("schema", {})
        converted = self._document.schema(schema, (*where, "content", kinds[0], "schema"), for_request=True)
        return _closed(converted), tuple(FORM if name == FORM else JSON for name in kinds)

    def _query(self, parameters: list[Any], place: tuple[str | int, ...]) -> dict[str, Any] | None:
        given = [each for each in parameters if each["in"] == "query"]
        hidden = {scheme.get("name") for scheme in self._api.auth.security.values() if scheme.get("in") == "query"}
        given = [each for each in given if each["name"] not in hidden]
        if not given:
            return None
        properties = {
            each["name"]: self._document.schema(
                each.get("schema", {}), (*place, "parameters", each["name"]), for_request=True
            )
            for each in given
        }
        required = [each["name"] for each in given if each.get("required")]
        defs = {name: inner for each in properties.values() for name, inner in each.pop("$defs", {}).items()}
        schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
        return schema | ({"required": required} if required else {}) | ({"$defs": defs} if defs else {})

    def _responses(
        self, operation: Mapping[str, Any], place: tuple[str | int, ...]
    ) -> tuple[dict[int, Any], list[ApiError]]:
        shapes: dict[int, Any] = {}
        errors: list[ApiError] = []
        for key, value in (operation.get("responses") or {}).items():
            where = (*place, "responses", str(key))
            response = self._document.resolve(value, where)
            status = _status(str(key))
            if status is None or not isinstance(response, Mapping):
                continue
            content = {media_type(name): each for name, each in (response.get("content") or {}).items()}
            media = next((name for name in content if is_json(name)), "")
            schema = (content.get(media) or {}).get("schema")
            shape = (
                None
                if schema is None
                else self._document.schema(schema, (*where, "content", media, "schema"), for_request=False)
            )
            if status < 400:
                shapes[status] = shape
            else:
                errors.append(self._error(status, shape, str(response.get("description", ""))))
        if not any(200 <= status < 300 for status in shapes):
            shapes[200] = None
        return {status: shape for status, shape in shapes.items() if 200 <= status < 400}, errors

    def _error(self, status: int, shape: Any, description: str) -> ApiError:
        if status not in self._errors:
            phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else f"Status {status}"
            body = sample(shape, shape) if shape else {"error": phrase}
            name = re.sub(r"[^a-z0-9]+", "-", phrase.lower()).strip("-")
            self._errors[status] = self._api.error(f"{name}-{status}", status, body, summary=description or phrase)
        return self._errors[status]


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a body that takes no other names than it lists: any other is accepted and reported."""
    whole = resolved(schema, schema)
    if (
        kind_of(whole) != "object"
        or "properties" not in whole
        or "additionalProperties" in whole
        or {"anyOf", "oneOf"} & {*whole}
    ):
        return schema
    return whole | {"type": "object", "additionalProperties": False}


def _path(path: str) -> str:
    return _PARAMETER.sub(lambda found: f"<{re.sub(r'[^A-Za-z0-9_]', '_', found[1])}>", path)


def _operation_id(operation: Mapping[str, Any], method: str, path: str) -> str:
    given = str(operation.get("operationId") or f"{method} {path}")
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", given)
    return re.sub(r"[^a-z0-9]+", "_", snake.lower()).strip("_")


def _status(key: str) -> int | None:
    """Return the status of a key such as `200`, `4XX` or `default`."""
    if key.isdecimal() and 100 <= int(key) <= 599:
        return int(key)
    if re.fullmatch(r"[1-5][Xx]{2}", key):
        return int(key[0]) * 100
    return None


def _filled(url: str, server: Mapping[str, Any]) -> str:
    variables = server.get("variables") or {}
    return _PARAMETER.sub(lambda found: str((variables.get(found[1]) or {}).get("default", found[1])), url)


def _auth_of(document: Document) -> Auth:
    schemes = (document.root.get("components") or {}).get("securitySchemes") or {}
    wanted = [name for each in document.root.get("security") or [] for name in each]
    for name in [*wanted, *schemes]:
        scheme = document.resolve(schemes.get(name) or {}, ("components", "securitySchemes", name))
        kind = scheme.get("type")
        if kind == "apiKey" and scheme.get("in") in ("header", "query"):
            return api_key(**{scheme["in"]: scheme["name"]})
        if kind == "http" and str(scheme.get("scheme")).lower() == "basic":
            return basic()
        if kind in ("http", "oauth2", "openIdConnect"):
            return bearer()
    return no_auth()
