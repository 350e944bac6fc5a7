"""Operations that return the JavaScript client of the control plane, and its types: one file each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ..core.contract.api import Result
from ..core.contract.call import Call
from .operations import Content, operation

JAVASCRIPT = "text/javascript; charset=utf-8"
TYPESCRIPT = "application/typescript; charset=utf-8"


def get_client(_: Call) -> Result:
    """Return the JavaScript client, a module of one file without dependencies, for Node.js and browsers."""
    return Result(200, Content(JAVASCRIPT, _read("client.js")))


def get_client_types(_: Call) -> Result:
    """Return the types of the JavaScript client, for TypeScript."""
    return Result(200, Content(TYPESCRIPT, _read("client.d.ts")))


@cache
def _read(name: str) -> bytes:
    return files("fakesources.control").joinpath("javascript", name).read_bytes()


ENDPOINTS = (
    operation("client.js", "GET", "/client.js", get_client, {200: ""}, produces=JAVASCRIPT, public=True),
    operation("client.types", "GET", "/client.d.ts", get_client_types, {200: ""}, produces=TYPESCRIPT, public=True),
)
