"""What the control plane tells of what happened, and by which rules: journal, violations, rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..core.contract import nearest
from ..core.endpoints import Answer
from ..core.errors import Refused
from ..core.journal import Exchange
from ..core.real_time import monotonic
from ..core.rules import Rule, rulebook
from . import errors, shown
from .rows import Asked

_AWAKE = 0.2
"""How often in seconds someone who waits looks up whether the server is closing."""


def journal(asked: Asked) -> Answer:
    """The exchanges that pass; with `wait`, as soon as one does."""
    _know(asked.query.get("operation", ""), asked.plant.fake.journal.operations)
    passes = _filter(asked.query)
    until = monotonic() + asked.query.get("wait", 0)
    with asked.plant.fake.journal.listening() as bell:
        while True:
            bell.clear()
            found = [kept for kept in asked.plant.fake.journal if passes(kept)]
            left = until - monotonic()
            if found or left <= 0 or asked.plant.closing.is_set():
                break
            bell.wait(min(left, _AWAKE))
    latest = found[-asked.query.get("limit", len(found)) :] if found else []
    told = [shown.exchange(kept, asked.plant.services[kept.api]) for kept in latest]
    return Answer(200, {"exchanges": told, "total": asked.plant.fake.journal.total})


def _know(operation: str, known: Sequence[str]) -> None:
    """Refuse an operation that is none, nor what the ids of several begin with: nothing would ever pass."""
    if operation and not any(f"{each}.".startswith(f"{operation}.") for each in known):
        near = nearest(operation, known)
        raise Refused(
            errors.INVALID, where="the query", place="$.operation", got=repr(operation),
            expected="the id of an operation, or what several begin with", hint=f"; did you mean {near!r}?" if near else "",
        )  # fmt: skip


def _filter(query: Mapping[str, Any]) -> Callable[[Exchange], bool]:
    operation, params = query.get("operation", ""), query.get("params", {})
    facts = {name: query[name] for name in ("api", "account") if name in query}

    def passes(kept: Exchange) -> bool:
        return (
            kept.number > query.get("after", 0)
            and (not operation or kept.operation == operation or kept.operation.startswith(f"{operation}."))
            and all(getattr(kept, name) == wanted for name, wanted in facts.items())
            and query.get("violations", bool(kept.violations)) == bool(kept.violations)
            and query.get("method", kept.sent.method) == kept.sent.method
            and query.get("status", kept.reply.status) == kept.reply.status
            and all(name in kept.params and kept.params[name] == wanted for name, wanted in params.items())
        )

    return passes


def violations(asked: Asked) -> Answer:
    """All that was swallowed."""
    return Answer(200, {"violations": [shown.violation(found) for found in list(asked.plant.fake.violations)]})


def forgive(asked: Asked) -> Answer:
    """Forget what was swallowed."""
    count = len(asked.plant.fake.violations)
    del asked.plant.fake.violations[:count]
    return Answer(200, {"cleared": count})


def rules(asked: Asked) -> Answer:
    """Every rule, or those of one API or standing."""
    only = asked.query.get("api")
    books = [rulebook(service.api) for name, service in asked.plant.services.items() if only in (None, name)]
    wanted = asked.query.get("standing")
    return Answer(200, {"rules": [_rule(rule) for book in books for rule in book if wanted in (None, rule.standing)]})


def rule(asked: Asked) -> Answer:
    """The rows of one id."""
    id = asked.path["id"]
    books = [rulebook(service.api) for service in asked.plant.services.values()]
    found = [rule for book in books for rule in book.rows(id)]
    if not found:
        near = nearest(id, [known for book in books for known in book.ids()])
        raise Refused(errors.NO_SUCH_RULE, id=id, hint=f"; did you mean {near!r}?" if near else "")
    return Answer(200, {"rules": [_rule(rule) for rule in found]})


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id, "says": rule.says, "docs": rule.docs, "standing": rule.standing, "reason": rule.reason,
        "editions": list(rule.editions),
    }  # fmt: skip
