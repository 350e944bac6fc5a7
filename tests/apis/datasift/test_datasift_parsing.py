"""Where parameters come from and how they are spelled: query, form, JSON; structured values as themselves or as text."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from datasift_calls import FORM, JSON, Caller, rules

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
def test_the_same_source_comes_of_every_carrier(call: Caller, sent: dict[str, Any], method: str) -> None:
    """A create means the same whatever carries its parameters, and no carrier is reported."""
    answer = call(method, "create", **sent)

    shown = answer.json
    assert answer.status == 201
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
@pytest.mark.parametrize("carrier", ["json_body", "form", "query"])
def test_validate_is_read_in_every_recorded_spelling(call: Caller, carrier: str, spelling: Any) -> None:
    """`validate` may be a boolean, one of six texts, or either in a list of one; none of them is reported."""
    made = call.create().json
    params: dict[str, Any] = {"id": made["id"], "resources": [], "validate": spelling}
    if carrier != "json_body":
        params = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}

    answer = call("PUT", "resource/add", **{carrier: params})

    assert answer.status == 200
    assert call.fake.violations == []


@pytest.mark.parametrize("spelling", ["yes", "", [True, False], [], {"a": 1}, 2])
def test_validate_has_no_other_spelling(call: Caller, spelling: Any) -> None:
    """Anything else in place of `validate` is refused by name."""
    made = call.create().json

    answer = call("PUT", "resource/add", json_body={"id": made["id"], "resources": [], "validate": spelling})

    assert (answer.status, answer.error) == (400, "validate must be a valid boolean")


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
    """An empty body, whatever its type is said to be, is no parameters rather than an error."""
    answer = call("POST", "get", body=body, content_type=content_type)

    assert (answer.status, answer.json["count"]) == (200, 0)


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ({"form": "id=1&id={id}"}, "$.id"),
        ({"query": {"id": "1"}, "form": "id={id}"}, "$.id"),
        ({"body": b'{"id": "1", "id": "{id}"}', "content_type": JSON}, "$.id"),
    ],
    ids=["in one form", "in query and form", "in one JSON object"],
)
def test_of_a_parameter_given_twice_the_last_counts(call: Caller, sent: dict[str, Any], at: str) -> None:
    """The last one given is taken, and the caller's test is told that there were two."""
    source = call.fake.datasift.sources.add()
    filled = {
        name: value.replace("{id}", source.id) if isinstance(value, str)
        else value.replace(b"{id}", source.id.encode()) if isinstance(value, bytes) else value
        for name, value in sent.items()
    }  # fmt: skip

    assert call("PUT", "start", **filled).status == 200
    assert [(one.rule, one.path) for one in call.fake.violations] == [("datasift.source.start.given-twice", at)]


def test_a_scalar_of_another_type_is_taken_and_reported(call: Caller) -> None:
    """A number in text, where JSON could have carried a number, is read as one and reported; so is the reverse."""
    page = call("POST", "get", json_body={"page": "1", "per_page": 5.0})
    made = call.create(name=7, parameters={"comments": "true"})

    assert (page.status, page.json["page"]) == (200, 1)
    assert (made.json["name"], made.json["parameters"]["comments"]) == ("7", True)
    assert [(one.rule, one.path, one.actual) for one in call.fake.violations] == [
        ("datasift.source.get.scalar-type", "$.page", '"1"'),
        ("datasift.source.create.scalar-type", "$.name", "7"),
        ("datasift.source.create.scalar-type", "$.parameters.comments", '"true"'),
    ]


def test_a_misspelt_parameter_is_reported_with_the_nearest_name(call: Caller) -> None:
    """A name the operation does not know is dropped, and the report names the nearest one."""
    made = call.create(paramters={"comments": True}).json

    assert made["parameters"]["comments"] is False
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
def test_a_misspelt_token_is_not_told(call: Caller, name: str, value: Any) -> None:
    """The report of a misspelt name does not tell the token behind it."""
    call.create(**{name: value})

    assert rules(call.fake) == ["datasift.source.create.unknown-parameter"]
    assert "s3cret" not in repr(call.fake.violations)
    assert "s3cret" not in str(call.fake.violations[0])


@pytest.mark.parametrize("path", ["resource/add", "auth/add", "update"])
def test_null_stands_for_absence(call: Caller, path: str) -> None:
    """A parameter that is null is a parameter that is not given."""
    made = call.create().json
    params = {"id": made["id"], "name": None, "source_type": None, "validate": None, "resources": [], "auth": []}
    known = {"resource/add": ["id", "resources", "validate"], "auth/add": ["id", "auth", "validate"]}

    answer = call("PUT", path, json_body={name: params[name] for name in known.get(path, params)})

    assert answer.status in (200, 202)
    assert answer.json["name"] == made["name"]
    assert call.fake.violations == []


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_line_end_after_a_form_is_not_part_of_it(call: Caller, end: str) -> None:
    """A form that was read from a file with a line's end is read without it."""
    source = call.fake.datasift.sources.add()

    assert call("PUT", "start", form=f"id={source.id}{end}").status == 200


def test_text_survives_the_way_through_a_form(call: Caller) -> None:
    """Names in any script, with spaces, signs and line breaks, come back as they were sent."""
    name = "Zoë & Ωmega + 100% \n日本"

    for sent in (
        {"form": f"source_type=yammer&resources=[]&name={quote(name)}"},
        {"json_body": {"source_type": "yammer", "resources": [], "name": name}},
    ):
        assert call("POST", "create", **sent).json["name"] == name
