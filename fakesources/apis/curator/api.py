"""Curator's API as one value: its endpoints, editions, rules and hooks."""

from __future__ import annotations

from ...core.contract.api import Api
from ...core.contract.call import Call
from . import auth, errors, headers, parameters, pictures, views
from .account import CuratorAccount, open_account
from .data import SCHEMAS, pages, samples
from .editions import EDITIONS
from .endpoints import ENDPOINTS
from .handles import ACTIONS, Curator
from .rules import RULES
from .settings import CuratorSettings
from .traffic import TRAFFIC


def charge(_call: Call) -> None:
    """Charge nothing: no rate limit is documented."""


API: Api[CuratorAccount] = Api(
    name="curator",
    title="Curator.io API, v1: sources, feeds and posts",
    hosts=("api.curator.io",),
    endpoints=ENDPOINTS,
    editions=EDITIONS,
    no_such_endpoint=errors.NO_SUCH_ENDPOINT,
    no_such_method=errors.NO_SUCH_METHOD,
    too_large=errors.TOO_LARGE,
    errors=errors.GENERAL,
    error_schema="error",
    secrets=frozenset({auth.KEY, "authorization", "token", "access_token", "secret", "password"}),
    open_account=open_account,
    before_request=parameters.parse_query,
    authenticate=auth.authenticate,
    charge=charge,
    parse=parameters.parse,
    invalid=parameters.invalid,
    render_error=errors.render_error,
    response_headers=headers.response_headers,
    serialize=headers.serialize,
    settings=CuratorSettings(),
    schemas=SCHEMAS,
    handle=Curator,
    file=pictures.respond,
    actions=ACTIONS,
    views=views.all_views,
    ignore_trailing_slash=True,
    accounts_by_key=True,
    rules=RULES,
    traffic=TRAFFIC,
    pages=pages,
    security=auth.SECURITY,
    samples=samples,
)
