"""Parser for a stream of JSON text, one value at a time, with a bound on each.

Values are decoded by `json` itself: the buffer grows until one is complete, by at least its own size each time. A value
that is too large, nested too deep or malformed is skipped to its end by counting brackets outside of strings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from .entry import MIB, RecordingError

SKIPPED = 16
"""Maximum size of a skipped value, as a multiple of its bound."""
HEAD = 1 << 16
"""Number of characters kept of a skipped value."""

_BLANKS = " \t\r\n\ufeff\x1e\0"  # NUL: the padding of a file that was allocated at once
_BLANK = re.compile(f"[{_BLANKS}]*+")
_STRING = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_MARK = re.compile(r'["\[\]{}]')
_OPEN_NUMBER = 2
"""Number of characters after a number that may belong to it, once more of the text is read: those of `1.` and `1e+`."""
_NEAR_END = 16
"""Number of characters before the end of the buffer within which what is wrong may be right once more of it is read."""
_INCOMPLETE = re.compile(
    r"t|tr|tru|f|fa|fal|fals|n|nu|nul|N|Na|-?(?:I|In|Inf|Infi|Infin|Infini|Infinit)|-|\.|[eE][+-]?|\\?u?[0-9a-fA-F]{0,3}"
)
"""Beginning of a value, or nothing, with which a text may end."""
_decode = json.JSONDecoder(strict=False).raw_decode


class Malformed(ValueError):
    """One value cannot be parsed and was skipped; `head` is its beginning."""

    def __init__(self, reason: str, head: str) -> None:
        self.reason, self.head = reason, head
        super().__init__(reason)


class JsonText:
    """Stream of JSON text. `limit` bounds a value, `total` the whole text, in characters."""

    def __init__(self, name: str, pieces: Iterator[str], limit: int, total: int | None) -> None:
        self.name, self.limit = name, limit
        self._pieces, self._total = pieces, total
        self._buffer, self._at, self._size = "", 0, 0
        self._ended = False
        self._line, self._line_start = 1, 0
        self._counted = 0  # position up to which lines were counted: no part of the buffer is counted twice

    def peek(self) -> str:
        """Return the next character that is not blank, without consuming it; empty at the end."""
        while True:
            self._at = _BLANK.match(self._buffer, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._fill():
                return ""

    def accept(self, character: str) -> bool:
        """Consume a character if it is next. Return whether it was."""
        found = self.peek() == character
        self._at += found
        return found

    def expect(self, character: str) -> None:
        """Consume a character. Raises RecordingError if another is next."""
        if not self.accept(character):
            raise self.error(f"is not JSON: expected {character!r}, got {self.peek() or 'the end'!r}")

    def read_value(self) -> Any:
        """Return the next value. Raises Malformed if it was skipped, RecordingError if the text ends within it."""
        self.peek()
        while True:
            left = len(self._buffer) - self._at
            try:
                found, end = _decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                is_open = error.msg.startswith("Unterminated string")
                may_be_cut = is_open or error.pos >= len(self._buffer) - _NEAR_END
                if left > self.limit:
                    raise self.skip(f"larger than {self.limit // MIB} MiB; raise --max-size") from None
                offset = error.pos - self._at
                if may_be_cut and self._fill(left):
                    continue
                at, reason = self._at + offset, f"is not JSON: {error.msg.removesuffix(' at')}"
                if is_open or _INCOMPLETE.fullmatch(self._buffer[at:].strip(_BLANKS)):
                    self._at = at
                    raise self.error(f"{reason}; the file ends early") from None
                raise self.skip(reason, at) from None
            except RecursionError:
                raise self.skip("nested too deep") from None
            except ValueError as error:
                raise self.skip(f"is not JSON: {str(error).partition(';')[0]}") from None
            size = end - self._at
            is_number = isinstance(found, (int, float))
            if is_number and left - size <= _OPEN_NUMBER and not self._ended and self._fill(left):
                continue
            self._at += size
            return found

    def skip(self, reason: str, at: int | None = None) -> Malformed:
        """Skip a value and return the error to raise. Raises RecordingError if it has no end."""
        line, column = self._position(self._at if at is None else at)
        head, depth, passed = self._buffer[self._at : self._at + HEAD], 0, 0
        in_string = False
        while True:
            if in_string:
                match = _STRING.match(self._buffer, self._at)
                end = match.end() if match else self._at
                in_string = end >= len(self._buffer) or self._buffer[end] != '"'
                end += not in_string
            elif (mark := _MARK.search(self._buffer, self._at)) is None:
                end = len(self._buffer)
            else:
                end = mark.end()
                in_string = mark.group() == '"'
                depth += (mark.group() in "[{") - (mark.group() in "]}")
            passed += end - self._at
            self._at = end
            if not in_string and depth <= 0 and end and self._buffer[end - 1] in ']}"':
                return Malformed(f"line {line}, column {column}: {reason}", head[:passed])
            if end >= len(self._buffer) - in_string and not self._fill():
                raise self.error(reason if passed <= self.limit else f"{reason}; the file ends early", line, column)
            if passed > SKIPPED * self.limit:
                raise self.error(reason, line, column)

    def peek_line(self) -> str:
        """Return the next line that is not blank, without consuming it; empty if it is longer than a MiB."""
        self.peek()
        while (end := self._buffer.find("\n", self._at)) < 0 and len(self._buffer) - self._at <= MIB and self._fill():
            continue
        end = end if end >= 0 else len(self._buffer)
        return self._buffer[self._at : end] if end - self._at <= MIB else ""

    def read_line(self) -> tuple[str, bool]:
        """Consume a line. Return it and True, or its beginning and False if it is longer than the limit."""
        parts, size = [], 0
        while True:
            end = self._buffer.find("\n", self._at)
            part = self._buffer[self._at : end if end >= 0 else None]
            self._at = end + 1 if end >= 0 else len(self._buffer)
            size += len(part)
            if size <= self.limit:
                parts.append(part)
            if end >= 0 or not self._fill():
                return "".join(parts), size <= self.limit

    @property
    def line(self) -> int:
        """Line number of the next value."""
        self.peek()
        self._count_lines()
        return self._line

    def error(self, reason: str, line: int = 0, column: int = 0) -> RecordingError:
        """Return an error at a line and column, by default those of the next character."""
        if not line:
            line, column = self._position(self._at)
        return RecordingError(f"{self.name}: line {line}, column {column}", reason)

    def _position(self, at: int) -> tuple[int, int]:
        newlines = self._buffer.count("\n", self._counted, at)
        start = self._buffer.rfind("\n", self._counted, at) + 1 if newlines else self._line_start
        return self._line + newlines, at - start + 1

    def _count_lines(self) -> None:
        """Count the lines up to the current position, once."""
        self._line, column = self._position(self._at)
        self._line_start, self._counted = self._at - column + 1, self._at

    def _fill(self, least: int = 0) -> bool:
        """Read at least a number of characters more, if there are any, and drop those already consumed."""
        pieces: list[str] = []
        gained = 0
        while gained <= least and (piece := next(self._pieces, "")):
            pieces.append(piece)
            gained += len(piece)
        self._size += gained
        if self._total is not None and self._size > self._total:
            raise RecordingError(self.name, f"larger than {self._total // MIB} MiB; raise --max-size")
        self._count_lines()
        self._buffer = "".join([self._buffer[self._at :], *pieces])
        self._line_start, self._counted, self._at = self._line_start - self._at, 0, 0
        self._ended = not gained
        return gained > 0
