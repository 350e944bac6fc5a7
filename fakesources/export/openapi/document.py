"""An API in one edition as an OpenAPI 3.1 document: the paths that its pages give, by the methods they give.

Other paths and methods that are taken stand beside them as extensions, so that a client made from the document calls
the API as its pages say.
"""

from __future__ import annotations

from typing import Any

from ...core.contract.api import Api
from .components import Components
from .operations import headers, operation
from .paths import template, unversioned, version
from .samples import samples


def document(api: Api[Any], edition: str, server: str = "") -> dict[str, Any]:
    """The document, as plain values in a stable order. `server` is a base URL in place of the vendor's."""
    components = Components(api, edition)
    made = samples(api, api.editions[edition])
    paths: dict[str, Any] = {}
    for endpoint in api.endpoints:
        if "OPTIONS" in endpoint.methods:  # a browser's own question, and not an operation of the API
            continue
        item = paths.setdefault(template(unversioned(endpoint.paths[0])), {})
        item[endpoint.documented[0].lower()] = operation(api, endpoint, components, made.get(endpoint.id))
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
            "headers": headers(api),
            "securitySchemes": {name: dict(scheme) for name, scheme in api.security.items()},
        },
    }


def _server(api: Api[Any], components: Components, url: str) -> dict[str, Any]:
    """Where the API is: its base URL, with the version as a variable where paths begin with one."""
    name = version(api.endpoints[0].paths[0])
    if not name:
        return {"url": url}
    spot = components.properties("path")[0][name]
    variable = {"enum": spot["enum"], "default": spot["default"], "description": spot["description"]}
    return {"url": f"{url}/{{{name}}}", "variables": {name: variable}}
