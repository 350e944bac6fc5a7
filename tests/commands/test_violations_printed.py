"""What commands report of failures of the fake itself."""

from __future__ import annotations

import pytest

from fakesources.commands.logs import log_bug


def test_a_bug_is_logged_with_its_place_and_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    """The text may quote what was sent, so only the kinds of the exceptions and the way to them are logged."""
    try:
        try:
            raise KeyError("t0ken")
        except KeyError:
            raise ValueError("t0ken") from None
    except ValueError as bug:
        log_bug(bug)

    assert "ValueError" in caplog.text
    assert __file__ in caplog.text
    assert caplog.text.count("t0ken") == 1  # the line of this test's own source


def test_the_failures_behind_a_failure_are_logged_too(caplog: pytest.LogCaptureFixture) -> None:
    try:
        try:
            raise KeyError
        except KeyError as first:
            raise ValueError from first
    except ValueError as bug:
        log_bug(bug)

    assert [name for name in ("ValueError", "KeyError") if name in caplog.text] == ["ValueError", "KeyError"]
