"""Text for terminals: tables and lines that fit the width, in colour; for pipes and files the same, plain and whole.

Commands and pytest's coverage report import it when they have something to show, and with it rich.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from .display import printable

STYLES = {
    "finding": "bold red",
    "warning": "yellow",
    "note": "blue",
    "documented": "green",
    "recorded": "cyan",
    "observed": "yellow",
    "decided": "magenta",
    "good": "green",
    "faint": "bright_black",
}
"""Style of each severity and each provenance, by its name, and of what is good or less important."""

DEFAULT_WIDTH = 80
"""Width of a terminal that does not know its own."""

STACKED_WIDTH = 100
"""Width from which on long texts stand beside the other columns; in a narrower terminal they stand below."""

_PLAIN_WIDTH = 64
"""Width up to which the columns of plain text are aligned."""

Cell = str | tuple[str, str]
"""Text of a cell, or text and style."""


@dataclass(frozen=True, slots=True)
class Column:
    """Column of a table.

    One of long texts (`is_text`) stands below the others in a narrow terminal, after its `label`. `from_width` is the width
    of a terminal from which on the column is shown.
    """

    name: str
    is_text: bool = False
    is_number: bool = False
    from_width: int = 0
    label: str = ""


class Screen:
    """Target of text: `width` is that of a terminal, 0 for a pipe or a file, which gets whole lines."""

    def __init__(self, width: int = 0, has_colours: bool = False) -> None:
        self.width, self.has_colours = width, has_colours and not os.environ.get("NO_COLOR")

    @classmethod
    def of(cls, stream: TextIO | None) -> Screen:
        """Return the screen of a stream; one that was closed before the start is None."""
        width = width_of(stream)
        return cls(width, has_colours=bool(width) and os.environ.get("TERM") != "dumb")

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, has_head: bool = True) -> list[str]:
        """Return the lines of a table; a pipe gets every column, one line a row."""
        shown = [index for index, column in enumerate(columns) if not self.width or self.width >= column.from_width]
        columns = [columns[index] for index in shown]
        texts = [[_text(row[index]) for index in shown] for row in rows]
        head = [Text(column.name, "bold") for column in columns] if has_head else []
        if not self.width:
            return _plain([*([head] if head else []), *texts], columns)
        if self.width < STACKED_WIDTH and any(column.is_text for column in columns):
            return self._stacked(columns, head, texts)
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=has_head, header_style="bold")
        for column in columns:
            table.add_column(column.name, overflow="fold", justify="right" if column.is_number else "left")
        for row in texts:
            table.add_row(*row)
        return self._render(table)

    def lines(self, lines: Iterable[str]) -> list[str]:
        """Return lines wrapped at the width, with the indentation of each; a severity or provenance at its start is in colour."""
        shown: list[str] = []
        for line in lines:
            if not self.width:
                shown.append(line)
                continue
            content = line.lstrip(" ")
            text = Text(content)
            word = content.partition(" ")[0].rstrip(":")
            text.stylize(STYLES.get(word, ""), 0, len(word))
            shown += self._wrapped(text, len(line) - len(content))
        return shown

    def styled(self, text: str, style: str) -> list[str]:
        """Return one paragraph in a style, wrapped at the width."""
        return self._wrapped(Text(text, STYLES.get(style, style)), 0) if self.width else [text]

    def _stacked(self, columns: Sequence[Column], head: Sequence[Text], rows: Iterable[Sequence[Text]]) -> list[str]:
        """Return rows with their long texts below them."""
        keys = [index for index, column in enumerate(columns) if not column.is_text]
        shown: list[str] = []
        every = [head, *rows] if head else list(rows)
        widths = {index: max((cell_len(row[index].plain) for row in every), default=0) for index in keys}
        is_aligned = sum(widths.values()) + 2 * len(widths) <= self.width
        for row in every:
            cells = [_padded(row[index], columns[index], widths[index] if is_aligned else 0) for index in keys]
            line = Text("  ").join(cell for cell in cells if cell.plain)
            line.rstrip()
            if row is not head:
                shown += self._wrapped(line, 0)
            elif cell_len(line.plain) <= self.width:
                shown += self._render(line)
            for text, column in zip(row, columns, strict=True):
                if column.is_text and text.plain and row is not head:
                    shown += self._wrapped(Text(column.label) + text, 2)
        return shown

    def _wrapped(self, text: Text, indent: int) -> list[str]:
        """Return the lines of a text, all indented, the following ones by two more where it is long."""
        indent = min(indent, max(self.width - 20, 0))
        width = self.width - indent
        lines = [text]
        if cell_len(text.plain) > width:
            lines = list(text.wrap(self._console(width), max(width - 2, 1), overflow="fold"))
        return [
            line
            for number, part in enumerate(lines)
            for line in self._render(Text(" " * (indent + (2 if number and width > 2 else 0))) + part)
        ]

    def _render(self, value: RenderableType) -> list[str]:
        console = self._console(self.width)
        console.print(value, end="", overflow="fold", highlight=False)
        output: str = console.file.getvalue()  # type: ignore[attr-defined]
        return [line.rstrip() for line in output.rstrip("\n").split("\n")]

    def console(self, file: TextIO, width: int = 0, *, is_live: bool = True) -> Console:
        """Return rich's console for a file; a live one may move the cursor."""
        return Console(
            file=file,
            width=max(width or self.width, 1),
            force_terminal=is_live or self.has_colours,
            color_system="standard" if self.has_colours else None,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
        )

    def _console(self, width: int) -> Console:
        return self.console(StringIO(), width, is_live=False)


def width_of(stream: TextIO | None) -> int:
    """Return the width of a stream's terminal, 0 without one. COLUMNS may make it narrower, never wider."""
    try:
        if stream is None or not stream.isatty():
            return 0
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdecimal() and int(given):
        return min(int(given), columns) if columns else int(given)
    return columns or DEFAULT_WIDTH


def _text(cell: Cell) -> Text:
    text, style = (cell, "") if isinstance(cell, str) else cell
    return Text(printable(text), STYLES.get(style, style))


def _plain(rows: Sequence[Sequence[Text]], columns: Sequence[Column]) -> list[str]:
    widths = [max((cell_len(row[index].plain) for row in rows), default=0) for index in range(len(columns))]
    lines = []
    for row in rows:
        cells = zip(row, columns, widths, strict=True)
        lines.append("  ".join(_padded(cell, column, min(width, _PLAIN_WIDTH)).plain for cell, column, width in cells))
    return [line.rstrip() for line in lines]


def _padded(text: Text, column: Column, width: int) -> Text:
    pad = Text(" " * max(width - cell_len(text.plain), 0))
    return pad + text if column.is_number else text + pad
