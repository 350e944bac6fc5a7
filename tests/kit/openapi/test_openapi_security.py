"""Authentication of OpenAPI documents: schemes, alternatives of them, and operations with their own."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from openapi_samples import OK, body, document, fake_of, rows, send

from fakesources import FakeSources
from fakesources.kit import Api, DefinitionError

SCHEMES = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "app": {"type": "apiKey", "in": "header", "name": "X-App"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "bearer": {"type": "http", "scheme": "Bearer", "bearerFormat": "JWT"},
    "basic": {"type": "http", "scheme": "basic"},
    "token": {"type": "http", "scheme": "Token"},
    "oauth": {"type": "oauth2", "flows": {}},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://a.test"},
    "tls": {"type": "mutualTLS"},
}
BASIC = "Basic " + b64encode(b"bob:secret").decode()
SHOWN: dict[str, tuple[str, dict[str, str]]] = {
    "nothing": ("", {}),
    "header": ("", {"X_Key": "k"}),
    "app": ("", {"X_App": "a"}),
    "header and app": ("", {"X_Key": "k", "X_App": "a"}),
    "query": ("?key=k", {}),
    "cookie": ("", {"Cookie": 'a=1; sid="k"; b=2'}),
    "another cookie": ("", {"Cookie": "sids=k; xsid=k"}),
    "bearer": ("", {"Authorization": "bearer k"}),
    "basic": ("", {"Authorization": BASIC}),
    "token": ("", {"Authorization": "Token k"}),
}


def secured(security: Any, operation: Any = None) -> dict[str, Any]:
    """Return a document with the security of all operations, and of one."""
    get = {"responses": {"200": body({"type": "array"})}} | ({} if operation is None else {"security": operation})
    components = {"securitySchemes": SCHEMES}
    return document(paths={"/t": {"get": get}}, components=components, security=security)


@pytest.mark.parametrize(
    ("security", "accepted"),
    [
        (None, {*SHOWN}),
        ([], {*SHOWN}),
        ([{}], {*SHOWN}),
        ([{"header": []}], {"header", "header and app"}),
        ([{"query": []}], {"query"}),
        ([{"cookie": []}], {"cookie"}),
        ([{"bearer": []}], {"bearer"}),
        ([{"basic": []}], {"basic"}),
        ([{"token": []}], {"token"}),
        ([{"oauth": ["read"]}], {"bearer"}),
        ([{"oidc": []}], {"bearer"}),
        ([{"header": []}, {"bearer": []}], {"header", "header and app", "bearer"}),
        ([{"basic": []}, {"query": []}, {"cookie": []}], {"basic", "query", "cookie"}),
        ([{"header": [], "app": []}], {"header and app"}),
        ([{"header": [], "app": []}, {"basic": []}], {"header and app", "basic"}),
        ([{"header": []}, {}], {*SHOWN}),
        ([{"tls": []}], {*SHOWN}),
        ([{"tls": [], "header": []}], {"header", "header and app"}),
        ([{"bearer": [], "tls": []}, {"query": [], "tls": []}], {"bearer", "query"}),
        ([{"header": []}, {"tls": []}], {*SHOWN}),
    ],
)
@pytest.mark.parametrize("where", ["of the document", "of the operation"])
def test_one_of_the_alternatives_is_shown(security: Any, accepted: set[str], where: str) -> None:
    """An operation's own take the place of the document's."""
    source = secured(security) if where == "of the document" else secured([{"app": []}], security or [])
    fake = fake_of(source)

    for name, (query, headers) in SHOWN.items():
        status = send(fake, "GET", f"/api/t{query}", **headers).status
        assert status == (200 if name in accepted else 401), name


def test_several_schemes_name_one_account() -> None:
    """The key names it, by whichever scheme it is shown; without one it is the home account."""
    source = rows({"type": "object", "properties": {"id": {"type": "integer"}}})
    source |= {"components": {"securitySchemes": SCHEMES}, "security": [{"header": []}, {"bearer": []}]}
    source["paths"]["/rows"]["get"]["security"] = [{}, {"header": []}]
    api = Api.from_openapi(source)
    fake = FakeSources(apis=[api], credentials={"things": {"alice": "k1", "bob": "k2"}})

    assert send(fake, "POST", "/api/rows", {}, X_Key="k2").status == 201
    assert send(fake, "GET", "/api/rows/1", Authorization="Bearer k2").status == 200
    assert send(fake, "GET", "/api/rows/1", Authorization="Bearer k1").status == 404
    assert send(fake, "GET", "/api/rows/1", Authorization="Bearer k3").status == 401
    assert send(fake, "GET", "/api/rows", X_Key="k2").body != b"[]"
    assert send(fake, "GET", "/api/rows").body == b"[]"


@pytest.mark.parametrize(
    ("security", "schemes", "message"),
    [
        ([{"nope": []}], SCHEMES, r"\$\.security\[0\]\.nope: expected one of the security schemes"),
        ([{"bearer": []}, {"beare": []}], SCHEMES, r"\$\.security\[1\]\.beare: .* did you mean 'bearer'"),
        ([{"a": []}], {}, r"\$\.security\[0\]\.a: expected one of the security schemes \(none\)"),
        (["a"], SCHEMES, r"\$\.security\[0\]: expected an object with names of security schemes, got 'a'"),
        ({"a": []}, SCHEMES, r"\$\.security: expected a list of security requirements"),
        ([], {"a": "x"}, r"\$\.components\.securitySchemes\.a: expected a security scheme, got 'x'"),
        ([], {"a": {"type": "apiKey", "in": "header"}}, r"securitySchemes\.a: expected 'name' and 'in'"),
        ([], {"a": {"type": "apiKey", "in": "body", "name": "x"}}, r"securitySchemes\.a: expected 'name' and 'in'"),
        ([], {"a": {"type": "magic"}}, r"securitySchemes\.a\.type: expected apiKey, http, .* got 'magic'"),
        ([], {"a": {}}, r"securitySchemes\.a\.type: expected apiKey, http, .* got None"),
    ],
)
@pytest.mark.parametrize("where", ["of the document", "of the operation"])
def test_security_that_is_none(security: Any, schemes: Any, message: str, where: str) -> None:
    """Is an error with its place."""
    paths = {"/t": {"get": {"responses": OK}}}
    if where == "of the document":
        source = document(paths=paths, components={"securitySchemes": schemes}, security=security)
    else:
        paths["/t"]["get"] = {"responses": OK, "security": security}
        source = document(paths=paths, components={"securitySchemes": schemes})
        message = message.replace(r"\$\.security", r"\$\.paths\['/t'\]\.get\.security")

    with pytest.raises(DefinitionError, match=message):
        Api.from_openapi(source)


@pytest.mark.parametrize(
    "scheme",
    [
        {"type": "http", "scheme": "bearer"},
        {"type": "http", "scheme": "basic"},
        {"type": "apiKey", "in": "header", "name": "X-Key"},
        {"type": "apiKey", "in": "query", "name": "key"},
        {"type": "apiKey", "in": "cookie", "name": "c"},
        {"type": "http", "scheme": "Token"},
        {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    ],
)
def test_authentication_is_that_of_the_document(scheme: dict[str, Any]) -> None:
    """Under its name there."""
    components = {"securitySchemes": {"a": scheme}}
    api = Api.from_openapi(
        document(paths={"/things": {"get": {"responses": OK}}}, components=components, security=[{"a": []}])
    )

    assert api.auth.security == {"a": scheme}
    assert send(FakeSources(apis=[api]), "GET", "/api/things").status == 401


@pytest.mark.parametrize(
    ("kind", "shown", "is_secret"),
    [
        ("oauth2", {"type": "http", "scheme": "bearer"}, True),
        ("openIdConnect", {"type": "http", "scheme": "bearer"}, True),
        ("mutualTLS", {"type": "mutualTLS"}, False),
    ],
)
def test_a_scheme_without_a_place_is_shown_by_what_requests_have(kind: str, shown: Any, is_secret: bool) -> None:
    """Tokens, or nothing but the connection."""
    paths = {"/things": {"get": {"responses": OK}}}
    api = Api.from_openapi(document(paths=paths, components={"securitySchemes": {"a": {"type": kind}}}))

    assert api.auth.security == {"a": shown}
    assert ("authorization" in api.auth.secrets) == is_secret


def test_a_certificate_beside_a_key_names_no_account() -> None:
    """The key does."""
    source = rows({"type": "object", "properties": {"id": {"type": "integer"}}})
    source |= {"components": {"securitySchemes": SCHEMES}, "security": [{"tls": [], "header": []}]}
    fake = fake_of(source)

    assert send(fake, "POST", "/api/rows", {}, X_Key="k1").status == 201
    assert send(fake, "GET", "/api/rows/1", X_Key="k1").status == 200
    assert send(fake, "GET", "/api/rows/1", X_Key="k2").status == 404
