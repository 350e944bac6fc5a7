"""Parameters in the query, a form or JSON, and structured values as themselves or as JSON text."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from datasift_calls import FORM, JSON, Caller
from parsed_response import rules

RESOURCES = [{"parameters": {"title": "The Guardian", "id": 10513336322}}]
AUTH = [{"parameters": {"value": "a|b+c/d"}}]
SWITCHES = {"comments": True, "posts_by_others": False}
STRUCTURED = {"resources": RESOURCES, "auth": AUTH, "parameters": SWITCHES}
AS_TEXT = {name: json.dumps(value) for name, value in STRUCTURED.items()}
PLAIN = {"source_type": "facebook_page", "name": "news_source"}
UNESCAPED = "&".join(
    f"{name}={value}" for name, value in {**PLAIN, **AS_TEXT, "auth": '[{"parameters":{"value":"a|b%2Bc/d"}}]'}.items()
)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"json_body": {**PLAIN, **STRUCTURED}}, id="JSON"),
        pytest.param({"json_body": {**PLAIN, **AS_TEXT}}, id="JSON text inside JSON"),
        pytest.param({"form": {**PLAIN, **AS_TEXT}}, id="form"),
        pytest.param({"form": UNESCAPED}, id="a form as curl sends it"),
        pytest.param({"query": {**PLAIN, **AS_TEXT}}, id="query"),
        pytest.param({"query": PLAIN, "json_body": STRUCTURED}, id="query and JSON"),
        pytest.param({"query": AS_TEXT, "form": PLAIN}, id="query and form"),
        pytest.param({"body": json.dumps({**PLAIN, **STRUCTURED}).encode()}, id="JSON without a type"),
        pytest.param({"body": UNESCAPED.encode()}, id="a form without a type"),
        pytest.param(
            {"body": json.dumps({**PLAIN, **STRUCTURED}).encode(), "content_type": "application/json; charset=utf-8"},
            id="JSON with a charset",
        ),
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "DELETE"])
def test_parameters_are_equal_from_query_form_and_json(call: Caller, sent: dict[str, Any], method: str) -> None:
    response = call(method, "create", **sent)

    shown = response.json
    assert response.status == 201
    assert (shown["source_type"], shown["name"]) == ("facebook_page", "news_source")
    assert shown["resources"][0]["parameters"] == {"title": "The Guardian", "id": 10513336322}
    assert shown["auth"][0]["parameters"] == {"value": "a|b+c/d"}
    assert shown["parameters"]["comments"] is True
    assert call.fake.violations == []


@pytest.mark.parametrize(
    "spelling",
    [
        True,
        False,
        "true",
        "false",
        "TRUE",
        "t",
        "f",
        "1",
        "0",
        [True],
        [False],
        ["true"],
        ["false"],
        '["false"]',
        "[true]",
    ],
)
@pytest.mark.parametrize("part", ["json_body", "form", "query"])
def test_validate_has_every_recorded_spelling(call: Caller, part: str, spelling: Any) -> None:
    created = call.create().json
    params: dict[str, Any] = {"id": created["id"], "resources": [], "validate": spelling}
    if part != "json_body":
        params = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}

    response = call("PUT", "resource/add", **{part: params})

    assert response.status == 200
    assert call.fake.violations == []


@pytest.mark.parametrize("spelling", ["yes", "", [True, False], [], {"a": 1}, 2])
def test_validate_has_no_other_spelling(call: Caller, spelling: Any) -> None:
    created = call.create().json

    response = call("PUT", "resource/add", json_body={"id": created["id"], "resources": [], "validate": spelling})

    assert (response.status, response.error) == (400, "validate must be a valid boolean")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", JSON),
        (b"", FORM),
        (b"", ""),
        (b"{}", JSON),
        (b"[]", JSON),
        (b" \n", JSON),
        (b" ", ""),
        (b"", "text/plain"),
    ],
)
def test_an_empty_body_means_no_parameters(call: Caller, body: bytes, content_type: str) -> None:
    response = call("POST", "get", body=body, content_type=content_type)

    assert (response.status, response.json["count"]) == (200, 0)


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ({"form": "id=1&id={id}"}, "$.id"),
        ({"query": {"id": "1"}, "form": "id={id}"}, "$.id"),
        ({"body": b'{"id": "1", "id": "{id}"}', "content_type": JSON}, "$.id"),
        ({"query": {"id": "1"}, "body": b'{"id": "{id}"}', "content_type": JSON}, "$.id"),
    ],
    ids=["in one form", "in query and form", "in one JSON object", "in query and JSON"],
)
def test_the_last_value_of_a_repeated_parameter_counts_and_is_a_violation(
    call: Caller, sent: dict[str, Any], at: str
) -> None:
    source = call.fake.datasift.sources.add()
    filled = {
        name: value.replace("{id}", source.id) if isinstance(value, str)
        else value.replace(b"{id}", source.id.encode()) if isinstance(value, bytes) else value
        for name, value in sent.items()
    }  # fmt: skip

    assert call("PUT", "start", **filled).status == 200
    assert [(one.rule, one.path) for one in call.fake.violations] == [("datasift.source.start.given-twice", at)]


def test_a_scalar_of_another_type_is_coerced_and_a_violation(call: Caller) -> None:
    page = call("POST", "get", json_body={"page": "1", "per_page": 5.0})
    created = call.create(name=7, parameters={"comments": "true"})

    assert (page.status, page.json["page"]) == (200, 1)
    assert (created.json["name"], created.json["parameters"]["comments"]) == ("7", True)
    assert [(one.rule, one.path, one.actual) for one in call.fake.violations] == [
        ("datasift.source.get.scalar-type", "$.page", '"1"'),
        ("datasift.source.create.scalar-type", "$.name", "7"),
        ("datasift.source.create.scalar-type", "$.parameters.comments", '"true"'),
    ]


def test_a_misspelt_parameter_is_a_violation_with_a_suggestion(call: Caller) -> None:
    created = call.create(paramters={"comments": True}).json

    assert created["parameters"]["comments"] is False
    (violation,) = call.fake.violations
    assert (violation.rule, violation.path, violation.suggestion) == (
        "datasift.source.create.unknown-parameter", "$.paramters", "parameters",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["auht", "authh", "auth_token"])
@pytest.mark.parametrize(
    "value",
    [
        [{"parameters": {"value": "s3cret"}}],
        '[{"parameters": {"value": "s3cret"}}]',
        '[{"parameters": {"value": "s3cret"',
    ],
    ids=["a list", "JSON text", "broken JSON text"],
)
def test_the_token_under_a_misspelt_name_is_masked(call: Caller, name: str, value: Any) -> None:
    call.create(**{name: value})

    assert rules(call.fake) == ["datasift.source.create.unknown-parameter"]
    assert "s3cret" not in repr(call.fake.violations)
    assert "s3cret" not in str(call.fake.violations[0])


@pytest.mark.parametrize("path", ["resource/add", "auth/add", "update"])
def test_null_counts_as_absent(call: Caller, path: str) -> None:
    created = call.create().json
    params = {"id": created["id"], "name": None, "source_type": None, "validate": None, "resources": [], "auth": []}
    known = {"resource/add": ["id", "resources", "validate"], "auth/add": ["id", "auth", "validate"]}

    response = call("PUT", path, json_body={name: params[name] for name in known.get(path, params)})

    assert response.status in (200, 202)
    assert response.json["name"] == created["name"]
    assert call.fake.violations == []


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_line_end_after_a_form_is_ignored(call: Caller, end: str) -> None:
    source = call.fake.datasift.sources.add()

    assert call("PUT", "start", form=f"id={source.id}{end}").status == 200


def test_any_text_is_read_from_a_form_unchanged(call: Caller) -> None:
    name = "Zoë & Ωmega + 100% \n日本"

    for sent in (
        {"form": f"source_type=yammer&resources=[]&name={quote(name)}"},
        {"json_body": {"source_type": "yammer", "resources": [], "name": name}},
    ):
        assert call("POST", "create", **sent).json["name"] == name


@pytest.mark.parametrize(
    "part",
    [{"parameters": {"comments": None}}, {"resources": [{"parameters": []}]}],
    ids=["a switch that is null", "an empty array of PHP"],
)
def test_an_empty_value_of_a_client_is_none_at_all(call: Caller, part: dict[str, Any]) -> None:
    """Clients in PHP encode an empty object as an empty array."""
    source = call.fake.datasift.sources.add(source_type="facebook_page")

    response = call("PUT", "update", json_body={"id": source.id, **part})

    assert response.status in (202, 400)
    assert [rule for rule in rules(call.fake) if "unknown-parameter" in rule] == []


@pytest.mark.parametrize("item", [7, "x", None, []])
def test_an_item_that_is_no_object_is_an_error(call: Caller, item: Any) -> None:
    response = call.create(resources=[item])

    assert (response.status, list(response.json)) == (400, ["error"])


def test_a_preflight_without_a_version_is_reported_with_its_request_alone(call: Caller) -> None:
    unversioned = Caller(call.fake, version="")

    preflight = unversioned(
        "OPTIONS", "get", headers=(("Origin", "https://a.example"), ("Access-Control-Request-Method", "GET"))
    )

    assert (preflight.status, rules(call.fake)) == (204, [])
    unversioned("GET", "get")
    assert rules(call.fake) == ["datasift.source.get.unversioned"]
