"""Command `python tests/benchmarks`: measures every group and fails when a promise is not kept.

It restarts itself with PATH and HOME as its only environment variables: `requests` reads its proxy settings from the
environment on every call, so each variable makes the baseline slower and the ratio better than it is.
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

ENVIRONMENT_VARIABLES = ("PATH", "HOME")
RESTARTED = "--inside-small-environment"


@click.command()
@click.option(
    "--only", default="", metavar="WORDS", help="Groups whose name contains one of these words, separated by commas."
)
@click.option("--rounds", type=int, help="Number of rounds, instead of each group's own.")
@click.option(
    "--json",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("build/benchmarks.json"),
    show_default=True,
    help="File for every figure of every round.",
)
@click.option("--list", "listing", is_flag=True, help="List the groups and their promises without measuring.")
@click.option("--where", is_flag=True, help="Profile each call instead of measuring it.")
@click.option(RESTARTED, is_flag=True, hidden=True, expose_value=False)
def main(only: str, rounds: int | None, target: Path, listing: bool, where: bool) -> None:
    """Measure the cost of the fake, as ratios to baselines and peers of the same run. Takes about fifteen minutes.

    Exits with 1 when a ratio falls short of what is promised.
    """
    import report
    from groups import groups
    from harness import measure, selected
    from peers import versions

    every = groups()
    chosen = list(selected(every, only))
    if not chosen:
        raise click.UsageError(
            f"--only: expected part of the name of a group, got {only!r}; groups: {', '.join(group.name for group in every)}"
        )
    if listing:
        for group in chosen:
            click.echo("\n".join([group.name, *(f"    {each.subject} | {each.baseline}" for each in group.promises)]))
        return
    if where:
        show_profiles(chosen)
        return
    outcomes = []
    for group in chosen:
        outcomes.append(measure(group, rounds))
        click.echo(report.figures_table(outcomes[-1]) + "\n")
    found = versions()
    click.echo(report.promises_table(outcomes) + "\n")
    click.echo(", ".join(f"{name} {version}" for name, version in found.items()))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(report.document(outcomes, found), indent=1) + "\n", "utf-8")
    if not all(result.is_kept for outcome in outcomes for result in outcome.results):
        sys.exit(1)


def show_profiles(groups: Sequence[Group]) -> None:
    """Print a profile of every call that can be sampled."""
    from sampling import profile_tables, sample_functions

    for group in groups:
        for case in group.cases:
            if case.open_call is not None and not case.absent:
                click.echo(f"# {group.name}: {case.name}\n\n{profile_tables(sample_functions(case.open_call))}\n")


if __name__ == "__main__":
    if RESTARTED not in sys.argv:
        environment = {name: os.environ[name] for name in ENVIRONMENT_VARIABLES if name in os.environ}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:], RESTARTED], environment)
    main()
