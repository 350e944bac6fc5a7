"""Make the rows of the control plane: an Endpoint each, whose source is the control plane's own page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..core.contract.api import Endpoint, Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiError
from .context import ROOT

PAGE = "schemas/control/README.md"


def row(
    id: str,
    method: str,
    path: str,
    handler: Callable[[Call], Result],
    summary: str,
    responses: Mapping[int, str],
    *,
    query: str = "",
    body: str = "",
    errors: tuple[ApiError, ...] = (),
    public: bool = False,
) -> Endpoint:
    """Return the row of one operation. `path` follows ROOT; `responses`, `query` and `body` name schemas under
    `schemas/control/`; `public` rows answer callers without a token, from any address.
    """
    return Endpoint(
        id=f"control.{id}",
        methods=("GET", "HEAD") if method == "GET" else (method,),
        documented=(method,),
        paths=(f"{ROOT}{path}",),
        handler=handler,
        responses=responses,
        source=PAGE,
        summary=summary,
        body_schema=body,
        query_schema=query,
        errors=errors,
        public=public,
    )
