"""Command `check`: recorded traffic against the contract."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import click

from ..core.text.display import printable
from ..verify.checker import Check, parse_bases, parse_editions
from ..verify.checks import check_input
from ..verify.formats import FORMATS, words
from ..verify.inputs import Input, expand
from ..verify.recordings.entry import MIB, Bounds
from ..verify.report import Report
from ..verify.selection import Selection, baseline_text, read_baseline
from .api_options import api_option
from .errors import FileError, report_defects
from .flag_types import FilePath
from .output import find_same_file, for_screen, print_wrapped, write_result
from .progress import progress_bar

JSON_LINES_HELP = """
JSON lines have one exchange per line (wrapped here for reading):

\b
  {"request": {"method": "POST", "url": "https://api.example.com/v1/feeds",
               "headers": {"Content-Type": "application/json"},
               "json": {"name": "Cats"}},
   "response": {"status": 200, "headers": {}, "body": "..."},
   "at": "2026-01-01T00:00:00Z", "label": "a feed"}

A body is given as "body" (text), "json" (a value) or "base64". "headers", "at" (or seconds since 1970), "label" and
the body are optional.
"""

_FILE = FilePath()


@click.command(epilog=JSON_LINES_HELP)
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option(
    "--edition",
    "editions",
    multiple=True,
    metavar="NAME",
    help="Edition to check against; by default the one that fits each file best.",
)
@api_option
@click.option("--base-url", "bases", multiple=True, metavar="[API=]URL", help="Further base URL of an API; repeatable.")
@click.option("--whole-session", is_flag=True, help="Require that every id in a request was in an earlier response.")
@click.option("--operation", "operations", multiple=True, metavar="ID", help="Check only this operation; repeatable.")
@click.option(
    "--ignore", "ignored", multiple=True, metavar="RULE", help="Ignore this rule and those below; repeatable."
)
@click.option("--baseline", type=_FILE, help="File of known findings, which do not count.")
@click.option("--write-baseline", is_flag=True, help="Write all findings to the file of --baseline, and exit with 0.")
@click.option("--strict", is_flag=True, help="Count warnings as findings.")
@click.option("--allow-empty", is_flag=True, help="Accept files with nothing to check.")
@click.option(
    "--format",
    "report_format",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="Format of the report.",
)
@click.option("--output", type=_FILE, help="File for the report in place of standard output.")
@click.option(
    "--max-size",
    type=click.IntRange(1),
    metavar="MIB",
    help="Largest file, entry and body to read, in MiB; by default 64 for a YAML file, 48 for an entry, 16 for a body, "
    "and no limit for other files.",
)
@report_defects
def command(**params: Any) -> None:
    """Check recorded traffic against the contract: HAR, VCR cassettes (Python's, Ruby's, …) or JSON lines.

    FILE is a file, a folder, a pattern or - for standard input. A contradiction to a documented or recorded rule is a
    finding; to any other rule a warning.

    Exits with 0 without findings, 1 with findings, 2 if a file cannot be used or has nothing to check, and 70 for a
    defect of this program.
    """
    inputs = expand(params["files"])
    _guard_inputs(params, inputs)
    report, errors = _check(params, inputs)
    if params["write_baseline"]:
        keys = ((group.key, group.severity) for part in report.parts for group in part.groups)
        write_result(baseline_text((key, severity) for key, severity in keys if severity != "note"), params["baseline"])
    if report.parts or report.unreadable or not errors or params["output"] or params["report_format"] != "text":
        text = FORMATS[params["report_format"]](report, params["strict"])
        if params["report_format"] == "text" and params["output"] is None:
            text = "\n".join(for_screen(text.split("\n"), sys.stdout))
        write_result(text, params["output"])
    if not params["allow_empty"]:
        errors += _empty(report)
    has_failed = bool(report.findings or (params["strict"] and report.warnings)) and not params["write_baseline"]
    _exit(errors, has_failed)


def _check(params: Mapping[str, Any], inputs: list[Input]) -> tuple[Report, list[str]]:
    """Check every file. Return the report and the errors of files that cannot be used."""
    size = params["max_size"]
    bounds = Bounds() if size is None else Bounds.of(min(size * MIB, sys.maxsize - 1))
    baseline = params["baseline"] if params["baseline"] and not params["write_baseline"] else None
    try:
        known = read_baseline(baseline) if baseline else ()
        selection = Selection.of(params["ignored"], params["operations"], known)
        checker = Check(
            parse_editions(params["editions"]), parse_bases(params["bases"]), params["whole_session"], selection
        )
    except ValueError as error:
        raise click.UsageError(printable(str(error))) from None
    total = sum(each.size for each in inputs)
    with progress_bar(total) as update:
        for each in inputs:
            check_input(checker, each, bounds, update)
    report = checker.report([each.name for each in inputs])
    return report, list(report.unusable)


def _guard_inputs(params: Mapping[str, Any], inputs: list[Input]) -> None:
    """Raise FileError if an input would be overwritten, UsageError for a baseline to be written without a file."""
    baseline, output = params["baseline"], params["output"]
    if params["write_baseline"] and baseline is None:
        raise click.UsageError("--write-baseline: expected a file to write to; add --baseline FILE")
    names = [each.name for each in inputs]
    if params["write_baseline"]:
        _guard("--baseline", baseline, names)
    if output is not None:
        _guard("--output", output, names if baseline is None else [*names, str(baseline)])


def _guard(name: str, path: Path, inputs: list[str]) -> None:
    if same := find_same_file(path, inputs):
        raise FileError(f"{name}: expected a file of its own, got the input {printable(same)}")


def _empty(report: Report) -> list[str]:
    """Return the errors of files without anything to check."""
    if report.exchanges:
        return list(words.empty(report))
    return [] if report.unusable else [words.unchecked(report)]


def _exit(errors: list[str], has_failed: bool) -> NoReturn:
    for error in errors:
        print_wrapped(f"Error: {printable(error)}")
    sys.exit(2 if errors else 1 if has_failed else 0)
