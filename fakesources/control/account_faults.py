"""Faults of one account alone, on a server that several suites share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.contract.call import Call, Service
from ..core.contract.errors import ApiErrorRaised
from ..core.engine.exchanges import RecordedRequest
from ..core.engine.planned import meant

if TYPE_CHECKING:
    from ..core.contract.api import Endpoint
    from ..core.engine.faults import Faults
    from ..core.engine.holds import Hold
    from ..core.engine.planned import PlannedFault


@dataclass(frozen=True, eq=False, slots=True)
class OfAccount:
    """Predicate of the requests of one account, with some parameters if any: the `when` of a fault."""

    account: str
    service: Service
    endpoint: Endpoint
    params: Mapping[str, Any] | None

    def __call__(self, asked: RecordedRequest) -> bool:
        """Return whether a request is meant."""
        return meant(self.params, asked) and self._caller(asked) == self.account

    def _caller(self, asked: RecordedRequest) -> str | None:
        """The caller's account as the API authenticates it; None where it refuses the credential."""
        call = Call(self.service, asked.raw)
        call.endpoint = self.endpoint
        try:
            self.service.api.before_request(call)
            return self.service.api.authenticate(call)
        except ApiErrorRaised:
            return None


def is_of(when: object, account: str) -> bool:
    """Return whether a fault is one account's own."""
    return isinstance(when, OfAccount) and when.account == account


def clear_faults(faults: Faults, account: str) -> int:
    """Cancel the faults of one account, release its held requests, and return how many there were."""
    arranged: list[PlannedFault | Hold] = [*faults.planned, *faults.holds]
    own = [each for each in arranged if is_of(each.when, account)]
    for each in own:
        each.cancel()
    return len(own)
