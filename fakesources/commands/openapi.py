"""`fakesources openapi`: an API as an OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..apis import ALL
from ..core.contract.validation import nearest
from ..export.openapi import document
from .output import put


@click.command()
@click.argument("name", type=click.Choice([api.name for api in ALL]))
@click.option("--edition", default="", metavar="NAME", help="Which edition; the API's first if left out.")
@click.option("--server", default="", metavar="URL", help="A base URL in place of the vendor's own.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write there, not to standard output.")
def command(name: str, edition: str, server: str, output: Path | None) -> None:
    """Write NAME as OpenAPI 3.1, made from the rows and schemas that the fake answers by."""
    api = next(api for api in ALL if api.name == name)
    edition = edition or api.default_edition
    if edition not in api.editions:
        owner = next((other.name for other in ALL if edition in other.editions), "")
        near = nearest(edition, api.editions)
        hint = f" That is an edition of {owner}." if owner else f" Did you mean {near!r}?" if near else ""
        raise click.UsageError(f"{name} has no edition {edition!r}, only {', '.join(api.editions)}.{hint}")
    put(json.dumps(document(api, edition, server), indent=2, ensure_ascii=False), output)
