"""Tests of parts that a recorder left out or stored in its own way, in every layout: they are not recorded, not empty."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from exchanges import CURATOR, DATASIFT, Line, call, har_entry
from recorders import yaml_of

from fakesources import FakeSources
from fakesources.verify import Report, check_files

GET, START = f"{DATASIFT}/v1.6/source/get", f"{DATASIFT}/v1.6/source/start"
LISTED, FEEDS = call("GET", GET), call("GET", f"{CURATOR}/v1/feeds?api_key=k")
BODY = LISTED["response"]["body"]


def har(*entries: Any) -> str:
    return json.dumps({"log": {"entries": entries}})


def vcrpy(*entries: Any) -> str:
    return yaml_of({"interactions": [*entries], "version": 1})


def betamax(*entries: Any) -> str:
    return json.dumps({"http_interactions": entries})


def ruby_1(*entries: Any) -> str:
    return "--- \n" + yaml_of([*entries])


def line(*entries: Any) -> str:
    return "\n".join(map(json.dumps, entries))


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
@pytest.mark.parametrize("method", ["PUT", "POST", "put", ":put", "PUT "])
def test_a_request_recorded_by_its_line_alone_may_have_had_a_body(layout: Any, method: str, tmp_path: Path) -> None:
    url = START if method != "POST" else f"{CURATOR}/v1/sources?api_key=k"
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


@pytest.mark.parametrize("beside", [{}, {"params": []}, {"params": [{"name": "id", "value": "1"}]}], ids=str)
@pytest.mark.parametrize(
    "before",
    [
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4\r\n\r\n",
        "content-length: 4\ncontent-type: application/x-www-form-urlencoded\n\n",
    ],
)
def test_headers_before_the_text_of_a_form_are_not_part_of_it(
    before: str, beside: dict[str, Any], tmp_path: Path
) -> None:
    """Firefox has exported the stream that it uploads."""
    entry = har_entry(call("PUT", START, {"id": "1"}))
    entry["request"]["headers"] = [{"name": "Content-Type", "value": "application/x-www-form-urlencoded"}]
    entry["request"]["postData"] = {
        "mimeType": "application/x-www-form-urlencoded",
        "text": before + "idd=1&id=1",
        **beside,
    }

    report = checked(tmp_path, har(entry))

    assert [group.first.path for part in report.parts for group in part.groups] == ["$.idd"]


@pytest.mark.parametrize("layout", [har, vcrpy, line])
@pytest.mark.parametrize(
    "mark",
    ["...", "…", " ...", "... (truncated)", " [TRUNCATED]", "… [truncated 2400 bytes]", "<truncated>", " (content omitted)",
     "... 2400 more bytes", "{truncated}", "...\n"],
)  # fmt: skip
def test_a_body_with_a_mark_where_it_was_cut_off_was_not_recorded(mark: str, layout: Any, tmp_path: Path) -> None:
    """Wherever it was cut: within a text, a number, a name, and between values."""
    entries = []
    for at in range(1, len(BODY) - 1, 7):
        text = BODY[:at] + mark
        body = {"content": {"text": text, "size": len(text)}} if layout is har else {"body": text}
        entries.append({"request": {"method": "GET", "url": GET}, "response": {"status": 200, **body}})

    report = checked(tmp_path, layout(*entries))

    assert (groups(report), report.exchanges) == ([], len(entries))


@pytest.mark.parametrize("text", ['{"a": "..."', '{"error": "…", }', '{"truncated": true', "{'a': '...'}"])
def test_a_broken_body_without_such_a_mark_is_a_finding_still(text: str, tmp_path: Path) -> None:
    entry = {
        "request": {"method": "GET", "url": GET},
        "response": {"status": 200, "content": {"text": text, "size": len(text.encode())}},
    }

    assert groups(checked(tmp_path, har(entry))) == [("finding", "datasift.traffic.body")]


@pytest.mark.parametrize("messages", [None, [], {}], ids=repr)
def test_an_exchange_without_messages_is_no_web_socket(messages: Any, tmp_path: Path) -> None:
    report = checked(tmp_path, har({**har_entry(LISTED), "_webSocketMessages": messages}))

    assert (groups(report), report.exchanges) == ([], 1)


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
    [
        200,
        200.0,
        "200",
        "200 OK",
        "HTTP/1.1 200 OK",
        "HTTP/2 200",
        {"code": "200"},
        {"code": "HTTP/1.1 200 OK"},
        {"status_code": 200, "category": "Success", "reason": "OK"},
    ],
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


# -- headers -------------------------------------------------------------------------------------------------------


def with_headers(known: Line, side: str, headers: Any, layout: Any) -> Any:
    """Return an exchange whose request or response has other headers, in a layout."""
    whole = {"request": {**known["request"]}, "response": {**known["response"]}}
    whole[side]["headers"] = headers
    if "json" in whole["request"]:
        text = json.dumps(whole["request"].pop("json"))
        whole["request"] |= {"postData": {"text": text}} if layout is har else {"body": text}
    if layout is har:
        whole["response"]["content"] = {"text": whole["response"].pop("body")}
    return whole


@pytest.mark.parametrize("layout", [har, vcrpy, betamax, line])
@pytest.mark.parametrize("value", [None, "", [], [None], [""]], ids=repr)
def test_a_header_without_its_value_was_not_recorded(value: Any, layout: Any, tmp_path: Path) -> None:
    """Each header in turn, in an exchange of its own."""
    fake = FakeSources(strict=False)
    calls = [(name, call("GET", GET, fake=fake)) for name in LISTED["response"]["headers"]]
    entries = [
        with_headers(known, "response", known["response"]["headers"] | {name: value}, layout) for name, known in calls
    ]

    report = checked(tmp_path, layout(*entries))

    assert (groups(report), report.exchanges) == ([], len(entries))


@pytest.mark.parametrize(
    "kept",
    [
        lambda name: {"name": name},
        lambda name: {"name": name, "value": None},
        lambda name: {"name": name, "value": ""},
        lambda name: [name, None],
        lambda name: f"{name}:",
    ],
    ids=["no value", "null", "empty", "a pair", "a line"],
)
def test_a_listed_header_without_its_value_was_not_recorded(kept: Any, tmp_path: Path) -> None:
    for name in LISTED["response"]["headers"]:
        headers = [
            kept(each) if each == name else {"name": each, "value": value}
            for each, value in LISTED["response"]["headers"].items()
        ]

        report = checked(tmp_path, har(with_headers(LISTED, "response", headers, har)))

        assert (groups(report), report.exchanges) == ([], 1), name


SENT = {
    "JSON for Curator": call("POST", f"{CURATOR}/v1/feeds?api_key=k", {"name": "Cats"}),
    "JSON for DataSift": call("POST", f"{DATASIFT}/v1.6/source/create", {"name": "x", "source_type": "twitter_gnip", "resources": []}),
}  # fmt: skip


@pytest.mark.parametrize("layout", [har, vcrpy, betamax, line])
@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize(
    "headers", [{}, {"Accept": "*/*"}, {"Accept": "*/*", "Content-Type": None}, {"Content-Type": ""}], ids=str
)
def test_the_media_type_of_a_request_is_inferred_if_it_was_not_recorded(
    headers: dict[str, str], name: str, layout: Any, tmp_path: Path
) -> None:
    """In cassettes of vcrpy are only the headers that the caller of aiohttp passes: `json=` adds a Content-Type afterwards."""
    report = checked(tmp_path, layout(with_headers(SENT[name], "request", headers, layout)))

    assert (groups(report), report.exchanges) == ([], 1)


@pytest.mark.parametrize("layout", [har, vcrpy, betamax, line])
def test_a_recorded_media_type_of_a_request_is_checked(layout: Any, tmp_path: Path) -> None:
    headers = {"Content-Type": "text/plain"}

    report = checked(tmp_path, layout(with_headers(SENT["JSON for Curator"], "request", headers, layout)))

    assert groups(report) == [("warning", "curator.unreadable")]
