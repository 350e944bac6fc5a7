"""Write a fake of your own API: rows, operations, errors and shapes in one file. Experimental.

An `Api` is declared at import; decorators add its operations. `FakeSources(apis=[api])` fakes it, with every adapter, the
journal, faults, snapshots, violations, the checks of recorded traffic and the control plane.
"""

from ..core.contract.api import Result
from ..core.contract.call import Call
from ..core.contract.errors import ApiError, ApiErrorRaised, DefinitionError
from .api import Api
from .auth import Auth, api_key, basic, bearer
from .ids import integer_ids, slug_ids, uuid_ids
from .pagination import Page, paginate
from .rows import AccountRows, Rows

__all__ = [
    "AccountRows",
    "Api",
    "ApiError",
    "ApiErrorRaised",
    "Auth",
    "Call",
    "DefinitionError",
    "Page",
    "Result",
    "Rows",
    "api_key",
    "basic",
    "bearer",
    "integer_ids",
    "paginate",
    "slug_ids",
    "uuid_ids",
]
