"""Authentication by API key: in the query, as the user name of Basic, or as a bearer token if the setting allows it.

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
    """Return the name of the calling account, or None on a public endpoint. Raises ApiErrorRaised."""
    key = call.query.pop(KEY, "")
    if call.endpoint is not None and call.endpoint.public:
        return None
    if not key:
        key = _key_from_header(call.request.header("authorization") or "", accepts_bearer=call.settings.bearer)
    if not key:
        raise ApiErrorRaised(errors.MISSING_KEY, at="$.api_key")
    if not key.isprintable():
        raise ApiErrorRaised(errors.UNUSABLE_KEY, at="$.api_key")
    credentials = call.service.credentials
    if credentials is None:
        return str(key)
    for name, valid_key in credentials.items():
        if key == valid_key:
            return name
    raise ApiErrorRaised(errors.WRONG_KEY[call.settings.wrong_key_status], at="$.api_key")


def _key_from_header(header: str, *, accepts_bearer: bool) -> str:
    """Return the key in an Authorization header, or an empty string for a scheme that is not accepted."""
    scheme, _, credentials = header.strip().partition(" ")
    credentials = credentials.strip()
    if scheme.lower() == "bearer" and accepts_bearer:
        return credentials
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(credentials, validate=True).decode("utf-8").partition(":")[0]
    except ValueError:
        raise ApiErrorRaised(errors.UNUSABLE_KEY, at="$.api_key") from None
