"""Operations that return OpenAPI documents: of the control plane, and of each faked API."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from ..core.contract.api import Api, Result
from ..core.contract.call import Call
from ..export.openapi.document import document
from . import errors
from .context import context_of
from .operations import operation

DEFAULT_SERVER = "http://127.0.0.1:8080"
"""Base URL in a document that no server returned: the one of `fakesources serve`."""


def get_control_document(call: Call) -> Result:
    """Return the control plane as OpenAPI 3.1, with examples of every operation."""
    return Result(200, control_document(call.api, _base_url(call)))


def get_api_document(call: Call) -> Result:
    """Return a faked API as OpenAPI 3.1, in the edition in use and at the address of this server."""
    services, api = context_of(call).services, call.path["api"]
    errors.check_api(api, services)
    service = services[api]
    return Result(200, _api_document(service.api, service.edition.name, _base_url(call)))


def _base_url(call: Call) -> str:
    return f"{call.request.scheme}://{call.request.host}"


_api_document = lru_cache(maxsize=16)(document)


def control_document(api: Api[Any], server: str = DEFAULT_SERVER) -> dict[str, Any]:
    """Return the OpenAPI document of the control plane, which is `api`, at a base URL."""
    return {
        **_control_document(api),
        "servers": [{"url": server}],
        "security": [{}, {"token": []}],  # a token is optional for clients on loopback
    }


@cache
def _control_document(api: Api[Any]) -> dict[str, Any]:
    from .examples import sample_calls

    return document(api, api.default_edition, DEFAULT_SERVER, sample_calls(api))


ENDPOINTS = (
    operation("openapi.control", "GET", "/openapi.json", get_control_document, {200: "openapi"}),
    operation("openapi.api", "GET", "/openapi/<api>", get_api_document, {200: "openapi"}),
)
