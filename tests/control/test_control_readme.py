"""The control plane's page lists its rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakesources.control.api import ENDPOINTS
from fakesources.core.contract.api import Endpoint

README = Path(__file__).resolve().parents[2] / "schemas" / "control" / "README.md"


def line(row: Endpoint) -> str:
    """A row as the page has it."""
    answers = ", ".join(f"{status} [{name}]({name}.json)" for status, name in row.responses.items())
    asks, takes = (f"[{name}]({name}.json)" if name else "" for name in (row.query_schema, row.body_schema))
    path = row.paths[0].removeprefix("/_fakesources") or "/"
    return f"| {row.summary} | {row.documented[0]} | `{path}` | {asks} | {takes} | {answers} |"


@pytest.mark.parametrize("row", ENDPOINTS, ids=lambda row: row.id)
def test_every_row_has_its_line(row: Endpoint) -> None:
    """What it does, its method and path, and the shapes of what goes in and out."""
    assert line(row) in README.read_text("utf-8").splitlines()
