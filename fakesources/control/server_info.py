"""Operations that describe the server."""

from __future__ import annotations

import platform

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.version import __version__
from .context import context_of
from .operations import operation


def list_operations(call: Call) -> Result:
    """List the operations of the control plane."""
    operations = [
        {"method": endpoint.documented[0], "path": endpoint.paths[0], "summary": endpoint.summary}
        for endpoint in call.api.endpoints
    ]
    return Result(200, {"operations": operations})


def get_health(call: Call) -> Result:
    """Return the id of this run of the server, its limits, and the current use of them."""
    context = context_of(call)
    return Result(
        200,
        {
            "status": "ok",
            "server": "fakesources",
            "version": __version__,
            "instance": context.instance,
            "limits": context.limits,
            "used": {name: count() for name, count in context.gauges.items()},
        },
    )


def get_readiness(call: Call) -> Result:
    """Return whether the server accepts requests: 503 during its shutdown."""
    is_ready = not context_of(call).closing.is_set()
    return Result(200 if is_ready else 503, {"ready": is_ready})


def get_version(_: Call) -> Result:
    """Return the versions of the package and of Python."""
    return Result(200, {"fakesources": __version__, "python": platform.python_version()})


def list_editions(call: Call) -> Result:
    """Return the edition of each API, and the available ones."""
    editions = {}
    for name, service in context_of(call).services.items():
        available = [{"name": each.name, "description": each.description} for each in service.api.editions.values()]
        editions[name] = {"edition": service.edition.name, "available": available}
    return Result(200, editions)


ENDPOINTS = (
    operation("index", "GET", "", list_operations, {200: "index"}),
    operation("health", "GET", "/health", get_health, {200: "health"}, public=True),
    operation("ready", "GET", "/ready", get_readiness, {200: "ready", 503: "ready"}, public=True),
    operation("version", "GET", "/version", get_version, {200: "version"}),
    operation("editions", "GET", "/editions", list_editions, {200: "editions"}),
)
