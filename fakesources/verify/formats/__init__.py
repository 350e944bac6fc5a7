"""Formats of a report, one module each."""

from __future__ import annotations

from collections.abc import Callable

from ..report import Report
from . import html, json, junit, markdown, text

Render = Callable[[Report, bool], str]
"""Function that returns a report as text; with True as second argument warnings count as findings."""

FORMATS: dict[str, Render] = {
    "text": text.render,
    "json": json.render,
    "junit": junit.render,
    "markdown": markdown.render,
    "html": html.render,
}
