"""Report of the coverage on pytest's terminal: a line for each operation, with what it missed, and the total."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ..core.text.terminal import STACKED_WIDTH, Cell, Column, Screen, width_of
from ..verify.coverage import percent

MISSING_LINES = 2
"""Lines of a terminal that the missing names of one operation may take; a pipe gets them all."""

COLUMNS = (
    Column("Operation"),
    Column("Calls", is_number=True, from_width=76),
    Column("Parameters", is_number=True, from_width=76),
    Column("Errors", is_number=True, from_width=76),
    Column("Changes", is_number=True, from_width=76),
    Column("Cover", is_number=True),
    Column("Missing", is_text=True, label="missing: "),
)


def screen_of(config: pytest.Config) -> Screen:
    """Return the screen of pytest's terminal, with colours where pytest itself uses them."""
    writer = config.get_terminal_writer()
    return Screen(width_of(getattr(writer, "_file", sys.stdout)), has_colours=writer.hasmarkup)


def lines(value: Mapping[str, Any], screen: Screen) -> list[str]:
    """Return the lines of the report."""
    operations, total = value["operations"], value["total"]
    if not operations:
        return ["no operation was called"]
    longest = max(len(each["id"]) for each in operations)
    used = longest + 45 if screen.width >= STACKED_WIDTH else 13
    limit = max(screen.width - used, 20) * MISSING_LINES if screen.width else 0
    is_stacked = 0 < screen.width < STACKED_WIDTH  # there 0% says it without a line of its own
    rows = [_row(each, "" if is_stacked and not each["calls"] else missing(each, limit)) for each in operations]
    kinds = [_percent(_sum(operations, kind)) for kind in ("parameters", "errors", "changes")]
    calls = str(sum(each["calls"] for each in operations if each["id"] == each["api"]))
    rows.append([("TOTAL", "bold"), calls, *kinds, _percent((total["met"], total["of"])), ""])
    return screen.table(COLUMNS, rows)


def missing(operation: Mapping[str, Any], limit: int = 0) -> str:
    """Return the names that an operation missed, in at most `limit` characters; 0 is no limit."""
    if not operation["calls"]:
        return "never called"
    names = [str(name) for name in operation["parameters"]["missed"]]
    names += [f"error {name}" for name in operation["errors"]["missed"]]
    names += [f"status {status}" for status in operation["responses"]["missed"]]
    names += operation["changes"]["missed"]
    shown = ", ".join(names)
    if not limit or len(shown) <= limit:
        return shown
    kept: list[str] = []
    while names and len(", ".join([*kept, names[0]])) <= limit - len(" and 1000 more"):
        kept.append(names.pop(0))
    return f"{', '.join(kept)} and {len(names)} more" if kept else f"{len(names)} names"


def _row(operation: Mapping[str, Any], missed: str) -> list[Cell]:
    kinds = [_percent(_sum([operation], kind)) for kind in ("parameters", "errors", "changes")]
    cover = _percent((operation["met"], operation["of"]))
    return [operation["id"], str(operation["calls"]), *kinds, cover, (missed, "faint")]


def _sum(operations: Sequence[Mapping[str, Any]], kind: str) -> tuple[int, int]:
    """Return the numbers of things of a kind that were met, and that there are."""
    met, missed = (sum(len(each[kind][state]) for each in operations) for state in ("met", "missed"))
    return met, met + missed


def _percent(numbers: tuple[int, int]) -> Cell:
    """Return per cent with its colour, nothing where there is nothing to meet."""
    met, of = numbers
    style = "good" if met == of else "warning" if met else "finding"
    return (f"{percent(met, of):g}%", style) if of else ""
