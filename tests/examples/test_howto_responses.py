"""Use the fake beside mocks of `responses`.

`fake.responses(mock)` adds the fake to a mock as one entry: calls to the faked APIs are in `mock.calls` and are counted
by its assertions, and your own entries for the same address take precedence. `fake.responses()` answers beside your
mocks, which then do not record these calls.
"""

from __future__ import annotations

import requests
import responses

from fakesources import FakeSources

SOURCES = "https://api.curator.io/v1/sources"
BILLING = "https://billing.example/invoices"
KEY = {"api_key": "our-key"}


def report() -> str:
    """Count the sources and send the number to another service (code under test)."""
    sources = requests.get(SOURCES, params=KEY, timeout=5).json()
    requests.post(BILLING, json={"sources": len(sources)}, timeout=5).raise_for_status()
    return f"{len(sources)} sources billed"


@responses.activate
def test_calls_are_counted_in_the_mock() -> None:
    """Calls to both services are in one list, in order."""
    responses.post(BILLING, status=201)
    fake = FakeSources()
    fake.curator.sources.add(tag="cats")

    with fake.responses(responses):
        assert report() == "1 sources billed"

    assert [call.request.url for call in responses.calls] == [f"{SOURCES}?api_key=our-key", BILLING]
    responses.assert_call_count(BILLING, 1)


@responses.activate
def test_an_entry_of_the_mock_takes_precedence() -> None:
    responses.post(BILLING, status=201)
    responses.get(SOURCES, json=[{"id": 1}, {"id": 2}])

    with FakeSources().responses(responses):
        assert report() == "2 sources billed"


@responses.activate
def test_the_fake_beside_a_mock() -> None:
    """The mock records only the calls to other services."""
    responses.post(BILLING, status=201)

    with FakeSources().responses():
        assert report() == "0 sources billed"

    assert [call.request.url for call in responses.calls] == [BILLING]
