"""Declaration of the control plane's operations: an Endpoint each, whose source is the page that lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..core.contract.api import Endpoint, Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiError
from . import ROOT

PAGE = "schemas/control/README.md"


def operation(
    id: str,
    method: str,
    path: str,
    handler: Callable[[Call], Result],
    responses: Mapping[int, str],
    *,
    query: str = "",
    body: str = "",
    errors: tuple[ApiError, ...] = (),
    public: bool = False,
    produces: str = "",
) -> Endpoint:
    """Return an operation; its summary is the first line of the handler's docstring.

    `path` follows ROOT; `responses`, `query` and `body` name schemas under `schemas/control/`; `public` operations are
    open to any client, without a token and from any address. `produces` is the media type of a response that is not JSON.
    """
    return Endpoint(
        id=f"control.{id}",
        methods=("GET", "HEAD") if method == "GET" else (method,),
        documented=(method,),
        paths=(f"{ROOT}{path}",),
        handler=handler,
        responses=responses,
        source=PAGE,
        summary=(handler.__doc__ or "").partition("\n")[0],
        body_schema=body,
        query_schema=query,
        errors=errors,
        public=public,
        produces=produces,
    )


def _preflight(_: Call) -> Result:
    """Return the methods and headers that a page of an allowed origin may send."""
    return Result(204)


PREFLIGHT = operation("preflight", "OPTIONS", "", _preflight, {204: ""})
"""Operation of a CORS preflight, at any path; not listed among the others."""
