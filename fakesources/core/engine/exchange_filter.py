"""Filter of the journal: which exchanges a test means, and why others are not among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..http.masking import MASK, is_secret, show
from ..text.spelling import nearest

if TYPE_CHECKING:
    from .exchanges import Exchange


@dataclass(frozen=True, slots=True)
class ExchangeFilter:
    """The exchanges of a journal that a test means."""

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

    def missed_by(self, exchange: Exchange) -> list[tuple[str, str, str]]:
        """Field by field, where an exchange is another one: the field, what it should be, what it is."""
        missed = []
        if self.operation and exchange.operation != self.operation:
            missed.append(("operation", self.operation, exchange.operation or "no operation at all"))
        if self.status is not None and exchange.response.status != self.status:
            missed.append(("status", str(self.status), str(exchange.response.status)))
        if self.account is not None and exchange.account != self.account:
            missed.append(("account", "the one that was named", "another one"))  # its name may be a key
        for name, wanted in (self.params or {}).items():
            hidden = is_secret(name, exchange.secrets)
            if name not in exchange.params:
                near = nearest(name, exchange.params)
                missed.append(
                    (f"params.{name}", _told(wanted, hidden, exchange), f"nothing{f' (but {near})' * bool(near)}")
                )
            elif exchange.params[name] != wanted:
                got = exchange.params[name]
                missed.append((f"params.{name}", _told(wanted, hidden, exchange), _told(got, hidden, exchange)))
        return missed


def _told(value: Any, hidden: bool, exchange: Exchange) -> str:
    return MASK if hidden else show(value, exchange.secrets)
