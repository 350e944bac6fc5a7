"""The pages that rules and schemas name as their source, and calls to make for examples: tables for whoever explains."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def pages() -> Mapping[str, Mapping[str, str]]:
    """The pages by short name: title, where, edition."""
    table: dict[str, dict[str, str]] = _read("pages")
    return table


@cache
def samples() -> tuple[Mapping[str, Any], ...]:
    """Calls to make for examples, a row each, in their order."""
    return tuple(_read("samples"))


def _read(name: str) -> Any:
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))
