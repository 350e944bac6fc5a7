"""Command `rules`: every rule that is enforced or emitted, with its source."""

from __future__ import annotations

from typing import get_args

import click

from ..apis.registry import installed
from ..core.contract.rule import Provenance
from ..export import rules
from ..export.edition_differences import markdown
from .api_options import api_option


@click.command()
@click.argument("id", required=False)
@api_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option("--edition", default="", metavar="NAME", help="List only rules of this edition.")
@click.option("--provenance", type=click.Choice(get_args(Provenance)), help="List only rules of this provenance.")
@click.option("--editions", "compared", is_flag=True, help="Compare the editions of each API, as Markdown.")
def command(id: str | None, as_json: bool, edition: str, provenance: str | None, compared: bool) -> None:
    """List every rule, or show one with its examples.

    ID is the whole id of a rule; a part lists every rule whose id contains it.
    """
    if compared:
        click.echo("\n\n".join(f"## {api.title}\n\n{markdown(api)}" for api in installed()))
        return
    try:
        api, rows = rules.one(id) if id is not None else (None, [])
        hint = ""
    except KeyError as error:
        api, rows = None, []
        hint = f"did you mean {error.args[0]!r}?" if error.args[0] else "`fakesources rules` lists all ids"
    if rows:
        click.echo(rules.as_json(rows, with_examples=True) if as_json else rules.one_as_text(api, rows))
        return
    selected = rules.selected(id or "", edition, provenance or "")
    if id is not None and not selected:
        raise click.UsageError(f"ID: expected the id of a rule or a part of ids, got {id!r}; {hint}")
    click.echo(rules.as_json(selected) if as_json else rules.as_text(selected))
