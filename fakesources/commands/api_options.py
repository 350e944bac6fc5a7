"""Flags that add APIs to those of the package: `--api`, and `--openapi` of the servers."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ..apis import registry

_HELP = "API besides the installed ones, such as package.module:API; repeatable."


def _add(ctx: click.Context, param: click.Parameter, places: tuple[str, ...]) -> tuple[str, ...]:
    """Add APIs to the installed ones. Modules of the current folder can be imported, as with `python -m`."""
    if places and os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    for place in places:
        try:
            registry.load(place)
        except ValueError as error:
            raise click.BadParameter(str(error).removeprefix("apis: "), ctx, param) from None
        registry.add(place)
    return places


api_option = click.option(
    "--api", multiple=True, metavar="PLACE", callback=_add, is_eager=True, expose_value=False, help=_HELP,
    envvar="FAKESOURCES_API", show_envvar=True,
)  # fmt: skip
"""Decorator that gives a command the flag `--api`."""


def api_flags() -> list[click.Option]:
    """Return the flags of a server for the APIs that it serves."""
    documents = click.Path(dir_okay=False, path_type=Path)
    return [
        click.Option(
            ["--api"], multiple=True, metavar="PLACE", callback=_add, is_eager=True, help=_HELP,
            envvar="FAKESOURCES_API", show_envvar=True,
        ),
        click.Option(
            ["--openapi"], multiple=True, metavar="FILE", type=documents, envvar="FAKESOURCES_OPENAPI", show_envvar=True,
            help="OpenAPI document to serve a stateful fake of, in place of the installed APIs; repeatable.",
        ),
    ]  # fmt: skip


def apis_of(params: Mapping[str, Any]) -> list[Any] | None:
    """Return the APIs that the flags name, or None for the installed ones. Raises UsageError for an invalid document."""
    documents = params.get("openapi") or ()
    if not documents:
        return None
    from ..kit import Api, DefinitionError

    try:
        return [*(Api.from_openapi(path) for path in documents), *(params.get("api") or ())]
    except DefinitionError as error:
        raise click.UsageError(f"--openapi: {error}") from None
