"""Who is calling: the API key, in the query, as the user name of Basic, or as a bearer token where that is wanted.

The name of an account is its key, unless the fake was given credentials.
"""

from __future__ import annotations

from base64 import b64decode

from ...core.contract.call import Call
from ...core.contract.errors import ApiErrorRaised
from . import errors

KEY = "api_key"

SECURITY = {
    "key": {"type": "apiKey", "in": "query", "name": KEY, "description": "The API key, as a parameter."},
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "The API key as the user name; the password is not read.",
    },
}


def authenticate(call: Call) -> str | None:
    """The name of the calling account; None where no key is asked for. Raises Refused."""
    key = call.query.pop(KEY, "")
    if call.endpoint is not None and call.endpoint.public:
        return None
    if not key:
        key = _from_header(call.request.header("authorization") or "", bearer=call.settings.bearer)
    if not key:
        raise ApiErrorRaised(errors.MISSING_KEY, at="$.api_key")
    if not key.isprintable():
        raise ApiErrorRaised(errors.UNUSABLE_KEY, at="$.api_key")
    known = call.service.credentials
    if known is None:
        return str(key)
    for name, right in known.items():
        if key == right:
            return name
    raise ApiErrorRaised(errors.WRONG_KEY[call.settings.wrong_key_status], at="$.api_key")


def _from_header(header: str, *, bearer: bool) -> str:
    """The key in an Authorization header; empty where there is none of a kind that is taken."""
    scheme, _, given = header.strip().partition(" ")
    given = given.strip()
    if scheme.lower() == "bearer" and bearer:
        return given
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(given, validate=True).decode("utf-8").partition(":")[0]
    except ValueError:
        raise ApiErrorRaised(errors.UNUSABLE_KEY, at="$.api_key") from None
