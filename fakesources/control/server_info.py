"""Rows about the server itself: index, health, version and editions."""

from __future__ import annotations

import platform

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.version import __version__
from .context import context_of
from .operations import row


def index(call: Call) -> Result:
    """List the rows of the control plane."""
    rows = [
        {"method": endpoint.documented[0], "path": endpoint.paths[0], "says": endpoint.summary}
        for endpoint in call.api.endpoints
    ]
    return Result(200, {"operations": rows})


def health(call: Call) -> Result:
    """Report that the server answers, which run of it this is, its limits, and what is in use of them."""
    context = context_of(call)
    return Result(
        200,
        {
            "status": "ok",
            "server": "fakesources",
            "version": __version__,
            "started": context.started,
            "limits": context.limits,
            "used": {name: count() for name, count in context.gauges.items()},
        },
    )


def ready(call: Call) -> Result:
    """Report whether the server takes requests: 503 once it has begun to stop."""
    is_ready = not context_of(call).closing.is_set()
    return Result(200 if is_ready else 503, {"ready": is_ready})


def version(_: Call) -> Result:
    """Return the versions of the package and of Python."""
    return Result(200, {"fakesources": __version__, "python": platform.python_version()})


def editions(call: Call) -> Result:
    """Return the edition of each API, and the editions there are."""
    served = {}
    for name, service in context_of(call).services.items():
        known = [{"name": edition.name, "says": edition.description} for edition in service.api.editions.values()]
        served[name] = {"edition": service.edition.name, "known": known}
    return Result(200, served)


ENDPOINTS = (
    row("index", "GET", "", index, "List the operations of the control plane.", {200: "index"}),
    row(
        "health", "GET", "/health", health,
        "Report that the server answers, which run of it this is, its limits, and what is in use of them.",
        {200: "health"}, public=True,
    ),
    row(
        "ready", "GET", "/ready", ready, "Report whether the server takes requests: 503 once it has begun to stop.",
        {200: "ready", 503: "ready"}, public=True,
    ),
    row("version", "GET", "/version", version, "Return the versions of the package and of Python.", {200: "version"}),
    row(
        "editions", "GET", "/editions", editions, "Return the edition of each API, and the editions there are.",
        {200: "editions"},
    ),
)  # fmt: skip
