"""The control plane of a running server: /_fakesources/… and what happens there.

One function from Request to Reply, like the engine's, for the other table of rows. Nothing of it enters the journal.
Each request is let in by the guard, led to its row, held against the row's shapes, acted on, and the answer held
against its shape too.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from ..core.carriers import Unreadable, json_of, pairs_of, text_of
from ..core.contract import described, from_text, nearest, shown
from ..core.endpoints import Answer
from ..core.errors import Bug, Problem, Refused
from ..core.messages import Limit, Reply, Request, usual
from ..core.schemas import Shape, shape
from . import errors
from .guard import admit
from .rows import ROOT, Asked, Operation, Plant

_HEADERS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


class Plane:
    """The control plane of one server. With a `token`, only whoever sends it is answered."""

    def __init__(self, plant: Plant, token: str = "", limit: Limit = usual) -> None:
        self._plant = plant
        self._token = token
        self._limit = limit

    def handle(self, request: Request) -> Reply:
        """Answer one request. Raises Bug when an answer breaks its own shape, and nothing else."""
        request = request.encodable()
        given = "error"
        extra: tuple[tuple[str, str], ...] = ()
        try:
            admit(request, self._token)
            if len(request.body) > self._limit(request.target):
                raise Refused(errors.TOO_LARGE, limit=self._limit(request.target))
            operation, path = find(self._plant.rows, request.method, request.path)
            query = query_of(operation, request)
            self._know(query.get("api"))
            asked = Asked(self._plant, path, query, body_of(operation, request))
            answer = operation.does(asked)
            given = operation.gives[answer.status]
        except Refused as no:
            answer = Answer(no.problem.status, {"error": str(no), "problem": no.problem.name})
            extra = _manners(no)
        if not shape_of(given).holds(answer.value):
            raise Bug(f"{request.method} {request.raw_path} answered with a body that breaks {given}")
        body = json.dumps(answer.value, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n"
        return Reply(answer.status, (*_HEADERS, *extra), body)

    def _know(self, api: str | None) -> None:
        known = list(self._plant.services)
        if api is not None and api not in known:
            raise Refused(errors.NO_SUCH_API, api=api, known=" and ".join(map(repr, known)))


def _manners(no: Refused) -> tuple[tuple[str, str], ...]:
    """The headers that HTTP wants with a status."""
    manners: dict[Problem, tuple[str, str]] = {errors.NO_TOKEN: ("WWW-Authenticate", "Bearer")}
    if no.problem is errors.NO_SUCH_METHOD:
        return (("Allow", no.fields["allowed"]),)
    return (manners[no.problem],) if no.problem in manners else ()


def shape_of(name: str) -> Shape:
    """One of the control plane's shapes."""
    return shape(f"control/{name}.json")


def find(rows: Sequence[Operation], method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """The row of a method and a path, and what varies in the path. Raises Refused."""
    parts = path.rstrip("/").split("/")
    matching = [(row, values) for row in rows if (values := _fits(row.path, parts)) is not None]
    if not matching:
        near = nearest(path.removeprefix(ROOT), {row.path.removeprefix(ROOT) for row in rows})
        hint = f"; did you mean {ROOT}{near}?" if near else f"; {ROOT} lists what there is"
        raise Refused(errors.NO_SUCH_PATH, path=path, hint=hint)
    meant = "GET" if method == "HEAD" else method
    for row, values in matching:
        if row.method == meant:
            return row, values
    allowed = ", ".join(sorted({row.method for row, _ in matching}))
    raise Refused(errors.NO_SUCH_METHOD, path=path, allowed=allowed, method=method)


def _fits(pattern: str, parts: list[str]) -> dict[str, str] | None:
    wanted = pattern.split("/")
    if len(wanted) != len(parts):
        return None
    values = {}
    for want, part in zip(wanted, parts, strict=True):
        if want.startswith("<") and part:
            values[want[1:-1]] = part
        elif want != part:
            return None
    return values


def query_of(operation: Operation, request: Request) -> dict[str, Any]:
    """The query, each value read as its shape wants it. Raises Refused."""
    try:
        pairs = pairs_of(request.query_string)
    except Unreadable as why:
        raise Refused(errors.UNREADABLE, part="query", reason=why) from None
    wanted = shape_of(operation.asks or "nothing")
    values = {name: from_text(wanted.kinds.get(name, "string"), value) for name, value in pairs}
    if len(values) < len(pairs):
        raise Refused(errors.UNREADABLE, part="query", reason="has a name twice")
    hold(wanted, values, "the query")
    return values


def body_of(operation: Operation, request: Request) -> Any:
    """The body as JSON; an empty one is an empty object. Raises Refused."""
    try:
        value = json_of(text_of(request.body)) if request.body else {}
    except Unreadable as why:
        raise Refused(errors.UNREADABLE, part="body", reason=why) from None
    if operation.takes or value:
        elsewhere = shape_of(operation.asks).kinds if operation.asks else ()
        hold(shape_of(operation.takes or "nothing"), value, "the body", elsewhere)
    return value


def hold(wanted: Shape, value: Any, where: str, in_query: Collection[str] = ()) -> None:
    """Hold a query or a body against its shape; `in_query` are names that belong in the query. Raises Refused at the
    first place that breaks it.
    """
    if wanted.holds(value):
        return
    fault = wanted.faults(value)[0]
    known = (fault.spot or {}).get("properties", {})
    near = nearest(fault.names[0], known) if fault.keyword == "additionalProperties" else ""
    got = repr(fault.names[0]) if near or fault.keyword == "additionalProperties" else shown(fault.got)
    expected = f"one of {', '.join(known)}" if known and fault.keyword == "additionalProperties" else described(fault)
    hint = f"; did you mean {near!r}?" if near else ""
    if fault.keyword == "additionalProperties" and fault.names[0] in in_query:
        hint = f"; it belongs in the query: ?{fault.names[0]}="
    raise Refused(errors.INVALID, where=where, place=fault.at, got=got, expected=expected, hint=hint)
