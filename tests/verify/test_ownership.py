"""Tests of the owner of a request, and of requests that are left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from exchanges import CURATOR, DATASIFT, FEED, answered, call, lines

from fakesources.verify import check_files
from fakesources.verify.ownership import MAX_PATH_LENGTH, OTHER_ENDPOINT, OTHER_HOST, Foreign, Owner, Owners
from fakesources.verify.recordings.entry import split_url

BASE = "http://127.0.0.1:18400"


@pytest.mark.parametrize(
    ("url", "api"),
    [
        (f"{DATASIFT}/v1.6/source/get", "datasift"),
        (f"{DATASIFT}/v1/source/start?id=1", "datasift"),
        (f"{DATASIFT}/source/get", "datasift"),
        ("http://user:pw@API.DataSift.com:80/v1.6/source/get", "datasift"),
        ("https://api.datasift.com./v1.6/source/get", "datasift"),
        (f"{DATASIFT}/v1.6/source/gte", "datasift"),
        (f"{DATASIFT}/v1.6/source", "datasift"),
        (f"{DATASIFT}/v1.6/source/resource/ad", "datasift"),
        (f"{DATASIFT}/v1.6/sorce/get", "datasift"),
        (f"{DATASIFT}/v1.6/sources/get", "datasift"),
        (f"{DATASIFT}/v1.6/sorc/get", ""),
        ("//api.curator.io/v1/sources", "curator"),
        (f"{DATASIFT}//v1.6//source/get", "datasift"),
        (f"{DATASIFT}/v1.6/push/get", ""),
        (f"{DATASIFT}/v1.6/compile", ""),
        (f"{DATASIFT}/v1.6/historics/prepare", ""),
        (f"{DATASIFT}/v1.6/pylon/facebook/start", ""),
        (f"{DATASIFT}/v1.6/account/identity", ""),
        (f"{DATASIFT}/v1.6/balance", ""),
        (f"{DATASIFT}/", ""),
        (f"{DATASIFT}/favicon.ico", ""),
        (f"{DATASIFT}/v1/sources", "datasift"),  # one letter from `source` of DataSift; not Curator's path
        (f"{CURATOR}/v1/sources", "curator"),
        (f"{CURATOR}/v1/sources/", "curator"),
        (f"{CURATOR}/v1/sources/x/y/z", "curator"),
        (f"{CURATOR}/v1/source", "curator"),
        (f"{CURATOR}/v1/fedes", "curator"),
        (f"{CURATOR}/restricted/feeds/{FEED}/posts", "curator"),
        (f"{CURATOR}/v1.1/feed/{FEED}/post/1/love", "curator"),
        (f"{CURATOR}/v1.2/ads", ""),
        (f"{CURATOR}/v1/networks", ""),
        (f"{CURATOR}/v1/feed/{FEED}/nothing", ""),
        (f"{CURATOR}/v1.6/source/get", ""),
        (f"{CURATOR}/v2/sources", ""),
        ("https://cdn.curator.io/published/x.js", ""),
        ("https://api.curator.io.example.org/v1/sources", ""),
        ("https://example.org/v1/sources", ""),
        ("https://example.org/?u=https://api.curator.io/v1/sources", ""),
        ("data:application/json,[]", ""),
        ("blob:https://api.curator.io/v1/sources", ""),
        ("chrome-extension://x/v1/sources", ""),
        ("wss://api.curator.io/v1/sources", ""),
        ("about:blank", ""),
        ("", ""),
        ("http://[bad/", ""),
        ("https://api.curator.io:port/v1/sources", ""),
        ("/v1/sources", ""),
        (f"{CURATOR}/v1/sources/{'x' * 1_000_000}", ""),
        ("https://api.curator.io/v1/sources\ud800", "curator"),
        ("https://api.curator.io/v1/sources/%ff%00", "curator"),
    ],
)
def test_host_and_path_decide_the_owner(url: str, api: str) -> None:
    found = Owners({}).find("GET", url)

    assert (found.api if isinstance(found, Owner) else "") == api


@pytest.mark.parametrize(
    ("bases", "url", "api"),
    [
        ({BASE: ""}, f"{BASE}/v1.6/source/get", "datasift"),
        ({BASE: ""}, f"{BASE}/v1/sources", "curator"),
        ({BASE: ""}, f"{BASE}/v1.6/source/gte", "datasift"),
        ({BASE: ""}, f"{BASE}/v1/feeds/x/y", "curator"),
        ({BASE: ""}, f"{BASE}/v1.6/push/get", OTHER_ENDPOINT),
        ({BASE: ""}, f"{BASE}/_fakesources/journal", OTHER_ENDPOINT),
        ({BASE: "curator"}, f"{BASE}/v1.6/source/get", OTHER_ENDPOINT),
        ({BASE: "datasift"}, f"{BASE}/v1/feeds", OTHER_ENDPOINT),
        ({"https://staging.example/ds": "datasift"}, "https://staging.example/ds/v1.6/source/get", "datasift"),
        ({"https://staging.example/ds": "datasift"}, "https://staging.example/v1.6/source/get", OTHER_HOST),
        ({"https://staging.example/ds": "datasift"}, "https://staging.example/dsx/v1.6/source/get", OTHER_HOST),
    ],
)
def test_a_base_url_belongs_to_its_api_or_to_that_of_the_path(bases: dict[str, str], url: str, api: str) -> None:
    found = Owners(bases).find("GET", url)

    assert (found.reason if isinstance(found, Foreign) else found.api) == api


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/v1.6/push", "GET /v1.6/push"),
        ("/v1.6/push/get/more", "GET /v1.6/push/get"),
        ("/v1/networks/5", "GET /v1/networks/…"),
        (f"/v1/{'n' * 24}", f"GET /v1/{'n' * 24}"),
        (f"/v1/{'n' * 25}", "GET /v1/…"),
        ("/v1.2.3./x", "GET /v1.2.3./x"),
        ("/v1.2.3.4/x", "GET /…"),
    ],
)
def test_a_path_is_shown_up_to_what_may_be_an_id(path: str, shown: str) -> None:
    assert Owners({}).find("GET", CURATOR + path) == Foreign(OTHER_ENDPOINT, shown)


@pytest.mark.parametrize(("length", "is_own"), [(MAX_PATH_LENGTH, True), (MAX_PATH_LENGTH + 1, False)])
def test_a_path_longer_than_any_endpoint_is_not_matched(length: int, is_own: bool) -> None:
    path = "/v1/sources/".ljust(length, "x")

    found = Owners({}).find("GET", CURATOR + path)

    assert found == (Owner("curator", path) if is_own else Foreign(OTHER_ENDPOINT))


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("http://user:pw@API.DataSift.com:80/a?b#c", ("http", "api.datasift.com:80", "/a?b")),
        ("//api.curator.io", ("https", "api.curator.io", "/")),
        (" HTTPS://a.test?x=é ", ("https", "a.test", "/?x=%C3%A9")),
        ("https://a.test/a b%20c", ("https", "a.test", "/a%20b%20c")),
    ],
)
def test_a_url_is_split_as_it_is_sent(url: str, parts: tuple[str, str, str]) -> None:
    assert split_url(url) == parts


def test_entries_left_out_are_named_without_ids_and_keys(tmp_path: Path) -> None:
    urls = [
        f"{DATASIFT}/v1.6/push/get?id=1&api_key=t0p-s3cret",
        f"{CURATOR}/v1/networks/s3cr3t-0123456789",
        "https://user:s3cret@other.example/?token=s3cret",
    ]
    found = [{"request": {"method": "GET", "url": url}, "response": {"status": 200}} for url in urls]

    report = check_files([lines(tmp_path, *found)])

    assert report.left_out == {OTHER_ENDPOINT: 2, OTHER_HOST: 1}
    assert report.shown == {
        OTHER_ENDPOINT: ("GET /v1.6/push/get", "GET /v1/networks/…"),
        OTHER_HOST: ("other.example",),
    }


@pytest.mark.parametrize(
    ("url", "near"),
    [
        (f"{DATASIFT}/v1.6/source/strat", "/v1.6/source/start"),
        (f"{DATASIFT}/v1.6/sorce/get", "/v1.6/source/get"),
        (f"{DATASIFT}/v1.6/source/resource/ad", "/v1.6/source/resource/add"),
        (f"{DATASIFT}/source/gte", "/source/get"),
        (f"{CURATOR}/v1/source", "/v1/sources"),
    ],
)
@pytest.mark.parametrize("status", [200, 404])
def test_a_wrong_path_below_a_documented_prefix_is_a_finding(url: str, near: str, status: int, tmp_path: Path) -> None:
    """No page describes the path, so the status does not matter."""
    line = call("GET", url)
    line = answered(line, 200, []) if status == 200 else line

    (part,) = check_files([lines(tmp_path, line)]).parts

    (group,) = part.groups
    assert (group.severity, group.first.rule, group.first.path) == ("finding", f"{part.api}.traffic.path", "path")
    assert group.first.suggestion == near
    assert group.first.actual == f"GET {url.partition('.com')[2] or url.partition('.io')[2]}"


def test_a_broken_entry_of_another_host_is_left_out(tmp_path: Path) -> None:
    """Bodies are read only for entries of an API."""
    broken = {"request": {"method": "GET", "url": "https://example.org/"}, "response": {"status": 200, "base64": "%"}}
    ours = call("GET", f"{DATASIFT}/v1.6/source/get")

    report = check_files([lines(tmp_path, broken, ours, broken)])

    assert (report.exchanges, report.other_hosts, report.findings, report.unreadable_count) == (1, 2, 0, 0)


def test_a_broken_entry_of_an_api_is_reported_and_the_rest_is_checked(tmp_path: Path) -> None:
    ours = call("GET", f"{DATASIFT}/v1.6/source/get")
    broken = {**ours, "response": {"status": 200, "base64": "%"}}

    report = check_files([lines(tmp_path, ours, broken, ours)])

    assert (report.exchanges, report.unreadable_count, report.findings) == (2, 1, 0)
    assert "line 2" in report.unreadable[0]
