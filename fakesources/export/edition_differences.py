"""What differs between the editions of an API, read from their schemas: a table in Markdown."""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

from ..core.contract.api import Api
from ..core.contract.rulebook import shape_names
from ..core.contract.schema_properties import spots


class Difference(NamedTuple):
    """One place that two editions describe differently: the shape, the place in it, and what each says; "" is that it
    has no such place.
    """

    shape: str
    place: str
    left: str
    right: str


def differences(api: Api[Any], left: str, right: str) -> list[Difference]:
    """Where two editions differ. What one shape takes over from another is told once, at the smaller one."""
    names = sorted(
        shape_names(api, left) | shape_names(api, right),
        key=lambda name: (len(_places(api, left, name)) + len(_places(api, right, name)), name),
    )
    found: list[Difference] = []
    for name in names:
        ours, theirs = _places(api, left, name), _places(api, right, name)
        for place in dict.fromkeys((*ours, *theirs)):
            row = Difference(name, place, ours.get(place, ""), theirs.get(place, ""))
            if row.left != row.right and not any(_taken_over(row, other) for other in found):
                found.append(row)
    return sorted(found, key=lambda row: row.shape)


def markdown(api: Api[Any]) -> str:
    """A table for each two editions of an API."""
    return "\n\n".join(_table(api, left, right) for left, right in combinations(api.editions, 2))


def _table(api: Api[Any], left: str, right: str) -> str:
    lines = [f"| shape | place | `{left}` | `{right}` |", "| --- | --- | --- | --- |"]
    for row in differences(api, left, right):
        cells = (f"`{row.shape}`", f"`{row.place}`" if row.place else "itself", row.left or "—", row.right or "—")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _taken_over(row: Difference, other: Difference) -> bool:
    same = (row.left, row.right) == (other.left, other.right)
    return same and row.shape != other.shape and f".{row.place}".endswith(f".{other.place}")


def _places(api: Api[Any], edition: str, name: str) -> dict[str, str]:
    """What an edition says of each place of a shape; several branches that speak of one place are joined."""
    if name not in shape_names(api, edition):
        return {}
    said: dict[str, list[str]] = {}
    for spot in spots(api.schemas.schema_of(edition, name)):
        words = spot.kind if spot.required or not spot.path else f"{spot.kind}, may be left out"
        kept = said.setdefault(".".join(spot.path), [])
        if words not in kept:
            kept.append(words)
    return {place: " / ".join(words) for place, words in said.items()}


MARKS = ("<!-- editions compared: made from the schemas -->", "<!-- end of editions compared -->")


def with_section(text: str, api: Api[Any]) -> str:
    """A page with its marked section made anew. Raises ValueError where it has no such section."""
    before, start, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not start or not end:
        raise ValueError(f"there is no section between {MARKS[0]} and {MARKS[1]}")
    return f"{before}{start}\n\n{markdown(api)}\n\n{end}{after}"
