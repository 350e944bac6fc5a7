"""A stateful fake of an OpenAPI document: routes, shapes, errors and authentication, and a guess of what operations do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ...core.contract.api import Result
from ...core.contract.call import Call
from ...core.contract.schemas import SEPARATORS
from ...core.http.messages import Pairs, replaced
from ...core.http.parsing import FORM, JSON
from ..checks import RESERVED, ValidSchema
from ..declarations import Declarations
from ..names import slug, unused
from ..samples import kind_of, resolved
from .behaviour import Behaviour
from .document import Document, Operation
from .errors import INVALID, Errors, Responses
from .file import Place
from .guess import Described
from .media import Body, body_of, content_of, has_other_content, other_media_types
from .paths import Path as ServedPath
from .paths import path_of, server_of
from .requests import is_read_only
from .security import Security
from .values import Shape

D = TypeVar("D", bound=Declarations)
Headers = Mapping[str, str] | Callable[[Call, Result], Pairs]
NOT_IMPLEMENTED = {"error": "Not implemented by this fake: {reason}"}
SERVED_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


def from_openapi(
    make: type[D], source: str | Path | Mapping[str, Any], *, name: str = "", host: str = "", **options: Any
) -> D:
    """Return the API of an OpenAPI document of version 3.0 or 3.1, in YAML or JSON, made by a subclass of Declarations.

    Operations on paths of the usual form (`POST /things`, `GET /things`, `GET`, `PUT`, `PATCH` and `DELETE /things/{id}`) create,
    list, read, change and remove rows; any other answers 501 and is in `api.not_guessed`. Decorate a function with
    `api.override(id)` to handle one. Raises DefinitionError with file and JSON path.
    """
    document = Document(source)
    info, place = document.object_at(document.root.get("info"), ("info",))
    title = document.text_at(info.get("title"), (*place, "title")) or "api"
    server = server_of(document)
    security = Security(document)
    media_types: dict[Any, str] = {}
    api = make(
        name or _name_of(title),
        host=host or server.host,
        edition=str(info.get("version") or "1"),
        title=title,
        source=document.name,
        base=options.pop("base", server.base),
        auth=options.pop("auth", None) or security.auth(),
        media_types=(JSON, FORM),
        headers=_headers(options.pop("headers", {}), media_types),
        **options,
    )
    _Importer(api, document, security, media_types).add_operations()
    return api


def _headers(given: Headers, media_types: Mapping[Any, str]) -> Callable[[Call, Result], Pairs]:
    """Return the headers of responses: those that the user gives, and the media types of bodies that are not plain JSON."""

    def headers(call: Call, result: Result) -> Pairs:
        own = given(call, result) if callable(given) else tuple(given.items())
        if not media_types or result.value is None:
            return own
        key = call.error if call.error is not None else (call.operation, result.status)
        media = media_types.get(key)
        return own if media is None else replaced((("Content-Type", media),), own)

    return headers


@dataclass(frozen=True, kw_only=True)
class _Served:
    """An operation that is served, with what it declares."""

    source: Operation
    described: Described
    body: Body | None
    responses: Mapping[int, Any]
    declared: Responses


class _Importer:
    """Adds the operations of a document to an API."""

    def __init__(self, api: Declarations, document: Document, security: Security, media_types: dict[Any, str]) -> None:
        self._api, self._document, self._security = api, document, security
        self._media_types = media_types
        self._errors = Errors(api, document)
        self._not_implemented = api.operation_error(
            "not-implemented",
            501,
            NOT_IMPLEMENTED,
            summary="The fake of a document does not do what an operation does.",
        )
        self._ids: dict[str, Place] = {}
        self._forms: dict[tuple[str, str], str] = {}

    def add_operations(self) -> None:
        """Add each operation that the router can serve; the others go to `not_served` with the reason."""
        operations = list(self._document.operations())
        if not operations:
            raise self._document.error(("paths",), "expected at least one operation, got none")
        self._check_ids(operations)
        paths = {(each.method, each.path) for each in operations}
        served = []
        for each in operations:
            path = self._path(each, paths)
            if isinstance(path, ServedPath):
                served.append(self._described(each, path))
            else:
                self._api.not_served.append(f"{each.method.upper()} {each.path}: {path}")
        if not served:
            raise self._document.error(("paths",), f"expected an operation to serve, got {self._api.not_served[0]}")
        behaviour = Behaviour(self._api, [each.described for each in served], self._not_implemented)
        for one in served:
            self._add(one, behaviour)
        self._media_types |= self._errors.media_types

    def _check_ids(self, operations: list[Operation]) -> None:
        given = Counter(
            self._document.text_at(each.value.get("operationId"), (*each.place, "operationId")) for each in operations
        )
        for each in operations:
            id = each.value.get("operationId")
            if id and given[id] > 1 and self._ids.setdefault(f"given {id}", each.place) != each.place:
                raise self._document.error((*each.place, "operationId"), f"expected an id of its own, got {id!r} twice")

    def _path(self, operation: Operation, paths: set[tuple[str, str]]) -> ServedPath | str:
        """Return the path of an operation as the router has it, or the reason why it is not served."""
        method, text = operation.method, operation.path
        if method not in SERVED_METHODS:
            return f"expected one of {', '.join(each.upper() for each in SERVED_METHODS)}"
        if method == "head" and ("get", text) in paths:
            return "GET of the same path answers it"
        path = path_of(text if not self._api.trailing_slash else text.rstrip("/") or "/")
        if isinstance(path, str):
            return path
        other = self._forms.setdefault((method, path.form), text)
        return path if other == text else f"expected a path of its own form, got that of {other}"

    def _id_of(self, operation: Operation) -> str:
        """Return the name of an operation: its id as a Python name, with a number where that is another's."""
        given = operation.value.get("operationId")
        names = [_snake(text) for text in (given, f"{operation.method} {operation.path}") if text]
        id = unused(next((name for name in names if name), operation.method), self._ids)
        self._ids[id] = operation.place
        return id

    def _described(self, operation: Operation, path: ServedPath) -> _Served:
        value, place = operation.value, operation.place
        id = self._id_of(operation)
        declared = self._declared(operation)
        body = body_of(self._document, value, place)
        responses, other = self._responses(declared, operation.method, id)
        success = _usual_status(operation.method, responses)
        errors = {
            status: error for status in (404, 409)
            if (error := self._errors.of(declared, status)) is not None
            and (status == 404 or str(status) in declared)
        }  # fmt: skip
        described = Described(
            id=id, method=operation.method, path=path, status=success,
            shape=None if responses[success] is None else Shape(responses[success]),
            body=None if body is None else Shape(body.schema),
            query=self._query(operation) or {}, has_other_content=success in other,
            takes_other_content=body is None and value.get("requestBody") is not None, errors=errors,
            has_location=self._has_location(declared, success), created=_created(operation.method, responses, success),
        )  # fmt: skip
        return _Served(source=operation, described=described, body=body, responses=responses, declared=declared)

    def _add(self, served: _Served, behaviour: Behaviour) -> None:
        api, described, operation = self._api, served.described, served.source
        handle = behaviour.handler(described.id)
        errors = dict.fromkeys([*self._errors.declared(served.declared), *described.errors.values()])
        if handle is None:
            api.not_guessed.append(f"{api.name}.{described.id}")
            handle = behaviour.unknown(described.id)
            errors[self._not_implemented] = None
        handle.__name__ = described.id
        text = operation.value.get("summary") or operation.value.get("description") or described.id
        handle.__doc__ = str(text).partition("\n")[0]
        alternatives = self._security.of(operation.value, operation.place)
        self._security.alternatives[f"{api.name}.{described.id}"] = alternatives
        api.operation(
            operation.method.upper(), described.path.text, id=described.id,
            body=None if served.body is None else ValidSchema(_closed(served.body.schema)),
            query=ValidSchema(described.query) if described.query else None,
            responses={status: None if each is None else ValidSchema(each) for status, each in served.responses.items()},
            errors=tuple(errors), public=not alternatives,
            media_types=served.body.media_types if served.body is not None
            else other_media_types(self._document, operation.value, operation.place),
        )(handle)  # fmt: skip
        self._add_own_errors(served)

    def _add_own_errors(self, served: _Served) -> None:
        """Declare the errors of an operation in place of the general ones of their status."""
        api, operation = self._api, f"{self._api.name}.{served.described.id}"
        for general, statuses, detail in (
            (api.unauthorized, (401,), ""), (api.invalid, (422, 400), INVALID), (api.unreadable, (400, 422), INVALID)
        ):  # fmt: skip
            own = self._errors.in_place_of(served.declared, general.status, statuses, detail)
            if own is not None:
                api.own_errors[operation, general] = own

    def _has_location(self, declared: Responses, status: int) -> bool:
        """Return whether the response of a status has a header with the address of a row."""
        if str(status) not in declared:
            return False
        response, place = declared[str(status)]
        headers, _ = self._document.object_at(response.get("headers"), (*place, "headers"), "an object with headers")
        return any(name.lower() == "location" for name in headers)

    # -- shapes ----------------------------------------------------------------------------------------------------

    def _query(self, operation: Operation) -> dict[str, Any] | None:
        hidden = {scheme.get("name") for scheme in self._api.auth.security.values() if scheme.get("in") == "query"}
        properties, members, defs = dict[str, Any](), dict[str, Any](), dict[str, Any]()
        required: list[str] = []
        is_open = False
        for each, place in operation.parameters:
            schema = self._document.schema(each.get("schema", {}), (*place, "schema"), for_request=True)
            if each["in"] == "query" and each["name"] not in hidden:
                shape = Shape(schema)
                is_required = each.get("required") is True
                if _is_spread(each, shape):
                    members |= shape.properties()
                    is_open |= shape.whole.get("additionalProperties", False) is not False
                    required += shape.required(shape.schema) if is_required else []
                elif is_required:
                    required.append(each["name"])
                properties[each["name"]] = schema | _style(each)
                defs |= properties[each["name"]].pop("$defs", {})
        if not properties:
            return None
        schema = {"type": "object", "properties": members | properties, "additionalProperties": is_open}
        return schema | ({"required": required} if required else {}) | ({"$defs": defs} if defs else {})

    def _declared(self, operation: Operation) -> Responses:
        place = (*operation.place, "responses")
        if operation.value.get("responses") is None:
            raise self._document.error(place, "expected an object with at least one response, got none")
        responses, place = self._document.object_at(operation.value["responses"], place, "an object with responses")
        found = {}
        for key, value in responses.items():
            if key.startswith("x-"):
                continue
            if not re.fullmatch(r"[1-5]\d\d|[1-5][Xx]{2}|default", key):
                raise self._document.error((*place, key), "expected a status such as '200', '4XX' or 'default'")
            found[key] = self._document.object_at(value, (*place, key), "a response")
        return found

    def _responses(self, declared: Responses, method: str, id: str) -> tuple[dict[int, Any], set[int]]:
        """Return the schemas of successful responses by status, and the statuses with a body that is not in JSON."""
        shapes: dict[int, Any] = {}
        other = set()
        for key, (value, place) in declared.items():
            status = int(key) if key.isdecimal() else int(f"{key[0]}00") if key != "default" else 0
            is_success = 200 <= status < 400
            if key == "default" and not any(each[0] in "23" for each in declared):
                status, is_success = (201 if method == "post" else 200), not any(each[0] in "45" for each in declared)
            content = content_of(self._document, value, place)  # of errors too: a mistake in one is reported here
            if not is_success or status in shapes:
                continue
            shapes[status] = None if content is None or status in (204, 205, 304) else content.schema
            if content is not None and content.media_type != JSON:
                self._media_types[f"{self._api.name}.{id}", status] = content.media_type
            if has_other_content(self._document, value, place) or (content is not None and content.schema is None):
                other.add(status)
        if not any(200 <= status < 300 for status in shapes):
            shapes[200] = None
        return dict(sorted(shapes.items())), other


def _usual_status(method: str, responses: Mapping[int, Any]) -> int:
    """Return the status of success: the first one, of a PUT that has others than 201 the first of these."""
    found = [status for status in responses if 200 <= status < 300]
    return next((status for status in found if method == "put" and status != 201), found[0])


def _created(method: str, responses: Mapping[int, Any], usual: int) -> int:
    """Return the status of a PUT that creates a row, 0 where the operation has none or with a body of another schema."""
    is_like = 201 in responses and responses[201] in (None, responses[usual])
    return 201 if method == "put" and is_like else 0


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a body that takes no other names than it lists, nor those that are readOnly.

    Any other is accepted and reported.
    """
    whole = resolved(schema, schema)
    if (
        kind_of(whole) != "object"
        or "properties" not in whole
        or "additionalProperties" in whole
        or {"anyOf", "oneOf"} & {*whole}
    ):
        return schema
    shape = Shape(schema)
    properties = {name: each for name, each in whole["properties"].items() if not is_read_only(shape, each)}
    return whole | {"type": "object", "properties": properties, "additionalProperties": False}


def _is_spread(parameter: Mapping[str, Any], shape: Shape) -> bool:
    """Return whether the members of a parameter are parameters of their own: an object in the form style, exploded."""
    style = parameter.get("style", "form")
    return style == "form" and parameter.get("explode", True) is True and shape.kind() == "object"


def _style(parameter: Mapping[str, Any]) -> dict[str, str]:
    """Return the keyword for the style of a parameter whose items stand in one text, if it is an array."""
    style = parameter.get("style", "form")
    is_joined = style in tuple(SEPARATORS) and not parameter.get("explode", style == "form")
    return {"x-style": style} if is_joined else {}


def _name_of(title: str) -> str:
    """Return the name of an API by its title."""
    name = slug(title).lstrip("0123456789_") or "api"
    return f"{name}_api" if name in RESERVED else name


def _snake(text: str) -> str:
    return slug(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text))
