"""The journal: what it keeps, how it is asked, and what it says when something else was expected."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from fakesources import Exchange, FakeSources, Request

ALICE = (("Authorization", "alice:key-of-alice"), ("Content-Type", "application/x-www-form-urlencoded"))
A, B = "a" * 32, "b" * 32


def start(fake: FakeSources, id: str) -> None:
    """Alice starts a source."""
    fake.handle(Request("PUT", "/v1.6/source/start?x=1", ALICE, f"id={id}".encode(), "api.datasift.com"))


@pytest.fixture
def fake() -> FakeSources:
    """A fake that does not mind the query's unknown parameter, and has one source."""
    fake = FakeSources(strict=False)
    fake.datasift.sources.add(id=A)
    return fake


def test_every_exchange_is_kept(fake: FakeSources) -> None:
    """Answered or refused, known or unknown: each is there, in order, with its account and its time."""
    start(fake, A)
    start(fake, B)
    fake.handle(Request("GET", "/v1.6/nowhere", ALICE, b"", "api.datasift.com"))

    told = [(kept.number, kept.operation, kept.status, kept.error, kept.account) for kept in fake.journal]
    assert told == [
        (1, "datasift.source.start", 200, "", "alice"),
        (2, "datasift.source.start", 404, "datasift.source.start.not-found", "alice"),
        (3, "", 404, "datasift.no-such-endpoint", ""),
    ]
    assert fake.journal[0].time == fake.clock.seconds()


def test_a_request_is_kept_as_it_was_sent(fake: FakeSources) -> None:
    """Query and headers are pairs as sent, parameters are what was understood, the body is bytes."""
    start(fake, A)

    asked = fake.journal.only().request

    assert asked.method == "PUT"
    assert asked.path == "/v1.6/source/start"
    assert asked.url == "https://api.datasift.com/v1.6/source/start?x=1"
    assert asked.query == [("x", "1")]
    assert asked.headers == list(ALICE)
    assert asked.params == {"id": A}
    assert asked.body == f"id={A}".encode()


def test_a_body_is_read_as_json_on_demand(fake: FakeSources) -> None:
    """`json` is the body's value, or ValueError where it is none."""
    key = "/v1/sources?api_key=key"
    fake.handle(Request("POST", key, (("Content-Type", "application/json"),), b'{"tag": "x"}', "api.curator.io"))
    start(fake, A)

    assert fake.journal[0].request.json == {"tag": "x"}
    with pytest.raises(json.JSONDecodeError):
        _ = fake.journal[1].request.json


def test_it_is_asked_by_operation_status_and_parameters(fake: FakeSources) -> None:
    """What is not said is not asked for; all that is said must hold."""
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


def test_the_nearest_exchange_is_told_field_by_field(fake: FakeSources) -> None:
    """When none is the one that was meant, the nearest is shown with each field in which it differs."""
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


def test_too_many_are_listed(fake: FakeSources) -> None:
    """Where one was expected and several are there, they are listed."""
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
    ("ask", "said"),
    [
        ("last", "expected an exchange of datasift.source.stop, got none\n  no request was recorded"),
        ("only", "expected exactly one exchange of datasift.source.stop, got none\n  no request was recorded"),
    ],
)
def test_an_empty_journal_says_so(fake: FakeSources, ask: str, said: str) -> None:
    """Where nothing was asked, that is what is said."""
    with pytest.raises(AssertionError) as error:
        getattr(fake.journal, ask)("datasift.source.stop")

    assert str(error.value) == said


@pytest.mark.parametrize("ask", ["all", "count", "only", "last", "assert_none"])
@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (
            "datasift.sorce.get",
            "operation: expected the id of an operation, got 'datasift.sorce.get'; did you mean 'datasift.source.get'",
        ),
        ("nosuch", "operation: expected the id of an operation, got 'nosuch'; there are datasift.source.create, "),
        ("datasift", "got 'datasift'; "),
    ],
)
def test_an_operation_nobody_has_is_refused(fake: FakeSources, ask: str, operation: str, said: str) -> None:
    """A misspelt assertion does not pass: it says what there is."""
    with pytest.raises(ValueError, match=said):
        getattr(fake.journal, ask)(operation)


def test_none_lists_what_was_asked(fake: FakeSources) -> None:
    """An operation that should not have been called is shown with its calls."""
    start(fake, A)

    with pytest.raises(AssertionError, match="expected no exchange of datasift.source.start, got 1"):  # noqa: RUF043
        fake.journal.assert_none("datasift.source.start")


def test_secrets_are_not_told(fake: FakeSources) -> None:
    """Neither a repr nor a failing assertion shows a credential or a token, those asked for included."""
    auth = '[{"parameters": {"value": "token-of-alice"}}]'
    body = f"name=x&source_type=facebook_page&auth={auth}&resources=[]".encode()
    fake.handle(Request("POST", "/v1.6/source/create", ALICE, body, "api.datasift.com"))
    kept = fake.journal.last()

    with pytest.raises(AssertionError) as error:
        fake.journal.only("datasift.source.create", params={"auth": "token-of-bob"})

    told = f"{kept!r} {kept.request!r} {error.value}"
    assert "token-of" not in told
    assert "key-of-alice" not in told
    assert "params.auth: expected ***, got ***" in told


def test_the_ring_is_bounded(fake: FakeSources) -> None:
    """The oldest go, the numbers stay, and a failing assertion says that some are gone."""
    small = FakeSources(journal_size=3)
    for _ in range(5):
        small.handle(Request("GET", "/v1.6/source/get", ALICE, b"", "api.datasift.com"))

    assert [kept.number for kept in small.journal] == [3, 4, 5]
    assert small.journal.total == 5
    with pytest.raises(AssertionError, match="the journal keeps 3 exchanges; 2 older ones were dropped"):
        small.journal.only("datasift.source.start")
    with pytest.raises(ValueError, match="1 exchange or more, got 0"):
        FakeSources(journal_size=0)


def test_a_subscriber_is_called_with_each_exchange(fake: FakeSources) -> None:
    """Until the subscription ends; without an exchange when it is woken for another reason."""
    heard: list[Exchange | None] = []
    cancel = fake.journal.subscribe(heard.append)
    start(fake, A)
    fake.journal.wake()

    cancel()
    cancel()
    start(fake, A)

    assert heard == [fake.journal[0], None]
    assert fake.journal.subscriptions == 0


def test_one_account_can_be_forgotten(fake: FakeSources) -> None:
    """The exchanges of others keep their numbers."""
    start(fake, A)
    bob = (("Authorization", "bob:key"),)
    fake.handle(Request("GET", "/v1.6/source/get", bob, b"", "api.datasift.com"))

    fake.journal.forget("datasift", "alice")

    assert [(kept.number, kept.account) for kept in fake.journal] == [(2, "bob")]
    with pytest.raises(AssertionError, match="got none") as error:
        fake.journal.last("datasift.source.start")
    assert "dropped" not in str(error.value)
    assert all(isinstance(kept, Exchange) for kept in fake.journal)
