"""`fakesources check`: recorded traffic held to the contract."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from ..verify.recordings.entries import MIB, Bounds, Unusable
from ..verify.suite import check_files
from ..verify.writing import FORMS, unchecked
from .output import Failed, put

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


@click.command(epilog=LAYOUT)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--edition", "editions", multiple=True, metavar="NAME", help="Hold to this edition; the best fit if left out."
)
@click.option(
    "--base-url", "bases", multiple=True, metavar="[API=]URL", help="Also check what was asked of this address."
)
@click.option(
    "--whole-session", is_flag=True, help="Nothing came before: every id that is used must have been returned."
)
@click.option(
    "--format", "form", type=click.Choice(list(FORMS)), default="text", show_default=True, help="How to tell."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write there, not to standard output.")
@click.option(
    "--max-size",
    type=click.IntRange(1),
    metavar="MIB",
    help="The largest file to read whole; JSON lines have no limit.",
)
def command(
    files: tuple[Path, ...],
    editions: tuple[str, ...],
    bases: tuple[str, ...],
    whole_session: bool,
    form: str,
    output: Path | None,
    max_size: int | None,
) -> None:
    """Hold recorded traffic to the contract: HAR, VCR cassettes (Python's or Ruby's) or JSON lines.

    Exits with 0 when nothing was found, 1 when something was, 2 when a file cannot be used or has nothing to check.
    """
    bounds = Bounds() if max_size is None else Bounds.of(max_size * MIB)
    total = sum(path.stat().st_size for path in files if path.is_file())
    shows = total >= LARGE and sys.stderr.isatty()
    bar = click.progressbar(length=total, label="Reading", file=sys.stderr) if shows else nullcontext()
    try:
        with bar as running:
            progress = running.update if running is not None else None
            report = check_files(
                files, edition=editions, base_url=bases, whole_session=whole_session, bounds=bounds, progress=progress
            )
    except (Unusable, ValueError) as why:
        raise click.UsageError(str(why)) if not isinstance(why, Unusable) else Failed(str(why)) from None
    put(FORMS[form](report), output)
    if why_not := unchecked(report):
        raise Failed(why_not)
    sys.exit(1 if report.findings else 0)
