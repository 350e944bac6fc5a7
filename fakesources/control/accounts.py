"""Accounts: their list, and the choice of one by its name or its number.

A number stands for an account whose name is a key, which no list shows: `#2` wherever an operation takes an account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.http.masking import MASK
from ..core.state.handles import AccountHandle, other_account
from ..core.storage.accounts import HOME
from . import ROOT, errors, serialize
from .context import ControlContext, context_of
from .operations import operation

_NUMBER = re.compile(r"#([0-9]{1,9})", re.ASCII)


class Selection(NamedTuple):
    """Account and API that a request names, None where it names none; `is_home` is true for a home account by number."""

    api: str | None
    account: str | None
    is_home: bool = False


class ListedAccount(NamedTuple):
    """An account with its number; `label` identifies it within its API. `shown` is its name, masked where it is a key."""

    number: int
    api: str
    label: str
    name: str
    shown: str

    @property
    def is_home(self) -> bool:
        """Return whether it is the home account of its API."""
        return self.label == HOME


def list_accounts(call: Call) -> Result:
    """List the accounts of each API, with the numbers that stand for them: `account=#2`."""
    context = context_of(call)
    rows = [
        {
            "number": each.number,
            "api": each.api,
            "account": each.shown,
            "home": each.is_home,
        }
        for each in known_accounts(context, call.query.get("api"))
    ]
    return Result(200, {"accounts": rows})


def known_accounts(context: ControlContext, api: str | None = None) -> list[ListedAccount]:
    """Return the accounts there are, of one API or of all, home first. A number stays that of its account."""
    found = []
    for name, service in context.services.items():
        if api in (None, name):
            accounts = service.accounts
            for each in accounts:
                if each is accounts.home and not accounts.has_home:
                    continue
                own = accounts.name_of(each)
                shown = (
                    HOME if each is accounts.home and accounts.home_name is None else serialize.account(own, service)
                )
                found.append(ListedAccount(context.number_of(name, each.label), name, each.label, own, shown))
    return found


def selected(call: Call, given: Mapping[str, Any] | None = None) -> Selection:
    """Return the account and the API that a request names, in its query or in `given`.

    Raises ApiErrorRaised for an account that cannot exist or is misspelt, and for a number that no account has.
    """
    where = "query" if given is None else "body"
    values = call.query if given is None else given
    api, account = call.path.get("api", values.get("api")), values.get("account")
    if account is None:
        return Selection(api, None)
    if account == MASK:
        expected = f"the name of an account, or its number, such as #1, which GET {ROOT}/accounts lists"
        raise errors.invalid("$.account", f"the mask {MASK!r}", expected, where)
    context, number = context_of(call), _NUMBER.fullmatch(account)
    if number is None:
        with errors.names_checked():
            context.fake.journal.check(account=account)
        return Selection(api, account)
    known = known_accounts(context)
    found = next((each for each in known if each.number == int(number[1])), None)
    if found is None or api not in (None, found.api):
        owner = f", which is an account of {found.api}" if found else ""
        numbers = ", ".join(f"#{each.number}" for each in known if api in (None, each.api)) or "there is none"
        expected = f"the number of an account{f' of {api}' if api else ''} ({numbers})"
        raise ApiErrorRaised(
            errors.NO_SUCH_ACCOUNT, where=where, expected=expected, account=f"#{int(number[1])}{owner}"
        )
    return Selection(found.api, found.name, found.is_home)


def handle_of(context: ControlContext, api: str, selection: Selection) -> AccountHandle[Any] | None:
    """Return the handle of the selected account, or of home where none was named; None for an API without handles."""
    handle = getattr(context.fake, api, None) if api in context.services else None
    if not isinstance(handle, AccountHandle):
        return None
    return handle if selection.is_home or selection.account is None else other_account(handle, selection.account)


def current_accounts(context: ControlContext, selection: Selection) -> list[tuple[ListedAccount, AccountHandle[Any]]]:
    """Return the accounts that a selection names, those that exist alone, each with its handle."""
    found = []
    for each in known_accounts(context, selection.api):
        if selection.account in (None, each.name):
            handle = handle_of(context, each.api, Selection(each.api, each.name, each.is_home))
            if handle is not None:
                found.append((each, handle))
    return found


ENDPOINTS = (operation("accounts.list", "GET", "/accounts", list_accounts, {200: "accounts"}, query="api.query"),)
