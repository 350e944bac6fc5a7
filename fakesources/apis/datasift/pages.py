"""The pages that rules and schemas name as their source: short name to title, where, and edition."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def pages() -> Mapping[str, Mapping[str, str]]:
    """The table of `data/pages.json`."""
    table: dict[str, dict[str, str]] = json.loads(files(__package__).joinpath("data", "pages.json").read_text("utf-8"))
    return table
