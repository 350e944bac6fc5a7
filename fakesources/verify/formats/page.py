"""Pages of the package: one file without external assets or scripts, for light and dark mode, and for printing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib.resources import files

from ...core.text.display import printable


def page(title: str, style: str, body: Iterable[str]) -> str:
    """Return a page with a title, in the style that every page shares and one of its own."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<title>{text(title)}</title>",
            f"<style>\n{shared_style('base.css')}{style}</style>",
            "</head>",
            "<body>",
            *body,
            "</body>",
            "</html>",
        ]
    )


def shared_style(name: str) -> str:
    """Return a style sheet that the reports share with the console."""
    return files("fakesources").joinpath("console", name).read_text("utf-8")


def text(content: str) -> str:
    """Return text in HTML, unsafe characters escaped."""
    return escape(printable(content))
