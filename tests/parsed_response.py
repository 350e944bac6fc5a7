"""Responses of fakes that are called without a client library, and the violations that their calls left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from fakesources import FakeSources
from fakesources.core.http.messages import Response


@dataclass(frozen=True)
class ParsedResponse:
    """A response with its body parsed."""

    raw: Response

    @property
    def status(self) -> int:
        return self.raw.status

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.raw.headers)

    @property
    def json(self) -> Any:
        return json.loads(self.raw.body)


def rules(fake: FakeSources) -> list[str]:
    """Return the rules of the violations, in order."""
    return [violation.rule for violation in fake.violations]
