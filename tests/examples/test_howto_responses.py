"""How to test beside mocks of `responses`.

`fake.responses(mock)` puts the fake into a mock of yours as one entry: calls to the vendors are in `mock.calls` and are
counted by its assertions, and an entry of yours for the same address comes first. `fake.responses()` answers beside
your mocks instead, which then know nothing of the vendors.
"""

from __future__ import annotations

import requests
import responses

from fakesources import FakeSources

SOURCES = "https://api.curator.io/v1/sources"
BILLING = "https://billing.example/invoices"
KEY = {"api_key": "our-key"}


def report() -> str:
    """The code under test, which talks to the vendor and to a service of ours."""
    sources = requests.get(SOURCES, params=KEY, timeout=5).json()
    requests.post(BILLING, json={"sources": len(sources)}, timeout=5).raise_for_status()
    return f"{len(sources)} sources billed"


@responses.activate
def test_calls_are_counted_in_the_mock() -> None:
    """Both services are in the one list of calls, in their order."""
    responses.post(BILLING, status=201)
    fake = FakeSources()
    fake.curator.sources.add(tag="cats")

    with fake.responses(responses):
        assert report() == "1 sources billed"

    assert [call.request.url for call in responses.calls] == [f"{SOURCES}?api_key=our-key", BILLING]
    responses.assert_call_count(BILLING, 1)


@responses.activate
def test_an_entry_of_ones_own_comes_first() -> None:
    """What the fake would not answer is arranged as in any other mock."""
    responses.post(BILLING, status=201)
    responses.get(SOURCES, json=[{"id": 1}, {"id": 2}])

    with FakeSources().responses(responses):
        assert report() == "2 sources billed"


@responses.activate
def test_mocks_that_know_nothing_of_the_vendors() -> None:
    """The fake answers beside the mock, whose calls are those of our own service."""
    responses.post(BILLING, status=201)

    with FakeSources().responses():
        assert report() == "0 sources billed"

    assert [call.request.url for call in responses.calls] == [BILLING]
