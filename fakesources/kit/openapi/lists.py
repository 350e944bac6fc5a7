"""Lists of the rows of an OpenAPI document: filters, pages, and the members around the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...core.contract.call import Call
from ..pagination import Page, Style, page_url, paginate
from .guess import Guess
from .rows import Collection
from .values import ABSENT, Shape

_PAGES: Mapping[Style, tuple[str, ...]] = {
    "cursor": (
        "cursor",
        "after",
        "starting_after",
        "page_token",
        "pageToken",
        "page[after]",
        "page[cursor]",
        "next_token",
    ),
    "offset": ("offset", "skip", "start", "page[offset]", "startIndex", "start_index"),
    "page": ("page", "page[number]", "pageNumber", "page_number"),
}
_SIZES = (
    "per_page", "limit", "page_size", "pageSize", "size", "count", "perPage", "page[size]", "page[limit]", "max_results", "maxResults",
)  # fmt: skip
_NEXT = (
    "next_cursor",
    "next",
    "next_page_token",
    "nextPageToken",
    "nextCursor",
    "cursor",
    "next_page",
    "nextPage",
    "next_token",
    "after",
)
_PREVIOUS = ("previous", "prev", "previous_page", "prev_page")
_TOTALS = (
    "total",
    "total_count",
    "count",
    "totalCount",
    "total_items",
    "totalItems",
    "total_results",
    "totalResults",
    "totalElements",
)
_MORE = ("has_more", "hasMore", "has_next", "hasNext")
DEFAULT_SIZE = 20
"""Number of rows of a page where neither the request nor the document gives one."""


def list_handler(collection: Collection, guess: Guess, refuse: Callable[[str], Any]) -> Callable[[Call], Any]:
    """Return the handler that lists the rows of a collection; `refuse` raises the error of what cannot be done."""
    operation = guess.operation
    shape, row_shape = operation.shape, collection.shapes[operation.id]
    assert shape is not None
    parameters: Mapping[str, Any] = operation.query.get("properties", {})
    style, page = next(
        ((style, name) for style, names in _PAGES.items() for name in names if name in parameters), ("offset", "")
    )
    size = next((name for name in _SIZES if name in parameters), "limit")
    paging = {page, size}
    usual = _usual_size(parameters.get(size)) or (DEFAULT_SIZE if page else 10**9)
    has_whole_body = not guess.rows

    def list_rows(call: Call) -> Any:
        rows: Sequence[Any] = collection.rows.of(call).where("within", collection.within(guess, call))
        filters = [
            (name, value) for name, value in call.query.items() if name not in paging and name in collection.fields
        ]
        if filters:
            rows = [row for row in rows if all(_matches(row.fields.get(name), value) for name, value in filters)]
        found = paginate(call, rows, style=style, page=page or style, size=size, per_page=usual)
        shown = [row_shape.shown(row.fields, row.within) for row in found]
        body = shown if has_whole_body else _around(call, shape, shape.properties(), found, page, guess.rows, shown)
        fitted = shape.fitted(body)
        return fitted if fitted is not ABSENT else refuse("no response that the schema allows was found")

    return list_rows


def _usual_size(schema: Any) -> int:
    default = schema.get("default") if isinstance(schema, Mapping) else None
    return default if isinstance(default, int) and default > 0 else 0


def _matches(value: Any, wanted: Any) -> bool:
    """Return whether a field has the value of a filter, one of several, or a part that has it."""
    if isinstance(wanted, list):
        return any(_matches(value, each) for each in wanted)
    if isinstance(value, list | tuple):
        return any(_matches(each, wanted) for each in value)
    return str(value).lower() == str(wanted).lower()


def _around(
    call: Call,
    shape: Shape,
    properties: Mapping[str, Any],
    found: Page[Any],
    page: str,
    rows: str,
    shown: list[Any],
    depth: int = 0,
) -> dict[str, Any]:
    """Return the members of a list's body: the rows, their number, and the values that lead to other pages."""
    body: dict[str, Any] = {}
    for name, schema in properties.items():
        if depth == 0 and name == rows:
            body[name] = shown
        elif name in _NEXT:
            body |= _link(call, shape, name, schema, page, found.next)
        elif name in _PREVIOUS:
            body |= _link(call, shape, name, schema, page, found.previous)
        elif name in _TOTALS or name.lower() == f"{rows.lower()}count":
            body[name] = found.total
        elif name in _MORE:
            body[name] = found.next is not None
        elif depth == 0 and shape.kind(schema) == "object":
            inner = _around(call, shape, shape.properties(schema), found, page, rows, shown, depth + 1)
            if inner:
                body[name] = inner
    return body


def _link(call: Call, shape: Shape, name: str, schema: Any, page: str, value: Any) -> dict[str, Any]:
    """Return the member that leads to another page, as its value or as a URL; none where there is no such page."""
    part = shape.part(schema)
    if value is None:
        return {name: None} if not isinstance(schema, Mapping) or shape.is_valid(None, schema) else {}
    formats = {part.get("format"), *(shape.part(each).get("format") for each in part.get("anyOf", []))}
    if formats & {"uri", "url", "uri-reference"}:
        return {name: page_url(call.request, page, value)}
    return {name: value}
