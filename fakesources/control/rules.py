"""Operations on the rules, and on the deviations of the fake from its sources."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.deviations import Deviation, deviations_of
from ..core.contract.errors import ApiErrorRaised
from ..core.contract.rule import Rule
from ..core.contract.rulebook import GENERAL, rulebook, suggest_id
from ..core.text.spelling import hint
from . import ROOT, errors
from .context import context_of
from .operations import operation

_FIELDS = ("id", "description", "source", "provenance", "reason")


def list_rules(call: Call) -> Result:
    """List the rules: everything that is enforced or emitted, with its source."""
    api, provenance = call.query.get("api"), call.query.get("provenance")
    books = [rulebook(service.api) for name, service in context_of(call).services.items() if api in (None, name)]
    rules = [*(rule for book in books for rule in book), *(GENERAL if api is None else ())]
    return Result(200, {"rules": [_rule(rule) for rule in rules if provenance in (None, rule.provenance)]})


def get_rule(call: Call) -> Result:
    """Return the rule with an id, once for each group of editions in which it differs."""
    return Result(200, {"rules": [_rule(rule) for rule in find_rules(call, call.path["id"])]})


def find_rules(call: Call, id: str) -> list[Rule]:
    """Return the rule with an id, once for each group of editions. Raises ApiErrorRaised for an unknown id."""
    books = [rulebook(service.api) for service in context_of(call).services.values()]
    rules = [*(rule for book in books for rule in book.rows(id)), *(rule for rule in GENERAL if rule.id == id)]
    if not rules:
        suggestion = hint(suggest_id(id, [book.api for book in books])) or f"; GET {ROOT}/rules lists them"
        raise ApiErrorRaised(errors.NO_SUCH_RULE, id=id, hint=suggestion)
    return rules


def list_deviations(call: Call) -> Result:
    """List the deviations: points in which the fake is known to contradict a source, with the reason of each."""
    chosen = call.query.get("api")
    found = [service.api for name, service in context_of(call).services.items() if chosen in (None, name)]
    return Result(200, {"deviations": [_deviation(each) for api in found for each in deviations_of(api)]})


def _deviation(deviation: Deviation) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(deviation).items()}


def _rule(rule: Rule) -> dict[str, Any]:
    return {**{name: getattr(rule, name) for name in _FIELDS}, "editions": list(rule.editions)}


ENDPOINTS = (
    operation("rules.list", "GET", "/rules", list_rules, {200: "rules"}, query="rules.query"),
    operation("rules.get", "GET", "/rules/<id>", get_rule, {200: "rules.by-id"}, errors=(errors.NO_SUCH_RULE,)),
    operation("deviations.list", "GET", "/deviations", list_deviations, {200: "deviations"}, query="api.query"),
)
