"""Authentication of an OpenAPI document: alternatives of schemes, for each operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core.contract.call import Call
from ...core.text.spelling import did_you_mean
from ..auth import Auth, api_key, basic, bearer, no_auth
from .document import Document
from .file import Place, short

Alternatives = tuple[tuple[str, ...], ...]
"""Names of schemes: a request shows all those of one of the alternatives. An empty one needs no credential."""


@dataclass(frozen=True, slots=True)
class DocumentAuth(Auth):
    """Authentication by the schemes of a document; `alternatives` are those of each operation."""

    schemes: Mapping[str, Auth] = field(default_factory=dict)
    alternatives: dict[str, Alternatives] = field(default_factory=dict)

    def account_of(self, call: Call) -> str | None:
        """Return the account of the first alternative that a request fulfils, which any of its schemes may name."""
        shown = {name: scheme.read(call) for name, scheme in self.schemes.items()}
        wanted = self.alternatives.get(call.operation, ())
        for names in wanted:
            accounts = [_account(self.schemes[name], call, shown[name]) for name in names if shown[name] is not None]
            if len(accounts) == len(names):
                account = next(filter(None, accounts), None)
                if account is not None:
                    return account
        return "" if () in wanted else None


def _account(scheme: Auth, call: Call, shown: tuple[str, str] | None) -> str | None:
    return scheme.account_for(call, shown) if shown is not None else None


class Security:
    """Reads the security schemes of a document and the requirements of its operations."""

    def __init__(self, document: Document) -> None:
        self._document = document
        components, place = document.object_at(document.root.get("components"), ("components",))
        declared, place = document.object_at(components.get("securitySchemes"), (*place, "securitySchemes"))
        self._schemes = {name: self._scheme(value, (*place, name)) for name, value in declared.items()}
        self._general = self._alternatives(document.root.get("security"), ("security",))
        self.alternatives: dict[str, Alternatives] = {}
        """Alternatives of each operation, which the importer adds."""

    def auth(self) -> Auth:
        """Return the authentication of the document, which reads `alternatives` at each call."""
        schemes = self._schemes
        security = {name: dict(each) for auth in schemes.values() for name, each in auth.security.items()}
        names = {name for auth in schemes.values() for name in auth.secrets}
        return DocumentAuth(
            lambda _: None, security, frozenset(names), by_key=all(auth.by_key for auth in schemes.values()),
            schemes=schemes, alternatives=self.alternatives,
        )  # fmt: skip

    def of(self, operation: Mapping[str, Any], place: Place) -> Alternatives:
        """Return the alternatives of an operation, empty where it needs no credential."""
        if "security" not in operation:
            return self._general
        return self._alternatives(operation["security"], (*place, "security"))

    def _alternatives(self, value: Any, place: Place) -> Alternatives:
        found = []
        for number, each in enumerate(self._document.list_at(value, place, "a list of security requirements")):
            where = (*place, number)
            names, _ = self._document.object_at(each, where, "an object with names of security schemes")
            for name in names:
                if name not in self._schemes:
                    known = ", ".join(self._schemes) or "none"
                    raise self._document.error(
                        (*where, name),
                        f"expected one of the security schemes ({known}), got {name!r}{did_you_mean(name, self._schemes)}",
                    )
            found.append(tuple(name for name in names if self._schemes[name].secrets))
        return () if all(not names for names in found) else tuple(found)

    def _scheme(self, value: Any, place: Place) -> Auth:
        scheme, place = self._document.object_at(value, place, "a security scheme")
        kind, name = scheme.get("type"), place[-1]
        if kind == "apiKey":
            where, key = scheme.get("in"), scheme.get("name")
            if where not in ("header", "query", "cookie") or not (isinstance(key, str) and key):
                raise self._document.error(
                    place, f"expected 'name' and 'in' (header, query or cookie), got {short(dict(scheme))}"
                )
            auth = api_key(**{where: key})
        elif kind == "http" and str(scheme.get("scheme")).lower() == "basic":
            auth = basic()
        elif kind == "http" and str(scheme.get("scheme")).lower() != "bearer":
            word = str(scheme.get("scheme") or "Bearer")
            auth = bearer(schemes=(word,))
        elif kind in ("http", "oauth2", "openIdConnect"):
            auth = bearer()
        elif kind == "mutualTLS":
            auth = Auth(no_auth().read, {}, frozenset())  # a certificate, which no request shows
        else:
            known = "apiKey, http, oauth2, openIdConnect or mutualTLS"
            raise self._document.error((*place, "type"), f"expected {known}, got {kind!r}")
        kept = ("type", "in", "name", "scheme", "bearerFormat")
        shown = {key: str(scheme[key]) for key in kept if key in scheme}
        if kind in ("oauth2", "openIdConnect"):
            shown = {"type": "http", "scheme": "bearer"}  # of the tokens that its flows give
        return Auth(auth.read, {str(name): shown}, auth.secrets, auth.by_key)
