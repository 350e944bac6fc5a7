"""Pagination: by page, by offset or by cursor, with or without a Link header."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeVar, get_args
from urllib.parse import quote, quote_plus, unquote_plus

from ..core.contract.call import Call
from ..core.contract.schemas import SchemaError
from ..core.http.messages import Request
from ..core.text.arguments import shown, wrong

R = TypeVar("R")
Style = Literal["page", "offset", "cursor"]


_SAFE = "%=+!$'()*,;:@/?"
"""Characters that a part of a query keeps (RFC 3986, 3.4)."""


class Page(list[R]):
    """One page of rows. `total` counts all of them; `next` and `previous` are the values of the page parameter, or None.

    `start` is the number of rows before the page, `size` that of a full one.
    """

    def __init__(
        self, rows: Iterable[R], total: int, next: Any = None, previous: Any = None, *, start: int = 0, size: int = 0
    ) -> None:
        super().__init__(rows)
        self.total, self.next, self.previous, self.start, self.size = total, next, previous, start, size


def paginate(
    call: Call,
    rows: Iterable[R],
    *,
    per_page: int = 20,
    style: Style = "page",
    page: str = "",
    size: str = "",
    link: bool | None = None,
    first: int = 1,
) -> Page[R]:
    """Return the page of some rows that a call's query names.

    `page` is the parameter that names it: `page` (from `first`), `offset` (from 0) or `cursor`, by `style`; `size` the one with
    the number of rows, `per_page` or `limit`. With `link`, the default of style `page`, the response gets a Link header
    (RFC 8288) with the next, previous, first and last page. Raises the API's error `invalid` for a cursor that it did not
    make.
    """
    if style not in get_args(Style):
        raise wrong("style", "page, offset or cursor", shown(style))
    page = page or style
    size = size or {"page": "per_page", "offset": "limit", "cursor": "limit"}[style]
    everything = rows if isinstance(rows, Sequence) else list(rows)
    total, count = len(everything), max(1, _number(call, size, per_page))
    if style == "page":
        start = max(0, _number(call, page, first) - first) * count
    elif style == "offset":
        start = max(0, _number(call, page, 0))
    else:
        start = _start_of(call, page)

    def named(at: int) -> Any:
        if not 0 <= at < max(total, 1) or at == start:
            return None
        return {"page": at // count + first, "offset": at, "cursor": _cursor_of(at)}[style]

    found = Page(
        everything[start : start + count],
        total,
        named(start + count) if start + count < total else None,
        named(max(0, start - count)) if start > 0 else None,
        start=start,
        size=count,
    )
    if link if link is not None else style == "page":
        last = (total - 1) // count * count if total else 0
        relations = {"prev": found.previous, "next": found.next, "last": named(last), "first": named(0)}
        _add_link(call, page, {name: value for name, value in relations.items() if value is not None})
    return found


def _add_link(call: Call, page: str, relations: dict[str, Any]) -> None:
    if relations:
        links = (f'<{page_url(call.request, page, value)}>; rel="{name}"' for name, value in relations.items())
        call.response_headers = (*call.response_headers, ("Link", ", ".join(links)))


def page_url(request: Request, page: str, value: Any) -> str:
    """Return the URL of a request with another value of the parameter that names the page."""
    sent = request.query_string.split("&") if request.query_string else []
    kept = [quote(part, _SAFE) for part in sent if unquote_plus(part.partition("=")[0]) != page]
    query = "&".join([*kept, f"{quote_plus(page)}={value}"])
    return f"{request.scheme}://{request.host}{request.raw_path}?{query}"


def _number(call: Call, name: str, default: int) -> int:
    """Return a parameter as an integer, also where its shape makes it a text. Raises the API's error `invalid`."""
    value = call.query.get(name)
    if value in (None, ""):
        return default
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    raise call.api.invalid(call, SchemaError((name,), "type", "integer", value, "expected an integer", ""))


def _cursor_of(start: int) -> str:
    return urlsafe_b64encode(f"row:{start}".encode()).decode().rstrip("=")


def _start_of(call: Call, page: str) -> int:
    cursor = call.query.get(page)
    if cursor in (None, ""):
        return 0
    try:
        kind, _, start = urlsafe_b64decode(f"{cursor}{'=' * (-len(str(cursor)) % 4)}").decode().partition(":")
        if kind == "row" and start.isdecimal():
            return int(start)
    except ValueError:
        pass
    error = SchemaError((page,), "pattern", "a cursor of this API", cursor, "expected a cursor of this API", "")
    raise call.api.invalid(call, error)
