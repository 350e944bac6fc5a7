"""Filter of the journal: which exchanges match, and why others do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..http.masking import MASK, is_secret, show
from ..text.spelling import nearest
from .exchanges import Exchange


@dataclass(frozen=True, slots=True)
class ExchangeFilter:
    """Conditions that an exchange must meet; an empty operation and None accept any."""

    operation: str
    status: int | None
    params: Mapping[str, Any] | None
    account: str | None = None

    def __str__(self) -> str:
        parts = [self.operation or "any operation"]
        if self.account is not None:
            parts.append("an account")
        if self.status is not None:
            parts.append(f"status {self.status}")
        if self.params is not None:
            parts.append(f"parameters {', '.join(self.params) or 'of no name'}")
        return " with ".join(parts[:1]) if len(parts) == 1 else f"{parts[0]} with {' and '.join(parts[1:])}"

    def mismatches(self, exchange: Exchange) -> list[tuple[str, str, str]]:
        """Return (field, expected, actual) for each condition that an exchange does not meet, secrets masked."""
        mismatches = []
        if self.operation and exchange.operation != self.operation:
            mismatches.append(("operation", self.operation, exchange.operation or "no operation at all"))
        if self.status is not None and exchange.response.status != self.status:
            mismatches.append(("status", str(self.status), str(exchange.response.status)))
        if self.account is not None and exchange.account != self.account:
            mismatches.append(("account", "the requested one", "another one"))  # its name may be a key
        for name, expected in (self.params or {}).items():
            field, is_hidden = f"params.{name}", is_secret(name, exchange.secrets)
            if name not in exchange.params:
                near = nearest(name, exchange.params)
                actual = f"nothing (but {near})" if near else "nothing"
            elif exchange.params[name] != expected:
                actual = _shown(exchange.params[name], is_hidden, exchange)
            else:
                continue
            mismatches.append((field, _shown(expected, is_hidden, exchange), actual))
        return mismatches


def _shown(value: Any, is_hidden: bool, exchange: Exchange) -> str:
    return MASK if is_hidden else show(value, exchange.secrets)
