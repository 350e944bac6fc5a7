"""The journal: recorded exchanges, look-ups, and the messages of failed assertions."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest

from fakesources import Exchange, FakeSources, Request
from fakesources.core.engine.exchanges import estimate_bytes

ALICE = (("Authorization", "alice:key-of-alice"), ("Content-Type", "application/x-www-form-urlencoded"))
A, B = "a" * 32, "b" * 32


def start(fake: FakeSources, id: str) -> None:
    """Start a source as alice."""
    fake.handle(Request("PUT", "/v1.6/source/start?x=1", ALICE, f"id={id}".encode(), "api.datasift.com"))


@pytest.fixture
def fake() -> FakeSources:
    """A fake that does not check the contract, with one source."""
    fake = FakeSources(strict=False)
    fake.datasift.sources.add(id=A)
    return fake


def test_every_exchange_is_recorded(fake: FakeSources) -> None:
    """Successful or not, in order, with account and time."""
    start(fake, A)
    start(fake, B)
    fake.handle(Request("GET", "/v1.6/nowhere", ALICE, b"", "api.datasift.com"))

    recorded = [(each.number, each.operation, each.status, each.error, each.account) for each in fake.journal]
    assert recorded == [
        (1, "datasift.source.start", 200, "", "alice"),
        (2, "datasift.source.start", 404, "datasift.source.start.not-found", "alice"),
        (3, "", 404, "datasift.no-such-endpoint", ""),
    ]
    assert fake.journal[0].time == fake.clock.seconds()


def test_the_exchange_of_a_request_is_found_among_the_latest(fake: FakeSources) -> None:
    requests = [Request("GET", "/v1.6/source/get", ALICE, b"", "api.datasift.com") for _ in range(3)]
    for request in requests:
        fake.handle(request)

    assert [fake.journal.find(request) for request in requests] == list(fake.journal)
    assert fake.journal.find(requests[0]._replace(body=b"other")) is None
    fake.journal.clear()
    assert fake.journal.find(requests[0]) is None


@pytest.mark.parametrize(
    ("host", "method", "target", "body", "params"),
    [
        ("api.curator.io", "DELETE", "/v1/sources/ABC?api_key=k", b"", {"source_id": "ABC"}),
        ("api.curator.io", "POST", "/v1/sources/abc?api_key=k", b'{"tag": "x"}', {"source_id": "abc", "tag": "x"}),
        ("api.curator.io", "GET", "/v1/feeds/f-1/posts?api_key=k&limit=5", b"", {"feed_id": "f-1", "limit": 5}),
        ("api.datasift.com", "GET", f"/v1.6/source/get?id={A}", b"", {"id": A}),
    ],
)
def test_parameters_of_the_path_are_recorded_beside_the_others(
    fake: FakeSources, host: str, method: str, target: str, body: bytes, params: dict[str, Any]
) -> None:
    """But not the version of an API, which is no parameter."""
    headers = (*ALICE[:1], ("Content-Type", "application/json"))
    fake.handle(Request(method, target, headers, body, host))

    assert fake.journal.last().request.params == params


LONG = "x" * 100_000


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", f"/v1.6/source/get?id={LONG}", ALICE, b"", "api.datasift.com"),
        Request("GET", "/v1.6/source/get", (*ALICE, ("X-Note", LONG)), b"", "api.datasift.com"),
        Request("POST", "/v1.6/source/create", ALICE, f"name={LONG}".encode(), "api.datasift.com"),
    ],
    ids=["target", "header", "body"],
)
def test_every_part_of_a_request_counts_against_the_size_of_the_journal(fake: FakeSources, request_: Request) -> None:
    fake.handle(request_)

    assert fake.journal.bytes > len(LONG)


def test_the_body_of_a_response_counts_against_the_size_of_the_journal(fake: FakeSources) -> None:
    fake.datasift.sources.add(name=LONG)
    fake.handle(Request("GET", "/v1.6/source/get", ALICE, b"", "api.datasift.com"))

    assert fake.journal.bytes > len(LONG)


@pytest.mark.parametrize("length", [0, 100])
def test_a_longer_target_is_a_larger_exchange(fake: FakeSources, length: int) -> None:
    for id in ("a" * length, "a" * (length + 1)):
        fake.handle(Request("GET", f"/v1.6/source/get?id={id}", ALICE, b"", "api.datasift.com"))
    first, second = fake.journal

    grown = len(second.response.body) - len(first.response.body)
    assert estimate_bytes(second) - estimate_bytes(first) == 1 + grown


def test_a_request_is_recorded_as_it_was_sent(fake: FakeSources) -> None:
    start(fake, A)

    request = fake.journal.only().request

    assert request.method == "PUT"
    assert request.path == "/v1.6/source/start"
    assert request.url == "https://api.datasift.com/v1.6/source/start?x=1"
    assert request.query == [("x", "1")]
    assert request.headers == list(ALICE)
    assert request.params == {"id": A}
    assert request.body == f"id={A}".encode()


@pytest.mark.parametrize(
    ("fault", "arguments"),
    [
        ("error", ("unauthorized",)),
        ("error", ("rate-limit",)),
        ("error", ("not-found",)),
        ("respond", (503,)),
        ("disconnect", ("reset",)),
        ("disconnect", ("truncated",)),
    ],
)
def test_a_request_that_a_fault_answers_has_account_and_parameters(
    fake: FakeSources, fault: str, arguments: tuple[Any, ...]
) -> None:
    """A repeated request is found beside the first one, whatever has answered it."""
    getattr(fake.faults, fault)("datasift.source.start", *arguments)

    start(fake, A)
    start(fake, A)

    first, second = fake.journal.all("datasift.source.start", params={"id": A}, account="alice")
    assert first.fault
    assert (second.status, second.fault) == (200, "")


@pytest.mark.parametrize(
    ("key", "body", "account", "params"),
    [
        ("?api_key=alice", b'{"name": "Ours"}', "alice", {"name": "Ours"}),
        ("?api_key=alice", b'{"name": "Ours", "nam": 1}', "alice", {"name": "Ours"}),
        ("?api_key=alice", b'{"name":', "alice", {}),
        ("", b'{"name": "Ours"}', "", {}),
    ],
    ids=["valid", "with a violation", "not JSON", "without a key"],
)
def test_a_request_that_a_fault_answers_is_not_checked(key: str, body: bytes, account: str, params: Any) -> None:
    """The API would not have looked at it. What can be read is recorded; no account is created."""
    fake = FakeSources()
    fake.faults.respond("curator.feeds.create", 502)
    before = fake.dump()

    fake.handle(Request("POST", f"/v1/feeds{key}", (("Content-Type", "application/json"),), body, "api.curator.io"))

    exchange = fake.journal.only()
    assert (exchange.account, exchange.params, exchange.violations) == (account, params, ())
    assert fake.dump() == before


def test_a_body_is_parsed_as_json_on_demand(fake: FakeSources) -> None:
    key = "/v1/sources?api_key=key"
    fake.handle(Request("POST", key, (("Content-Type", "application/json"),), b'{"tag": "x"}', "api.curator.io"))
    start(fake, A)

    assert fake.journal[0].request.json == {"tag": "x"}
    with pytest.raises(json.JSONDecodeError):
        _ = fake.journal[1].request.json


def test_exchanges_match_by_operation_status_and_parameters(fake: FakeSources) -> None:
    for id in (A, B, A):
        start(fake, id)
    journal = fake.journal

    assert journal.count() == journal.count("datasift.source.start") == 3
    assert journal.count(status=200) == 2
    assert journal.count("datasift.source.start", params={"id": A}) == 2
    assert journal.count("datasift.source.start", status=404, params={"id": A}) == 0
    assert journal.only(status=404) is journal[1]
    assert journal.last("datasift.source.start", params={"id": A}) is journal[2]
    assert journal.all(status=200) == [journal[0], journal[2]]
    assert journal[1:] == [journal[1], journal[2]]
    journal.assert_none("datasift.source.stop")


def test_a_failed_assertion_shows_how_the_nearest_exchange_differs(fake: FakeSources) -> None:
    start(fake, A)
    fake.handle(Request("GET", "/v1.6/source/get", ALICE, b"", "api.datasift.com"))

    with pytest.raises(AssertionError) as error:
        fake.journal.only("datasift.source.start", status=201, params={"id": B})

    assert str(error.value) == dedent(
        f"""\
        expected exactly one exchange of datasift.source.start with status 201 and parameters id, got none
        nearest is <Exchange 1 datasift.source.start PUT /v1.6/source/start -> 200>:
          status: expected 201, got 200
          params.id: expected "{B}", got "{A}"
        all of them:
          <Exchange 2 datasift.source.get GET /v1.6/source/get -> 200>
          <Exchange 1 datasift.source.start PUT /v1.6/source/start -> 200>"""
    )


def test_too_many_exchanges_are_listed(fake: FakeSources) -> None:
    start(fake, A)
    start(fake, A)

    with pytest.raises(AssertionError) as error:
        fake.journal.only("datasift.source.start")

    assert str(error.value) == dedent(
        """\
        expected exactly one exchange of datasift.source.start, got 2
          <Exchange 1 datasift.source.start PUT /v1.6/source/start -> 200>
          <Exchange 2 datasift.source.start PUT /v1.6/source/start -> 200>"""
    )


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("last", "expected an exchange of datasift.source.stop, got none\n  no request was recorded"),
        ("only", "expected exactly one exchange of datasift.source.stop, got none\n  no request was recorded"),
    ],
)
def test_an_assertion_on_an_empty_journal_reports_that(fake: FakeSources, method: str, message: str) -> None:
    with pytest.raises(AssertionError) as error:
        getattr(fake.journal, method)("datasift.source.stop")

    assert str(error.value) == message


@pytest.mark.parametrize("method", ["all", "count", "only", "last", "assert_none"])
@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (
            "datasift.sorce.get",
            "operation: expected the id of an operation, got 'datasift.sorce.get'; did you mean 'datasift.source.get'",
        ),
        ("nosuch", "operation: expected the id of an operation, got 'nosuch'; there are datasift.source.create, "),
        ("datasift", "got 'datasift'; "),
    ],
)
def test_an_unknown_operation_raises_value_error(fake: FakeSources, method: str, operation: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(fake.journal, method)(operation)


def test_assert_none_lists_matching_exchanges(fake: FakeSources) -> None:
    start(fake, A)

    with pytest.raises(AssertionError, match="expected no exchange of datasift.source.start, got 1"):  # noqa: RUF043
        fake.journal.assert_none("datasift.source.start")


def test_secrets_are_masked(fake: FakeSources) -> None:
    """In a repr and in a failed assertion, expected values included."""
    auth = '[{"parameters": {"value": "token-of-alice"}}]'
    body = f"name=x&source_type=facebook_page&auth={auth}&resources=[]".encode()
    fake.handle(Request("POST", "/v1.6/source/create", ALICE, body, "api.datasift.com"))
    exchange = fake.journal.last()

    with pytest.raises(AssertionError) as error:
        fake.journal.only("datasift.source.create", params={"auth": "token-of-bob"})

    text = f"{exchange!r} {exchange.request!r} {error.value}"
    assert "token-of" not in text
    assert "key-of-alice" not in text
    assert "params.auth: expected ***, got ***" in text


def test_the_oldest_exchanges_are_dropped(fake: FakeSources) -> None:
    """The numbers stay, and a failed assertion reports that some were dropped."""
    small = FakeSources(journal_size=3)
    for _ in range(5):
        small.handle(Request("GET", "/v1.6/source/get", ALICE, b"", "api.datasift.com"))

    assert [each.number for each in small.journal] == [3, 4, 5]
    assert small.journal.total == 5
    with pytest.raises(AssertionError, match="the journal keeps 3 exchanges; 2 older ones were dropped"):
        small.journal.only("datasift.source.start")
    with pytest.raises(ValueError, match="1 exchange or more, got 0"):
        FakeSources(journal_size=0)


def test_a_subscriber_is_called_with_each_exchange(fake: FakeSources) -> None:
    """Until it unsubscribes, and with None on `wake`."""
    seen: list[Exchange | None] = []
    unsubscribe = fake.journal.subscribe(seen.append)
    start(fake, A)
    fake.journal.wake()

    unsubscribe()
    unsubscribe()
    start(fake, A)

    assert seen == [fake.journal[0], None]
    assert fake.journal.subscriptions == 0


def test_the_exchanges_of_one_account_can_be_removed(fake: FakeSources) -> None:
    """Those of others keep their numbers."""
    start(fake, A)
    bob = (("Authorization", "bob:key"),)
    fake.handle(Request("GET", "/v1.6/source/get", bob, b"", "api.datasift.com"))

    fake.journal.forget("datasift", "alice")

    assert [(each.number, each.account) for each in fake.journal] == [(2, "bob")]
    with pytest.raises(AssertionError, match="got none") as error:
        fake.journal.last("datasift.source.start")
    assert "dropped" not in str(error.value)
    assert all(isinstance(each, Exchange) for each in fake.journal)


@pytest.mark.parametrize("index", [1, -2, 10**9])
def test_an_index_beyond_the_journal_is_an_error(fake: FakeSources, index: int) -> None:
    start(fake, A)

    with pytest.raises(IndexError, match=rf"^index: expected one of the 1 exchanges in the journal, got {index}$"):
        fake.journal[index]


@pytest.mark.parametrize(
    ("query", "pairs"), [("?a=1&b=", [("a", "1"), ("b", "")]), ("?a=%FF", []), ("?a=%41\ud800", [])]
)
def test_a_query_is_parsed_or_empty(fake: FakeSources, query: str, pairs: Any) -> None:
    fake.handle(Request("GET", f"/v1.6/source/get{query}", ALICE, b"", "api.datasift.com"))

    assert fake.journal.last().request.query == pairs
