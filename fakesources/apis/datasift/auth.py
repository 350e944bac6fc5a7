"""Authentication: a user name and a key, in one of the three forms that official clients send."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error

from ...core.contract.call import Call
from ...core.contract.errors import ApiErrorRaised
from . import errors

SECURITY = {
    "authorization": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "The user name and the API key with a colon between them, without a scheme.",
    },
    "auth": {
        "type": "apiKey",
        "in": "header",
        "name": "Auth",
        "description": "The same in the header that the documentation of 2013 names.",
    },
    "basic": {"type": "http", "scheme": "basic", "description": "The user name, and the API key as the password."},
}


def authenticate(call: Call) -> str | None:
    """Return the account's name, or None for a preflight, which browsers send without a credential.

    The account is the user name. Any key is valid unless the fake has credentials. Raises UNAUTHORIZED.
    """
    if call.endpoint is not None and call.endpoint.public:
        return None
    user, key = parse_credential(call.request.header("authorization") or call.request.header("auth") or "")
    known = call.service.credentials
    if not user or not key or (known is not None and known.get(user) != key):
        raise ApiErrorRaised(errors.UNAUTHORIZED)
    return user


def parse_credential(text: str) -> tuple[str, str]:
    """Return user and key from the header `Authorization`, or else `Auth`; two empty texts where it has none.

    The forms are `Authorization: user:key`, `Authorization: Basic …` and `Auth: user:key`. Names and keys are case
    sensitive and contain no white space.
    """
    text = text.strip()
    scheme, _, rest = text.partition(" ")
    if scheme.lower() == "basic":
        text = _decode(rest.strip())
    user, _, key = text.partition(":")
    return (user, key) if user and key and len(text.split()) == 1 else ("", "")


def _decode(text: str) -> str:
    try:
        return b64decode(text, validate=True).decode("utf-8")
    except (Base64Error, ValueError):
        return ""
