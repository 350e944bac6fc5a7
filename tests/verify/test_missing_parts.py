"""Tests of parts that a recorder left out or stored in its own way, in every layout: they are not recorded, not empty."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from exchanges import CURATOR, DATASIFT, Line, call, har_entry
from recorders import yaml_of

from fakesources.verify import Report, check_files

GET, START = f"{DATASIFT}/v1.6/source/get", f"{DATASIFT}/v1.6/source/start"
LISTED, FEEDS = call("GET", GET), call("GET", f"{CURATOR}/v1/feeds?api_key=k")
BODY = LISTED["response"]["body"]


def har(entry: Any) -> str:
    return json.dumps({"log": {"entries": [entry]}})


def vcrpy(entry: Any) -> str:
    return yaml_of({"interactions": [entry], "version": 1})


def betamax(entry: Any) -> str:
    return json.dumps({"http_interactions": [entry]})


def ruby_1(entry: Any) -> str:
    return "--- \n" + yaml_of([entry])


def line(entry: Any) -> str:
    return json.dumps(entry)


def checked(folder: Path, text: str) -> Report:
    """Return the report of a recording."""
    path = folder / "recording"
    path.write_text(text, "utf-8")
    return check_files([path])


def groups(report: Report) -> list[tuple[str, str]]:
    """Return severity and rule of each group of findings."""
    return [(group.severity, group.first.rule) for part in report.parts for group in part.groups]


@pytest.mark.parametrize("layout", [har, vcrpy, betamax, ruby_1])
@pytest.mark.parametrize(
    "response",
    [
        {"status": 200},
        {"status": 200, "headers": {}},
        {"status": 200, "headers": {"Content-Type": "application/json"}},
        {"status": 200, "body": None},
        {"status": 200, "body": {}},
        {"status": 200, "body": {"encoding": "UTF-8"}},
        {"status": 200, "body": {"string": None}},
        {"status": 200, "body": {"encoding": None, "base64_string": None}},
        {"status": 200, "content": None},
    ],
    ids=str,
)
def test_a_response_without_a_body_in_a_har_or_cassette_was_not_recorded(
    layout: Any, response: dict[str, Any], tmp_path: Path
) -> None:
    report = checked(tmp_path, layout({"request": {"method": "GET", "uri": GET}, "response": response}))

    assert (groups(report), report.exchanges) == ([], 1)


@pytest.mark.parametrize("layout", [har, vcrpy, betamax])
@pytest.mark.parametrize("text", ["", "<p>"])
def test_an_empty_or_wrong_body_is_a_finding_still(layout: Any, text: str, tmp_path: Path) -> None:
    body = {"content": {"text": text, "size": len(text)}} if layout is har else {"body": {"string": text}}
    entry = {"request": {"method": "GET", "uri": GET}, "response": {"status": 200, **body}}

    assert groups(checked(tmp_path, layout(entry))) == [("finding", "datasift.traffic.body")]


def test_a_line_without_a_body_has_none(tmp_path: Path) -> None:
    """In JSON lines a body that is left out is empty."""
    entry = {"request": {"method": "GET", "url": GET}, "response": {"status": 200}}

    assert groups(checked(tmp_path, line(entry))) == [("finding", "datasift.traffic.body")]


@pytest.mark.parametrize("layout", [har, vcrpy, betamax])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_request_recorded_by_its_line_alone_may_have_had_a_body(layout: Any, method: str, tmp_path: Path) -> None:
    url = START if method == "PUT" else f"{CURATOR}/v1/sources?api_key=k"
    entry = {"request": {"method": method, "url": url}, "response": {"status": 200}}

    report = checked(tmp_path, layout(entry))

    assert [severity for severity, rule in groups(report) if "status" not in rule] == []


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain", "text/html", "x-unknown", ""])
def test_a_media_type_that_a_browser_guessed_is_not_that_of_the_response(kind: str, tmp_path: Path) -> None:
    """Without a Content-Type, HAR's `mimeType` is what the recorder made of the body."""
    entry = har_entry(LISTED)
    entry["response"]["content"]["mimeType"] = kind
    kept = [each for each in entry["response"]["headers"] if each["name"].lower() != "content-type"]
    sent = [*kept, {"name": "Content-Type", "value": "text/html"}]

    assert groups(checked(tmp_path, har({**entry, "response": {**entry["response"], "headers": kept}}))) == []
    assert groups(checked(tmp_path, har({**entry, "response": {**entry["response"], "headers": sent}}))) == [
        ("finding", "datasift.traffic.content-type")
    ]


@pytest.mark.parametrize("known", [LISTED, FEEDS], ids=["DataSift", "Curator"])
@pytest.mark.parametrize(
    "marked", [{"_isBinary": True}, {"encoding": "hex"}, {"_isBinary": True, "encoding": "hex"}], ids=str
)
def test_a_body_in_hexadecimal_is_decoded(known: Line, marked: dict[str, Any], tmp_path: Path) -> None:
    entry = har_entry(known)
    entry["response"]["content"] |= {"text": known["response"]["body"].encode().hex(), **marked}

    assert groups(checked(tmp_path, har(entry))) == []


@pytest.mark.parametrize("layout", [har, vcrpy, line])
def test_a_byte_order_mark_before_a_body_is_ignored(layout: Any, tmp_path: Path) -> None:
    """RFC 8259, 8.1: a parser may ignore it."""
    text = "\ufeff" + BODY
    body = {"content": {"text": text}} if layout is har else {"body": text}
    headers = {"Content-Type": "application/json"}
    entry = {"request": {"method": "GET", "url": GET}, "response": {"status": 200, "headers": headers, **body}}

    report = checked(tmp_path, layout(entry))

    assert (groups(report), report.exchanges) == ([], 1)


@pytest.mark.parametrize("layout", [har, vcrpy, line])
@pytest.mark.parametrize(
    "status",
    [200, 200.0, "200", "200 OK", "HTTP/1.1 200 OK", "HTTP/2 200", {"code": "200"}, {"code": "HTTP/1.1 200 OK"}],
    ids=str,
)
def test_a_status_is_read_as_number_text_or_status_line(layout: Any, status: Any, tmp_path: Path) -> None:
    body = {"content": {"text": BODY}} if layout is har else {"body": BODY}
    entry = {"request": {"method": "GET", "url": GET}, "response": {"status": status, **body}}

    report = checked(tmp_path, layout(entry))

    assert (groups(report), report.exchanges) == ([], 1)


@pytest.mark.parametrize(
    "status", ["HTTP/1.1", "HTTP/1.1 OK", "OK 200", "HTTP/1.1 20", "2 00", {"code": {}}, [200]], ids=str
)
def test_a_status_that_is_none_is_unreadable(status: Any, tmp_path: Path) -> None:
    entry = {"request": {"method": "GET", "url": GET}, "response": {"status": status, "body": BODY}}

    assert checked(tmp_path, line(entry)).unreadable_count == 1
