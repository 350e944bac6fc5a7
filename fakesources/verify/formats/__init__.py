"""A Report as people and machines read it: a module for each format, all from one model. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable

from ..report import Report
from . import html, json, junit, markdown, text

Write = Callable[[Report, bool], str]
"""The text of a report. The second argument says that warnings count as findings."""

FORMATS: dict[str, Write] = {
    "text": text.write,
    "json": json.write,
    "junit": junit.write,
    "markdown": markdown.write,
    "html": html.write,
}
