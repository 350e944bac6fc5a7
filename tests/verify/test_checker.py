"""Tests of checks: the owner of an exchange, the best-fitting edition, and the recorded traffic itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakesources import FakeSources, Request, Response, verify
from fakesources.apis.registry import installed
from fakesources.export.edition_differences import differences
from fakesources.verify import RecordingError, Report, check, check_files

ALL = installed()

DATASIFT, CURATOR = ALL
GET_LOST = {
    "request": {"method": "GET", "url": "https://api.datasift.com/v1.6/source/get?id=1", "headers": {"Auth": "a:b"}},
    "response": {"status": 404, "json": {"error": 'Could not find the specified source instance "1"'}},
}


@pytest.fixture
def recorded(reference: Callable[[str], Path], tmp_path: Path) -> Path:
    """Write the exchanges recorded with the live service as JSON lines, in their order."""
    lines = []
    for row in json.loads(reference("datasift-v1.6-recorded.json").read_text("utf-8"))["exchanges"]:
        length, sent, body = row["request_content_length"], row.get("request_body_reconstructed"), row["body"]
        request = {"method": row["method"], "url": f"https://api.datasift.com{row['target']}"}
        request["headers"] = {"Content-Type": "application/json", "Content-Length": length} if length else {}
        request |= {"json": sent} if sent is not None else {}
        response = {"status": row["status"], "headers": row["headers"]}
        response |= {"json": body} if body is not None else {}
        lines.append({"request": request, "response": response, "label": row["label"]})
    path = tmp_path / "recorded.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return path


def findings(report: Report) -> list[tuple[str, str]]:
    """Return rule and path of each group of findings."""
    return [(group.first.rule, group.first.path) for part in report.parts for group in part.groups]


def test_recorded_traffic_is_valid_in_the_edition_of_the_recordings(recorded: Path) -> None:
    """Every response of January 2018 is valid in `live-1.6`."""
    report = check_files([recorded], edition="live-1.6")

    assert findings(report) == []
    assert report.exchanges == 17


def test_recorded_traffic_breaks_the_documentation_where_the_editions_differ(recorded: Path) -> None:
    """In `docs-1.6` the same traffic has findings for the known differences of the editions only."""
    report = check_files([recorded], edition="docs-1.6")

    known = {row.place for row in differences(DATASIFT, "docs-1.6", "live-1.6")}
    found = {rule.split(".200.")[-1].split(".201.")[-1].split(".202.")[-1] for rule, _ in findings(report)}
    assert found == {
        "status", "source_type_id", "identities",
        "auth.source_id", "auth.status", "resources.source_id", "resources.status",
    }  # fmt: skip
    assert found <= known


def test_the_best_fitting_edition_is_chosen(recorded: Path) -> None:
    """Without a name the edition with the fewest findings is used, and the numbers of the others are reported."""
    (part,) = check_files([recorded]).parts

    assert (part.edition, part.is_chosen, part.findings) == ("live-1.6", True, 0)
    assert part.by_edition["live-1.6"] == 0
    assert part.by_edition["docs-1.6"] > 40


def test_an_edition_that_does_not_fit_is_abandoned(recorded: Path, tmp_path: Path) -> None:
    """In a long recording an edition with far more findings is not checked to the end."""
    path = tmp_path / "long.jsonl"
    path.write_text("\n".join([recorded.read_text("utf-8")] * 20), "utf-8")

    (part,) = check_files([path], edition=()).parts
    (whole,) = check_files([path], edition="docs-1.6").parts

    assert (part.edition, part.findings, part.exchanges) == ("live-1.6", 0, 340)
    assert part.abandoned == {"docs-1.6"}
    assert 200 < part.by_edition["docs-1.6"] < whole.by_edition["docs-1.6"] / 2


@pytest.mark.parametrize("repeats", [300, 1000])
def test_an_abandoned_edition_is_never_chosen(repeats: int, tmp_path: Path) -> None:
    """The other edition is chosen even if it has more findings in the end."""
    fake = FakeSources(strict=False, rate_limit=10**6)
    id, path = fake.datasift.sources.add().id, tmp_path / "long.jsonl"
    starts = [("PUT", f"/v1.6/source/start?id={id}&idd=x")] * repeats
    with path.open("w", encoding="utf-8") as file:
        for method, target in [("GET", "/v1.6/source/get")] * 20 + starts:
            answer = fake.handle(Request(method, target, (("Auth", "a:b"),)))
            response = {"status": answer.status, "headers": answer.headers, "body": answer.body.decode()}
            request = {"method": method, "url": f"https://api.datasift.com{target}", "headers": {"Auth": "a:b"}}
            file.write(json.dumps({"request": request, "response": response}) + "\n")

    (part,) = check_files([path]).parts

    assert (part.edition, part.abandoned, part.exchanges) == ("docs-1.6", {"live-1.6"}, 20 + repeats)
    assert [(group.first.path, group.count) for group in part.groups] == [("$.idd", repeats)]


def test_equal_findings_are_one(recorded: Path) -> None:
    """Equal findings of one operation are one group, with their number and places."""
    (part,) = check_files([recorded], edition="docs-1.6").parts
    group = next(group for group in part.groups if group.first.rule == "datasift.source.get.200.auth.status")

    assert group.count == 3
    assert [place.rpartition(": ")[2] for place in group.places] == [
        "line 2 (get by id)", "line 6 (get after start)", "line 8 (get after stop)",
    ]  # fmt: skip


# -- one exchange --------------------------------------------------------------------------------------------------


def test_an_exchange_of_a_journal_is_checked() -> None:
    """An Exchange of a fake's journal is checked, also one without a host."""
    fake = FakeSources(datasift="live-1.6")
    source = fake.datasift.sources.add()
    fake.handle(Request("GET", f"/v1.6/source/get?id={source.id}", (("Authorization", "a:b"),)))

    assert check(fake.journal.last()) == []
    assert check(fake.journal.last(), edition="live-1.6") == []
    assert [each.rule for each in check(fake.journal.last(), edition="docs-1.6")] != []


def test_a_request_and_a_response_are_checked() -> None:
    """A pair of them is an exchange, and so is a parsed line of a recording."""
    request = Request("GET", "/v1/sources?api_key=k", host="api.curator.io")

    assert check((request, Response(200, (("Content-Type", "application/json"),), b"[]"))) == []
    assert [each.path for each in check((request, Response(200, (), b"{}")))] == ["$"]
    assert check(GET_LOST) == []


def test_other_values_are_errors() -> None:
    with pytest.raises(ValueError, match=r"exchange: expected a host of an API, got example\.org"):
        check((Request("GET", "/", host="example.org"), Response(200)))
    with pytest.raises(RecordingError, match="response: expected an object"):
        check({"request": {}})
    with pytest.raises(ValueError, match=r"exchange: expected an Exchange, .*, got 7"):
        check(7)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"edition: expected .* or .*, got 'live-1\.7'; did you mean 'live-1\.6'"):
        check(GET_LOST, edition="live-1.7")


@pytest.mark.parametrize(
    ("base", "url", "api"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1.6/source/get?id=1", "datasift"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/feeds", "curator"),
        ("https://staging.example/ds", "https://staging.example:443/ds/v1.6/source/get?id=1", "datasift"),
        ("datasift=https://staging.example", "https://staging.example/v1.6/source/gte", "datasift"),
        ("curator=https://staging.example", "https://staging.example/v1/sources/", "curator"),
    ],
)
def test_a_base_url_belongs_to_the_named_api_or_to_that_of_the_path(
    base: str, url: str, api: str, tmp_path: Path
) -> None:
    """Other hosts are left out."""
    path = tmp_path / "a.jsonl"
    exchange = {"request": {"method": "GET", "url": url}, "response": {"status": 400}}
    elsewhere = {"request": {"method": "GET", "url": "https://other.example/v1/feeds"}, "response": {"status": 200}}
    path.write_text(f"{json.dumps(exchange)}\n{json.dumps(elsewhere)}", "utf-8")

    report = check_files([path], base_url=base)

    assert [part.api for part in report.parts] == [api]
    assert report.other_hosts == 1
    assert check_files([path]).other_hosts == 2


# -- requests ------------------------------------------------------------------------------------------------------


def exchange(method: str, target: str, status: int, value: Any = None, **sent: Any) -> dict[str, Any]:
    """Return a line of a recording with Curator."""
    headers = {"Content-Type": "application/json"} if "json" in sent else {}
    return {
        "request": {"method": method, "url": f"https://api.curator.io{target}", "headers": headers, **sent},
        "response": {"status": status, "json": value},
    }


def test_credentials_that_a_recorder_left_out_are_no_finding() -> None:
    """Recordings are shared without credentials, or with false ones."""
    assert check(exchange("GET", "/v1/sources", 200, [])) == []
    assert check(exchange("GET", "/v1/sources?api_key=", 200, [])) == []


def test_a_successful_response_where_an_error_is_required_is_a_finding() -> None:
    """The finding has the rule of the error."""
    source = {"id": "b37d3706-7fbd-4af9-a989-e8d20a50e04e", "source_type": 2, "tag": "cats", "status": 1}
    feed = {"feed_id": "660b923a-a6e7-4540-bd03-7e08fd006e0d"}

    line = exchange("POST", "/v1/sources", 200, {**source, **feed}, json={"source_type": 2, "tag": "cats"})
    (found,) = check(line, warnings=True)

    assert (found.rule, found.side, found.actual) == ("curator.sources.create.missing-field", "request", "200")
    assert found.expected == "400 Please provide a feed_id"


def test_a_request_without_headers_has_the_type_of_its_body() -> None:
    request = Request("POST", "/v1/sources?api_key=k", (), b'{"source_type": 2, "tga": "cats"}', "api.curator.io")

    found = check((request, Response(200, (("Content-Type", "application/json"),), b"{}")), warnings=True)

    assert "curator.sources.create.missing-field" in {each.rule for each in found}
    assert "tga" in str([each.path for each in found])


def test_a_body_over_the_limit_requires_an_error() -> None:
    body = b'{"name": "%s"}' % (b"x" * (1 << 20))
    request = Request("POST", "/v1/feeds?api_key=k", (("Content-Type", "application/json"),), body, "api.curator.io")

    found = check((request, Response(200, (), b"")), warnings=True)

    assert [(each.actual, each.expected[:4]) for each in found if each.side == "request"] == [("200", "400 ")]


def test_the_names_of_the_package_are_listed() -> None:
    assert set(verify.__all__) <= set(dir(verify))


def test_an_error_that_depends_on_the_state_of_the_service_is_not_required() -> None:
    """For an unknown id, neither success nor an error is a finding."""
    path = "/v1/sources/b37d3706-7fbd-4af9-a989-e8d20a50e04e"

    assert check(exchange("DELETE", path, 200, {"success": True, "message": "Source deleted"})) == []
    assert check(exchange("DELETE", path, 404, {"success": False, "message": "Never heard of it"})) == []


def test_a_successful_response_to_a_method_that_is_not_allowed_is_a_finding() -> None:
    (wrong,) = check(exchange("PATCH", "/v1/sources", 200, []))

    assert (wrong.rule, wrong.side) == ("curator.no-such-method", "request")


def test_a_body_that_was_not_recorded_is_not_checked() -> None:
    """A request whose body is missing from the recording has no missing parameters."""
    line = exchange("POST", "/v1/feeds", 400, {"success": False, "message": "Please provide a name"})
    line["request"]["headers"] = {"Content-Length": "17"}

    assert check(line) == []


@pytest.mark.parametrize("status", [304, 200])
def test_a_response_of_a_cache_is_not_checked(status: int) -> None:
    """A 304 comes from a cache; an empty 200 does not."""
    found = check(exchange("GET", "/v1/feeds", status))

    assert [each.rule for each in found] == ([] if status == 304 else ["curator.traffic.body"])


def test_secrets_stay_out_of_findings() -> None:
    """A token in the wrong place is masked, in requests and in responses."""
    fake = FakeSources()
    source = fake.datasift.sources.add(auth=[{"parameters": {"value": "t0p-s3cret"}}])
    fake.handle(Request("GET", f"/v1.6/source/get?id={source.id}", (("Authorization", "a:k3y"),)))
    recorded = fake.journal.last()
    body = recorded.response.body.replace(b'"t0p-s3cret"', b'["t0p-s3cret"]').replace(
        b'"stopped"', b'{"value":"t0p-s3cret"}'
    )

    found = check((Request("GET", f"/v1.6/source/get?id={source.id}", recorded.raw_request.headers, host="api.datasift.com"),
                   Response(200, recorded.response.headers, body)), edition="docs-1.6", warnings=True)  # fmt: skip

    assert len(found) == 2
    assert "s3cret" not in "".join(map(repr, found))
    assert "k3y" not in "".join(map(repr, found))


@pytest.mark.parametrize(
    "extra",
    [
        {"token": "t0p-s3cret"},
        {"tokn": "t0p-s3cret"},
        {"more": {"refresh_token": "t0p-s3cret"}},
        {"valeu": ["t0p-s3cret"]},
    ],
)
def test_secrets_stay_out_of_findings_about_unknown_names(extra: dict[str, Any]) -> None:
    """Tokens are masked in additional members of a response, also under misspelt names."""
    fake = FakeSources()
    fake.handle(Request("GET", "/v1.6/source/get", (("Auth", "a:k3y"),)))
    recorded = fake.journal.last()
    body = json.dumps({**json.loads(recorded.response.body), **extra}).encode()
    response = Response(200, recorded.response.headers, body)

    (found,) = check(
        (Request("GET", "/v1.6/source/get", recorded.raw_request.headers, host="api.datasift.com"), response)
    )

    assert "s3cret" not in repr(found)


def test_the_number_of_findings_of_one_exchange_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(exchange("GET", "/v1/feeds", 200, [7] * 1_000)), "utf-8")

    assert check_files([path]).findings == 100
