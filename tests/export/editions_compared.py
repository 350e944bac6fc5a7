"""Make the sections of schemas/*/README.md that compare editions anew: python tests/export/editions_compared.py."""

from __future__ import annotations

from pathlib import Path

from fakesources.apis import ALL
from fakesources.export.edition_differences import with_section

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"


def main() -> None:
    """Write every page whose section is out of date."""
    for api in ALL:
        page = SCHEMAS / api.name / "README.md"
        page.write_text(with_section(page.read_text("utf-8"), api), "utf-8")


if __name__ == "__main__":
    main()
