"""Declaration of the control plane's operations: an Endpoint each, whose source is the page that lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ..core.contract.api import Endpoint, Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiError, ApiErrorRaised
from ..core.engine.waiting import Pieces
from ..core.text.spelling import did_you_mean
from . import ROOT

PAGE = "schemas/control/README.md"

_MAX_LISTED = 10
"""Most numbers that an error lists one by one."""


class Numbered(Protocol):
    """Something that clients address by its number."""

    @property
    def number(self) -> int:
        """Number, unique among its kind."""


N = TypeVar("N", bound=Numbered)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Content:
    """Value of a result whose body is not JSON: its media type, its bytes, and the producer of the rest, if any."""

    media_type: str
    body: bytes = b""
    pieces: Pieces | None = None


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


def numbered(call: Call, items: Sequence[N], error: ApiError) -> N:
    """Return the item with the number in the path of a call. Raises ApiErrorRaised, with the numbers there are."""
    number = call.path["number"]
    found = next((each for each in items if str(each.number) == number), None)
    if found is None:
        numbers = [str(each.number) for each in items]
        is_listed = len(numbers) <= _MAX_LISTED
        known = (", ".join(numbers) or "there is none") if is_listed else f"{numbers[0]} to {numbers[-1]}"
        raise ApiErrorRaised(error, known=known, number=number)
    return found


def named(call: Call, items: Mapping[str, T], error: ApiError) -> T:
    """Return the item with the name in the path of a call. Raises ApiErrorRaised, with the names and the nearest one."""
    name, api = call.path["name"], call.path.get("api")
    if name not in items:
        known, hint = ", ".join(items) or "none", did_you_mean(name, items)
        raise ApiErrorRaised(error, api=api, known=known, name=name, hint=hint)
    return items[name]


def _preflight(_: Call) -> Result:
    """Return the methods and headers that a page of an allowed origin may send."""
    return Result(204)


PREFLIGHT = operation("preflight", "OPTIONS", "", _preflight, {204: ""})
"""Operation of a CORS preflight, at any path; not listed among the others."""
