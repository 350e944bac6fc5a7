"""What commands tell a person of what went wrong inside."""

from __future__ import annotations

import pytest

from fakesources.commands.opening import tell_bug


def test_a_bug_is_told_with_its_place_and_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    """The text may quote what was sent, so only the kind of the exception and the way to it are told."""
    try:
        raise ValueError("t0ken")
    except ValueError as bug:
        tell_bug(bug)

    out, err = capsys.readouterr()
    assert out == ""
    assert "ValueError" in err
    assert __file__ in err
    assert err.count("t0ken") == 1  # the line of this test's own source
