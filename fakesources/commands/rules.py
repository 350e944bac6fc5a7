"""`fakesources rules`: everything that is enforced or emitted, and where it was read."""

from __future__ import annotations

from typing import get_args

import click

from ..apis import ALL
from ..core.contract.rule import Provenance
from ..export import rules
from ..export.edition_differences import markdown


@click.command()
@click.argument("id", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--edition", default="", metavar="NAME", help="Those that hold in this edition.")
@click.option("--standing", type=click.Choice(get_args(Provenance)), help="Those of this standing.")
@click.option(
    "--editions", "compared", is_flag=True, help="What differs between the editions of each API, as Markdown."
)
def command(id: str | None, as_json: bool, edition: str, standing: str | None, compared: bool) -> None:
    """List every rule, or show one with its examples.

    ID is a rule's whole id; anything shorter lists the rules that have it in their ids.
    """
    if compared:
        click.echo("\n\n".join(f"## {api.title}\n\n{markdown(api)}" for api in ALL))
        return
    if id is not None:
        try:
            api, rows = rules.one(id)
        except KeyError as near:
            found = rules.selected(id, edition, standing or "")
            if not found:
                hint = f"Did you mean {near.args[0]!r}?" if near.args[0] else "`fakesources rules` lists all."
                raise click.UsageError(f"There is no rule {id!r}. {hint}") from None
        else:
            click.echo(rules.as_json(rows, with_examples=True) if as_json else rules.one_as_text(api, rows))
            return
    else:
        found = rules.selected("", edition, standing or "")
    click.echo(rules.as_json(found) if as_json else rules.as_text(found))
