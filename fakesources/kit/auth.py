"""Authentication: how a request shows which account makes it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..core.contract.call import Call


@dataclass(frozen=True, slots=True)
class Auth:
    """One way to authenticate.

    `read(call)` returns the account and the key that a request shows, or None for one that shows neither: the API's error
    `unauthorized` follows. `security` is the OpenAPI security scheme, `secrets` are the names that carry keys. With
    `by_key`, accounts are named by their keys unless a fake was given credentials.
    """

    read: Callable[[Call], tuple[str, str] | None]
    security: Mapping[str, Mapping[str, str]]
    secrets: frozenset[str] = frozenset({"authorization"})
    by_key: bool = True

    def account_of(self, call: Call) -> str | None:
        """Return the name of the calling account, None where no credential is valid, an empty text where none is needed."""
        shown = self.read(call)
        return None if shown is None else self.account_for(call, shown)

    def account_for(self, call: Call, shown: tuple[str, str]) -> str | None:
        """Return the name of the account that a request has shown, or None where its key is not valid."""
        name, key = shown
        known = call.service.credentials
        if known is None:
            return name
        if self.by_key:
            return next((account for account, valid in known.items() if valid == key), None)
        return name if known.get(name) == key else None


def no_auth() -> Auth:
    """Return the way of an API without authentication: every request is the home account's."""
    return Auth(lambda _: ("everyone", ""), {}, frozenset(), by_key=False)


def bearer(*, schemes: Sequence[str] = ("Bearer",), header: str = "Authorization") -> Auth:
    """Return authentication by a token in a header, after one of the schemes; their case does not matter."""
    allowed = {scheme.lower() for scheme in schemes}

    def read(call: Call) -> tuple[str, str] | None:
        scheme, _, token = (call.request.header(header.lower()) or "").strip().partition(" ")
        token = token.strip()
        return (token, token) if scheme.lower() in allowed and token and token.isprintable() else None

    return Auth(read, {"bearer": {"type": "http", "scheme": "bearer"}}, frozenset({header.lower()}))


def basic() -> Auth:
    """Return HTTP Basic authentication: the user name is the account, the password its key."""

    def read(call: Call) -> tuple[str, str] | None:
        scheme, _, encoded = (call.request.header("authorization") or "").strip().partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, colon, key = b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
        except ValueError:
            return None
        return (name, key) if colon and name and name.isprintable() else None

    return Auth(read, {"basic": {"type": "http", "scheme": "basic"}}, by_key=False)


def api_key(*, header: str = "", query: str = "", cookie: str = "") -> Auth:
    """Return authentication by a key in a header, a query parameter or a cookie. Raises TypeError unless one is named."""
    places = {"header": header, "query": query, "cookie": cookie}
    named = [(place, name) for place, name in places.items() if name]
    if len(named) != 1:
        raise TypeError(
            "api_key: expected a header or a query parameter or a cookie, such as api_key(header='X-API-Key')"
        )
    ((place, name),) = named

    def read(call: Call) -> tuple[str, str] | None:
        if cookie:
            key = _cookie(call.request.header("cookie") or "", cookie)
        else:
            key = (call.request.header(header.lower()) or "").strip() if header else str(call.query.pop(query, ""))
        return (key, key) if key and key.isprintable() else None

    secret = "cookie" if cookie else name.lower()
    return Auth(read, {"key": {"type": "apiKey", "in": place, "name": name}}, frozenset({secret, name.lower()}))


def _cookie(text: str, name: str) -> str:
    """Return the value of a cookie (RFC 6265, section 5.4), an empty text where it is not there."""
    pairs = (part.strip().partition("=") for part in text.split(";"))
    return next((value.strip('"') for key, _, value in pairs if key == name), "")
