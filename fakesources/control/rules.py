"""Rows about the rules: list and look up."""

from __future__ import annotations

from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.contract.rule import Rule
from ..core.contract.rulebook import GENERAL, nearest_id, rulebook
from . import errors
from .context import context_of
from .operations import row


def read(call: Call) -> Result:
    """List the rules, or those of one API or standing."""
    only, wanted = call.query.get("api"), call.query.get("provenance")
    services = context_of(call).services
    books = [rulebook(service.api) for name, service in services.items() if only in (None, name)]
    rules = [*(rule for book in books for rule in book), *(GENERAL if only is None else ())]
    return Result(200, {"rules": [_rule(rule) for rule in rules if wanted in (None, rule.standing)]})


def find(call: Call) -> Result:
    """Return the rules of one id."""
    id = call.path["id"]
    books = [rulebook(service.api) for service in context_of(call).services.values()]
    found = [*(rule for book in books for rule in book.rows(id)), *(rule for rule in GENERAL if rule.id == id)]
    if not found:
        near = nearest_id(id, [book.api for book in books])
        raise ApiErrorRaised(errors.NO_SUCH_RULE, id=id, hint=f"; did you mean {near!r}?" if near else "")
    return Result(200, {"rules": [_rule(rule) for rule in found]})


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id, "description": rule.description, "source": rule.source, "provenance": rule.provenance, "reason": rule.reason,
        "editions": list(rule.editions),
    }  # fmt: skip


ENDPOINTS = (
    row(
        "rules.list", "GET", "/rules", read, "List the rules: everything enforced or emitted, with its source.",
        {200: "rules"}, query="rules.query",
    ),
    row(
        "rules.read", "GET", "/rules/<id>", find, "Return one rule.",
        {200: "rules.of"}, errors=(errors.NO_SUCH_RULE,),
    ),
)  # fmt: skip
