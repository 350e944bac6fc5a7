"""Lines that pytest leaves out of a traceback: those between a mistake in a call and the call."""

from __future__ import annotations

import pytest

from fakesources.core.text.arguments import WrongArgument, hidden_for


@pytest.mark.parametrize(
    ("error", "is_hidden"), [(WrongArgument("x"), True), (KeyError("x"), True), (ValueError("x"), False)]
)
def test_lines_are_hidden_for_some_errors_alone(error: Exception, is_hidden: bool) -> None:
    """Of any other error, which may be a defect of ours, all lines are shown."""
    with pytest.raises(type(error)) as info:
        raise error

    assert hidden_for(WrongArgument, KeyError)(info) == is_hidden


def test_lines_are_shown_where_there_is_no_error() -> None:
    """A traceback may be looked at without the error that it is of."""
    assert hidden_for(WrongArgument)(None) is False
