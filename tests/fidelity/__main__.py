"""Check of every statement, with a table of the numbers that the fake agrees with: python tests/fidelity [--write]."""

from __future__ import annotations

import sys

from fidelity_report import README, figures, replace_section, run_all


def main() -> int:
    """Print the table and each unexpected result. Return 1 if there is one.

    With `--write` the section of README.md is updated from the tables.
    """
    lines, unexpected = run_all()
    print("\n".join(lines))  # noqa: T201
    if "--write" in sys.argv[1:]:
        README.write_text(replace_section(README.read_text("utf-8"), figures()), "utf-8")
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
