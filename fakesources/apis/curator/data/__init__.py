"""Tables of facts, each read once from a file in this folder: source types, networks, documentation pages, samples."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from ....core.contract.schemas import SchemaSource

SCHEMAS = SchemaSource("curator")
"""JSON Schemas of the API, `schemas/curator/` of this package."""


@dataclass(frozen=True, slots=True)
class Network:
    """A social network; `lists` are those of the documentation's lists that contain it."""

    id: int
    name: str
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TagFormat:
    """Format of the tags of some source types."""

    name: str
    description: str
    pattern: re.Pattern[str]

    def matches(self, tag: str) -> bool:
        """Return whether a tag has this format."""
        return self.pattern.search(tag) is not None


@dataclass(frozen=True, slots=True)
class SourceType:
    """A type of source. `tag_format` is None where no list gives one; `view` is the object that newer responses show."""

    id: int
    name: str
    network: Network
    tag_format: TagFormat | None
    lists: tuple[str, ...]
    view: Mapping[str, Any] = field(hash=False)

    @property
    def minimum_interval(self) -> int:
        """Minimum number of minutes between two requests to the network."""
        return int(self.view["minimum_interval"])

    @property
    def is_hashtag(self) -> bool:
        """Return whether the tag is a hashtag, so that posts of any author match."""
        return self.tag_format is not None and self.tag_format.name == "hashtag"


def read(name: str) -> Any:
    """Return the content of one JSON file of this folder."""
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))


@cache
def networks() -> Mapping[int, Network]:
    """Return every network of every list, by number."""
    rows = read("source_types")["networks"]
    return {row["id"]: Network(row["id"], row["name"], tuple(row["lists"])) for row in rows}


@cache
def source_types() -> Mapping[int, SourceType]:
    """Return every source type of every list and example, by number."""
    table = read("source_types")
    formats = {
        name: TagFormat(name, row["description"], re.compile(row["pattern"]))
        for name, row in table["tag_formats"].items()
    }
    return {
        row["id"]: SourceType(
            row["id"],
            row["name"],
            networks()[row["network_id"]],
            formats.get(row["tag_format"]),
            tuple(row["lists"]),
            _view(row),
        )
        for row in table["source_types"]
    }


def _view(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object that newer responses show for a source type: documented values, defaults where none are known."""
    known = dict(row.get("view", {}))
    return {
        "id": row["id"],
        "network_id": row["network_id"],
        "network_connection_id": known.pop("network_connection_id", 0),
        "name": known.pop("name", row["name"]),
        "minimum_interval": known.pop("minimum_interval", 15),
        "app_status": "active",
        "worker_status": "active",
        "tag_label": known.pop("tag_label", row["name"]),
        "order": known.pop("order", 1),
        **known,
    }


@cache
def pages() -> Mapping[str, Mapping[str, str]]:
    """Return the pages that rules and schemas name as their source, by short name."""
    table: dict[str, dict[str, str]] = read("pages")
    return table


@cache
def ignored_params() -> tuple[Mapping[str, str], ...]:
    """Return what clients send beyond the documentation and the service is known to accept, a row each."""
    return tuple(read("ignored_params"))


@cache
def ignored_in_query() -> frozenset[str]:
    """Return the names of undocumented query parameters that clients are known to send."""
    return frozenset(row["name"] for row in ignored_params() if row["where"] == "query")


@cache
def ignored_in_forms() -> frozenset[str]:
    """Return the names of undocumented form fields that clients are known to send."""
    return frozenset(row["name"] for row in ignored_params() if row["where"] == "form")


@cache
def samples() -> tuple[Mapping[str, Any], ...]:
    """Return calls for generated examples, in their order."""
    return tuple(read("samples"))
