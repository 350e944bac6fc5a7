"""Beside mocks of requests_mock the innermost takes precedence, as beside those of `responses`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from fakesources import FakeSources

requests_mock = pytest.importorskip("requests_mock")

LIST = "https://api.datasift.com/v1.6/source/get"
START = "https://api.datasift.com/v1.6/source/start"
OTHER = "https://other.test/"
KEY = {"Authorization": "user:key"}
PATCHED = (requests.Session, "send"), (requests.Session, "get_adapter"), (requests_mock.adapter.Adapter, "send")
BEFORE = [getattr(owner, name) for owner, name in PATCHED]


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    """Check that every test restores what it patched."""
    yield
    assert [getattr(owner, name) for owner, name in PATCHED] == BEFORE


def call(url: str, method: str = "GET") -> str:
    """Return who responds: "fake", the text of a mock, or the class of the exception that the client raises."""
    try:
        response = requests.request(method, url, headers=KEY, data={"id": "x"} if method == "PUT" else None)
    except Exception as error:
        return type(error).__name__
    return "fake" if response.headers.get("Server") == "fakesources" else response.text


def mocker(**given: Any) -> Any:
    """Return a mock with an entry for the list of sources, and one for another host."""
    mock = requests_mock.Mocker(**given)
    mock.get(LIST, text="mock")
    mock.get(OTHER, text="mock")
    return mock


def inside() -> list[str]:
    with FakeSources(), mocker():
        return [call(LIST), call(START, "PUT"), call(OTHER), call("https://third.test/")]


def around() -> list[str]:
    with mocker(), FakeSources():
        return [call(LIST), call(START, "PUT"), call(OTHER), call("https://third.test/")]


def between() -> list[str]:
    with mocker(), FakeSources(), mocker():
        return [call(LIST), call(START, "PUT"), call(OTHER), call("https://third.test/")]


def real_http() -> list[str]:
    """The other host is the mock's own entry, or a connection of the client."""
    with FakeSources(), mocker(real_http=True) as mock:
        mock.get("https://third.test/", exc=LookupError)
        return [call(LIST), call(START, "PUT"), call(OTHER), call("https://third.test/")]


def entry_that_passes_through() -> list[str]:
    with FakeSources(), requests_mock.Mocker() as mock:
        mock.get(LIST, real_http=True)
        mock.get(OTHER, text="mock")
        return [call(LIST), call(START, "PUT"), call(OTHER), call("https://third.test/")]


def decorated() -> list[str]:
    @requests_mock.Mocker()
    def work(mock: Any) -> list[str]:
        mock.get(OTHER, text="mock")
        mock.get(LIST, text="mock")
        return [call(LIST), call(START, "PUT"), call(OTHER), call("https://third.test/")]

    with FakeSources():
        result: list[str] = work()
        return result


def nothing_matches(first: str) -> list[str]:
    return [first, "fake", "mock", "NoMockAddress"]


NESTED: dict[str, tuple[Callable[[], list[str]], list[str]]] = {
    "a mock inside": (inside, nothing_matches("mock")),
    "a mock around": (around, nothing_matches("fake")),
    "a mock inside and one around": (between, nothing_matches("mock")),
    "a mock that permits real calls": (real_http, ["mock", "fake", "mock", "LookupError"]),
    "an entry that passes through": (entry_that_passes_through, nothing_matches("fake")),
    "a decorated function": (decorated, nothing_matches("mock")),
}


@pytest.mark.parametrize(("run", "expected"), NESTED.values(), ids=NESTED)
def test_the_innermost_takes_precedence(run: Callable[[], list[str]], expected: list[str]) -> None:
    assert run() == expected


def test_calls_that_the_fake_answers_are_in_its_journal() -> None:
    """And a violation has the line of the call."""
    with FakeSources(strict=False) as fake, mocker() as mock:
        assert call(LIST) == "mock"
        requests.put(START, data={"id": "x", "nmae": "y"}, headers=KEY)

    assert (fake.journal.count("datasift.source.get"), fake.journal.count("datasift.source.start")) == (0, 1)
    assert fake.violations[0].location.startswith(f"{__file__}:")
    assert mock.called


def test_an_adapter_that_the_user_mounted_is_left_alone() -> None:
    """It answers for the session alone that the user chose it for."""
    adapter = requests_mock.Adapter()
    adapter.register_uri("GET", LIST, text="mounted")
    with FakeSources(), requests.Session() as session:
        session.mount("https://api.datasift.com/", adapter)

        assert session.get(LIST).text == "mounted"
        with pytest.raises(requests_mock.NoMockAddress):
            session.put(START)


def test_a_mock_of_one_session_answers_for_that_session() -> None:
    with FakeSources(), requests.Session() as session, requests_mock.Mocker(session=session) as mock:
        mock.get(LIST, text="mock")

        assert session.get(LIST).text == "mock"
        assert call(LIST) == "fake"


def test_after_the_fake_the_mock_is_as_before() -> None:
    with mocker():
        with FakeSources():
            assert call(LIST) == "fake"
        assert [call(LIST), call(START, "PUT")] == ["mock", "NoMockAddress"]
