"""OpenAPI 3.1 document of an API in one edition: its documented paths and methods.

Other accepted paths and methods are extensions, so that a generated client calls the API as its pages describe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.contract.api import Api
from ...core.contract.paths import template, unversioned, version
from .components import Components
from .operations import header_components, operation_object
from .samples import Sample, samples


def document(
    api: Api[Any], edition: str, server: str = "", calls: Mapping[str, Sample] | None = None
) -> dict[str, Any]:
    """Return the document as JSON values in a stable order.

    `server` is a base URL to use instead of the vendor's, `calls` are sample calls instead of the API's own.
    """
    components = Components(api, edition)
    calls = samples(api, api.editions[edition]) if calls is None else calls
    paths: dict[str, Any] = {}
    for endpoint in api.endpoints:
        if endpoint.is_preflight:
            continue
        item = paths.setdefault(template(unversioned(endpoint.paths[0])), {})
        item[endpoint.documented[0].lower()] = operation_object(api, endpoint, components, calls.get(endpoint.id))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": api.title,
            "version": edition,
            "description": api.editions[edition].description,
        },
        "servers": [_server(api, components, server or f"https://{api.hosts[0]}")],
        "security": [{name: []} for name in api.security],
        "tags": [{"name": tag} for tag in dict.fromkeys(endpoint.id.split(".")[1] for endpoint in api.endpoints)],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.schemas.items())),
            "headers": header_components(api),
            "securitySchemes": {name: dict(scheme) for name, scheme in api.security.items()},
        },
    }


def _server(api: Api[Any], components: Components, url: str) -> dict[str, Any]:
    """Return the server object: a base URL, with variables for any name below a host and for the version in paths."""
    name, variables = version(api.endpoints[0].paths[0]), dict[str, Any]()
    if "://*." in url:
        variables["subdomain"] = {"default": "any", "description": "Any name below the host."}
        url = url.replace("://*.", "://{subdomain}.")
    if name:
        schema = components.properties("path")[0][name]
        variables[name] = {"enum": schema["enum"], "default": schema["default"], "description": schema["description"]}
        url = f"{url}/{{{name}}}"
    return {"url": url, "variables": variables} if variables else {"url": url}
