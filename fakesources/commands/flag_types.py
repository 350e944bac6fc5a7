"""Types of flags: a text that a function parses, and the path of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


class ParsedText(click.ParamType):  # type: ignore[type-arg, unused-ignore]  # generic since 8.4
    """Type of a flag whose text a function parses, raising ValueError for an invalid one."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the parsed value; a default is returned as it is."""
        if not isinstance(value, str):
            return value
        try:
            return self._parse(value)
        except ValueError as error:
            return self.fail(str(error), param, ctx)


class FilePath(click.Path):  # type: ignore[type-arg, unused-ignore]  # generic since 8.4
    """Path of a file. An empty text, which a path takes as the current folder, is an error."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        return self.fail("expected a file, got ''", param, ctx) if value == "" else super().convert(value, param, ctx)
