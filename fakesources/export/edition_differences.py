"""Differences between the editions of an API, read from their schemas, as a table in Markdown."""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

from ..core.contract.api import Api
from ..core.contract.rulebook import schema_names
from ..core.contract.schema_properties import properties_of


class Difference(NamedTuple):
    """One place that two editions describe differently: schema, place in it, and both descriptions.

    A description is "" if the edition has no such place.
    """

    shape: str
    place: str
    left: str
    right: str

    @property
    def cells(self) -> list[str]:
        """Texts of a row of a table."""
        return [self.shape, self.place or "itself", self.left or "—", self.right or "—"]


def differences(api: Api[Any], left: str, right: str) -> list[Difference]:
    """Return the differences of two editions. Those that a schema includes from another are listed once, in the smaller."""
    names = sorted(
        schema_names(api, left) | schema_names(api, right),
        key=lambda name: (len(_places(api, left, name)) + len(_places(api, right, name)), name),
    )
    rows: list[Difference] = []
    for name in names:
        left_places, right_places = _places(api, left, name), _places(api, right, name)
        for place in dict.fromkeys((*left_places, *right_places)):
            row = Difference(name, place, left_places.get(place, ""), right_places.get(place, ""))
            if row.left != row.right and not any(_is_included(row, other) for other in rows):
                rows.append(row)
    return sorted(rows, key=lambda row: row.shape)


def markdown(api: Api[Any]) -> str:
    """Return a table in Markdown for each pair of editions of an API."""
    return "\n\n".join(_table(api, left, right) for left, right in combinations(api.editions, 2))


def _table(api: Api[Any], left: str, right: str) -> str:
    lines = [f"| shape | place | `{left}` | `{right}` |", "| --- | --- | --- | --- |"]
    for row in differences(api, left, right):
        shape, place, *texts = row.cells
        cells = (f"`{shape}`", f"`{place}`" if row.place else place, *texts)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _is_included(row: Difference, other: Difference) -> bool:
    is_same = (row.left, row.right) == (other.left, other.right)
    return is_same and row.shape != other.shape and f".{row.place}".endswith(f".{other.place}")


def _places(api: Api[Any], edition: str, name: str) -> dict[str, str]:
    """Return the description of each place of a schema; those of several branches for one place are joined."""
    if name not in schema_names(api, edition):
        return {}
    descriptions: dict[str, list[str]] = {}
    for found in properties_of(api.schemas.schema_of(edition, name)):
        text = found.kind if found.required or not found.path else f"{found.kind}, may be left out"
        texts = descriptions.setdefault(".".join(found.path), [])
        if text not in texts:
            texts.append(text)
    return {place: " / ".join(texts) for place, texts in descriptions.items()}
