"""What the control plane arranges: faults to come, and the time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..core.contract import shown as as_text
from ..core.endpoints import Answer
from ..core.errors import Refused
from ..core.faults import Faults
from ..core.latches import Latch
from ..core.planned import Planned, When
from ..core.world import in_seconds, reachable
from . import errors, shown
from .accounts import OfAccount, clear
from .rows import Asked

_KINDS = ("refuse", "status", "breaks", "delay", "hold")


def faults(asked: Asked) -> Answer:
    """What is still to happen."""
    arranged = asked.plant.fake.faults
    told = [*map(_planned, arranged.planned), *map(_latch, arranged.latches)]
    return Answer(200, {"faults": told})


def arrange(asked: Asked) -> Answer:
    """One fault more. What the documentation does not allow is refused, as it is to a test."""
    kinds = [kind for kind in _KINDS if kind in asked.body]
    if len(kinds) != 1:
        raise _invalid("$", " and ".join(kinds) or "none of them", f"one of {', '.join(_KINDS)}")
    try:
        arranged = _arranged(asked.plant.fake.faults, kinds[0], asked.body, _when(asked))
    except ValueError as why:
        raise Refused(errors.NO_SUCH_FAULT, reason=why) from None
    return Answer(201, _latch(arranged) if isinstance(arranged, Latch) else _planned(arranged))


def _when(asked: Asked) -> When:
    """Which calls are meant: those with some parameters, and of one account where one is named."""
    account, params = asked.body.get("account"), asked.body.get("when")
    for service in asked.plant.services.values():
        for endpoint in service.api.endpoints:
            if account is not None and endpoint.id == asked.body["operation"]:
                return OfAccount(account, service, endpoint, params)
    return params  # type: ignore[no-any-return]  # the shape has seen to it


def _arranged(faults: Faults, kind: str, body: dict[str, Any], when: When) -> Planned | Latch:
    operation = body["operation"]
    often = {"times": body["times"]} if "times" in body else {}
    if kind == "hold":
        return faults.latch(operation, when=when)
    if kind == "refuse":
        return faults.next(operation, body["refuse"], when=when, fields=body.get("fields"), **often)
    if kind == "status":
        return faults.status(operation, body["status"], body=body.get("body"), when=when, **often)
    if kind == "delay":
        return faults.delay(operation, body["delay"], when=when, **often)
    takes_effect = body.get("takes_effect", False)
    return faults.breaks(operation, body["breaks"], when=when, takes_effect=takes_effect, **often)


def _planned(planned: Planned) -> dict[str, Any]:
    return _fault(planned.operation, planned.when, planned.what, planned.left, planned.happened)


def _latch(latch: Latch) -> dict[str, Any]:
    return _fault(latch.operation, latch.when, "hold", None, latch.held)


def _fault(operation: str, when: When, what: str, left: int | None, happened: int) -> dict[str, Any]:
    account = shown.account(when.account, when.service) if isinstance(when, OfAccount) else ""
    return {"operation": operation, "account": account, "what": what, "left": left, "happened": happened}


def forgo(asked: Asked) -> Answer:
    """Take back every fault, or one account's, and let go of what is held."""
    arranged, account = asked.plant.fake.faults, asked.query.get("account")
    if account is not None:
        return Answer(200, {"cleared": clear(arranged, account)})
    count = len(arranged.planned) + len(arranged.latches)
    arranged.clear()
    return Answer(200, {"cleared": count})


def clock(asked: Asked) -> Answer:
    """Where it stands."""
    stands = asked.plant.fake.clock
    return Answer(200, {"now": shown.time(stands.seconds()), "running": stands.running})


def move(asked: Asked) -> Answer:
    """Set it, move it on, stop it or let it run, in that order; nothing of it where a time is out of reach."""
    moved = asked.plant.fake.clock
    when = _time(asked.body["set"]) if "set" in asked.body else None
    goal, step = (moved.seconds() if when is None else when.timestamp()), asked.body.get("advance", 0)
    for place, got, further in (("set", asked.body.get("set"), 0), ("advance", step, step)):
        try:
            reachable(goal + in_seconds(further))
        except ValueError as why:
            raise _invalid(f"$.{place}", as_text(got), f"a time within reach: {why}") from None
    if when is not None:
        moved.set(when)
    if "advance" in asked.body:
        moved.advance(asked.body["advance"])
    if "running" in asked.body:
        (moved.run if asked.body["running"] else moved.freeze)()
    return clock(asked)


def _time(text: str) -> datetime:
    expected = "a time like 2026-01-01T00:00:00Z, its offset included"
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise _invalid("$.set", as_text(text), expected)
    return when


def _invalid(at: str, got: str, expected: str) -> Refused:
    return Refused(errors.INVALID, where="the body", place=at, got=got, expected=expected, hint="")
