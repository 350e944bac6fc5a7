"""Tables of the package, read from JSON: rules, source types, ignored parameters, source pages and sample calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ....core.contract.schemas import SchemaSource

SCHEMAS = SchemaSource("datasift")
"""JSON Schemas of the API, `schemas/datasift/` of this package."""


def read(name: str) -> Any:
    """Return one file of `data/`, parsed."""
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))


@cache
def pages() -> Mapping[str, Mapping[str, str]]:
    """Return the pages that rules and schemas name as their source, by short name: title, kind, where, edition."""
    table: dict[str, dict[str, str]] = read("pages")
    return table


@cache
def samples() -> tuple[Mapping[str, Any], ...]:
    """Return the sample calls for generated examples, in the order to make them."""
    return tuple(read("samples"))
