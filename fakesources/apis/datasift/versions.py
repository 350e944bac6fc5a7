"""The version a path begins with: which there were, and what the service echoes of it."""

from __future__ import annotations

from ...core.contract.call import Call
from ...core.contract.errors import ApiErrorRaised
from . import errors

CURRENT = "1.6"
UNVERSIONED = "1.0"
KNOWN = ("1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6")

_KNOWN = frozenset(f"v{version}" for version in KNOWN)


def enter(call: Call) -> None:
    """Refuse a version that never was; note a path without one, which the service takes for version 1.0."""
    version = call.path.get("version")
    if version is None and call.endpoint is not None and call.endpoint.public:
        return  # the request that a browser asks about will tell
    if version is None:
        call.report(
            "unversioned", at="path", got=call.request.path, expected=f"/v{CURRENT}{call.request.path}",
            says="All calls must be versioned; a path without a version is answered as version 1.0.",
            page="sourcestart-1.6, versioning",
        )  # fmt: skip
    elif version not in _KNOWN:
        known = ", ".join(f"v{known}" for known in KNOWN)
        raise ApiErrorRaised(errors.UNKNOWN_VERSION, version=version, known=known)


def echoed(call: Call) -> str:
    """What `X-API-Version` says: the path's version without its letter; the current one where the path has none that
    is known and leads nowhere.
    """
    version = call.path.get("version")
    if version is None and call.endpoint is not None:
        return UNVERSIONED
    if version is None:
        version = call.request.path.lstrip("/").partition("/")[0]
    return str(version[1:]) if version in _KNOWN else CURRENT


def owns_path(path: str) -> bool:
    """Return whether a path is below `/source` or `/VERSION/source`, whatever the version."""
    first, _, rest = path.lstrip("/").partition("/")
    return first == "source" or (first.startswith("v") and rest.partition("/")[0] == "source")
