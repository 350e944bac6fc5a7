"""Values that a recorder replaced by a placeholder: no finding, whatever type they had."""

from __future__ import annotations

import json

import pytest

from fakesources import FakeSources, Request
from fakesources.core.contract.validation import convert_text
from fakesources.verify import check
from fakesources.verify.recordings.masked import is_placeholder

PLACEHOLDERS = [
    "***",
    "[FILTERED]",
    "<SOURCE_TYPE>",
    "{{type}}",
    "<redacted: 12>",
    "xxxx",
    "(hidden)",
    "...",
    "[truncated 9]",
]


@pytest.mark.parametrize(
    ("value", "is_masked"),
    [*[(text, True) for text in PLACEHOLDERS], ("2", False)],
)
def test_a_masked_number_is_no_text_in_its_place(value: str, is_masked: bool) -> None:
    """Recorders mask a value of any type by a text."""
    fake = FakeSources(strict=False)
    sent = {"feed_id": fake.curator.feeds.add().id, "source_type": 2, "tag": "cats"}
    headers = (("Content-Type", "application/json"),)
    target = "/v1/sources?api_key=k"
    response = fake.handle(Request("POST", target, headers, json.dumps(sent).encode(), "api.curator.io"))
    body = json.dumps({**sent, "source_type": value}).encode()

    found = check((Request("POST", target, headers, body, "api.curator.io"), response), warnings=True)

    assert ["curator.sources.create.scalar-type"] * (not is_masked) == [each.rule for each in found]


@pytest.mark.parametrize("kind", ["integer", "number", "boolean", "array", "object", "string"])
@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_a_placeholder_is_not_converted_to_another_type(kind: str, text: str) -> None:
    assert is_placeholder(text)
    assert convert_text(kind, text) == text
