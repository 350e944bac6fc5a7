"""A guess of what each operation of an OpenAPI document does, from its method, its path and its schemas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...core.contract.errors import ApiError
from .paths import Path
from .values import Shape

_ROW_WRAPPERS = ("data", "result", "item", "resource", "payload", "response", "record", "object")
_LIST_WRAPPERS = (
    "data",
    "items",
    "results",
    "records",
    "entries",
    "values",
    "list",
    "rows",
    "content",
    "value",
    "resources",
)


@dataclass(frozen=True, kw_only=True)
class Described:
    """One operation as the guess reads it.

    With `has_location` the response has the address of a row; `created` is the status of a PUT that creates a row, or 0.
    `shape` and `body` are those of the response and of the request, None where there is none in JSON. `has_other_content` is
    a response of another media type. `errors` are those of the operation by status.
    """

    id: str
    method: str
    path: Path
    status: int
    shape: Shape | None
    body: Shape | None
    query: Mapping[str, Any]
    has_other_content: bool = False
    takes_other_content: bool = False
    has_location: bool = False
    created: int = 0
    errors: Mapping[int, ApiError] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Guess:
    """Guess of the action of an operation: `create`, `list`, `read`, `replace`, `change` or `remove`.

    `row` and `given` are the properties that hold the row in the response and in the request, empty where these are the row
    itself; `rows` is the one with the rows of a list.
    """

    action: str
    operation: Described
    row: str = ""
    given: str = ""
    rows: str = ""


def guess_all(operations: Sequence[Described]) -> dict[str, Guess]:
    """Return the guesses by operation; one that could not be guessed is missing."""
    found: dict[str, Guess] = {}
    items = {each.path.form.rstrip("/") for each in operations if each.path.item}
    for each in operations:
        guess = _of_item(each) if each.path.item else None
        if guess is not None and each.path.collection:
            found[each.id] = guess
    collections = {guess.operation.path.collection_form for guess in found.values()}
    lists = {}
    for each in operations:
        if each.method == "get" and not each.path.item and _is_collection(each, items, collections):
            rows = _rows_of(each)
            if rows is not None:
                lists[each.id] = Guess(action="list", operation=each, rows=rows)
    known = collections | {guess.operation.path.collection_form for guess in lists.values()}
    for each in operations:
        if each.method == "post" and not each.path.item and _is_collection(each, items, collections):
            guess = _create(each, is_known=each.path.collection_form in known)
            if guess is not None:
                found[each.id] = guess
    return found | lists


def _is_collection(operation: Described, items: set[str], collections: set[str]) -> bool:
    """Return whether a path is one of rows: `/pets`, but not `/pets/search` beside `/pets/<id>`."""
    form = operation.path.form.rstrip("/")
    parent, _, last = form.rpartition("/")
    if not last or "<" in last:
        return False
    return form in collections or f"{parent}/<>" not in items


def _of_item(operation: Described) -> Guess | None:
    action = {"get": "read", "put": "replace", "patch": "change", "delete": "remove"}.get(operation.method)
    shape, body = operation.shape, operation.body
    if action is None or (shape is not None and shape.kind() not in ("object", "")):
        return None
    if operation.has_other_content or (action == "read" and shape is None):
        return None
    if action in ("replace", "change") and (body is None or body.kind() not in ("object", "")):
        return None
    row = _wrapper(shape, operation.path.item, operation)
    return Guess(action=action, operation=operation, row=row, given=_given(operation, row))


def _create(operation: Described, *, is_known: bool) -> Guess | None:
    shape, body = operation.shape, operation.body
    if (
        operation.has_other_content
        or operation.takes_other_content
        or (shape is not None and shape.kind() not in ("object", ""))
    ):
        return None
    if body is not None and body.kind() not in ("object", ""):
        return None
    row = _wrapper(shape, "id", operation)
    given = _given(operation, row)
    if not is_known:
        shown = _part(shape, row) if shape is not None else {}
        asked = _part(body, given) if body is not None else {}
        if "<" in operation.path.text or "id" not in shown or not {*shown} & {*asked}:
            return None
    return Guess(action="create", operation=operation, row=row, given=given)


def _part(shape: Shape, wrapper: str) -> Mapping[str, Any]:
    properties = shape.properties()
    return shape.properties(properties[wrapper]) if wrapper else properties


def _given(operation: Described, row: str) -> str:
    """Return the property of a request that holds the row, unless the response shows it as one of the row's own."""
    given = _wrapper(operation.body, "", operation)
    shape = operation.shape
    return "" if given and shape is not None and not row and given in shape.properties() else given


def _wrapper(shape: Shape | None, key: str, operation: Described) -> str:
    """Return the one property of an object that holds the row, or an empty text where the object is the row."""
    if shape is None:
        return ""
    properties = shape.properties()
    if "id" in properties or (key and key in properties):
        return ""
    objects = [name for name, each in properties.items() if shape.kind(each) == "object"]
    own = {*_ROW_WRAPPERS, *row_names(operation.path)}
    named = [each for each in objects if each.lower().replace("-", "_") in own]
    if len(named) == 1:
        return named[0]
    return objects[0] if len(objects) == len(properties) == 1 and shape.properties(properties[objects[0]]) else ""


def row_names(path: Path) -> tuple[str, ...]:
    """Return the names that a row of a path may have: `issues` and its singular forms."""
    name = path.collection.rpartition("/")[2].lower()
    return name, name.removesuffix("s"), name.removesuffix("es"), f"{name.removesuffix('ies')}y"


def _rows_of(operation: Described) -> str | None:
    """Return the property of a list's response with the rows, an empty text where the body is the list, None for no list."""
    shape = operation.shape
    if shape is None:
        return None
    if shape.kind() == "array":
        return "" if _has_rows(shape, shape.whole) else None
    properties = shape.properties()
    arrays = [
        name for name, each in properties.items() if shape.kind(each) == "array" and _has_rows(shape, shape.part(each))
    ]
    name = operation.path.collection.rpartition("/")[2].lower()
    named = [each for each in arrays if each.lower() in (*_LIST_WRAPPERS, name, name.replace("-", "_"))]
    if len(arrays) == 1 and "id" not in properties:
        return arrays[0]
    return named[0] if len(named) == 1 and "id" not in properties else None


def _has_rows(shape: Shape, schema: Mapping[str, Any]) -> bool:
    return shape.kind(schema.get("items", {})) in ("object", "")
