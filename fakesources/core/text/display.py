"""Values and tables as people read them: short JSON, reprs, HTML for notebooks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from itertools import islice
from typing import Any

ROWS = 5
"""Maximum number of rows shown of a table."""

WIDTH = 60
"""Maximum number of characters shown of a cell."""


class Table:
    """Base class of objects shown as a table in a repr and in a notebook."""

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        """Return title, column names, rows (secrets masked), and the total number of rows."""
        raise NotImplementedError  # pragma: no cover - each class has its own

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


def pluralize(number: int, noun: str) -> str:
    """Return a number with its noun in singular or plural: `1 entry`, `2,000 entries`."""
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun}"


def short_json(value: Any, limit: int = 80) -> str:
    """Return a value as JSON for a message: at most `limit` characters, unpaired surrogates escaped."""
    text = json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace").decode()
    return shorten(text, limit)


def shorten(text: str, limit: int) -> str:
    """Return a text of at most `limit` characters, with an ellipsis at the end of a longer one."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def utc_text(time: datetime | float, timespec: str = "auto") -> str:
    """Return a time, or a number of seconds since 1970, as ISO 8601 in UTC: `2026-01-01T00:00:00Z`."""
    if not isinstance(time, datetime):
        time = datetime.fromtimestamp(time, UTC)
    return time.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def one_line(text: str) -> str:
    """Return text with one space in place of each line break, tab or run of spaces."""
    return " ".join(text.split())


def printable(line: str) -> str:
    """Return a line with escapes in place of characters that are unsafe in terminals, XML or HTML.

    Those are control characters, invisible and bidirectional marks, and unpaired surrogates, which UTF-8 cannot encode.
    """
    return line if line.isprintable() else "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)


def _cell(value: Any) -> str:
    return shorten(printable(str(value)), WIDTH)
