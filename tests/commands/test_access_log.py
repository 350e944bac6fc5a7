"""Access log: a request that no journal has, and where the log is written."""

from __future__ import annotations

import pytest
from processes import Serve

from fakesources import Request, Response
from fakesources.commands.access_log import entry
from fakesources.control.hosted import Hosted


def test_a_request_that_no_journal_has_is_logged_without_an_operation() -> None:
    """Such as one that the journal has dropped meanwhile."""
    request = Request("GET", "/v1/feeds?api_key=ABCD-1234", host="api.curator.io")

    found = entry(Hosted({}), request, Response(200, (), b"[]"), 0.0125)

    assert {**found, "time": ""} == {
        "time": "", "method": "GET", "path": "/v1/feeds", "status": 200, "ms": 12.5, "bytes": 2, "peer": request.peer,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("target", "operation"),
    [("/_fakesources/health", "control.health"), ("/_fakesources/", "control.index"), ("/_fakesources/nothing", None)],
)
def test_a_request_of_the_control_plane_is_logged_with_its_operation(target: str, operation: str | None) -> None:
    found = entry(Hosted({}), Request("GET", target), Response(200), 0.0)

    assert (found["path"], found.get("operation")) == (target, operation)


def test_the_access_log_may_be_standard_error(serve: Serve) -> None:
    served = serve("--access-log", "-")
    served.send("GET", "/v1/feeds?api_key=ABCD-1234")
    _, _, shown = served.stop()

    assert " GET /v1/feeds 200 " in shown
    assert "ABCD-1234" not in shown
