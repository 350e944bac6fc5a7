"""Sessions with a fake, as a browser, vcrpy and Ruby's VCR recorded them: clean as they are, and one fault at a time."""

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
    """What a fake answered, and what it was asked, holds to its edition; the edition is found out."""
    report = check_files([HERE / name], base_url=BASE, whole_session=whole)

    assert [group.first for part in report.parts for group in part.groups] == []
    assert {part.api: part.edition for part in report.parts} == {"datasift": "docs-1.6", "curator": "docs-2017"}
    assert report.exchanges >= 17


class Fault(NamedTuple):
    """A change to a recording, and the one finding it makes: its rule, its place and its side."""

    name: str
    rule: str
    at: str
    side: str
    plant: Callable[[Recording], None]


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


def answered(call: tuple[str, str], change: Callable[[Any], Any], nth: int = 0) -> Callable[[Recording], None]:
    """A change of an answer's value."""

    def plant(recording: Recording) -> None:
        exchange = recording.find(*call, nth=nth)
        exchange.answer = change(exchange.answer)

    return plant


def asked(call: tuple[str, str], change: Callable[[Any], Any]) -> Callable[[Recording], None]:
    """A change of what was sent."""

    def plant(recording: Recording) -> None:
        exchange = recording.find(*call)
        exchange.sent = change(exchange.sent)

    return plant


def headed(call: tuple[str, str], name: str, change: Callable[[str], str | None]) -> Callable[[Recording], None]:
    """A change of a header of an answer."""
    return lambda recording: recording.find(*call).header(name, change)


def with_status(call: tuple[str, str], status: int) -> Callable[[Recording], None]:
    """Another status of an answer."""

    def plant(recording: Recording) -> None:
        recording.find(*call).status = status

    return plant


def with_text(call: tuple[str, str], text: str) -> Callable[[Recording], None]:
    """Another body of an answer."""

    def plant(recording: Recording) -> None:
        recording.find(*call).text = text

    return plant


def address(call: tuple[str, str], old: str, new: str) -> Callable[[Recording], None]:
    """Another address."""

    def plant(recording: Recording) -> None:
        exchange = recording.find(*call)
        exchange.url = exchange.url.replace(old, new)

    return plant


def risen(recording: Recording) -> None:
    """A source that is there again after it was deleted."""
    before, after = recording.find(*GET), recording.find(*GET, nth=1)
    after.status, after.text = 200, before.text


def forgotten(recording: Recording) -> None:
    """A refusal with a text that no page has."""
    exchange = recording.find(*GET, nth=1)
    exchange.answer = {"error": "We have lost it"}


def unheard(recording: Recording) -> None:
    """A refusal of a status for which there are several texts, with none of them."""
    exchange = recording.find(*GET, nth=1)
    exchange.status, exchange.answer = 400, {"error": "No."}


def unmade(recording: Recording) -> None:
    """The same of Curator."""
    exchange = recording.find(*NEW)
    exchange.status, exchange.answer = 400, {"success": False, "message": "No."}


def twice(recording: Recording) -> None:
    """A second deletion that is answered like the first."""
    first, second = recording.find("DELETE", "/v1/sources/"), recording.find("DELETE", "?again")
    second.status, second.text = 200, first.text


FAULTS = (
    Fault("a field is missing", "datasift.source.create.201.created_at", "$.created_at", "response",
          answered(CREATE, without("created_at"))),
    Fault("a field nobody knows", "datasift.source.create.201", "$.colour", "response",
          answered(CREATE, lambda value: {**value, "colour": "red"})),
    Fault("a field of another type", "datasift.source.create.201.created_at", "$.created_at", "response",
          answered(CREATE, lambda value: {**value, "created_at": "today"})),
    Fault("a word outside its list", "datasift.source.get.200.status", "$.status", "response",
          answered(GET, lambda value: {**value, "status": "paused"})),
    Fault("a fault deep inside", "datasift.source.get.200.resources.resource_id", "$.resources[0].resource_id", "response",
          answered(GET, lambda value: set_in("resources", 0, "resource_id")(value, 7))),
    Fault("a fault in a page of sources", "datasift.source.get.200.sources.name", "$.sources[0].name", "response",
          answered(("GET", "source/get?page"), without("sources", 0, "name"))),
    Fault("a status nobody documents", "datasift.traffic.status", "status", "response", with_status(CREATE, 200)),
    Fault("a refusal in other words", "datasift.source.get.not-found", "$.error", "response", forgotten),
    Fault("a refusal in another form", "datasift.error.error", "$.error", "response",
          answered(GET, lambda _: {"error": 5}, nth=1)),
    Fault("JSON that says it is a page", "datasift.traffic.content-type", "headers['Content-Type']", "response",
          headed(CREATE, "content-type", lambda _: "text/html")),
    Fault("a body that is no JSON", "datasift.traffic.body", "$", "response", with_text(CREATE, "<html>Bad gateway</html>")),
    Fault("a body where none belongs", "datasift.traffic.body", "$", "response",
          with_text(("DELETE", "source/delete"), '{"deleted":true}')),
    Fault("a wrong cost", "datasift.traffic.rate-headers", "headers['X-RateLimit-Cost']", "response",
          headed(GET, "x-ratelimit-cost", lambda _: "25")),
    Fault("a count that is none", "datasift.traffic.rate-headers", "headers['X-RateLimit-Limit']", "response",
          headed(GET, "x-ratelimit-limit", lambda _: "many")),
    Fault("a count that is missing", "datasift.traffic.rate-headers", "headers['X-RateLimit-Remaining']", "response",
          headed(GET, "x-ratelimit-remaining", lambda _: None)),
    Fault("a reset that does not agree", "datasift.traffic.rate-headers", "headers['X-RateLimit-Reset-Ttl']", "response",
          headed(GET, "x-ratelimit-reset-ttl", lambda text: str(int(text) - 60))),
    Fault("a start that starts nothing", "datasift.source.start.200.status", "$.status", "response",
          answered(START, lambda value: {**value, "status": "stopped"})),
    Fault("another page than was asked for", "datasift.source.get.200.per_page", "$.per_page", "response",
          answered(("GET", "source/get?page"), lambda value: {**value, "per_page": 20})),
    Fault("items in another order", "datasift.item-order", "$.resources", "response",
          answered(("PUT", "resource/add"), lambda value: {**value, "resources": value["resources"][::-1]})),
    Fault("pages that do not agree", "datasift.source.get.200.pages", "$.pages", "response",
          answered(("GET", "source/get?page"), lambda value: {**value, "pages": 7})),
    Fault("more posts than there are", "curator.posts.list.200.postCount", "$.postCount", "response",
          answered(POSTS, lambda value: {**value, "postCount": 1})),
    Fault("a source that was deleted", "datasift.traffic.gone-id", "$.id", "request", risen),
    Fault("a parameter nobody knows", "datasift.source.create.unknown-parameter", "$.nmae", "request",
          asked(CREATE, lambda value: {**value, "nmae": "x"})),
    Fault("a switch the type does not have", "datasift.source.create.unknown-parameter", "$.parameters.plus_ones", "request",
          asked(CREATE, lambda value: {**value, "parameters": {"plus_ones": True}})),
    Fault("a parameter of another type", "datasift.source.create.scalar-type", "$.name", "request",
          asked(CREATE, lambda value: {**value, "name": 5})),
    Fault("a parameter that is missing", "datasift.source.create.missing-param", "$", "request",
          asked(CREATE, without("name"))),
    Fault("a source type that is none", "datasift.source.create.invalid-source-type", "$.source_type", "request",
          asked(CREATE, lambda value: {**value, "source_type": "myspace"})),
    Fault("a parameter given twice", "datasift.source.get.given-twice", "$.page", "request",
          address(("GET", "source/get?page"), "page=1", "page=9&page=1")),
    Fault("a version left out", "datasift.source.create.unversioned", "path", "request",
          address(CREATE, "/v1.6/", "/")),
    Fault("a source type of another kind", "curator.sources.create.200.source_type", "$.source_type", "response",
          answered(NEW, lambda value: {**value, "source_type": "two"})),
    Fault("a post without its text", "curator.posts.list.200.posts.text", "$.posts[1].text", "response",
          answered(POSTS, without("posts", 1, "text"))),
    Fault("a tag that was not asked for", "curator.sources.create.200.tag", "$.tag", "response",
          answered(NEW, lambda value: {**value, "tag": "punk"})),
    Fault("a tag in another format", "curator.sources.create.tag-format", "$.tag", "request",
          asked(NEW, lambda value: {**value, "tag": "#rock"})),
    Fault("a refusal of another status", "curator.traffic.status", "status", "response",
          with_status(("DELETE", "?again"), 418)),
    Fault("a refusal that several could be", "datasift.traffic.error-text", "$.error", "response", unheard),
    Fault("a list that says it is a page", "curator.traffic.content-type", "headers['Content-Type']", "response",
          headed(("GET", "/v1/sources"), "content-type", lambda _: "text/html; charset=UTF-8")),
    Fault("a list that is no JSON", "curator.traffic.body", "$", "response", with_text(("GET", "/v1/sources"), "<p>")),
    Fault("a source that cannot be made, who knows why", "curator.traffic.error-text", "$.message", "response", unmade),
    Fault("a source that is deleted twice", "curator.traffic.gone-id", "$.source_id", "request", twice),
    Fault("a success in other words", "curator.sources.delete.200.message", "$.message", "response",
          answered(("DELETE", "/v1/sources/"), lambda value: {**value, "message": "Gone for good"})),
)  # fmt: skip


@pytest.mark.parametrize("name", RECORDINGS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_one_fault_is_one_finding(fault: Fault, name: str, tmp_path: Path) -> None:
    """Each fault is found once, at its place, under its rule, and nothing else is."""
    recording = Recording(name)
    fault.plant(recording)
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
    """A list in another order is a finding: sources, entries of a log, and posts where it is told which are pinned."""
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
        reply = fake.handle(request)
        value = json.loads(reply.body)
        assert check((request, reply)) == []

        value[items].reverse()

        (found,) = check((request, reply._replace(body=json.dumps(value).encode())), warnings=True)
        assert (found.rule, found.path) == (rule, f"$.{items}")


def test_an_unknown_id_is_a_finding_in_a_whole_session_alone(tmp_path: Path) -> None:
    """An id nobody was given is no finding unless the recording is said to have everything."""
    recording = Recording("vcrpy.yaml")
    address(("GET", "source/log"), "14e4e2d8", "00000000")(recording)
    path = recording.write(tmp_path)

    assert check_files([path], base_url=BASE).findings == 0
    assert rules(check_files([path], base_url=BASE, whole_session=True)) == {"datasift.traffic.unseen-id"}


def test_an_unknown_source_of_curator_is_one_too(tmp_path: Path) -> None:
    """What is changed in a whole session was listed or made in it."""
    recording = Recording("vcrpy.yaml")
    exchange = recording.find("PUT", "/v1/sources/")
    exchange.url = exchange.url[:-1] + "0"
    exchange.answer = {**exchange.answer, "id": exchange.answer["id"][:-1] + "0"}
    path = recording.write(tmp_path)

    assert check_files([path], base_url=BASE).findings == 0
    assert rules(check_files([path], base_url=BASE, whole_session=True)) == {"curator.traffic.unseen-id"}


def test_a_part_is_known_where_its_owner_was_made(tmp_path: Path) -> None:
    """Once a source's creation was seen, so was every resource it has: one that is removed must have been returned."""
    recording = Recording("vcrpy.yaml")
    exchange = recording.find("PUT", "source/resource/add")
    exchange.url = exchange.url.replace("resource/add", "resource/remove")
    exchange.sent = {"id": exchange.sent["id"], "resource_ids": ["0" * 32]}

    report = check_files([recording.write(tmp_path)], base_url=BASE)

    assert rules(report) == {"datasift.traffic.unseen-id"}
    assert [group.first.path for part in report.parts for group in part.groups] == ["$.resource_ids[0]"]


def test_a_source_that_was_never_made_here_may_be_gone_and_back(tmp_path: Path) -> None:
    """What came before a recording is not known: a deleted source that is there again was perhaps another's doing."""
    recording = Recording("vcrpy.json")
    risen(recording)
    recording.document["interactions"] = recording.document["interactions"][1:]

    path = recording.write(tmp_path)

    assert check_files([path], base_url=BASE).findings == 0
    assert "datasift.traffic.gone-id" in rules(check_files([path], base_url=BASE, whole_session=True))


def test_a_credit_out_of_nowhere_is_a_finding(tmp_path: Path) -> None:
    """In a window nothing is given back; in a whole session what remains falls by exactly what was paid."""
    recording = Recording("chromium.har")
    headed(START, "x-ratelimit-remaining", lambda _: "10000")(recording)
    assert rules(check_files([recording.write(tmp_path)], base_url=BASE)) == {"datasift.traffic.rate-window"}

    recording = Recording("chromium.har")
    recording.find(*GET, nth=1).header("x-ratelimit-remaining", lambda text: str(int(text) - 1))
    path = recording.write(tmp_path)
    assert check_files([path], base_url=BASE).findings == 0
    assert rules(check_files([path], base_url=BASE, whole_session=True)) == {"datasift.traffic.rate-window"}


PAID = ("GET", "source/get?page")
"""The call after START."""


@pytest.mark.parametrize(
    ("path", "plant", "found"),
    [
        ("/v1.6/source/start", lambda _: None, set()),
        (
            "/v1.6/source/start",
            headed(PAID, "x-ratelimit-remaining", lambda _: "9966"),
            {"datasift.traffic.rate-window"},
        ),
        (
            "/v1.6/source/start",
            headed(("PUT", "resource/add"), "x-ratelimit-remaining", lambda text: str(int(text) - 1)),
            {"datasift.traffic.rate-window"},
        ),
        ("/v1/feeds", lambda _: None, {"datasift.traffic.rate-window"}),
        (":nowhere", lambda _: None, {"datasift.traffic.rate-window"}),
    ],
    ids=["paid unseen", "a credit", "once alone", "with another API", "with nobody"],
)
def test_what_was_never_answered_may_have_been_paid_for(
    path: str, plant: Callable[[Recording], None], found: set[str], tmp_path: Path
) -> None:
    """After a request that a browser gave up, the next answer of that API may tell of less than was seen to be paid."""
    recording = Recording("chromium.har")
    plant(recording)
    given_up = recording.find(*START)
    given_up.url = BASE + path
    given_up.response.update(status=0, headers=[], content={})

    assert rules(check_files([recording.write(tmp_path)], base_url=BASE, whole_session=True)) == found


def rules(report: Report) -> set[str]:
    """The rules of all findings."""
    return {group.first.rule for part in report.parts for group in part.groups}
