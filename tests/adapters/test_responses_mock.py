"""The fake as an entry of a user's own mock of `responses`."""

from __future__ import annotations

import asyncio
import copy
import io
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses
from requests.adapters import HTTPAdapter
from responses import BaseResponse, RequestsMock, matchers
from responses.registries import FirstMatchRegistry, OrderedRegistry
from urllib3 import Retry

from fakesources import ContractViolation, FakeSources

LIST = "https://api.datasift.com/v1.6/source/get"
START = "https://api.datasift.com/v1.6/source/start"
FEEDS = "https://api.curator.io/v1/feeds"
OTHER = "https://other.test/"
THIRD = "https://third.test/"
KEY = {"Authorization": "user:key"}

COVERED = ((HTTPAdapter, "send"), (RequestsMock, "unbound_on_send"), (RequestsMock, "stop"), (socket, "getaddrinfo"))
BEFORE = [getattr(owner, name) for owner, name in COVERED]


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    """Check that every test restores what it patched, and the library's own mock."""
    yield
    assert [getattr(owner, name) for owner, name in COVERED] == BEFORE
    assert not {"_find_match", "_set_registry", "_on_request"} & set(vars(responses.mock))
    assert responses.mock.registered() == []


@pytest.fixture
def fake() -> FakeSources:
    """A fake without an open adapter."""
    return FakeSources()


def count(url: str = LIST) -> int:
    return int(requests.get(url, headers=KEY, timeout=5).json()["count"])


def error(url: str) -> bool:
    try:
        requests.get(url, timeout=5)
    except requests.ConnectionError:
        return True
    return False


# -- calls and entries ---------------------------------------------------------------------------------------------


def test_calls_are_calls_of_the_mock(fake: FakeSources) -> None:
    """In its `calls` beside those of its own entries, and in `assert_call_count`."""
    with RequestsMock() as mock, fake.responses(mock) as same:
        mock.get(OTHER, body="mocked")
        assert (same, count(), requests.get(OTHER).text, count()) == (fake, 0, "mocked", 0)

        assert [call.request.url for call in mock.calls] == [LIST, OTHER, LIST]
        assert mock.calls[0].response.json()["count"] == 0
        assert mock.assert_call_count(LIST, 2)
        assert (fake.journal.count(), fake.journal.last().request.params) == (2, {})


def test_one_entry_is_in_the_mock_until_it_is_left(fake: FakeSources) -> None:
    with RequestsMock(assert_all_requests_are_fired=False) as mock:
        own = mock.get(OTHER, body="mocked")
        with fake.responses(mock):
            (entry,) = [each for each in mock.registered() if each is not own]
            assert repr(entry) == "<FakeSources for api.datasift.com, api.curator.io>"
            count()
            assert (isinstance(entry, BaseResponse), entry.call_count, len(entry.calls)) == (True, 1, 1)

        assert mock.registered() == [own]
        assert error(LIST)


def test_the_entry_is_found_in_the_registry_as_any_other(fake: FakeSources) -> None:
    """For the fake's hosts, unless an entry of the user matches; a copy of the entry is the entry itself."""
    with RequestsMock(assert_all_requests_are_fired=False) as mock, fake.responses(mock):
        (entry,) = mock.registered()
        own = mock.get(f"{LIST}/own", body="mocked")
        asked = [requests.Request("GET", url).prepare() for url in (LIST, f"{LIST}/own", OTHER)]

        assert [mock.get_registry().find(each)[0] for each in asked[:1]] == [entry]
        assert [entry.matches(each) for each in asked] == [
            (True, ""), (False, "another entry matches"), (False, "URL does not match"),
        ]  # fmt: skip
        assert copy.deepcopy([entry])[0] is entry
        assert own.call_count == 0


@pytest.mark.parametrize("fired", [True, False])
def test_unused_entries_are_asserted(fake: FakeSources, fired: bool) -> None:
    """`assert_all_requests_are_fired` includes the fake's entry."""
    mock = RequestsMock(assert_all_requests_are_fired=True)
    with fake.responses(mock):
        mock.start()
        if fired:
            count()
            mock.stop()
        else:
            with pytest.raises(AssertionError):
                mock.stop()
    mock.reset()


@pytest.mark.parametrize("first", ["theirs", "ours"])
def test_the_users_entry_for_the_same_url_takes_precedence(fake: FakeSources, first: str) -> None:
    """In any order, and for any number of calls."""
    with RequestsMock() as mock:
        if first == "theirs":
            mock.get(LIST, json={"count": 7})
        with fake.responses(mock):
            if first == "ours":
                mock.get(LIST, json={"count": 7})
            assert [count(), count(), requests.post(START, headers=KEY).status_code] == [7, 7, 400]
            assert fake.journal.count() == 1


def test_entries_of_the_user_keep_their_matchers_and_order(fake: FakeSources) -> None:
    with RequestsMock() as mock, fake.responses(mock):
        mock.get(LIST, json={"count": 1}, match=[matchers.query_param_matcher({"page": "2"})])
        mock.get(re.compile(r"https://other\.test/.*"), body="first")
        mock.get(re.compile(r"https://other\.test/.*"), body="second")
        mock.post(START, json={"count": 3}, match=[matchers.json_params_matcher({"a": 1})])

        assert [count(), count(f"{LIST}?page=2"), count(f"{LIST}?page=1")] == [0, 1, 0]
        assert [requests.get(f"{OTHER}{name}").text for name in "abc"] == ["first", "second", "second"]
        assert requests.post(START, json={"a": 1}).json() == {"count": 3}
        assert requests.post(START, data=io.BytesIO(b'{"a": 2}'), headers=KEY).status_code == 400


def test_callbacks_replace_and_remove_work_as_ever(fake: FakeSources) -> None:
    with RequestsMock(response_callback=marked) as mock, fake.responses(mock):
        mock.add_callback("GET", OTHER, lambda request: (200, {}, "called back"))
        assert (requests.get(OTHER).text, requests.get(LIST, headers=KEY).marked) == ("called back", True)
        mock.replace("GET", OTHER, body="replaced")
        assert requests.get(OTHER).text == "replaced"
        mock.upsert("GET", OTHER, body="again")
        assert requests.get(OTHER).text == "again"
        mock.remove("GET", OTHER)
        assert error(OTHER)
        assert count() == 0


def marked(response: Any) -> Any:
    response.marked = True
    return response


def test_other_hosts_are_rejected_with_the_librarys_own_message(fake: FakeSources) -> None:
    """It lists all entries, the fake's included."""
    with RequestsMock(assert_all_requests_are_fired=False) as mock, fake.responses(mock):
        mock.get(OTHER, body="never")
        with pytest.raises(requests.ConnectionError) as caught:
            requests.get(THIRD)

    assert OTHER in str(caught.value)
    assert "api" in str(caught.value)


@pytest.mark.parametrize("kind", ["a prefix", "an entry"])
def test_calls_passed_through_to_the_apis_reach_the_fake(fake: FakeSources, kind: str) -> None:
    """An entry for one counts the call. Other hosts are reached as ever."""
    with fake.server() as elsewhere, RequestsMock() as mock, fake.responses(mock):
        mock.add_passthru(elsewhere.url)
        if kind == "a prefix":
            mock.add_passthru("https://api.datasift.com")
        else:
            entry = mock.add(responses.PassthroughResponse("GET", LIST))

        assert (count(), count(f"{elsewhere.url}/v1.6/source/get")) == (0, 0)
        assert fake.journal.count() == 2
        assert kind == "a prefix" or entry.call_count == 1


@pytest.mark.parametrize("registry", [FirstMatchRegistry, OrderedRegistry])
def test_registries_keep_their_order(fake: FakeSources, registry: type[FirstMatchRegistry]) -> None:
    """Calls of the fake use up no entry of the user."""
    with RequestsMock(registry=registry) as mock, fake.responses(mock):
        mock.get(OTHER, body="first")
        mock.get(LIST, json={"count": 5})
        mock.get(OTHER, body="second")
        texts = [requests.get(FEEDS, params={"api_key": "k"}).status_code, requests.get(OTHER).text, count()]
        texts += [requests.get(OTHER).text, requests.get(FEEDS, params={"api_key": "k"}).status_code]

    assert texts == [200, "first", 5, "second", 200]


def test_the_ordered_registry_still_rejects_another_order(fake: FakeSources) -> None:
    with RequestsMock(registry=OrderedRegistry, assert_all_requests_are_fired=False) as mock, fake.responses(mock):
        mock.get(OTHER, body="first")
        mock.get(LIST, json={"count": 5})
        assert error(THIRD)
    with RequestsMock(registry=OrderedRegistry, assert_all_requests_are_fired=False) as mock, fake.responses(mock):
        mock.get(OTHER, body="first")
        mock.get(LIST, json={"count": 5})
        assert error(LIST)
        assert requests.get(FEEDS, params={"api_key": "k"}).status_code == 200


# -- the module, decorators, nesting, resetting --------------------------------------------------------------------


@pytest.mark.parametrize("given", [responses, responses.mock], ids=["module", "mock"])
@responses.activate
def test_the_module_may_be_given_for_its_mock(fake: FakeSources, given: Any) -> None:
    """In a test with `@responses.activate`."""
    responses.get(OTHER, body="mocked")
    with fake.responses(given):
        assert (count(), requests.get(OTHER).text, len(responses.calls)) == (0, "mocked", 2)
        assert responses.assert_call_count(LIST, 1)
    assert error(LIST)


@pytest.mark.parametrize("registry", [None, FirstMatchRegistry, OrderedRegistry])
@pytest.mark.parametrize("fired", [True, False])
def test_activate_inside_the_fake(fake: FakeSources, registry: Any, fired: bool) -> None:
    """A decorated function may be called inside, often, with its own registry; each time the entry is there."""
    with fake.responses(responses):
        for _ in range(2):

            @responses.activate(registry=registry, assert_all_requests_are_fired=fired)
            def check() -> list[Any]:
                responses.get(OTHER, body="mocked")
                return [count(), requests.get(OTHER).text, count(), len(responses.calls)]

            assert check() == [0, "mocked", 0, 3]
        assert len(responses.calls) == 0


def test_activate_inside_the_fake_reports_unused_entries(fake: FakeSources) -> None:
    @responses.activate(assert_all_requests_are_fired=True)
    def check() -> None:
        responses.get(OTHER, body="never")
        count()

    with fake.responses(responses), pytest.raises(AssertionError) as caught:
        check()
    assert OTHER in str(caught.value)
    assert "datasift" not in str(caught.value)


def test_async_functions_are_activated_too(fake: FakeSources) -> None:
    @responses.activate
    async def check() -> int:
        with fake.responses(responses):
            return await asyncio.to_thread(count)

    assert asyncio.run(check()) == 0


@pytest.mark.parametrize("reset", [lambda mock: mock.reset(), lambda mock: responses.reset()], ids=["mock", "module"])
def test_the_fake_outlives_a_reset(fake: FakeSources, reset: Any) -> None:
    """The user's entries are gone and calls are counted from 0, but the fake still responds."""
    with responses.mock, fake.responses(responses):
        responses.get(OTHER, body="mocked")
        count()
        reset(responses.mock)
        assert (len(responses.calls), error(OTHER), count(), len(responses.calls)) == (0, True, 0, 2)
        responses.get(LIST, json={"count": 9})
        assert count() == 9


@pytest.mark.parametrize("order", ["mock first", "fake first"])
def test_the_mock_may_be_started_before_or_after(fake: FakeSources, order: str) -> None:
    """The fake responds while both are open; with a mock that is not started nothing reaches the network either."""
    mock = RequestsMock(assert_all_requests_are_fired=False)
    if order == "mock first":
        with mock, fake.responses(mock):
            assert (count(), len(mock.calls)) == (0, 1)
        return
    opened = fake.responses(mock)
    opened.__enter__()
    with mock:
        assert (count(), len(mock.calls)) == (0, 1)
    assert error(LIST)
    with pytest.raises(ContractViolation):
        opened.__exit__(None, None, None)


def test_a_nested_mock_takes_precedence(fake: FakeSources) -> None:
    """It rejects other hosts, and leaves the fake's hosts to the outer mock."""
    with RequestsMock() as outer, fake.responses(outer):
        with RequestsMock() as inner:
            inner.get(START, body="inner")
            inner.get(OTHER, body="inner")
            assert [requests.get(START).text, requests.get(OTHER).text, count()] == ["inner", "inner", 0]
            assert error(THIRD)
        assert count() == 0
        assert [call.request.url for call in outer.calls] == [LIST, LIST]


def test_a_nested_mock_takes_precedence_after_one_within_it(fake: FakeSources) -> None:
    with fake.responses(), RequestsMock() as mock:
        mock.get(LIST, json={"count": 7})
        with RequestsMock():
            pass

        assert count() == 7


def test_a_mock_around_sees_all_other_hosts(fake: FakeSources) -> None:
    """And all of them once the inner mock is left."""
    with RequestsMock() as outer:
        outer.get(LIST, json={"count": 4})
        with RequestsMock() as inner, fake.responses(inner):
            assert (count(), len(inner.calls)) == (0, 1)
        assert count() == 4


def test_calls_inside_an_open_fake_are_calls_of_the_mock(fake: FakeSources) -> None:
    """In any order of opening."""
    with fake:
        with RequestsMock() as mock, fake.responses(mock):
            assert (count(), len(mock.calls)) == (0, 1)
        assert count() == 0
    with RequestsMock() as mock, fake, fake.responses(mock):
        assert (count(), len(mock.calls)) == (0, 1)
    assert fake.journal.count() == 3


def test_two_fakes_in_one_mock(fake: FakeSources) -> None:
    """The one that was added last responds, and the other one again after it is left."""
    other = FakeSources()
    other.datasift.sources.add()
    with RequestsMock() as mock, fake.responses(mock):
        with other.responses(mock):
            assert count() == 1
        assert count() == 0
        first, second = fake.responses(mock), other.responses(mock)
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        mock.get(OTHER, body="mocked")
        assert (count(), requests.get(OTHER).text) == (1, "mocked")
        second.__exit__(None, None, None)
        assert (count(), len(mock.registered())) == (0, 2)


@pytest.mark.parametrize("wrong", [5, "responses", RequestsMock, requests, responses.calls])
def test_another_object_is_rejected(fake: FakeSources, wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"mock: expected a responses\.RequestsMock or the module responses, got "):
        fake.responses(wrong)


# -- violations, faults, bodies, threads ---------------------------------------------------------------------------


def test_violations_are_reported_at_the_callers_line(fake: FakeSources) -> None:
    """As with the other adapters, when the fake is left."""
    with pytest.raises(ContractViolation) as caught, RequestsMock() as mock, fake.responses(mock):
        requests.put(START, headers=KEY, data={"id": "x", "nmae": "y"})

    (violation,) = caught.value.violations
    assert violation.rule == "datasift.source.start.unknown-parameter"
    assert violation.location.startswith(__file__)


@pytest.mark.parametrize("how", ["reset", "empty", "timeout"])
def test_connections_fail_as_without_the_mock(fake: FakeSources, how: Any) -> None:
    """Each attempt is a call of the mock, and the session's `Retry` applies."""
    fake.faults.disconnect("datasift.source.get", how, times=None)
    kinds = []
    for opened in (fake.responses, lambda: fake.responses(mock)):
        for retries in (0, Retry(2, backoff_factor=0)):
            with RequestsMock(assert_all_requests_are_fired=False) as mock, opened(), requests.Session() as session:
                session.mount("https://", HTTPAdapter(max_retries=retries))
                with pytest.raises(requests.RequestException) as caught:
                    session.get(LIST, headers=KEY, timeout=5)
                kinds.append((type(caught.value), type(caught.value.args[0]), caught.value.request.url))
                attempts = [type(call.response) for call in mock.calls]

    assert kinds[:2] == kinds[2:]
    assert len(attempts) == 3
    assert fake.journal.count() == 8


def test_one_retry_counts_failed_connections_and_statuses(fake: FakeSources) -> None:
    fake.faults.disconnect("datasift.source.get", "reset")
    fake.faults.respond("datasift.source.get", 503)
    fake.faults.disconnect("datasift.source.get", "empty")
    with RequestsMock() as mock, fake.responses(mock), requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=Retry(5, status_forcelist=[503], backoff_factor=0)))

        assert session.get(LIST, headers=KEY).json()["count"] == 0
        assert len(mock.calls) == 4


def test_documented_errors_and_delays(fake: FakeSources) -> None:
    """And a client's own timeout."""
    fake.faults.error("datasift.source.get", "not-found")
    with RequestsMock() as mock, fake.responses(mock):
        assert requests.get(LIST, headers=KEY).status_code == 404
        fake.faults.delay("datasift.source.get", 30)
        with pytest.raises(requests.ReadTimeout):
            requests.get(LIST, headers=KEY, timeout=1)
        assert requests.get(LIST, headers=KEY, timeout=60).status_code == 200


def test_calls_of_threads_are_all_recorded(fake: FakeSources) -> None:
    matching: list[Any] = []
    with RequestsMock() as mock, fake.responses(mock):
        mock.get(OTHER, body="mocked")
        work = [lambda: matching.append(count()), lambda: matching.append(requests.get(OTHER).text)] * 10
        threads = [threading.Thread(target=each) for each in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(mock.calls) == 20

    assert sorted(map(str, matching)) == ["0"] * 10 + ["mocked"] * 10
