"""Operations on snapshots."""

from __future__ import annotations

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiErrorRaised
from ..core.state.snapshots import Snapshot
from ..core.system.sizes import size_of
from . import errors, serialize
from .accounts import selected
from .context import context_of
from .operations import named, operation


def list_snapshots(call: Call) -> Result:
    """List the names of the snapshots."""
    return Result(200, {"snapshots": list(context_of(call).snapshots)})


def create_snapshot(call: Call) -> Result:
    """Take a snapshot of rows, rate windows, id counters and the clock; one of the same name is replaced."""
    context = context_of(call)
    name = call.params.get("name") or str(next(context.numbers))
    others = {each: snapshot for each, snapshot in context.snapshots.items() if each != name}
    snapshots = {**others, name: context.fake.snapshot()}
    size, limit = size_of(snapshots), context.limits["snapshot_bytes"]
    if size > limit:
        raise ApiErrorRaised(errors.TOO_MANY_SNAPSHOTS, size=size, limit=limit)
    context.snapshots = snapshots
    return Result(201, {"snapshot": name})


def restore_snapshot(call: Call) -> Result:
    """Restore a snapshot, or its part of one account alone."""
    snapshot, selection = _find(call), selected(call)
    with errors.names_checked():
        context_of(call).fake.restore(snapshot, selection.account, selection.api)
    return Result(200, {"snapshot": call.path["name"]})


def compare_snapshot(call: Call) -> Result:
    """Compare a snapshot, or its part of one account alone, with the present state."""
    snapshot, selection = _find(call), selected(call)
    diff = context_of(call).fake.diff(snapshot, None, selection.account, selection.api)
    return Result(200, {"diff": {"changes": [serialize.change(each) for each in diff]}, "text": str(diff)})


def delete_snapshot(call: Call) -> Result:
    """Delete a snapshot."""
    _find(call)
    context = context_of(call)
    context.snapshots = {each: snapshot for each, snapshot in context.snapshots.items() if each != call.path["name"]}
    return Result(200, {"snapshot": call.path["name"]})


def _find(call: Call) -> Snapshot:
    return named(call, context_of(call).snapshots, errors.NO_SUCH_SNAPSHOT)


ENDPOINTS = (
    operation("snapshots.list", "GET", "/snapshots", list_snapshots, {200: "snapshots"}),
    operation(
        "snapshots.create", "POST", "/snapshots", create_snapshot, {201: "snapshot"}, body="snapshot.request",
        errors=(errors.TOO_MANY_SNAPSHOTS,),
    ),
    operation(
        "snapshots.restore", "POST", "/snapshots/<name>/restore", restore_snapshot, {200: "snapshot"},
        query="account.query", errors=(errors.NO_SUCH_SNAPSHOT,),
    ),
    operation(
        "snapshots.diff", "GET", "/snapshots/<name>/diff", compare_snapshot, {200: "snapshot.diff"},
        query="account.query", errors=(errors.NO_SUCH_SNAPSHOT,),
    ),
    operation(
        "snapshots.delete", "DELETE", "/snapshots/<name>", delete_snapshot, {200: "snapshot"},
        errors=(errors.NO_SUCH_SNAPSHOT,),
    ),
)  # fmt: skip
