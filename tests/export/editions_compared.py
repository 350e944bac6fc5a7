"""Tables of differences between editions in schemas/*/README.md: python tests/export/editions_compared.py updates them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api
from fakesources.export.edition_differences import markdown

ALL = installed()

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
BEGIN, END = "<!-- editions compared: made from the schemas -->", "<!-- end of editions compared -->"


def replace_section(page: str, api: Api[Any]) -> str:
    """Return a page with its section of differences regenerated. Raises ValueError for a page without the section."""
    before, start, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"page: expected a section between {BEGIN} and {END}, got none")
    return f"{before}{start}\n\n{markdown(api)}\n\n{end}{after}"


def main() -> None:
    """Update every page."""
    for api in ALL:
        page = SCHEMAS / api.name / "README.md"
        page.write_text(replace_section(page.read_text("utf-8"), api), "utf-8")


if __name__ == "__main__":
    main()
