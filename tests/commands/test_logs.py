"""Log of the server: internal errors without the texts of exceptions."""

from __future__ import annotations

import pytest

from fakesources.commands.logs import log_internal_error


def test_an_internal_error_is_logged_with_its_traceback_and_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    """The text may quote a request."""
    try:
        try:
            raise KeyError("t0ken")
        except KeyError:
            raise ValueError("t0ken") from None
    except ValueError as error:
        log_internal_error(error)

    assert "ValueError" in caplog.text
    assert __file__ in caplog.text
    assert caplog.text.count("t0ken") == 1  # the line of this test's own source


def test_the_causes_of_an_internal_error_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    try:
        try:
            raise KeyError
        except KeyError as first:
            raise ValueError from first
    except ValueError as error:
        log_internal_error(error)

    assert [name for name in ("ValueError", "KeyError") if name in caplog.text] == ["ValueError", "KeyError"]
