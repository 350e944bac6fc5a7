"""Reason phrases: the same with every version of Python."""

from __future__ import annotations

import pytest

from fakesources import Response
from fakesources.core.http.messages import phrase_of


@pytest.mark.parametrize(
    ("status", "phrase"),
    [
        (200, "OK"),
        (404, "Not Found"),
        (413, "Content Too Large"),
        (414, "URI Too Long"),
        (416, "Range Not Satisfiable"),
        (418, "I'm a Teapot"),
        (422, "Unprocessable Content"),
        (429, "Too Many Requests"),
    ],
)
def test_a_status_has_the_phrase_of_rfc_9110(status: int, phrase: str) -> None:
    """Errors of OpenAPI documents are named by it, and tests name these errors."""
    assert (phrase_of(status), Response(status).reason) == (phrase, phrase)


def test_a_status_of_no_rfc_is_shown_as_a_number() -> None:
    assert (phrase_of(499), Response(499).reason) == ("Status 499", "")
