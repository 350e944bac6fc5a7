"""Operations on accounts besides their rows: the actions that an API offers, and its rate credits."""

from __future__ import annotations

from typing import Any

from ..core.contract.api import Action, Result
from ..core.contract.call import Call
from ..core.state.handles import account_of
from ..core.state.row_fields import keywords_of
from ..core.text.display import utc_text
from . import errors
from .accounts import current_accounts, handle_of, selected
from .context import context_of
from .operations import named, operation
from .row_values import check_unmasked, parse_fields, row_checked, shown_type


def list_actions(call: Call) -> Result:
    """List the actions that the APIs offer besides their rows, with the parameters of each."""
    rows = [
        {"api": name, "name": action.name, "summary": _summary(action), "parameters": _parameters(action)}
        for name, service in context_of(call).services.items()
        for action in service.api.actions
        if call.query.get("api", name) == name
    ]
    return Result(200, {"actions": rows})


def _summary(action: Action) -> str:
    return (action.run.__doc__ or "").partition("\n")[0]


def _parameters(action: Action) -> list[dict[str, Any]]:
    return [
        {**shown_type(type), "name": name, "required": is_required}
        for name, (type, is_required) in keywords_of(action.run).items()
    ]


def run_action(call: Call) -> Result:
    """Run an action of an API for the home account, or for another one, and return its result."""
    context, api = context_of(call), call.path["api"]
    errors.check_api(api, context.services)
    service, selection = context.services[api], selected(call)
    handle = handle_of(context, api, selection)
    actions = {action.name: action for action in service.api.actions if handle is not None}
    run = named(call, actions, errors.NO_SUCH_ACTION).run
    check_unmasked(call.params, None, service)
    given = parse_fields(call.params, keywords_of(run), service, is_new=True)
    with row_checked(call):
        result = run(handle, **given)
    return Result(200, {"result": result})


def list_rates(call: Call) -> Result:
    """List the rate credits of each account, for the APIs that have a rate limit."""
    context = context_of(call)
    seconds = context.fake.clock.seconds()
    rows = []
    for account, handle in current_accounts(context, selected(call)):
        service = context.services[account.api]
        window = service.api.rates(service, account_of(handle), seconds)
        if window is not None:
            rows.append(
                {
                    "api": account.api,
                    "account": account.shown,
                    "number": account.number,
                    "limit": window.limit,
                    "spent": window.spent,
                    "remaining": max(0, window.limit - window.spent),
                    "reset": None if window.end is None else utc_text(window.end),
                }
            )
    return Result(200, {"rates": rows})


ENDPOINTS = (
    operation("actions.list", "GET", "/actions", list_actions, {200: "actions"}, query="api.query"),
    operation(
        "actions.run", "POST", "/actions/<api>/<name>", run_action, {200: "action"}, query="account.query",
        body="action.request", errors=(errors.NO_SUCH_ACTION, errors.MASKED_VALUE, errors.INVALID_ROW),
    ),
    operation("rates.list", "GET", "/rates", list_rates, {200: "rates"}, query="filter.query"),
)  # fmt: skip
