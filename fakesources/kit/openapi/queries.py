"""Filters and the order of a list of an OpenAPI document, as its query gives them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from .rows import plain_name

SORTS = ("sort", "sort_by", "sortBy", "order_by", "orderBy", "ordering", "order")
DIRECTIONS = (
    "direction",
    "sort_direction",
    "sortDirection",
    "sort_order",
    "sortOrder",
    "sort_dir",
    "sortDir",
    "dir",
    "order",
)
_FILTER = re.compile(r"filters?\[(\w+)\]")
_SORT = re.compile(r"([-+]?)([\w.]+?)(?:[,:.\s]+(asc|desc))?", re.IGNORECASE)
_ATTRIBUTES = "attributes"
"""Property of a row of JSON:API that has its fields."""


def matching(rows: Sequence[Any], query: Mapping[str, Any], fields: Collection[str]) -> Sequence[Any]:
    """Return the rows whose fields have the values of a query: `name=a`, `filter[name]=a`, in any spelling of the name."""
    wanted = [*_filters(query, fields)]
    if not wanted:
        return rows
    return [row for row in rows if all(_matches(_field(row, name), value) for name, value in wanted)]


def _filters(query: Mapping[str, Any], fields: Collection[str]) -> Iterator[tuple[str, Any]]:
    for name, value in query.items():
        named = _FILTER.fullmatch(name)
        if name not in fields and name in ("filter", "filters") and isinstance(value, Mapping):
            given = [(str(inner), each) for inner, each in value.items()]
        else:
            given = [(named[1] if named else name, value)]
        for wanted, each in given:
            field = _named(wanted, fields)
            if field or (_ATTRIBUTES in fields and given[0][0] != name):
                yield field or wanted, each


def _named(name: str, fields: Collection[str]) -> str:
    """Return the field of a name in any spelling, or an empty text."""
    return name if name in fields else next((each for each in fields if plain_name(each) == plain_name(name)), "")


def _field(row: Any, name: str) -> Any:
    attributes = row.fields.get(_ATTRIBUTES)
    within = attributes if name not in row.fields and isinstance(attributes, Mapping) else row.fields
    return within.get(_named(name, within))


def _matches(value: Any, wanted: Any) -> bool:
    """Return whether a field has the value of a filter, one of several, or a part that has it."""
    if isinstance(wanted, list):
        return any(_matches(value, each) for each in wanted)
    if isinstance(value, list | tuple):
        return any(_matches(each, wanted) for each in value)
    return str(value).lower() == str(wanted).lower()


def ordered(rows: Sequence[Any], query: Mapping[str, Any], fields: Collection[str]) -> Sequence[Any]:
    """Return the rows in the order of a query: `sort=-name`, `sort=name,desc`, `order_by=name&direction=desc`.

    Names that are no fields of the rows are left out; the rows without a value are last.
    """
    general = next(
        (str(query[each]).lower() for each in DIRECTIONS if str(query.get(each)).lower() in ("asc", "desc")), ""
    )
    given = next(
        (query[each] for each in SORTS if each in query and str(query[each]).lower() not in ("asc", "desc")), None
    )
    for sign, name, own in reversed([*_orders(given)]):
        field = _named(name, fields) or (name if _ATTRIBUTES in fields else "")
        if field:
            is_falling = sign == "-" or (own or general).lower() == "desc"
            empty = [row for row in rows if _field(row, field) is None]
            filled = [row for row in rows if _field(row, field) is not None]
            rows = [*sorted(filled, key=lambda row: _rank(_field(row, field)), reverse=is_falling), *empty]
    return rows


def _orders(given: Any) -> Iterator[tuple[str, str, str]]:
    for text in given if isinstance(given, list) else [given] if isinstance(given, str) else []:
        whole = _SORT.fullmatch(str(text))
        parts = [whole] if whole else [_SORT.fullmatch(part.strip()) for part in str(text).split(",")]
        for found in filter(None, parts):
            yield found[1], found[2], found[3] or ""


def _rank(value: Any) -> tuple[bool, Any]:
    is_number = isinstance(value, int | float)
    return not is_number, value if is_number else str(value)
