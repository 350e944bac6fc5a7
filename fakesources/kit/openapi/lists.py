"""Lists of the rows of an OpenAPI document: filters, pages, and the members around the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ...core.contract.call import Call
from ..pagination import Page, Style, page_url, paginate
from .guess import Guess
from .queries import DIRECTIONS, SORTS, matching, ordered
from .rows import Collection, plain_name
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
_URLS = ("next", "previous", "prev")
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


_SIZE_SHOWN = ("perpage", "pagesize", "size", "limit", "itemsperpage")
_PAGE_SHOWN = ("currentpage", "page", "pagenumber", "number")
_PAGES_SHOWN = ("totalpages", "lastpage", "pages", "pagecount", "pagestotal")


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
    others = {page, size, *SORTS, *DIRECTIONS} - ({*collection.fields} - {page, size})
    usual = _usual_size(parameters.get(size)) or (DEFAULT_SIZE if page else 10**9)
    first = _first_page(parameters.get(page))
    has_whole_body = not guess.rows

    def list_rows(call: Call) -> Any:
        rows: Sequence[Any] = collection.rows.of(call).where("within", collection.within(guess, call))
        if call.query:
            filters = {name: value for name, value in call.query.items() if name not in others}
            rows = ordered(matching(rows, filters, collection.fields), call.query, collection.fields)
        found = paginate(call, rows, style=style, page=page or style, size=size, per_page=usual, first=first)
        shown = [row_shape.shown(row.fields, row.within) for row in found]
        listed = _Listed(shape, call, page, first, guess.rows, shown, found)
        fitted = shape.fitted(shown if has_whole_body else listed.around(shape.properties()))
        return fitted if fitted is not ABSENT else refuse("no response that the schema allows was found")

    return list_rows


def _usual_size(schema: Any) -> int:
    default = schema.get("default") if isinstance(schema, Mapping) else None
    return default if isinstance(default, int) and default > 0 else 0


def _first_page(schema: Any) -> int:
    """Return the number of the first page: 0 where that is the default of the parameter, or its minimum."""
    given = schema if isinstance(schema, Mapping) else {}
    return 0 if given.get("default", given.get("minimum")) == 0 else 1


class _Listed(NamedTuple):
    """A list in a response: the schema of its body, and the page of rows as the response shows them."""

    shape: Shape
    call: Call
    page: str
    first: int
    rows: str
    shown: list[Any]
    found: Page[Any]

    def around(self, properties: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
        """Return the members of the body: the rows, their number, and the values that lead to other pages."""
        body: dict[str, Any] = {}
        for name, schema in properties.items():
            if depth == 0 and name == self.rows:
                body[name] = self.shown
            elif name in _NEXT:
                body |= self._link(name, schema, self.found.next)
            elif name in _PREVIOUS:
                body |= self._link(name, schema, self.found.previous)
            elif depth == 0 and self.shape.kind(schema) == "object":
                inner = self.around(self.shape.properties(schema), depth + 1)
                if inner:
                    body[name] = inner
            else:
                body |= self._number(name, self.shape.kind(schema))
        return body

    def _number(self, name: str, kind: str) -> dict[str, Any]:
        """Return a member that counts rows or pages, or says which page it is; none where the name says nothing of that."""
        found, plain = self.found, plain_name(name)
        if name in _TOTALS or name.lower() == f"{self.rows.lower()}count":
            return {name: found.total}
        if name in _MORE:
            return {name: found.next is not None}
        size = min(found.size, max(found.total, 1)) if not self.page else found.size
        known: dict[str, Any] = {}
        if kind == "boolean":
            known = {"first": found.start == 0, "last": found.start + size >= found.total, "empty": not found}
        elif kind in ("integer", "number"):
            known = {
                **dict.fromkeys(_SIZE_SHOWN, size),
                **dict.fromkeys(_PAGE_SHOWN, found.start // size + self.first),
                **dict.fromkeys(_PAGES_SHOWN, -(-found.total // size)),
                "numberofelements": len(found),
                "offset": found.start,
            }
        return {name: known[plain]} if plain in known else {}

    def _link(self, name: str, schema: Any, value: Any) -> dict[str, Any]:
        """Return the member that leads to another page, as its value or as a URL; none where there is no such page."""
        shape, part = self.shape, self.shape.part(schema)
        if value is None:
            return {name: None} if not isinstance(schema, Mapping) or shape.is_valid(None, schema) else {}
        formats = {part.get("format"), *(shape.part(each).get("format") for each in part.get("anyOf", []))}
        is_text = isinstance(value, int) and name in _URLS and shape.kind(schema) == "string"
        if is_text or formats & {"uri", "url", "uri-reference"}:
            return {name: page_url(self.call.request, self.page, value)}
        return {name: value}
