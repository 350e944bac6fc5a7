"""A guess of what the operations of an OpenAPI document do: create, list, read, change and remove rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiError, ApiErrorRaised
from ..core.storage.frozen import FrozenDict, freeze, plain
from .declarations import Declarations
from .ids import integer_ids, uuid_ids
from .pagination import paginate
from .rows import Rows
from .samples import kind_of, resolved, sample

_PAGES = {
    "cursor": ("cursor", "after", "starting_after", "page_token", "pageToken"),
    "offset": ("offset", "skip", "start"),
    "page": ("page",),
}
_SIZES = ("per_page", "limit", "page_size", "pageSize", "size", "count")
_NEXT = ("next_cursor", "next", "next_page_token", "nextPageToken", "nextCursor", "cursor")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a document's API: what was sent, and the parameters of the path it was sent to."""

    id: str
    within: FrozenDict
    fields: FrozenDict
    indexes: ClassVar[Mapping[str, Callable[[Any], Any]]] = {"within": lambda row: row.within}


class Behaviour:
    """Handlers for the operations of a document, by method and path. `errors` are those of the document by status."""

    def __init__(self, api: Declarations, errors: Mapping[int, ApiError]) -> None:
        self._api, self._errors = api, errors
        self._collections: dict[str, Rows[Row]] = {}

    def handler(
        self, method: str, path: str, status: int, shape: Any, query: Any, items: set[str]
    ) -> Callable[[Call], Any] | None:
        """Return the handler of an operation, or None where its path is not of the usual form."""
        is_item = path.endswith(">")
        collection, _, last = path.rpartition("/")
        base = collection if is_item else path
        if base.rpartition("/")[2].startswith("<") or not base or (is_item and not collection):
            return None
        if is_item:
            actions = {"get": self._read, "put": self._replace, "patch": self._change, "delete": self._remove}
            make = actions.get(method)
            return make(self._rows(base), last[1:-1], status, shape) if make else None
        if method == "post" and (path in items or shape is not None):
            return self._create(self._rows(base), status, shape)
        if method == "get" and _items_of(shape) is not None:
            return self._list(self._rows(base), shape, query)
        return None

    def _rows(self, path: str) -> Rows[Row]:
        if path not in self._collections:
            name = re.sub(r"[^a-z0-9]+", "_", path.rpartition("/")[2].lower()).strip("_") or "rows"
            taken = {rows.name for rows in self._collections.values()}
            number = 2
            unique = name if name[0].isalpha() else f"rows_{name}"
            while unique in taken:
                unique, number = f"{name}_{number}", number + 1
            self._collections[path] = self._api.rows(unique, Row, ids=uuid_ids())
        return self._collections[path]

    def _create(self, rows: Rows[Row], status: int, shape: Any) -> Callable[[Call], Any]:
        def create(call: Call) -> Result:
            fields = dict(call.params)
            schema = resolved(shape, shape or {})
            kind = kind_of(resolved(schema.get("properties", {}).get("id", {}), shape or {}))
            make = integer_ids() if kind in ("integer", "number") else uuid_ids()
            id = fields.get("id")
            if id is None or rows.of(call).get(str(id)) is not None:
                id = make(call.ids, rows.name, fields)
            row = rows.of(call).add(id=str(id), within=freeze(_outer(call)), fields=freeze(fields | {"id": id}))
            return Result(status, None if shape is None else _shown(row, shape))

        return create

    def _list(self, rows: Rows[Row], shape: Any, query: Any) -> Callable[[Call], Any]:
        wrapper = _items_of(shape)
        names = list((query or {}).get("properties", {}))
        style: Any
        style, page = next(
            ((style, name) for style, known in _PAGES.items() for name in known if name in names), ("offset", "")
        )
        size = next((name for name in _SIZES if name in names), "limit")

        def list_rows(call: Call) -> Any:
            found = [
                row
                for row in rows.of(call).where("within", freeze(_outer(call)))
                if _matches(row, call.query, {page, size})
            ]
            shown_page = paginate(
                call, found, style=style, page=page or style, size=size, per_page=20 if page else 10**9
            )
            items = resolved(resolved(shape, shape).get("items", {}), shape) if not wrapper else {}
            if not wrapper:
                return [_shown(row, items | {"$defs": shape.get("$defs", {})}) for row in shown_page]
            whole = resolved(shape, shape)
            item = resolved(resolved(whole["properties"][wrapper], shape).get("items", {}), shape)
            body = sample(shape, shape)
            body[wrapper] = [_shown(row, item | {"$defs": shape.get("$defs", {})}) for row in shown_page]
            for name, inner in whole.get("properties", {}).items():
                if name in _NEXT:
                    body[name] = shown_page.next if shown_page.next is not None else _nothing(resolved(inner, shape))
                elif name in ("total", "total_count", "count"):
                    body[name] = shown_page.total
                elif name in ("has_more", "hasMore"):
                    body[name] = shown_page.next is not None
            return {name: value for name, value in body.items() if value is not _MISSING}

        return list_rows

    def _read(self, rows: Rows[Row], name: str, status: int, shape: Any) -> Callable[[Call], Any]:
        return lambda call: Result(status, _shown(self._found(rows, call, name), shape) if shape else None)

    def _replace(self, rows: Rows[Row], name: str, status: int, shape: Any) -> Callable[[Call], Any]:
        def replace_row(call: Call) -> Result:
            row = self._found(rows, call, name)
            fields = freeze(dict(call.params) | {"id": row.fields["id"]})
            return Result(status, _shown(rows.of(call).change(row.id, fields=fields), shape) if shape else None)

        return replace_row

    def _change(self, rows: Rows[Row], name: str, status: int, shape: Any) -> Callable[[Call], Any]:
        def change(call: Call) -> Result:
            row = self._found(rows, call, name)
            fields = freeze({**row.fields, **call.params, "id": row.fields["id"]})
            return Result(status, _shown(rows.of(call).change(row.id, fields=fields), shape) if shape else None)

        return change

    def _remove(self, rows: Rows[Row], name: str, status: int, shape: Any) -> Callable[[Call], Any]:
        def remove(call: Call) -> Result:
            row = self._found(rows, call, name)
            rows.of(call).remove(row.id)
            return Result(status, _shown(row, shape) if shape else None)

        return remove

    def _found(self, rows: Rows[Row], call: Call, name: str) -> Row:
        row = rows.of(call).get(str(call.path[name]))
        if row is None or row.within != freeze(_outer(call, name)):
            raise ApiErrorRaised(
                self._errors.get(404, self._api.no_such_endpoint), method=call.request.method, path=call.request.path
            )
        assert isinstance(row, Row)
        return row

    @staticmethod
    def unknown(error: ApiError) -> Callable[[Call], Any]:
        """Return the handler of an operation that could not be guessed, which raises an error."""

        def answer(_: Call) -> Any:
            raise ApiErrorRaised(error)

        return answer


_MISSING = object()


def _outer(call: Call, own: str = "") -> dict[str, str]:
    """Return the parameters of a path but an item's own."""
    return {name: str(value) for name, value in call.path.items() if name != own}


def _matches(row: Row, query: Mapping[str, Any], paging: set[str]) -> bool:
    return all(
        str(row.fields[name]).lower() == str(value).lower()
        for name, value in query.items()
        if name not in paging and name in row.fields
    )


def _shown(row: Row, shape: Any) -> Any:
    """Return a row as a response shows it: its own fields, and samples for what the shape requires besides."""
    schema = resolved(shape, shape)
    if kind_of(schema) != "object" or not isinstance(shape, Mapping):
        return plain(row.fields)
    fields = dict(plain(row.fields))
    properties = schema.get("properties", {})
    shown: dict[str, Any] = {}
    for name, inner in properties.items():
        if name in fields:
            shown[name] = fields[name]
        elif name in row.within:
            shown[name] = row.within[name]
        elif name in schema.get("required", []):
            shown[name] = sample(inner, shape)
    if schema.get("additionalProperties", True) is not False:
        shown |= {name: value for name, value in fields.items() if name not in properties}
    return shown


def _items_of(shape: Any) -> str | None:
    """Return the property of a list response that holds the rows, an empty text where the body is the list itself."""
    schema = resolved(shape, shape) if isinstance(shape, Mapping) else {}
    if kind_of(schema) == "array":
        return ""
    arrays = [
        name for name, inner in schema.get("properties", {}).items() if kind_of(resolved(inner, shape)) == "array"
    ]
    return arrays[0] if len(arrays) == 1 else None


def _nothing(schema: Mapping[str, Any]) -> Any:
    types = schema.get("type")
    return None if isinstance(types, list) and "null" in types else _MISSING
