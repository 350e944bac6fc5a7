"""Tests of sessions with a fake, recorded by a browser, vcrpy and Ruby's VCR: unchanged, and with one fault each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from layouts import BASE, HERE, Recording

from fakesources import FakeSources, Request
from fakesources.verify import Report, check, check_files

RECORDINGS = ("chromium.har", "vcrpy.yaml", "vcrpy.json", "ruby.yml")


@pytest.mark.parametrize("name", RECORDINGS)
@pytest.mark.parametrize("whole", [False, True])
def test_a_session_with_a_fake_has_no_findings(name: str, whole: bool) -> None:
    """The edition of the fake is chosen."""
    report = check_files([HERE / name], base_url=BASE, whole_session=whole)

    assert [group.first for part in report.parts for group in part.groups] == []
    assert {part.api: part.edition for part in report.parts} == {"datasift": "docs-1.6", "curator": "docs-2017"}
    assert report.exchanges >= 17


class Fault(NamedTuple):
    """Change of a recording, and its finding: rule, path and side."""

    name: str
    rule: str
    path: str
    side: str
    inject: Callable[[Recording], None]


def set_in(*path: Any) -> Callable[[Any, Any], Any]:
    def setting(value: Any, new: Any) -> Any:
        holder = value
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = new
        return value

    return setting


def without(*path: Any) -> Callable[[Any], Any]:
    def dropping(value: Any) -> Any:
        holder = value
        for part in path[:-1]:
            holder = holder[part]
        del holder[path[-1]]
        return value

    return dropping


CREATE, GET, START = ("POST", "source/create"), ("GET", "source/get?id"), ("PUT", "source/start")
NEW, POSTS = ("POST", "/v1/sources"), ("GET", "/posts?limit")


def with_response(call: tuple[str, str], change: Callable[[Any], Any], nth: int = 0) -> Callable[[Recording], None]:
    """Return a function that changes the value of a response."""

    def inject(recording: Recording) -> None:
        exchange = recording.find(*call, nth=nth)
        exchange.value = change(exchange.value)

    return inject


def with_request(call: tuple[str, str], change: Callable[[Any], Any]) -> Callable[[Recording], None]:
    """Return a function that changes the body of a request."""

    def inject(recording: Recording) -> None:
        exchange = recording.find(*call)
        exchange.body = change(exchange.body)

    return inject


def with_header(call: tuple[str, str], name: str, change: Callable[[str], str | None]) -> Callable[[Recording], None]:
    """Return a function that changes a header of a response."""
    return lambda recording: recording.find(*call).header(name, change)


def with_status(call: tuple[str, str], status: int) -> Callable[[Recording], None]:
    """Return a function that changes the status of a response."""

    def inject(recording: Recording) -> None:
        recording.find(*call).status = status

    return inject


def with_text(call: tuple[str, str], text: str) -> Callable[[Recording], None]:
    """Return a function that changes the body of a response."""

    def inject(recording: Recording) -> None:
        recording.find(*call).text = text

    return inject


def with_url(call: tuple[str, str], old: str, new: str) -> Callable[[Recording], None]:
    """Return a function that changes the URL of a request."""

    def inject(recording: Recording) -> None:
        exchange = recording.find(*call)
        exchange.url = exchange.url.replace(old, new)

    return inject


def return_deleted_source(recording: Recording) -> None:
    """Return a source after it was deleted."""
    before, after = recording.find(*GET), recording.find(*GET, nth=1)
    after.status, after.text = 200, before.text


def change_error_text(recording: Recording) -> None:
    """Return an error with a text that is not documented."""
    exchange = recording.find(*GET, nth=1)
    exchange.value = {"error": "We have lost it"}


def change_text_of_several(recording: Recording) -> None:
    """Return an error with another text than the several documented ones of its status."""
    exchange = recording.find(*GET, nth=1)
    exchange.status, exchange.value = 400, {"error": "No."}


def change_text_of_several_in_curator(recording: Recording) -> None:
    """Return an error with another text than the several documented ones of its status."""
    exchange = recording.find(*NEW)
    exchange.status, exchange.value = 400, {"success": False, "message": "No."}


def delete_twice(recording: Recording) -> None:
    """Return the response of the first deletion for the second."""
    first, second = recording.find("DELETE", "/v1/sources/"), recording.find("DELETE", "?again")
    second.status, second.text = 200, first.text


FAULTS = (
    Fault("a field is missing", "datasift.source.create.201.created_at", "$.created_at", "response",
          with_response(CREATE, without("created_at"))),
    Fault("an undocumented field", "datasift.source.create.201", "$.colour", "response",
          with_response(CREATE, lambda value: {**value, "colour": "red"})),
    Fault("a field of another type", "datasift.source.create.201.created_at", "$.created_at", "response",
          with_response(CREATE, lambda value: {**value, "created_at": "today"})),
    Fault("a word outside its list", "datasift.source.get.200.status", "$.status", "response",
          with_response(GET, lambda value: {**value, "status": "paused"})),
    Fault("a fault deep inside", "datasift.source.get.200.resources.resource_id", "$.resources[0].resource_id", "response",
          with_response(GET, lambda value: set_in("resources", 0, "resource_id")(value, 7))),
    Fault("a fault in a page of sources", "datasift.source.get.200.sources.name", "$.sources[0].name", "response",
          with_response(("GET", "source/get?page"), without("sources", 0, "name"))),
    Fault("an undocumented status", "datasift.traffic.status", "status", "response", with_status(CREATE, 200)),
    Fault("an error with another text", "datasift.source.get.not-found", "$.error", "response", change_error_text),
    Fault("an error in another form", "datasift.error.error", "$.error", "response",
          with_response(GET, lambda _: {"error": 5}, nth=1)),
    Fault("JSON with the media type of a page", "datasift.traffic.content-type", "headers['Content-Type']", "response",
          with_header(CREATE, "content-type", lambda _: "text/html")),
    Fault("a body that is no JSON", "datasift.traffic.body", "$", "response", with_text(CREATE, "<html>Bad gateway</html>")),
    Fault("a body where none belongs", "datasift.traffic.body", "$", "response",
          with_text(("DELETE", "source/delete"), '{"deleted":true}')),
    Fault("a wrong cost", "datasift.traffic.rate-headers", "headers['X-RateLimit-Cost']", "response",
          with_header(GET, "x-ratelimit-cost", lambda _: "25")),
    Fault("a counter that is no number", "datasift.traffic.rate-headers", "headers['X-RateLimit-Limit']", "response",
          with_header(GET, "x-ratelimit-limit", lambda _: "many")),
    Fault("a missing counter", "datasift.traffic.rate-headers", "headers['X-RateLimit-Remaining']", "response",
          with_header(GET, "x-ratelimit-remaining", lambda _: None)),
    Fault("a reset that does not agree", "datasift.traffic.rate-headers", "headers['X-RateLimit-Reset-Ttl']", "response",
          with_header(GET, "x-ratelimit-reset-ttl", lambda text: str(int(text) - 60))),
    Fault("a start without effect", "datasift.source.start.200.status", "$.status", "response",
          with_response(START, lambda value: {**value, "status": "stopped"})),
    Fault("another page size than that of the request", "datasift.source.get.200.per_page", "$.per_page", "response",
          with_response(("GET", "source/get?page"), lambda value: {**value, "per_page": 20})),
    Fault("items in another order", "datasift.item-order", "$.resources", "response",
          with_response(("PUT", "resource/add"), lambda value: {**value, "resources": value["resources"][::-1]})),
    Fault("pages that do not agree", "datasift.source.get.200.pages", "$.pages", "response",
          with_response(("GET", "source/get?page"), lambda value: {**value, "pages": 7})),
    Fault("more sources than a page has", "datasift.source.get.200.sources", "$.sources", "response",
          with_response(("GET", "source/get?page"), lambda value: {**value, "sources": value["sources"] * 30})),
    Fault("more posts than there are", "curator.posts.list.200.postCount", "$.postCount", "response",
          with_response(POSTS, lambda value: {**value, "postCount": 1})),
    Fault("a deleted source", "datasift.traffic.gone-id", "$.id", "request", return_deleted_source),
    Fault("an unknown parameter", "datasift.source.create.unknown-parameter", "$.nmae", "request",
          with_request(CREATE, lambda value: {**value, "nmae": "x"})),
    Fault("a switch the type does not have", "datasift.source.create.unknown-parameter", "$.parameters.plus_ones", "request",
          with_request(CREATE, lambda value: {**value, "parameters": {"plus_ones": True}})),
    Fault("a parameter of another type", "datasift.source.create.scalar-type", "$.name", "request",
          with_request(CREATE, lambda value: {**value, "name": 5})),
    Fault("a parameter that is missing", "datasift.source.create.missing-param", "$", "request",
          with_request(CREATE, without("name"))),
    Fault("an unknown source type", "datasift.source.create.invalid-source-type", "$.source_type", "request",
          with_request(CREATE, lambda value: {**value, "source_type": "myspace"})),
    Fault("a parameter given twice", "datasift.source.get.given-twice", "$.page", "request",
          with_url(("GET", "source/get?page"), "page=1", "page=9&page=1")),
    Fault("a version left out", "datasift.source.create.unversioned", "path", "request",
          with_url(CREATE, "/v1.6/", "/")),
    Fault("a source type of another kind", "curator.sources.create.200.source_type", "$.source_type", "response",
          with_response(NEW, lambda value: {**value, "source_type": "two"})),
    Fault("a post without its text", "curator.posts.list.200.posts.text", "$.posts[1].text", "response",
          with_response(POSTS, without("posts", 1, "text"))),
    Fault("another tag than that of the request", "curator.sources.create.200.tag", "$.tag", "response",
          with_response(NEW, lambda value: {**value, "tag": "punk"})),
    Fault("a tag in another format", "curator.sources.create.tag-format", "$.tag", "request",
          with_request(NEW, lambda value: {**value, "tag": "#rock"})),
    Fault("an error of another status", "curator.traffic.status", "status", "response",
          with_status(("DELETE", "?again"), 418)),
    Fault("an error text that is none of several", "datasift.traffic.error-text", "$.error", "response", change_text_of_several),
    Fault("a list with the media type of a page", "curator.traffic.content-type", "headers['Content-Type']", "response",
          with_header(("GET", "/v1/sources"), "content-type", lambda _: "text/html; charset=UTF-8")),
    Fault("a list that is no JSON", "curator.traffic.body", "$", "response", with_text(("GET", "/v1/sources"), "<p>")),
    Fault("an unknown error text of Curator", "curator.traffic.error-text", "$.message", "response", change_text_of_several_in_curator),
    Fault("a source that is deleted twice", "curator.traffic.gone-id", "$.source_id", "request", delete_twice),
    Fault("a success with another text", "curator.sources.delete.200.message", "$.message", "response",
          with_response(("DELETE", "/v1/sources/"), lambda value: {**value, "message": "Gone for good"})),
)  # fmt: skip


@pytest.mark.parametrize("name", RECORDINGS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_one_fault_is_one_finding(fault: Fault, name: str, tmp_path: Path) -> None:
    """Each fault has one finding with its rule and path, and there is no other."""
    recording = Recording(name)
    fault.inject(recording)
    path = recording.write(tmp_path)

    report = check_files([path], base_url=BASE, edition=("docs-1.6", "docs-2017"))

    found = [group for part in report.parts for group in part.groups]
    assert [(group.first.rule, group.first.path, group.first.side) for group in found] == [fault[1:4]]
    assert [group.count for group in found] == [1]
    assert found[0].first.message
    assert found[0].first.source
    assert found[0].first.actual
    assert found[0].first.expected


def test_lists_have_the_newest_first(tmp_path: Path) -> None:
    """A list in another order is a finding: sources, entries of a log, and posts with known pinning."""
    fake = FakeSources(curator="docs-2025")
    for day in (1, 2):
        source = fake.datasift.sources.add(created_at=day)
    for day in (1, 2):
        fake.datasift.log.add(source.id, event_time=day)
    feed = fake.curator.sources.add().feed_id
    for target, host, headers, items, rule in (
        ("/v1.6/source/get", "api.datasift.com", (("Auth", "a:b"),), "sources", "datasift.source.get.order"),
        (
            f"/v1.6/source/log?id={source.id}",
            "api.datasift.com",
            (("Auth", "a:b"),),
            "log_entries",
            "datasift.source.log.order",
        ),
        (f"/v1/feeds/{feed}/posts", "api.curator.io", (), "posts", "curator.posts.list.order"),
    ):
        request = Request("GET", target, headers, host=host)
        response = fake.handle(request)
        value = json.loads(response.body)
        assert check((request, response)) == []

        value[items].reverse()

        (found,) = check((request, response._replace(body=json.dumps(value).encode())), warnings=True)
        assert (found.rule, found.path) == (rule, f"$.{items}")


def test_an_unknown_id_is_a_finding_in_a_whole_session_alone(tmp_path: Path) -> None:
    """An id that was never returned is a finding only with `whole_session`."""
    recording = Recording("vcrpy.yaml")
    with_url(("GET", "source/log"), "14e4e2d8", "00000000")(recording)
    path = recording.write(tmp_path)

    assert check_files([path], base_url=BASE).findings == 0
    assert rules(check_files([path], base_url=BASE, whole_session=True)) == {"datasift.traffic.unseen-id"}


def test_an_unknown_source_of_curator_is_one_too(tmp_path: Path) -> None:
    """A source that is changed in a whole session was listed or created in it."""
    recording = Recording("vcrpy.yaml")
    exchange = recording.find("PUT", "/v1/sources/")
    exchange.url = exchange.url[:-1] + "0"
    exchange.value = {**exchange.value, "id": exchange.value["id"][:-1] + "0"}
    path = recording.write(tmp_path)

    assert check_files([path], base_url=BASE).findings == 0
    assert rules(check_files([path], base_url=BASE, whole_session=True)) == {"curator.traffic.unseen-id"}


def test_the_parts_of_a_source_created_in_the_recording_are_known(tmp_path: Path) -> None:
    """A resource that is removed must have been returned before."""
    recording = Recording("vcrpy.yaml")
    exchange = recording.find("PUT", "source/resource/add")
    exchange.url = exchange.url.replace("resource/add", "resource/remove")
    exchange.body = {"id": exchange.body["id"], "resource_ids": ["0" * 32]}

    report = check_files([recording.write(tmp_path)], base_url=BASE)

    assert rules(report) == {"datasift.traffic.unseen-id"}
    assert [group.first.path for part in report.parts for group in part.groups] == ["$.resource_ids[0]"]


def test_a_source_created_before_the_recording_may_be_deleted_and_returned(tmp_path: Path) -> None:
    """Only a whole session has a finding."""
    recording = Recording("vcrpy.json")
    return_deleted_source(recording)
    recording.document["interactions"] = recording.document["interactions"][1:]

    path = recording.write(tmp_path)

    assert check_files([path], base_url=BASE).findings == 0
    assert "datasift.traffic.gone-id" in rules(check_files([path], base_url=BASE, whole_session=True))


def test_a_credit_out_of_nowhere_is_a_finding(tmp_path: Path) -> None:
    """Counters never rise within a window; in a whole session they fall by exactly the cost."""
    recording = Recording("chromium.har")
    with_header(START, "x-ratelimit-remaining", lambda _: "10000")(recording)
    assert rules(check_files([recording.write(tmp_path)], base_url=BASE)) == {"datasift.traffic.rate-window"}

    recording = Recording("chromium.har")
    recording.find(*GET, nth=1).header("x-ratelimit-remaining", lambda text: str(int(text) - 1))
    path = recording.write(tmp_path)
    assert check_files([path], base_url=BASE).findings == 0
    assert rules(check_files([path], base_url=BASE, whole_session=True)) == {"datasift.traffic.rate-window"}


PAID = ("GET", "source/get?page")
"""The call after START."""


@pytest.mark.parametrize(
    ("path", "inject", "found"),
    [
        ("/v1.6/source/start", lambda _: None, set()),
        (
            "/v1.6/source/start",
            with_header(PAID, "x-ratelimit-remaining", lambda _: "9966"),
            {"datasift.traffic.rate-window"},
        ),
        (
            "/v1.6/source/start",
            with_header(("PUT", "resource/add"), "x-ratelimit-remaining", lambda text: str(int(text) - 1)),
            {"datasift.traffic.rate-window"},
        ),
        ("/v1/feeds", lambda _: None, {"datasift.traffic.rate-window"}),
        (":nowhere", lambda _: None, {"datasift.traffic.rate-window"}),
    ],
    ids=["charged", "a credit", "charged once only", "with another API", "with no API"],
)
def test_a_request_without_a_response_may_have_been_charged(
    path: str, inject: Callable[[Recording], None], found: set[str], tmp_path: Path
) -> None:
    """After a request that a browser aborted, the counters may be lower in the next response of that API."""
    recording = Recording("chromium.har")
    inject(recording)
    aborted = recording.find(*START)
    aborted.url = BASE + path
    aborted.response.update(status=0, headers=[], content={})

    assert rules(check_files([recording.write(tmp_path)], base_url=BASE, whole_session=True)) == found


def rules(report: Report) -> set[str]:
    """Return the rules of all findings."""
    return {group.first.rule for part in report.parts for group in part.groups}
