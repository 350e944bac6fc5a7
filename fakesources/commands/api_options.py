"""Flags that add APIs to those of the package: `--api` and `--openapi`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from ..apis import registry
from .errors import FileError
from .flag_types import FilePath
from .output import print_wrapped

_HELP = "API besides the installed ones, such as package.module:API; repeatable."


def _add(ctx: click.Context, param: click.Parameter, places: tuple[str, ...]) -> tuple[str, ...]:
    """Add APIs to the installed ones. Modules of the current folder can be imported, as with `python -m`."""
    with suppress(FileNotFoundError):  # the current folder was removed
        if places and os.getcwd() not in sys.path:
            sys.path.insert(0, os.getcwd())
    for place in places:
        try:
            registry.load(place)
        except ValueError as error:
            raise click.BadParameter(str(error).removeprefix("apis: "), ctx, param) from None
        registry.add(place)
    return places


def _add_documents(_: click.Context, __: click.Parameter, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Add the APIs of documents to the installed ones."""
    for path in paths:
        registry.add(_read(path).api)
    return paths


_DOCUMENT = FilePath()
_API: dict[str, Any] = {
    "multiple": True, "metavar": "PLACE", "callback": _add, "is_eager": True, "help": _HELP,
    "envvar": "FAKESOURCES_API", "show_envvar": True,
}  # fmt: skip
_OPENAPI: dict[str, Any] = {
    "multiple": True, "metavar": "FILE", "type": _DOCUMENT, "envvar": "FAKESOURCES_OPENAPI", "show_envvar": True,
}  # fmt: skip
_ADDED = "OpenAPI document of an API besides the installed ones; repeatable."
_SERVED = "OpenAPI document to serve a stateful fake of, in place of the installed APIs; repeatable."


def api_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags `--api` and `--openapi` to a command."""
    document = click.option(
        "--openapi", callback=_add_documents, is_eager=True, expose_value=False, help=_ADDED, **_OPENAPI
    )
    return click.option("--api", expose_value=False, **_API)(document(command))


def api_flags() -> list[click.Option]:
    """Return the flags of a server for the APIs that it serves."""
    return [click.Option(["--api"], **_API), click.Option(["--openapi"], help=_SERVED, **_OPENAPI)]


def apis_of(params: Mapping[str, Any]) -> list[Any] | None:
    """Return the APIs that the flags name, or None for the installed ones.

    Prints the operations of a document that answer 501 and those that are not served. Raises FileError for an invalid one.
    """
    documents = params.get("openapi") or ()
    if not documents:
        return None
    apis = [_read(path) for path in documents]
    for path, api in zip(documents, apis, strict=True):
        _print_some(f"{path}: answered with 501", [each.partition(".")[2] for each in api.not_guessed])
        _print_some(f"{path}: not served", api.not_served)
    return [*apis, *(params.get("api") or ())]


def _read(path: Path) -> Any:
    from ..kit import Api, DefinitionError

    try:
        return Api.from_openapi(path)
    except DefinitionError as error:
        raise FileError(f"--openapi: {error}") from None


def _print_some(label: str, names: Sequence[str]) -> None:
    """Print a list to standard error: its first names, and the number of the others."""
    if not names:
        return
    rest = f", and {len(names) - LISTED} more" if len(names) > LISTED else ""
    print_wrapped(f"{label}: {', '.join(names[:LISTED])}{rest}")


LISTED = 10
"""Number of operations that are listed by name."""
