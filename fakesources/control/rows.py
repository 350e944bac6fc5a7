"""Operations on the rows of every API: they are listed, added, changed and removed as in Python."""

from __future__ import annotations

from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call, Service
from ..core.contract.errors import ApiErrorRaised
from ..core.state.handles import RowTable, tables_of
from ..core.storage.store import NoSuchRow
from . import errors
from .accounts import current_accounts, handle_of, selected
from .context import context_of
from .operations import named, operation
from .row_values import check_unmasked, parse_fields, row_checked, shown_fields, shown_row

DEFAULT_LIMIT = 200
"""Most rows of one type and account in a response of a request without `limit`."""


def list_rows(call: Call) -> Result:
    """List the rows of every type, by account: secrets masked, with the fields that rows of the type have."""
    context, query = context_of(call), call.query
    start = query.get("start", 0)
    stop = start + query.get("limit", DEFAULT_LIMIT)
    tables = []
    for account, handle in current_accounts(context, selected(call)):
        service = context.services[account.api]
        for table in tables_of(handle):
            if query.get("name", table.name) == table.name:
                rows, total = table.page(start, stop)
                tables.append(
                    {
                        "api": account.api,
                        "account": account.shown,
                        "number": account.number,
                        "name": table.name,
                        "fields": shown_fields(table, service),
                        "rows": [shown_row(row, service) for row in rows],
                        "total": total,
                    }
                )
    return Result(200, {"tables": tables})


def add_row(call: Call) -> Result:
    """Add a row to the home account, or to another one; fields that are left out get the values of an example."""
    service, table = _find_table(call)
    check_unmasked(call.params, None, service)
    fields = parse_fields(call.params, table.add, service, is_new=True)
    with row_checked(call):
        row = table.rows.add(**fields)  # type: ignore[attr-defined]
    return Result(201, {"row": shown_row(row, service)})


def change_row(call: Call) -> Result:
    """Change the given fields of a row. The mask of a secret is never written."""
    service, table = _find_table(call)
    id = _find_id(call, table)
    check_unmasked(call.params, table.rows.get(id), service)
    fields = parse_fields(call.params, table.change, service, is_new=False)
    with row_checked(call):
        row = table.rows.change(id, **fields)  # type: ignore[attr-defined]
    return Result(200, {"row": shown_row(row, service)})


def remove_row(call: Call) -> Result:
    """Remove a row with the rows that belong to it, and return it."""
    service, table = _find_table(call)
    id = _find_id(call, table)
    with row_checked(call):
        row = table.rows.remove(id)
    return Result(200, {"row": shown_row(row, service)})


def _find_table(call: Call) -> tuple[Service, RowTable[Any]]:
    """Return the rows that a path names. Raises ApiErrorRaised for an unknown API, and for rows that it does not have."""
    context, api = context_of(call), call.path["api"]
    errors.check_api(api, context.services)
    handle = handle_of(context, api, selected(call))
    tables = {table.name: table for table in (tables_of(handle) if handle is not None else ())}
    return context.services[api], named(call, tables, errors.NO_SUCH_ROWS)


def _find_id(call: Call, table: RowTable[Any]) -> Any:
    """Return the id of a row as its store has it: a text, a number, or another value with this text."""
    text = call.path["id"]
    if text in table.rows:
        return text
    if text.removeprefix("-").isdecimal() and len(text) < 20 and int(text) in table.rows:
        return int(text)
    other = next((id for id in table.rows if str(id) == text), None)
    if other is None:
        try:
            table.rows[text]
        except NoSuchRow as error:
            raise ApiErrorRaised(errors.NO_SUCH_ROW, reason=error) from None
    return other


ENDPOINTS = (
    operation("rows.list", "GET", "/rows", list_rows, {200: "rows"}, query="rows.query"),
    operation(
        "rows.add", "POST", "/rows/<api>/<name>", add_row, {201: "row"}, query="account.query", body="fields.request",
        errors=(errors.NO_SUCH_ROWS, errors.MASKED_VALUE, errors.INVALID_ROW),
    ),
    operation(
        "rows.change", "PATCH", "/rows/<api>/<name>/<id>", change_row, {200: "row"}, query="account.query",
        body="fields.request",
        errors=(errors.NO_SUCH_ROWS, errors.NO_SUCH_ROW, errors.MASKED_VALUE, errors.INVALID_ROW),
    ),
    operation(
        "rows.remove", "DELETE", "/rows/<api>/<name>/<id>", remove_row, {200: "row"}, query="account.query",
        errors=(errors.NO_SUCH_ROWS, errors.NO_SUCH_ROW, errors.INVALID_ROW),
    ),
)  # fmt: skip
