"""What the control plane arranges: faults to come, and the time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..core.contract import shown as as_text
from ..core.endpoints import Answer
from ..core.errors import Refused
from ..core.faults import Faults, Latch, Planned
from . import errors, shown
from .rows import Asked

_KINDS = ("refuse", "status", "breaks", "delay", "hold")


def faults(asked: Asked) -> Answer:
    """What is still to happen."""
    arranged = asked.plant.fake.faults
    told = [*map(_fault, arranged.planned), *map(_hold, arranged.latches)]
    return Answer(200, {"faults": told})


def arrange(asked: Asked) -> Answer:
    """One fault more. What the documentation does not allow is refused, as it is to a test."""
    kinds = [kind for kind in _KINDS if kind in asked.body]
    if len(kinds) != 1:
        raise _invalid("$", " and ".join(kinds) or "none of them", f"one of {', '.join(_KINDS)}")
    try:
        planned = _planned(asked.plant.fake.faults, kinds[0], asked.body)
    except ValueError as why:
        raise Refused(errors.NO_SUCH_FAULT, reason=why) from None
    return Answer(201, planned)


def _planned(faults: Faults, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    operation, when = body["operation"], body.get("when")
    often = {"times": body["times"]} if "times" in body else {}
    if kind == "hold":
        return _hold(faults.latch(operation, when=when))
    if kind == "refuse":
        return _fault(faults.next(operation, body["refuse"], when=when, fields=body.get("fields"), **often))
    if kind == "status":
        return _fault(faults.status(operation, body["status"], body=body.get("body"), when=when, **often))
    if kind == "delay":
        return _fault(faults.delay(operation, body["delay"], when=when, **often))
    takes_effect = body.get("takes_effect", False)
    return _fault(faults.breaks(operation, body["breaks"], when=when, takes_effect=takes_effect, **often))


def _fault(planned: Planned) -> dict[str, Any]:
    return {
        "operation": planned.operation, "what": planned.what, "left": planned.left, "happened": planned.happened,
    }  # fmt: skip


def _hold(latch: Latch) -> dict[str, Any]:
    return {"operation": latch.operation, "what": "hold", "left": None, "happened": latch.held}


def forgo(asked: Asked) -> Answer:
    """Take back every fault, and let go of what is held."""
    arranged = asked.plant.fake.faults
    count = len(arranged.planned) + len(arranged.latches)
    arranged.clear()
    return Answer(200, {"cleared": count})


def clock(asked: Asked) -> Answer:
    """Where it stands."""
    stands = asked.plant.fake.clock
    return Answer(200, {"now": shown.time(stands.seconds()), "running": stands.running})


def move(asked: Asked) -> Answer:
    """Set it, move it on, stop it or let it run, in that order."""
    moved = asked.plant.fake.clock
    if "set" in asked.body:
        moved.set(_time(asked.body["set"]))
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
