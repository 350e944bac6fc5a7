"""Rows about snapshots: list, create, restore and delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.contract.validation import nearest
from ..core.system.sizes import size_of
from . import errors
from .context import context_of
from .operations import row

if TYPE_CHECKING:
    from ..core.state.snapshots import Snapshot


def read(call: Call) -> Result:
    """List the names of the snapshots."""
    return Result(200, {"snapshots": list(context_of(call).snapshots)})


def create(call: Call) -> Result:
    """Take a snapshot; one of the same name is replaced."""
    context = context_of(call)
    name = call.params.get("name") or str(next(context.numbers))
    others = {each: snapshot for each, snapshot in context.snapshots.items() if each != name}
    kept = {**others, name: context.fake.snapshot()}
    size, limit = size_of(kept), context.limits["snapshot_bytes"]
    if size > limit:
        raise ApiErrorRaised(errors.TOO_MANY_SNAPSHOTS, size=size, limit=limit)
    context.snapshots = kept
    return Result(201, {"snapshot": name})


def restore(call: Call) -> Result:
    """Restore a snapshot, or its part of one account."""
    snapshot = _find(call)
    with errors.names_checked():
        context_of(call).fake.restore(snapshot, call.query.get("account"))
    return Result(200, {"snapshot": call.path["name"]})


def delete(call: Call) -> Result:
    """Delete a snapshot."""
    _find(call)
    context = context_of(call)
    context.snapshots = {each: snapshot for each, snapshot in context.snapshots.items() if each != call.path["name"]}
    return Result(200, {"snapshot": call.path["name"]})


def _find(call: Call) -> Snapshot:
    name, snapshots = call.path["name"], context_of(call).snapshots
    if name not in snapshots:
        near = nearest(name, snapshots)
        hint = f"; did you mean {near!r}?" if near else f"; there are {', '.join(snapshots) or 'none'}"
        raise ApiErrorRaised(errors.NO_SUCH_SNAPSHOT, name=name, hint=hint)
    return snapshots[name]


ENDPOINTS = (
    row("snapshots.list", "GET", "/snapshots", read, "List the snapshots.", {200: "snapshots"}),
    row(
        "snapshots.make", "POST", "/snapshots", create,
        "Take a snapshot of rows, rate windows, id counters and the clock, under a name.",
        {201: "snapshot"}, body="snapshot.request", errors=(errors.TOO_MANY_SNAPSHOTS,),
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
