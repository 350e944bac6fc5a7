"""Integers in texts: up to 18 digits they are numbers, and from 19 on they are not read as one, wherever they stand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypedDict

import pytest

from fakesources import FakeSources, Request, Response
from fakesources.apis.registry import installed
from fakesources.core.contract.validation import convert_text
from fakesources.kit import Api, Call
from fakesources.kit.pagination import paginate
from fakesources.verify.rate_headers import header_names, parse_counters
from fakesources.verify.recordings.entry import content_length, is_body_missing

LONGEST, TOO_LONG = "9" * 18, "9" * 19
COUNTERS = installed()[0].traffic.counters


def get(target: str, host: str = "api.curator.io", fake: FakeSources | None = None) -> tuple[int, Any]:
    response = (fake or FakeSources(strict=False)).handle(Request("GET", target, (), b"", host))
    return response.status, json.loads(response.body)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", LONGEST, 10**18 - 1),
        ("integer", f"-{LONGEST}", 1 - 10**18),
        ("integer", "0" * 18, 0),
        ("integer", TOO_LONG, TOO_LONG),
        ("integer", "1" + "0" * 18, "1" + "0" * 18),
        ("integer", f"-{TOO_LONG}", f"-{TOO_LONG}"),
        ("integer", "0" * 19, "0" * 19),
        ("number", LONGEST, float(LONGEST)),
        ("number", f"{LONGEST}.{LONGEST}", 1e18),
        ("number", f"-{LONGEST}.5", -float(LONGEST) - 0.5),
        ("number", TOO_LONG, TOO_LONG),
        ("number", f"1.{TOO_LONG}", f"1.{TOO_LONG}"),
    ],
)
def test_a_parameter_has_at_most_18_digits(kind: str, text: str, value: Any) -> None:
    converted = convert_text(kind, text)

    assert converted == value
    assert type(converted) is type(value)


@pytest.mark.parametrize("name", ["limit", "remaining", "cost", "reset", "ttl"])
@pytest.mark.parametrize(
    ("text", "is_read"), [(LONGEST, True), ("0", True), (TOO_LONG, False), ("1" + "0" * 18, False)]
)
def test_a_rate_limit_header_has_at_most_18_digits(name: str, text: str, is_read: bool) -> None:
    """Without limit, remaining or cost there are no counters to compare; the others are left out alone."""
    fields = ("limit", "remaining", "cost", "reset", "ttl")
    headers = dict.fromkeys(header_names(COUNTERS), "1")
    headers[header_names(COUNTERS)[fields.index(name)]] = text
    counters = parse_counters(COUNTERS, Response(200, tuple(headers.items())))

    if is_read:
        assert counters is not None
        assert getattr(counters, name) == int(text)
    elif name in ("limit", "remaining", "cost"):
        assert counters is None
    else:
        assert counters is not None
        assert getattr(counters, name) is None


@pytest.mark.parametrize(("text", "length"), [(LONGEST, 10**18 - 1), (TOO_LONG, None), ("1" + "0" * 18, None)])
def test_a_recorded_content_length_has_at_most_18_digits(text: str, length: int | None) -> None:
    headers = (("Content-Length", text),)

    assert content_length(headers) == length
    assert is_body_missing(headers, b"") is (length is not None)


@pytest.mark.parametrize(
    ("path", "longest", "too_long"),
    [
        ("posts?source_id={}", (200, ""), (400, "The source_id is invalid, expected the number or the id of a source")),
        ("post/{}", (404, "Post not found"), (400, "The post id is malformed")),
    ],
)
def test_a_number_of_curator_has_at_most_18_digits(
    path: str, longest: tuple[int, str], too_long: tuple[int, str]
) -> None:
    fake = FakeSources(strict=False)
    base = f"/v1/feeds/{fake.curator.feeds.add().id}/"

    for text, (status, message) in ((LONGEST, longest), (TOO_LONG, too_long)):
        found = get(f"{base}{path.format(text)}", fake=fake)
        assert (found[0], found[1].get("message", "")) == (status, message)


@dataclass(frozen=True, kw_only=True)
class Thing:
    id: int


class Query(TypedDict, total=False):
    page: str
    offset: str


def own_api(seen: list[Any]) -> Api:
    api = Api("things", host="things.test", invalid=(400, {"error": "invalid {name}"}))
    things = api.rows("things", Thing)

    @api.get("/things", query=Query, responses={200: list[Thing]})
    def list_things(call: Call) -> Any:
        """List things."""
        style = "page" if "page" in call.query else "offset"
        return paginate(call, things.of(call).all(), style=style)

    @api.get("/things/<id>", responses={200: Thing})
    def get_thing(call: Call) -> Any:
        """Get a thing."""
        seen.append(things.of(call).get(call.path["id"]))
        return Thing(id=0)

    return api


@pytest.mark.parametrize(("text", "status"), [(LONGEST, 200), (TOO_LONG, 400)])
@pytest.mark.parametrize("name", ["page", "offset"])
def test_a_page_of_an_own_api_has_at_most_18_digits(name: str, text: str, status: int) -> None:
    fake = FakeSources(apis=[own_api([])])

    assert get(f"/things?{name}={text}", "things.test", fake)[0] == status


@pytest.mark.parametrize(
    ("id", "is_found"),
    [
        (2**63 - 1, True),  # 19 digits
        (10**18 - 1, True),
        (-(10**18), True),
        (10**19 - 1, True),
        (10**19, False),  # 20 digits
    ],
)
def test_an_id_in_a_path_has_at_most_19_digits(id: int, is_found: bool) -> None:
    """The integers of a database have 64 bits."""
    seen: list[Any] = []
    fake = FakeSources(apis=[own_api(seen)])
    row = fake.things.things.add(id=id)

    get(f"/things/{id}", "things.test", fake)

    assert seen == [row if is_found else None]
