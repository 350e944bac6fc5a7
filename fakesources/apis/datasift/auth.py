"""Who calls: a user name and a key, in one of the three forms that official clients send."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64

from ...core.contract.call import Call
from ...core.contract.errors import ApiErrorRaised
from . import errors

SECURITY = {
    "authorization": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "The user name and the API key with a colon between them, and nothing before them.",
    },
    "auth": {
        "type": "apiKey",
        "in": "header",
        "name": "Auth",
        "description": "The same in the header that the documentation of 2013 gives.",
    },
    "basic": {"type": "http", "scheme": "basic", "description": "The user name, and the API key as the password."},
}


def authenticate(call: Call) -> str | None:
    """The account's name: the user name, whatever key came with it, unless credentials say which is right; None for a
    preflight, with which browsers send no credential.
    """
    if call.endpoint is not None and call.endpoint.public:
        return None
    user, key = credential(call.request.header("authorization"), call.request.header("auth"))
    known = call.service.credentials
    if not user or not key or (known is not None and known.get(user) != key):
        raise ApiErrorRaised(errors.UNAUTHORIZED)
    return user


def credential(authorization: str | None, auth: str | None) -> tuple[str, str]:
    """User and key from `Authorization: user:key`, `Authorization: Basic …` or `Auth: user:key`; empty where there is
    none to be had. Names and keys are case sensitive and hold no white space.
    """
    text = (authorization or auth or "").strip()
    scheme, _, rest = text.partition(" ")
    if scheme.lower() == "basic":
        text = _decoded(rest.strip())
    user, _, key = text.partition(":")
    return (user, key) if user and key and len(text.split()) == 1 else ("", "")


def _decoded(text: str) -> str:
    try:
        return b64decode(text, validate=True).decode("utf-8")
    except (NotBase64, ValueError):
        return ""
