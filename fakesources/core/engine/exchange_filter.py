"""Filter of the journal: which exchanges match, and why others do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..http.masking import show_at
from ..text.spelling import nearest
from .exchanges import Exchange


@dataclass(frozen=True, slots=True)
class ExchangeFilter:
    """Conditions that an exchange must meet; an empty operation and None accept any.

    With `is_prefix`, `operation` may begin several ids. `after` is the number of an exchange; only later ones match.
    """

    operation: str = ""
    status: int | None = None
    params: Mapping[str, Any] | None = None
    account: str | None = None
    api: str | None = None
    method: str | None = None
    has_violations: bool | None = None
    after: int = 0
    is_prefix: bool = False

    def __str__(self) -> str:
        parts = [self.operation or (f"any operation of {self.api}" if self.api else "any operation")]
        if self.account is not None:
            parts.append("an account")
        if self.method is not None:
            parts.append(f"method {self.method}")
        if self.has_violations is not None:
            parts.append("violations" if self.has_violations else "no violations")
        if self.after:
            parts.append(f"a number above {self.after}")
        if self.status is not None:
            parts.append(f"status {self.status}")
        if self.params is not None:
            parts.append(f"parameters {', '.join(self.params) or 'of no name'}")
        return " with ".join(parts[:1]) if len(parts) == 1 else f"{parts[0]} with {' and '.join(parts[1:])}"

    def accepts(self, exchange: Exchange) -> bool:
        """Return whether an exchange meets every condition."""
        return next(self._mismatches(exchange), None) is None

    def mismatches(self, exchange: Exchange) -> list[tuple[str, str, str]]:
        """Return (field, expected, actual) for each condition that an exchange does not meet, secrets masked."""
        return list(self._mismatches(exchange))

    def _mismatches(self, exchange: Exchange) -> Iterator[tuple[str, str, str]]:
        if exchange.number <= self.after:
            yield "number", f"above {self.after}", str(exchange.number)
        if self.api is not None and exchange.api != self.api:
            yield "api", self.api, exchange.api
        if self.operation and not self._is_of_operation(exchange.operation):
            yield "operation", self.operation, exchange.operation or "no operation at all"
        if self.method is not None and exchange.raw_request.method != self.method:
            yield "method", self.method, exchange.raw_request.method
        if self.status is not None and exchange.response.status != self.status:
            yield "status", str(self.status), str(exchange.response.status)
        if self.has_violations is not None and bool(exchange.violations) != self.has_violations:
            yield "violations", "some" if self.has_violations else "none", str(len(exchange.violations) or "none")
        if self.account is not None and exchange.account != self.account:
            yield "account", "the requested one", "another one"  # its name may be a key
        for name, expected in (self.params or {}).items():
            if name not in exchange.params:
                near = nearest(name, exchange.params)
                actual = f"nothing (but {near})" if near else "nothing"
            elif exchange.params[name] != expected:
                actual = show_at(exchange.params[name], (name,), exchange.secrets)
            else:
                continue
            yield f"params.{name}", show_at(expected, (name,), exchange.secrets), actual

    def _is_of_operation(self, operation: str) -> bool:
        return operation == self.operation or (self.is_prefix and operation.startswith(f"{self.operation}."))
