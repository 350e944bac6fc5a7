"""API versions at the beginning of paths: the known ones, and the one that a response names."""

from __future__ import annotations

from ...core.contract.call import Call
from ...core.contract.errors import ApiErrorRaised
from . import errors

CURRENT = "1.6"
UNVERSIONED = "1.0"
KNOWN = ("1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6")

_KNOWN = frozenset(f"v{version}" for version in KNOWN)


def before_request(call: Call) -> None:
    """Raise UNKNOWN_VERSION for an unknown version; report a path without one, which the service reads as 1.0."""
    version = call.path.get("version")
    if version is None and call.endpoint is not None and call.endpoint.public:
        return  # reported with the request that the preflight is for
    if version is None:
        call.report(
            "unversioned", path="path", actual=call.request.path, expected=f"/v{CURRENT}{call.request.path}",
            message="All calls must be versioned; a path without a version is served as version 1.0.",
            source="sourcestart-1.6, versioning",
        )  # fmt: skip
    elif version not in _KNOWN:
        known = ", ".join(f"v{each}" for each in KNOWN)
        raise ApiErrorRaised(errors.UNKNOWN_VERSION, version=version, known=known)


def version_header(call: Call) -> str:
    """Return the value of `X-API-Version`: the path's version without its letter.

    It is 1.0 for an endpoint's path without a version, and the current version for any other path without a known one.
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
