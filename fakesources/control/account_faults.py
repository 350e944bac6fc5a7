"""Faults of a single account, on a server that several test suites share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.contract.api import Endpoint
from ..core.contract.call import Call, Service
from ..core.contract.errors import ApiErrorRaised
from ..core.engine.exchanges import RecordedRequest
from ..core.engine.faults import Faults
from ..core.engine.planned import matches


@dataclass(frozen=True, eq=False, slots=True)
class AccountFilter:
    """The `when` of a fault: predicate of the requests of one account, with given parameters if there are any."""

    account: str
    service: Service
    endpoint: Endpoint
    params: Mapping[str, Any] | None

    def __call__(self, request: RecordedRequest) -> bool:
        """Return whether the fault applies to a request."""
        return matches(self.params, request) and self._authenticate(request) == self.account

    def is_of(self, account: str, api: str | None) -> bool:
        """Return whether it is of an account of an API, or of any API."""
        return self.account == account and api in (None, self.service.api.name)

    def _authenticate(self, request: RecordedRequest) -> str | None:
        """Return the account of a request as the API authenticates it; None where its credential is invalid."""
        call = Call(self.service, request.raw)
        call.endpoint = self.endpoint
        try:
            self.service.api.before_request(call)
            return self.service.api.authenticate(call)
        except ApiErrorRaised:
            return None


def clear_account_faults(faults: Faults, account: str, api: str | None = None) -> int:
    """Cancel the faults of one account, of one API or of each, release its held requests, and return their number."""
    own = [each for each in faults.pending if isinstance(each.when, AccountFilter) and each.when.is_of(account, api)]
    for each in own:
        each.cancel()
    return len(own)
