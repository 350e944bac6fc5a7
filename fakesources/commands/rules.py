"""Command `rules`: every rule that is enforced or emitted, with its source."""

from __future__ import annotations

import sys
from itertools import combinations
from typing import get_args

import click

from ..apis.registry import installed
from ..core.contract.rule import Provenance, Rule
from ..core.text.display import one_line
from ..core.text.spelling import did_you_mean, unknown_name
from ..core.text.terminal import Cell, Column, Screen
from ..export import rules
from ..export.edition_differences import differences, markdown
from .api_options import api_option
from .output import write_result

PROVENANCES = get_args(Provenance)

OPERATION_COLUMNS = (
    Column("operation"),
    Column("rules", is_number=True),
    *(Column(provenance, is_number=True, from_width=80) for provenance in PROVENANCES),
    Column("summary", from_width=110),
)
RULE_COLUMNS = (
    Column("provenance"),
    Column("id"),
    Column("editions"),
    Column("description", True),
    Column("source", True),
)
DIFFERENCE_COLUMNS = (Column("shape"), Column("place"))


@click.command()
@click.argument("id", required=False)
@api_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON: every rule, or those with ID in their ids.")
@click.option("--edition", default="", metavar="NAME", help="List only rules of this edition.")
@click.option("--provenance", type=click.Choice(PROVENANCES), help="List only rules of this provenance.")
@click.option("--deviations", "deviating", is_flag=True, help="List where the fake is known to contradict a source.")
@click.option("--editions", "compared", is_flag=True, help="Compare the editions of each API, as Markdown.")
def command(
    id: str | None, as_json: bool, edition: str, provenance: str | None, deviating: bool, compared: bool
) -> None:
    """List the operations with the number of their rules, the rules of one, or one rule with its examples.

    ID is an operation, an API (for the rules of no single operation) or the whole id of a rule; a part lists every rule
    whose id contains it. With --deviations, it is an operation, or the id of a deviation or of a rule, or a part.
    """
    screen = Screen.of(sys.stdout)
    _check_flags(id, as_json, edition, provenance, deviating, compared)
    if compared:
        _compare(screen)
        return
    if deviating or (id or "").partition(".")[2].startswith("deviation."):
        _list_deviations(screen, id or "", edition, as_json)
        return
    try:
        api, rows = rules.one(id) if id is not None else (None, [])
        hint = ""
    except KeyError as error:
        api, rows = None, []
        hint = f"did you mean {error.args[0]!r}?" if error.args[0] else "`fakesources rules --json` lists all ids"
    if rows:
        text = rules.as_json(rows, with_examples=True) if as_json else ""
        _write([text] if as_json else screen.lines(rules.one_as_text(api, rows).split("\n")))
        return
    selected = rules.selected(id or "", edition, provenance or "")
    if id is not None and not selected:
        raise click.UsageError(f"ID: expected an operation, or the id of a rule or a part of it, got {id!r}; {hint}")
    if as_json:
        _write([rules.as_json(selected)])
    elif id is None and not edition and provenance is None:
        _write(_operations(screen, selected))
    else:
        _write(_list(screen, rules.by_owner(selected).get(id or "", selected)))


def _check_flags(
    id: str | None, as_json: bool, edition: str, provenance: str | None, deviating: bool, compared: bool
) -> None:
    """Raise UsageError for an unknown edition, and for arguments that would have no effect."""
    editions = [name for api in installed() for name in api.editions]
    if edition and edition not in editions:
        raise click.UsageError(unknown_name("--edition", edition, editions))
    given = {
        "ID": id is not None, "--json": as_json, "--edition": edition, "--provenance": provenance, "--deviations": deviating,
    }  # fmt: skip
    without_effect = given if compared else ["--provenance"] if deviating else []
    for name in without_effect:
        if given[name]:
            raise click.UsageError(f"{name}: expected no {'--editions' if compared else '--deviations'} beside it")


def _operations(screen: Screen, every: list[Rule]) -> list[str]:
    """Return a table of the operations, with the numbers of their rules."""
    rows: list[list[Cell]] = []
    for owner, own in rules.by_owner(every).items():
        counts = {name: sum(rule.provenance == name for rule in own) for name in PROVENANCES}
        numbers: list[Cell] = [(str(count) if count else "", name) for name, count in counts.items()]
        rows.append([owner, str(len(own)), *numbers, rules.summary_of(owner)])
    rows.append([("all", "bold"), (str(len(every)), "bold"), *("" for _ in PROVENANCES), ""])
    hint = (
        "`fakesources rules OPERATION` lists the rules of one, with their sources; `--deviations` where the fake is known to "
        "contradict a source."
    )
    return screen.table(OPERATION_COLUMNS, rows) + (["", *screen.styled(hint, "faint")] if screen.width else [])


def _list(screen: Screen, selected: list[Rule]) -> list[str]:
    """Return a table of rules; in a pipe each line begins with the provenance."""
    rows = [_cells(rule) for rule in selected]
    kept = [index for index in range(len(RULE_COLUMNS)) if any(row[index] for row in rows)]
    cells = [[row[index] for index in kept] for row in rows]
    return screen.table([RULE_COLUMNS[index] for index in kept], cells, has_head=bool(screen.width))


def _list_deviations(screen: Screen, id: str, edition: str, as_json: bool) -> None:
    """Write the deviations with a text in their ids, or about such an operation or rule, with all their fields."""
    found = rules.deviations(id, edition)
    if id and not found:
        hint = did_you_mean(id, [each.id for each in rules.deviations()])
        expected = "the id of a deviation, or of an operation or a rule with one, or a part of it"
        raise click.UsageError(f"ID: expected {expected}, got {id!r}{hint}; `fakesources rules --deviations` lists all")
    text = rules.deviations_as_json(found) if as_json else rules.deviations_as_text(found)
    _write([text] if as_json else screen.lines(text.split("\n")))


def _cells(rule: Rule) -> list[Cell]:
    editions = ", ".join(rule.editions)
    return [(rule.provenance, rule.provenance), rule.id, editions, one_line(rule.description), (rule.source, "faint")]


def _compare(screen: Screen) -> None:
    """Write a table for each pair of editions, as Markdown unless on a terminal."""
    if not screen.width:
        _write(["\n\n".join(f"## {api.title}\n\n{markdown(api)}" for api in installed())])
        return
    lines: list[str] = []
    for api in installed():
        for left, right in combinations(api.editions, 2):
            columns = (*DIFFERENCE_COLUMNS, *(Column(name, is_text=True, label=f"{name}: ") for name in (left, right)))
            lines += [*screen.styled(f"{api.title}: {left} and {right}", "bold"), ""]
            lines += [*screen.table(columns, (row.cells for row in differences(api, left, right))), ""]
    _write(lines)


def _write(lines: list[str]) -> None:
    write_result("\n".join(lines), None)
