"""The DataSift API as one value: its tables and its hooks."""

from __future__ import annotations

from ...core.contract.api import Api
from . import auth, errors, headers, parameters, rates, versions, views
from .account import DataSiftAccount, open_account
from .data import SCHEMAS, pages, samples
from .editions import EDITIONS
from .endpoints import ENDPOINTS
from .handles import ACTIONS, DataSift
from .rules import RULES
from .settings import DataSiftSettings
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
    errors=errors.GENERAL,
    error_schema="error",
    secrets=frozenset({"authorization", "auth", "identities", "value", "refresh_token", "access_token", "token", "api_key", "secret", "password"}),
    open_account=open_account,
    before_request=versions.before_request,
    authenticate=auth.authenticate,
    charge=rates.charge,
    parse=parameters.parse,
    invalid=parameters.invalid,
    render_error=errors.render_error,
    response_headers=headers.response_headers,
    serialize=headers.serialize,
    settings=DataSiftSettings(),
    schemas=SCHEMAS,
    handle=DataSift,
    actions=ACTIONS,
    rates=rates.window_at,
    owns_path=versions.owns_path,
    views=views.all_views,
    rules=RULES,
    traffic=TRAFFIC,
    pages=pages,
    security=auth.SECURITY,
    samples=samples,
    unlisted_in_path=frozenset({"version"}),
)  # fmt: skip
