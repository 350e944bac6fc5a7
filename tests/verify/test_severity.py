"""Tests of severities, and of exchanges without findings: gateways, caches, and masked or missing data."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from exchanges import CURATOR, DATASIFT, FEED, Line, answered, call, har, har_entry, lines

from fakesources import FakeSources
from fakesources.apis.registry import installed
from fakesources.core.contract.rulebook import rulebook
from fakesources.verify import check, check_files
from fakesources.verify.grouping import severity_of

ALL = installed()

GET, FEEDS, SOURCES = f"{DATASIFT}/v1.6/source/get", f"{CURATOR}/v1/feeds?api_key=k", f"{CURATOR}/v1/sources?api_key=k"
POSTS = f"{CURATOR}/v1/feeds/{FEED}/posts?limit=3"


def outcome(folder: Path, *found: Line, **options: Any) -> list[tuple[str, str]]:
    """Return severity and rule of each group of findings."""
    report = check_files([lines(folder, *found)], **options)
    return [(group.severity, group.first.rule) for part in report.parts for group in part.groups]


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_provenance_decides_severity(api: Any) -> None:
    """Contradictions to documented and recorded rules are findings, to other rules warnings or notes."""
    for rule in rulebook(api):
        severity = severity_of(rule.id, rule)
        if severity != "note":
            assert (severity == "finding") == (rule.provenance in ("documented", "recorded")), rule.id
    assert severity_of(f"{api.name}.traffic.failure", rulebook(api).find(f"{api.name}.traffic.failure")) == "note"
    assert severity_of(f"{api.name}.none", None) == "warning"
    assert severity_of(f"{api.name}.operation.traffic.failure", None) == "warning"  # an error of an operation `traffic`


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (call("GET", f"{GET}?pge=2"), ("finding", "datasift.source.get.unknown-parameter")),
        (answered(call("GET", GET), 200, {}), ("finding", "datasift.source.get.200.id")),
        (answered(call("GET", FEEDS), 200, {}), ("finding", "curator.feeds.list.200")),
        (answered(call("GET", FEEDS), 418, {"success": False, "message": "x"}), ("finding", "curator.traffic.status")),
        (
            answered(call("GET", f"{GET}?id=1"), 404, {"error": "Who?"}),
            ("finding", "datasift.source.get.not-found"),
        ),
        (answered(call("GET", GET), 403, "Forbidden"), ("finding", "datasift.traffic.body")),
        (answered(call("GET", GET), 403, "<htmlx>"), ("finding", "datasift.traffic.body")),
        (answered(call("GET", GET), 403, "<!-- -->" * 9999), ("finding", "datasift.traffic.body")),
        (answered(call("GET", GET), 200, "<html>"), ("finding", "datasift.traffic.body")),
        (call("GET", f"{GET}?page=1&page=1"), ("warning", "datasift.source.get.given-twice")),
        (call("POST", FEEDS, {"name": "Cats", "nam": "x"}), ("warning", "curator.feeds.create.unknown-parameter")),
        (
            answered(call("POST", SOURCES, {}), 400, {"success": False, "message": "Please give a tag"}),
            ("warning", "curator.traffic.error-text"),
        ),
        (answered(call("POST", FEEDS, {}), 200, {"id": "x"}), ("warning", "curator.feeds.create.missing-field")),
    ],
)
def test_contradictions_to_pages_are_findings_and_to_decisions_warnings(
    line: Line, found: tuple[str, str], tmp_path: Path
) -> None:
    assert found in outcome(tmp_path, line)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (call("PUT", f"{DATASIFT}/v1.6/source/start", {"idd": "1"}), ("finding", "datasift.source.start.unknown-parameter", "$.idd")),
        (call("DELETE", f"{DATASIFT}/v1.6/source/delete?ids=1"), ("finding", "datasift.source.delete.unknown-parameter", "$.ids")),
        (call("POST", FEEDS, {"nam": "Cats"}), ("warning", "curator.feeds.create.unknown-parameter", "$.nam")),
        (call("GET", f"{GET}?per_page=x&pge=1"), ("finding", "datasift.source.get.unknown-parameter", "$.pge")),
    ],
)  # fmt: skip
def test_a_misspelt_name_beside_an_error_counts_if_the_request_was_accepted(
    line: Line, found: tuple[str, str, str], tmp_path: Path
) -> None:
    """A rejected request was noticed by its caller; an accepted one was not."""
    accepted = check_files([lines(tmp_path, {**line, "response": {"status": 200, "body": "***"}})])
    rejected = check_files([lines(tmp_path, answered(line, 400, "***"))])

    assert found in [
        (group.severity, group.first.rule, group.first.path) for part in accepted.parts for group in part.groups
    ]
    assert not any("unknown-parameter" in group.first.rule for part in rejected.parts for group in part.groups)


def test_check_returns_warnings_on_request() -> None:
    line = call("GET", f"{GET}?page=1&page=1")

    assert check(line) == []
    assert [found.path for found in check(line, warnings=True)] == ["$.page"]


HTML = "<html><body>Bad gateway</body></html>"


@pytest.mark.parametrize(
    ("line", "note"),
    [
        (answered(call("GET", GET), 502, HTML, {"Content-Type": "text/html"}), "datasift.traffic.failure"),
        (answered(call("GET", GET), 503, ""), "datasift.traffic.failure"),
        (answered(call("GET", GET), 500, {"error": "Sorry"}), "datasift.traffic.failure"),
        (answered(call("GET", FEEDS), 504, HTML), "curator.traffic.failure"),
        (answered(call("GET", FEEDS), 520, {"gateway": "down"}), "curator.traffic.failure"),
        (answered(call("GET", FEEDS), 408, HTML), "curator.traffic.failure"),
        (answered(call("GET", GET), 403, HTML, {"Content-Type": "text/html"}), "datasift.traffic.failure"),
        (answered(call("GET", GET), 429, f"\ufeff\n<!DOCTYPE html>{HTML}"), "datasift.traffic.failure"),
        (answered(call("GET", FEEDS), 403, f"<!--[if lt IE 7]>\n<!-->{HTML.upper()}"), "curator.traffic.failure"),
        (answered(call("GET", FEEDS), 404, "<!doctype  html><title>x"), "curator.traffic.failure"),
        (
            answered(call("GET", FEEDS.replace("https", "http")), 301, HTML, {"Location": FEEDS}),
            "curator.traffic.redirect",
        ),
        (answered(call("GET", FEEDS.replace("https", "http")), 307, ""), "curator.traffic.redirect"),
        (
            answered(
                call("GET", GET.replace("https", "http")),
                307,
                "",
                {"Location": GET, "Non-Authoritative-Reason": "HSTS"},
            ),
            "datasift.traffic.redirect",
        ),
        (
            answered(
                call("PUT", f"{DATASIFT.replace('https', 'http')}/v1.6/source/gte", {}), 308, "", {"Location": GET}
            ),
            "datasift.traffic.redirect",
        ),
    ],
)
def test_what_no_api_answered_is_a_note(line: Line, note: str, tmp_path: Path) -> None:
    """The exchange counts as checked, since its request is."""
    assert outcome(tmp_path, line) == [("note", note)]
    assert check_files([lines(tmp_path, line)]).exchanges == 1


def test_a_request_is_checked_although_a_gateway_answered(tmp_path: Path) -> None:
    line = answered(call("GET", f"{GET}?pge=2"), 502, HTML)

    assert outcome(tmp_path, line) == [
        ("finding", "datasift.source.get.unknown-parameter"),
        ("note", "datasift.traffic.failure"),
    ]


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_redirect_to_another_path_is_no_note(scheme: str, tmp_path: Path) -> None:
    address = f"{CURATOR}/login".replace("https", scheme)
    line = answered(call("GET", FEEDS.replace("https", scheme)), 302, "", {"Location": address})

    assert outcome(tmp_path, line) == [("finding", "curator.traffic.status")]


def preflight(url: str, status: int, **headers: str) -> Line:
    """Return a preflight request as recorded."""
    return {"request": {"method": "OPTIONS", "url": url, "headers": headers}, "response": {"status": status}}


@pytest.mark.parametrize("url", [GET, FEEDS, POSTS])
@pytest.mark.parametrize("status", [200, 204, 405])
def test_a_preflight_is_left_out_and_noted_where_its_headers_were_stripped(
    url: str, status: int, tmp_path: Path
) -> None:
    whole = preflight(url, status, **{"Access-Control-Request-Method": "GET"})
    stripped = preflight(url, status)
    ours = call("GET", url)

    assert outcome(tmp_path, whole, ours) == []
    assert [severity for severity, _ in outcome(tmp_path, stripped, ours)] == ["note"]
    assert check_files([lines(tmp_path, whole, stripped, ours)]).preflights == 2


# -- responses that did not come from the network ----------------------------------------------------------------


def repeated(entries: list[dict[str, Any]], mark: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the entries of a browser, and a minute later each again with a mark in the entry or its response."""
    again = copy.deepcopy(entries)
    for number, each in enumerate([*entries, *again]):
        each["startedDateTime"] = f"2026-01-01T00:{number // len(entries):02}:{number % len(entries):02}Z"
    for each in again:
        each["response"] |= mark.get("response", {})
        each |= {name: value for name, value in mark.items() if name != "response"}
    return [*entries, *again]


@pytest.mark.parametrize("is_whole", [False, True])
@pytest.mark.parametrize(
    ("mark", "found"),
    [
        ({"_fromCache": "disk"}, []),
        ({"_fromCache": "memory"}, []),
        ({"_fetchType": "Memory Cache"}, []),
        ({"_fetchType": "Service Worker"}, []),
        ({"response": {"_fetchedViaServiceWorker": True}}, []),
        ({"_serviceWorkerRef": "worker@1"}, []),
        ({"response": {"_fetchedViaServiceWorker": False}}, ["datasift.traffic.rate-window", "datasift.traffic.gone-id"]),
        ({"_fetchType": "Network Load"}, ["datasift.traffic.rate-window", "datasift.traffic.gone-id"]),
    ],
    ids=str,
)  # fmt: skip
def test_a_response_of_a_cache_or_service_worker_is_no_further_call(
    mark: dict[str, Any], found: list[str], is_whole: bool, tmp_path: Path
) -> None:
    """It has the counters and the objects of the time at which the API made it."""
    fake = FakeSources(strict=False)
    made = call(
        "POST", f"{DATASIFT}/v1.6/source/create", {"source_type": "twitter_gnip", "name": "x", "resources": []}, fake
    )
    listed = [call("GET", f"{GET}?per_page={size}", fake=fake) for size in (1, 2)]
    id = next(iter(fake.datasift.sources))
    gone = call("DELETE", f"{DATASIFT}/v1.6/source/delete?id={id}", fake=fake)
    first, *reads, last = map(har_entry, [made, *listed, gone])
    again = repeated(reads, mark)

    report = check_files(
        [har(tmp_path, first, *again[: len(reads)], last, *again[len(reads) :])],
        edition="docs-1.6",
        whole_session=is_whole,
    )

    assert [group.first.rule for part in report.parts for group in part.groups] == found


def test_ids_in_the_response_of_a_cache_were_returned(tmp_path: Path) -> None:
    fake = FakeSources(strict=False)
    id = fake.datasift.sources.add().id
    listed, used = (har_entry(call(*each, fake=fake)) for each in (("GET", GET), ("GET", f"{GET}?id={id}")))
    listed["_fromCache"] = "disk"

    def rules(*entries: Any) -> list[str]:
        report = check_files([har(tmp_path, *entries)], edition="docs-1.6", whole_session=True)
        return [group.first.rule for part in report.parts for group in part.groups]

    assert rules(listed, used) == []
    assert rules(used) == ["datasift.traffic.unseen-id"]


def test_a_call_of_a_worker_that_was_not_recorded_may_have_been_charged(tmp_path: Path) -> None:
    fake = FakeSources(strict=False)
    entries = [har_entry(call("GET", GET, fake=fake)) for _ in range(3)]
    entries[1]["_fetchType"] = "Service Worker"

    report = check_files([har(tmp_path, *entries)], edition="docs-1.6", whole_session=True)

    assert [group.first.rule for part in report.parts for group in part.groups] == []


# -- missing and masked data --------------------------------------------------------------------------------------


def headed(line: Line, headers: dict[str, str], **response: Any) -> Line:
    """Return a line with other response headers, without a body unless one is given."""
    return {**line, "response": {"status": line["response"]["status"], "headers": headers, **response}}


@pytest.mark.parametrize("url", [GET, FEEDS, SOURCES, POSTS])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_response_from_a_cache_or_without_its_body_has_no_finding(url: str, method: str, tmp_path: Path) -> None:
    line = call("GET", url)
    line["request"]["method"] = method
    not_modified = {**line, "response": {"status": 304, "headers": {}}}
    left_out = headed(line, {"Content-Length": "4000", "Content-Type": "application/json"})

    report = check_files([lines(tmp_path, not_modified, left_out)])

    assert [group.first for part in report.parts for group in part.groups] == []
    assert report.exchanges == 2


@pytest.mark.parametrize("url", [GET, FEEDS, SOURCES, POSTS])
def test_headers_that_a_recorder_left_out_are_no_finding(url: str, tmp_path: Path) -> None:
    line = call("GET", url)
    body = {"body": line["response"]["body"]}

    assert outcome(tmp_path, headed(line, {}, **body), headed(line, {"Date": "yesterday"}, **body)) == []


def test_a_request_without_any_header_has_the_media_type_of_its_body(tmp_path: Path) -> None:
    line = call("POST", FEEDS, {"name": "Cats"})
    line["request"]["headers"] = {}

    assert outcome(tmp_path, line) == []


def test_ids_that_an_unrecorded_response_may_have_returned_are_no_finding(tmp_path: Path) -> None:
    fake = FakeSources(strict=False)
    id = fake.datasift.sources.add().id
    listed = call("GET", GET, fake=fake)
    start = call("PUT", f"{DATASIFT}/v1.6/source/start?id={id}", fake=fake)
    unseen = [("finding", "datasift.traffic.unseen-id")]

    assert outcome(tmp_path, start, whole_session=True) == unseen
    assert outcome(tmp_path, listed, start, whole_session=True) == []
    for unknown in (
        {**listed, "response": {"status": 304, "headers": {}}},
        headed(listed, {"Content-Length": "4000"}),
        {**listed, "response": {"status": "x"}},
        answered(listed, 502, HTML),
    ):
        shown = outcome(tmp_path, unknown, start, whole_session=True)
        assert [each for each in shown if each[0] != "note"] == []


def test_a_delete_with_the_response_of_a_gateway_deletes_nothing(tmp_path: Path) -> None:
    fake = FakeSources(strict=False)
    new = {"source_type": "twitter_gnip", "name": "x", "resources": []}
    made = call("POST", f"{DATASIFT}/v1.6/source/create", new, fake)
    id = next(iter(fake.datasift.sources))
    got = call("GET", f"{GET}?id={id}", fake=fake)
    gone = call("DELETE", f"{DATASIFT.replace('https', 'http')}/v1.6/source/delete?id={id}")

    assert outcome(tmp_path, made, answered(gone, 301, "", {"Location": "https://x"}), got) == [
        ("note", "datasift.traffic.redirect")
    ]


@pytest.mark.parametrize("mask", ["***", "<REDACTED>", "[FILTERED]", "REDACTED", "xxxxxxxx"])
def test_masked_values_are_no_finding(mask: str, tmp_path: Path) -> None:
    """Placeholders in headers, ids, numbers, texts and request bodies."""
    fake = FakeSources(strict=False)
    id = fake.datasift.sources.add(resources=[{"parameters": {"id": 1, "url": "u", "title": "t"}}] * 3).id
    found = [
        call("GET", f"{GET}?id={id}", fake=fake),
        call("PUT", f"{DATASIFT}/v1.6/source/start", {"id": id}, fake),
        call("DELETE", f"{DATASIFT}/v1.6/source/delete?id={id}", fake=fake),
        call("GET", f"{GET}?id={id}", fake=fake),
        call("GET", POSTS, fake=fake),
        call("POST", FEEDS, {"name": "Cats"}, fake),
    ]
    for line in found:
        body = json.loads(line["response"]["body"] or "null")
        for holder in (body, *(body[name][0] for name in ("resources", "posts") if body and body.get(name))):
            for name in holder or ():
                holder[name] = mask if isinstance(holder[name], (str, int)) else holder[name]
        line["response"]["body"] = "" if body is None else json.dumps(body)
        for name in line["response"]["headers"]:
            line["response"]["headers"][name] = mask
        line["request"]["url"] = line["request"]["url"].replace(id, mask)
        if "json" in line["request"]:
            line["request"]["json"] = dict.fromkeys(line["request"]["json"], mask)

    shown = outcome(tmp_path, *found, edition=("docs-1.6", "docs-2017"), whole_session=True)
    assert [each for each in shown if each[0] == "finding"] == []


@pytest.mark.parametrize("mask", ["***", "<SOURCE_ID>", "REDACTED"])
def test_a_response_is_not_compared_with_masked_values_of_its_request(mask: str, tmp_path: Path) -> None:
    fake = FakeSources(strict=False)
    id = fake.datasift.sources.add().id
    found = call("PUT", f"{DATASIFT}/v1.6/source/start", {"id": id}, fake)
    found["request"]["json"]["id"] = mask

    assert outcome(tmp_path, found, edition="docs-1.6") == []
