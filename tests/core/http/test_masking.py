"""Masking of secrets by their names, misspelt ones too; everything else stays unchanged."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import pytest

from fakesources.apis.registry import installed
from fakesources.core.contract.rulebook import schema_names
from fakesources.core.contract.schema_properties import properties_of
from fakesources.core.http.masking import (
    MASK,
    is_secret,
    mask_body,
    mask_pairs,
    mask_path,
    mask_text,
    mask_url,
    mask_value,
    show,
)

ALL = installed()

OWN = frozenset({"identities", "value", "refresh_token"})
SECRET = "s3cret-Value"
FORM = "application/x-www-form-urlencoded"

SECRET_NAMES = [
    "authorization", "Authorization", "PROXY-AUTHORIZATION", "cookie", "Set-Cookie", "X-Api-Key", "x-auth-token",
    "auth", "password", "PASSWD", "pwd", "token", "secret", "client_secret", "clientSecret", "oauth_token",
    "oauth_token_secret", "oauthTokenSecret", "access_token", "accessToken", "ACCESS_TOKEN", "id_token", "api_key",
    "apikey", "api-key", "APIKey", "key", "user_key", "private_key", "credentials", "secrets", "tokens",
    "passphrase", "jwt", "tokne", "toekn", "tken", "tokenn", "secert", "scret", "secrett", "passwrod", "pasword",
    "authorisation", "Authorizaton", "api_kye", "ap_key", "apikye", "acess_token", "clientSecert", "oauth_tokn",
    "client-sercet", "credentails", "identities", "identites", "idntities", "value", "vlaue", "valeu",
    "refresh_tokn", "refreshtoken", "auth[0][value]", "auth[]", "item.token", "resources[0].parameters.value",
    "$.auth[0].x", "data[password]",
]  # fmt: skip

PLAIN_NAMES = [
    "id", "name", "source_id", "identity_id", "auth_ids", "identity_ids", "resources", "parameters", "tag",
    "feed_id", "author", "authority", "path", "public_key", "per_page", "monkey", "keyboard", "compass", "likes",
    "q", "page_id", "token_id",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_secret_name_is_recognized_in_any_spelling(name: str) -> None:
    assert is_secret(name, OWN)


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_other_names_are_not_secret(name: str) -> None:
    assert not is_secret(name, OWN)


def test_of_all_documented_names_only_secret_ones_are_masked() -> None:
    masked = {
        name
        for api in ALL
        for edition in api.editions
        for schema in schema_names(api, edition)
        for property in properties_of(api.schemas.schema_of(edition, schema))
        for name in property.path
        if is_secret(name, api.secrets)
    }

    assert masked == {"auth", "identities", "value", "refresh_token", "key"}


@pytest.mark.parametrize("name", ['{"a": 1}', "[1]", ' {"a"', "token=abc"])
def test_what_stands_in_place_of_a_name_is_masked_whole(name: str) -> None:
    assert mask_path(("a", name, 0)) == ("a", MASK, 0)


def test_a_long_name_is_searched_and_not_compared() -> None:
    assert is_secret("x" * 100_000 + "_access_token")
    assert not is_secret("x" * 100_000)


INNER = json.dumps({"a": [1, {"client_secert": SECRET}]})
BASIC = b64encode(f"alice:{SECRET}".encode()).decode()
MULTIPART = (
    f'--b\r\nContent-Disposition: form-data; name="toekn"\r\nX-A: b\r\n\r\n{SECRET}\r\n{SECRET}\r\n'
    '--b\r\nContent-Disposition: form-data; name="tag"\r\n\r\nrock\r\n--b--\r\n'
)

TEXTS = {
    "json": INNER,
    "json in json": json.dumps({"x": INNER}),
    "json in json in json": json.dumps([json.dumps({"x": INNER})]),
    "json as a name": json.dumps({INNER: 1}),
    "json cut off": INNER[:-6],
    "json with a trailing bracket": INNER + "}",
    "json between spaces": f"  {INNER}\n",
    "form": f"a=1&tokne={SECRET}&b=2",
    "form with an encoded name": f"a=1&%74oken={SECRET}",
    "form with a name encoded twice": f"a=1&%2574oken%253D{SECRET}",
    "form with a bad escape": f"token={SECRET}%ff",
    "form with json": f"x={quote(INNER)}",
    "form with json that is cut off": f"x={quote(INNER[:-5])}",
    "form with a list": f"a=1&tokens=[{SECRET}, {SECRET}]",
    "form with brackets": f"auth[0][value]={SECRET}",
    "url with user info": f"see https://alice:{SECRET}@api.example/v1 there",
    "url with a key for a user": f"https://{SECRET}@api.example/v1",
    "url with a query": f"see https://api.example/x?access_tokne={SECRET}&b=1",
    "url in json": json.dumps({"link": f"https://api.example/x?api_kye={SECRET}"}),
    "header lines": f"GET / HTTP/1.1\r\nAuthorization: alice:{SECRET}\r\nCookie: a=1; b={SECRET}\r\nAccept: */*\r\n",
    "basic": f"got Basic {BASIC}",
    "bearer": f"got bearer {SECRET}",
    "multipart": MULTIPART,
    "multipart in json": json.dumps({"body": MULTIPART}),
    "python": f"{{'token': '{SECRET}', 'b': 1}}",
    "python arguments": f"call(token='{SECRET}', b=1)",
    "quoted once more": json.dumps(INNER)[1:-1],
    "yaml": f"body:\n  password: {SECRET}\n  tag: rock\n",
    "spaces around": f"secret  =  {SECRET}",
}


def encodings(secret: str) -> tuple[str, ...]:
    """Return the encodings in which a secret could appear."""
    return secret, b64encode(secret.encode()).decode().rstrip("="), BASIC


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_in_any_format_is_masked(text: str) -> None:
    masked = mask_text(text, OWN)

    assert MASK in masked
    assert not any(form in masked for form in encodings(SECRET))


@pytest.mark.parametrize(
    "text",
    [
        "", "plain words", '{"a": [1, {"b": "c"}]}', '{ "a" : 1 }', "a=1&b=2", "a=1&b=2%20c", "[not json", "https://api.example/x?a=1#b",
        "2026-01-01T00:00:00", "Accept: */*\r\nHost: api.example", "100 % of it", "basic facts", "key", "a token of thanks", "token=&b=2", "b=2&token=", "x\ud800=1",
    ],
)  # fmt: skip
def test_a_text_without_secrets_is_unchanged(text: str) -> None:
    assert mask_text(text, OWN) == text


def test_the_text_beside_a_secret_is_unchanged() -> None:
    assert mask_text("a=1&token=x&b=2") == "a=1&token=***&b=2"
    assert mask_text("Authorization: Basic x y\nAccept: */*") == "Authorization: ***\nAccept: */*"
    assert mask_text('{"b": 1, "token": "x"}') == '{"b": 1, "token": "***"}'
    assert "rock" in mask_text(MULTIPART)


def test_ids_and_flags_below_a_secret_name_are_unchanged() -> None:
    value: dict[str, Any] = {
        "auth": [{"identity_id": "i", "parameters": {"value": "x"}, "valid": True, "at": None}],
        "b": 1,
    }

    assert mask_value(value) == {
        "auth": [{"identity_id": "i", "parameters": {"value": MASK}, "valid": True, "at": None}],
        "b": 1,
    }


ITEM = {"identity_id": "i", "value": "x"}
MASKED_ITEM = {"identity_id": "i", "value": MASK}


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ([ITEM], [MASKED_ITEM]),
        ([ITEM, ITEM], [MASKED_ITEM, MASKED_ITEM]),
        ((ITEM,), [MASKED_ITEM]),
        ([[ITEM], ITEM], [[MASKED_ITEM], MASKED_ITEM]),
        ({"items": [ITEM]}, {"items": [MASKED_ITEM]}),
        ([{"parameters": ITEM}], [{"parameters": MASKED_ITEM}]),
        ([{"source_id": 5, "value": 5}], [{"source_id": 5, "value": MASK}]),
        ([{"page_id": ["a", "b"]}], [{"page_id": ["a", "b"]}]),
        ([{"id": "i", "Identity_id": "i"}], [{"id": MASK, "Identity_id": "i"}]),
        (["x", 1, 1.5, True, False, None, ""], [MASK, MASK, MASK, True, False, None, MASK]),
        ([], []),
        ({}, {}),
    ],
    ids=repr,
)
@pytest.mark.parametrize("name", ["auth", "token", "access_token", "identities"])
def test_a_list_below_a_secret_name_keeps_its_ids(name: str, value: Any, masked: Any) -> None:
    """In a JSON value, in its text, and in a message that shows it."""
    assert mask_value({name: value, "b": [ITEM["identity_id"]]}, OWN) == {name: masked, "b": ["i"]}
    assert json.loads(mask_text(json.dumps({name: value}), OWN)) == {name: masked}
    assert json.loads(show({name: value}, OWN, 10_000)) == {name: masked}


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://api.example/a%20b?API_KEY=key&x=", "https://api.example/a%20b?API_KEY=***&x="),
        ("https://u:p@api.example/x?a=1", "https://***@api.example/x?a=1"),
        ("/x?a=1&token=S%ff&b=2", "/x?a=1&***&b=2"),
        ("/x?%74oken=S", "/x?token=***"),
        ("/x?a=%7B%22token%22%3A1%7D", "/x?a=%7B%22token%22%3A%20%22***%22%7D"),
        ("/x#access_token=S&a=1", "/x#access_token=***&a=1"),
        ("/x", "/x"),
        ("/x?\ud800=1", "/x?%5Cud800=1"),
    ],
)
def test_user_information_query_and_fragment_of_a_url_are_masked(url: str, masked: str) -> None:
    assert mask_url(url) == masked


def test_headers_and_pairs_are_masked_by_name_and_in_their_values() -> None:
    assert mask_pairs([("Auth", "a:b"), ("Cookie", "x"), ("X-Key", "k"), ("Referer", "https://a/?token=S"), ("Accept", "*/*")]) == [
        ("Auth", MASK), ("Cookie", MASK), ("X-Key", MASK), ("Referer", "https://a/?token=***"), ("Accept", "*/*")
    ]  # fmt: skip
    assert mask_pairs([("a", "1"), ("tokne", "S"), (f'{{"token": "{SECRET}"}}', "")]) == [
        ("a", "1"), ("tokne", MASK), ('{"token": "***"}', "")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "media", "shown"),
    [
        (b"", None, ""),
        (b"a=1&token=x", FORM, "a=1&token=***"),
        (b'{"token": 1}', "application/json", '{"token": "***"}'),
        (b"token=x%ff", FORM, "(10 bytes that cannot be read)"),
        (b'{"token": "x', "application/json", "(12 bytes that cannot be read)"),
        (b"token: x", "text/plain", "(8 bytes that cannot be read)"),
        (b"\xff", None, "(1 bytes that cannot be read)"),
    ],
)
def test_a_body_that_does_not_parse_is_not_shown(body: bytes, media: str | None, shown: str) -> None:
    assert mask_body(body, media) == shown


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000, "a=" * 100_000, "[" * 200_000, "name=" * 40_000, "%" * 200_000, "%25" * 60_000, "\\" * 200_000, '"' * 200_000,
        "form-data" + "\n--" * 60_000, "form-data\r\n" + 'name="a"\r\n' * 20_000, "://" * 60_000, "basic " * 30_000, " \t" * 100_000,
        "token:" * 30_000, json.dumps({f"n{number}": "x" for number in range(10_000)}),
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_masking_takes_linear_time(text: str) -> None:
    """Quadratic time would not end."""
    assert mask_text(text, OWN)


def test_nested_encodings_are_decoded_up_to_a_limit() -> None:
    text = f"token={SECRET}"
    for _ in range(12):
        text = json.dumps([text])

    masked = mask_text(text)

    assert SECRET not in masked
