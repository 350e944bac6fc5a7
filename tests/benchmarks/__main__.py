"""The one command: `python tests/benchmarks` measures everything and fails when a promise is not kept.

It starts itself anew with an environment of PATH and HOME alone: `requests` reads its proxy settings from the
environment on every call, so every variable makes the floor dearer and every ratio look better.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from harness import Group

KEPT = ("PATH", "HOME")
INSIDE = "--inside-small-environment"


@click.command()
@click.option("--only", default="", metavar="WORDS", help="Groups whose name holds one of these, parted by commas.")
@click.option("--rounds", type=int, help="How many rounds instead of each group's own number.")
@click.option(
    "--json",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("build/benchmarks.json"),
    show_default=True,
    help="Where to write every figure of every round.",
)
@click.option("--list", "listing", is_flag=True, help="Name the groups and their promises, and measure nothing.")
@click.option("--where", is_flag=True, help="Show where the time of each call goes, and measure nothing.")
@click.option(INSIDE, is_flag=True, hidden=True, expose_value=False)
def main(only: str, rounds: int | None, target: Path, listing: bool, where: bool) -> None:
    """Measure what using the fake costs, as ratios to floors and peers of the same run. Takes about ten minutes.

    Exits with 1 when a ratio falls short of what is promised.
    """
    import report
    from groups import groups
    from harness import measured, steps
    from peers import versions

    every = groups()
    chosen = list(steps(every, only))
    if not chosen:
        raise click.UsageError(f"no group is called {only!r}; there are {', '.join(group.name for group in every)}")
    if listing:
        for group in chosen:
            click.echo("\n".join([group.name, *(f"    {each.what} | {each.against}" for each in group.promises)]))
        return
    if where:
        show_where(chosen)
        return
    outcomes = []
    for group in chosen:
        outcomes.append(measured(group, rounds))
        click.echo(report.figures_table(outcomes[-1]) + "\n")
    found = versions()
    click.echo(report.promises_table(outcomes) + "\n")
    click.echo(", ".join(f"{name} {version}" for name, version in found.items()))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(report.document(outcomes, found), indent=1) + "\n", "utf-8")
    if not all(held.kept for outcome in outcomes for held in outcome.held):
        sys.exit(1)


def show_where(groups: Sequence[Group]) -> None:
    """A profile of every call that can be sampled."""
    from where import sampled, told

    for group in groups:
        for case in group.cases:
            if case.opened is not None and not case.absent:
                click.echo(f"# {group.name}: {case.name}\n\n{told(sampled(case.opened))}\n")


if __name__ == "__main__":
    if INSIDE not in sys.argv:
        small = {name: os.environ[name] for name in KEPT if name in os.environ}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:], INSIDE], small)
    main()
