"""Source types, networks and the pages of the documentation: tables of facts, read once from `data/`.

Knows no account and no call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Network:
    """A social network by its number; `lists` says which of the documentation's lists have it."""

    id: int
    name: str
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TagFormat:
    """What a tag has to look like for some source types."""

    name: str
    says: str
    pattern: re.Pattern[str]

    def holds(self, tag: str) -> bool:
        """Return whether a tag looks like it should."""
        return self.pattern.search(tag) is not None


@dataclass(frozen=True, slots=True)
class SourceType:
    """What a source can be. `tag_format` is None where no list gives one; `shown` holds what newer answers say of it."""

    id: int
    name: str
    network: Network
    tag_format: TagFormat | None
    lists: tuple[str, ...]
    shown: Mapping[str, Any] = field(hash=False)

    @property
    def minimum_interval(self) -> int:
        """How many minutes lie at least between two looks at the network."""
        return int(self.shown["minimum_interval"])

    @property
    def is_hashtag(self) -> bool:
        """Return whether the tag is a hashtag, so that anybody's posts are found."""
        return self.tag_format is not None and self.tag_format.name == "hashtag"


def read(name: str) -> Any:
    """One file of `data/`, parsed."""
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))


@cache
def networks() -> Mapping[int, Network]:
    """Every network of every list, by number."""
    rows = read("source_types")["networks"]
    return {row["id"]: Network(row["id"], row["name"], tuple(row["lists"])) for row in rows}


@cache
def source_types() -> Mapping[int, SourceType]:
    """Every source type of every list and example, by number."""
    table = read("source_types")
    formats = {
        name: TagFormat(name, row["says"], re.compile(row["pattern"])) for name, row in table["tag_formats"].items()
    }
    return {
        row["id"]: SourceType(
            row["id"],
            row["name"],
            networks()[row["network_id"]],
            formats.get(row["tag_format"]),
            tuple(row["lists"]),
            _shown(row),
        )
        for row in table["source_types"]
    }


def _shown(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object newer answers show for a source type: what the examples show, else values of the same kind."""
    known = dict(row.get("shown", {}))
    return {
        "id": row["id"],
        "network_id": row["network_id"],
        "network_connection_id": known.pop("network_connection_id", 0),
        "name": known.pop("shown_as", row["name"]),
        "minimum_interval": known.pop("minimum_interval", 15),
        "app_status": "active",
        "worker_status": "active",
        "tag_label": known.pop("tag_label", row["name"]),
        "order": known.pop("order", 1),
        **known,
    }


@cache
def pages() -> Mapping[str, Mapping[str, str]]:
    """The pages that rules and schemas name as their source, by short name: title, where, edition."""
    table: dict[str, dict[str, str]] = read("pages")
    return table


@cache
def tolerated() -> tuple[Mapping[str, str], ...]:
    """What clients send beyond the documentation and the service is known to accept, a row each."""
    return tuple(read("tolerated"))


@cache
def tolerated_in_query() -> frozenset[str]:
    """The names that clients are known to send in queries beyond the documentation."""
    return frozenset(row["name"] for row in tolerated() if row["where"] == "query")


@cache
def tolerated_in_forms() -> frozenset[str]:
    """The names that clients are known to send in forms beyond the documentation."""
    return frozenset(row["name"] for row in tolerated() if row["where"] == "form")


@cache
def samples() -> tuple[Mapping[str, Any], ...]:
    """Calls to make for examples, a row each, in their order."""
    return tuple(read("samples"))
