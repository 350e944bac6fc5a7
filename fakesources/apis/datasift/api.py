"""DataSift as one value: its rows and its manners."""

from __future__ import annotations

from ...core.contract.api import Api
from . import auth, errors, headers, parameters, rates, versions, views
from .data import pages, samples
from .editions import EDITIONS
from .endpoints import ENDPOINTS
from .handles import DataSift
from .rules import RULES
from .settings import DataSiftSettings
from .state import DataSiftAccount, open_account
from .traffic import TRAFFIC

API: Api[DataSiftAccount] = Api(
    name="datasift",
    title="DataSift Managed Sources REST API, v1.6",
    hosts=("api.datasift.com",),
    endpoints=ENDPOINTS,
    editions=EDITIONS,
    no_such_endpoint=errors.NO_SUCH_ENDPOINT,
    no_such_method=errors.NO_SUCH_METHOD,
    too_large=errors.TOO_LARGE,
    errors=errors.EVERYWHERE,
    error_schema="error",
    secrets=frozenset({"authorization", "auth", "identities", "value", "refresh_token", "access_token", "token", "api_key", "secret", "password"}),
    open_account=open_account,
    before_request=versions.enter,
    authenticate=auth.authenticate,
    charge=rates.charge,
    parse=parameters.read,
    invalid=parameters.refuse,
    render_error=errors.render,
    response_headers=headers.headers,
    serialize=headers.write,
    settings=DataSiftSettings(),
    handle=DataSift,
    owns_path=versions.owns_path,
    views=views.every,
    rules=RULES,
    traffic=TRAFFIC,
    pages=pages,
    security=auth.SECURITY,
    samples=samples,
    unlisted_in_path=frozenset({"version"}),
)  # fmt: skip
