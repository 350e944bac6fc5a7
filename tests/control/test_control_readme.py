"""The page of the control plane lists its operations."""

from __future__ import annotations

from pathlib import Path

from fakesources.control.api import ENDPOINTS
from fakesources.core.contract.api import Endpoint

README = Path(__file__).resolve().parents[2] / "schemas" / "control" / "README.md"


def table_row(endpoint: Endpoint) -> str:
    """Return the line of an operation: summary, method, path, and links to the schemas of query, body and responses."""
    responses = ", ".join(
        f"{status} [{name}]({name}.json)" if name else str(status) for status, name in endpoint.responses.items()
    )
    query, body = (f"[{name}]({name}.json)" if name else "" for name in (endpoint.query_schema, endpoint.body_schema))
    path = endpoint.paths[0].removeprefix("/_fakesources") or "/"
    return f"| {endpoint.summary} | {endpoint.documented[0]} | `{path}` | {query} | {body} | {responses} |"


def test_the_table_lists_every_operation_in_order() -> None:
    lines = README.read_text("utf-8").splitlines()

    assert lines[lines.index("| --- | --- | --- | --- | --- | --- |") + 1 :] == [table_row(each) for each in ENDPOINTS]
