"""`fakesources check`: recorded traffic held to the contract."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn

import click

from ..verify.checker import Check, bases_named, editions_named
from ..verify.checks import check_input
from ..verify.formats import FORMATS, words
from ..verify.inputs import Input, expand
from ..verify.recordings.entry import MIB, Bounds
from ..verify.report import Report
from ..verify.selection import Selection, baseline_text, read_baseline
from .defects import one_line_for_defects
from .output import Failed, is_one_of, put

LARGE = 8 * MIB
"""From how many bytes on a progress bar is worth its line."""


LAYOUT = """
JSON lines have one exchange a line (broken here to be read), in a form that any program can write:

\b
  {"request": {"method": "POST", "url": "https://api.curator.io/v1/feeds",
               "headers": {"Content-Type": "application/json"},
               "json": {"name": "Cats"}},
   "response": {"status": 200, "headers": {}, "body": "..."},
   "at": "2026-01-01T00:00:00Z", "label": "a feed"}

A body is "body" (text), "json" (a value) or "base64", and left out where there is none. "headers", "at" (or seconds
since 1970) and "label" may be left out.
"""

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog=LAYOUT)
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option(
    "--edition",
    "editions",
    multiple=True,
    metavar="NAME",
    help="Check against this edition; left out, each file against the one that fits it best.",
)
@click.option(
    "--base-url", "bases", multiple=True, metavar="[API=]URL", help="Also check what was asked of this address."
)
@click.option(
    "--whole-session", is_flag=True, help="Nothing came before: every id that is used must have been returned."
)
@click.option("--operation", "operations", multiple=True, metavar="ID", help="Check this operation only; repeatable.")
@click.option(
    "--ignore", "ignored", multiple=True, metavar="RULE", help="Ignore this rule and those below it; repeatable."
)
@click.option("--baseline", type=_FILE, help="A file of findings that are known; only new ones count.")
@click.option("--write-baseline", is_flag=True, help="Write what is found to the file of --baseline, and exit with 0.")
@click.option("--strict", is_flag=True, help="Warnings count like findings.")
@click.option("--allow-empty", is_flag=True, help="A file with nothing to check is right.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="Format of the report.",
)
@click.option("--output", type=_FILE, help="Write the report there, not to standard output.")
@click.option(
    "--max-size",
    type=click.IntRange(1),
    metavar="MIB",
    help="The largest file, entry and body to read, in MiB; without it files other than YAML have no limit.",
)
@one_line_for_defects
def command(**given: Any) -> None:
    """Check recorded traffic against the contract: HAR, VCR cassettes (Python's, Ruby's, …) or JSON lines.

    FILE is a file, a folder, a pattern or - for standard input. A contradiction to a documented or recorded rule is a
    finding; to any other rule a warning.

    Exits with 0 when nothing was found, 1 when something was, 2 when a file cannot be used or has nothing to check, and
    70 for a defect of this program.
    """
    inputs = expand(given["files"])
    _guard_inputs(given, inputs)
    report, problems = _check(given, inputs)
    if given["write_baseline"]:
        keys = ((group.key, group.severity) for part in report.parts for group in part.groups)
        put(baseline_text((key, severity) for key, severity in keys if severity != "note"), given["baseline"])
    if report.parts or not problems or given["output"] or given["form"] != "text":
        put(FORMATS[given["form"]](report, given["strict"]), given["output"])
    problems += _empty(report, given["allow_empty"])
    _end(problems, bool(report.findings or (given["strict"] and report.warnings)) and not given["write_baseline"])


def _check(given: dict[str, Any], inputs: list[Input]) -> tuple[Report, list[str]]:
    """Check every file. Return the report, and why files could not be used."""
    size = given["max_size"]
    bounds = Bounds() if size is None else Bounds.of(min(size * MIB, sys.maxsize - 1))
    known = given["baseline"] if given["baseline"] and not given["write_baseline"] else None
    try:
        selection = Selection.of(given["ignored"], given["operations"], read_baseline(known) if known else ())
        checker = Check(
            editions_named(given["editions"]), bases_named(given["bases"]), given["whole_session"], selection
        )
    except ValueError as why:
        raise click.UsageError(words.printable(str(why))) from None
    total = sum(each.size for each in inputs)
    shows = total >= LARGE and sys.stderr.isatty()
    bar = click.progressbar(length=total, label="Reading", file=sys.stderr) if shows else nullcontext()
    with bar as running:
        progress = running.update if running is not None else None
        for each in inputs:
            check_input(checker, each, bounds, progress)
    report = checker.report([each.name for each in inputs])
    return report, list(report.unusable)


def _guard_inputs(given: dict[str, Any], inputs: list[Input]) -> None:
    """Raise Failed where an input would be overwritten, or a baseline is to be written to no file."""
    if given["write_baseline"] and given["baseline"] is None:
        raise click.UsageError("--write-baseline: expected a file to write to; name it with --baseline FILE")
    names = [each.name for each in inputs]
    if given["write_baseline"] and (name := is_one_of(given["baseline"], names)):
        raise Failed(f"--baseline: expected a file of its own, got the input {words.printable(name)}")
    if given["baseline"] is not None:
        names.append(str(given["baseline"]))
    if given["output"] is not None and (name := is_one_of(given["output"], names)):
        raise Failed(f"--output: expected a file of its own, got the input {words.printable(name)}")


def _empty(report: Report, allowed: bool) -> list[str]:
    """Return what to say of files without anything to check."""
    if allowed:
        return []
    if report.exchanges:
        return list(words.empty(report))
    return [] if report.unusable else [words.unchecked(report)]


def _end(problems: list[str], has_failed: bool) -> NoReturn:
    for problem in problems:
        click.echo(f"Error: {words.printable(problem)}", err=True)
    sys.exit(2 if problems else 1 if has_failed else 0)
