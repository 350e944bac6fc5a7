"""Rows about snapshots: list, create, restore and delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.calls import Call
from ..core.contract import nearest
from ..core.endpoints import Answer
from ..core.errors import Refused
from . import errors
from .context import context_of
from .rows import row

if TYPE_CHECKING:
    from ..core.states import Snapshot


def read(call: Call) -> Answer:
    """List the names of the snapshots."""
    return Answer(200, {"snapshots": list(context_of(call).snapshots)})


def create(call: Call) -> Answer:
    """Take a snapshot; one of the same name is replaced."""
    context = context_of(call)
    name = call.params.get("name") or str(next(context.numbers))
    context.snapshots.pop(name, None)
    context.snapshots[name] = context.fake.snapshot()
    return Answer(201, {"snapshot": name})


def restore(call: Call) -> Answer:
    """Restore a snapshot, or its part of one account."""
    context_of(call).fake.restore(_find(call), call.query.get("account"))
    return Answer(200, {"snapshot": call.path["name"]})


def delete(call: Call) -> Answer:
    """Delete a snapshot."""
    _find(call)
    del context_of(call).snapshots[call.path["name"]]
    return Answer(200, {"snapshot": call.path["name"]})


def _find(call: Call) -> Snapshot:
    name, snapshots = call.path["name"], context_of(call).snapshots
    if name not in snapshots:
        near = nearest(name, snapshots)
        hint = f"; did you mean {near!r}?" if near else f"; there are {', '.join(snapshots) or 'none'}"
        raise Refused(errors.NO_SUCH_SNAPSHOT, name=name, hint=hint)
    return snapshots[name]


ENDPOINTS = (
    row("snapshots.list", "GET", "/snapshots", read, "List the snapshots.", {200: "snapshots"}),
    row(
        "snapshots.make", "POST", "/snapshots", create,
        "Take a snapshot of rows, rate windows, id counters and the clock, under a name.",
        {201: "snapshot"}, body="snapshot.request",
    ),
    row(
        "snapshots.restore", "POST", "/snapshots/<name>/restore", restore,
        "Restore a snapshot, or its part of one account alone.",
        {200: "snapshot"}, query="owner.query", errors=(errors.NO_SUCH_SNAPSHOT,),
    ),
    row(
        "snapshots.drop", "DELETE", "/snapshots/<name>", delete, "Delete a snapshot.",
        {200: "snapshot"}, errors=(errors.NO_SUCH_SNAPSHOT,),
    ),
)  # fmt: skip
