"""Tables for a person at a prompt: the text of a repr, and HTML for a notebook, from the same rows.

Only the first rows are shown. What is shown is masked by whoever gives the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from typing import Any

ROWS = 5
"""Rows that are shown of a table."""

WIDTH = 60
"""Characters that are shown of a cell."""


class Table:
    """Something shown as a title, columns and rows: `_table` gives them, with the number of all rows."""

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        raise NotImplementedError

    def __repr__(self) -> str:
        title, _, rows, count = self._table()
        cells = [[_cell(value) for value in row] for row in islice(rows, ROWS)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
        if count > len(cells):
            lines.append(f"… {count - len(cells)} more")
        return "\n  ".join([f"<{title}", *lines]) + ">"

    def _repr_html_(self) -> str:
        title, columns, rows, count = self._table()
        if not count:
            return f"<p><b>{escape(title)}</b></p>"
        head = "".join(f"<th>{escape(name)}</th>" for name in columns)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(_cell(value))}</td>' for value in row)}</tr>" for row in islice(rows, ROWS)
        )
        more = f"<p>… {count - ROWS} more</p>" if count > ROWS else ""
        return f"<p><b>{escape(title)}</b></p><table><tr>{head}</tr>{body}</table>{more}"


def counted(number: int, what: str) -> str:
    """Return a number with its noun, which adds an s or, after `y`, `ies` for several: `1 entry`, `2 entries`."""
    if number != 1:
        what = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{number} {what}"


def _cell(value: Any) -> str:
    text = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in str(value))
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
