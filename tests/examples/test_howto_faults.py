"""How to test what happens when things go wrong.

Refusals that an API documents are arranged by their names, with the API's own status, text and headers; any other
status by its number. Transports break as they do in the wild, and look to each client as they do there. Answers may
be slow, and a latch holds a request until the test has looked around.

A fault that was planned and never happened is listed in pytest's summary, since the test may not test what it says:
`fakesources_unused_faults = report | fail | ignore` (also as an option of the command line and of the marker). It is
looked for when the test's own code has run; a fault with `times=2` has to happen twice, a latch has to be reached by a
request, and what was cancelled, cleared or reset does not count.
"""

from __future__ import annotations

import threading

import pytest
import requests

from fakesources import FakeSources

KEY = {"Authorization": "user:key"}


def start(id: str) -> requests.Response:
    """The code under test."""
    return requests.put("https://api.datasift.com/v1.6/source/start", data={"id": id}, headers=KEY, timeout=5)


def test_a_documented_refusal(fakesources: FakeSources) -> None:
    """`names` lists what the documentation allows; the fault happens once, unless `times` says otherwise."""
    source = fakesources.datasift.sources.add()
    assert {"not-found", "rate-limit", "unauthorized"} <= set(fakesources.faults.names("datasift.source.start"))
    fakesources.faults.error("datasift.source.start", "rate-limit")

    refused, answered = start(source.id), start(source.id)

    assert refused.status_code == 403
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert answered.status_code == 200


def test_a_rate_that_runs_out(fakesources: FakeSources) -> None:
    """A fault is one answer and spends nothing. What really runs out is what an account may spend in an hour."""
    source = fakesources.datasift.sources.add()
    fakesources.datasift.rate_limit = 12  # and a start costs 5

    assert [start(source.id).status_code for _ in range(4)] == [200, 200, 403, 403]

    fakesources.clock.advance(hours=1)
    assert start(source.id).status_code == 200


def test_a_status_that_nobody_documents(fakesources: FakeSources) -> None:
    """Gateways have answers of their own."""
    source = fakesources.datasift.sources.add()
    fakesources.faults.respond("datasift.source.start", 502, body="<html>Bad gateway</html>")

    assert start(source.id).text == "<html>Bad gateway</html>"


def test_a_value_in_the_path(fakesources: FakeSources) -> None:
    """Values in the path are parameters too. A name that the operation does not have is an error, with the nearest."""
    source = fakesources.curator.sources.add()
    fakesources.faults.error("curator.sources.delete", "not-found", when={"source_id": source.id})

    answer = requests.delete(f"https://api.curator.io/v1/sources/{source.id}?api_key=key", timeout=5)

    assert answer.status_code == 404
    assert fakesources.journal.count("curator.sources.delete", params={"source_id": source.id}) == 1
    with pytest.raises(ValueError, match="did you mean 'source_id'"):
        fakesources.faults.error("curator.sources.delete", "not-found", when={"sourceid": source.id})


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("reset", requests.ConnectionError),
        ("empty", requests.ConnectionError),
        ("truncated", requests.exceptions.ChunkedEncodingError),
        ("timeout", requests.ReadTimeout),
    ],
)
def test_a_transport_that_breaks(fakesources: FakeSources, how: str, error: type[Exception]) -> None:
    """The client raises what it raises when a real network fails, and nobody waits for it."""
    source = fakesources.datasift.sources.add()
    fakesources.faults.disconnect("datasift.source.start", how)  # type: ignore[arg-type]

    with pytest.raises(error):
        start(source.id)


def test_an_answer_that_is_lost(fakesources: FakeSources) -> None:
    """The call took effect, and the client cannot know: the case that retries have to get right."""
    source = fakesources.datasift.sources.add()
    fakesources.faults.disconnect("datasift.source.start", "reset", takes_effect=True)

    with pytest.raises(requests.ConnectionError):
        start(source.id)

    assert fakesources.datasift.sources[source.id].running


def test_only_some_requests(fakesources: FakeSources) -> None:
    """`when` says which: by their parameters, or by a function of the request."""
    lucky, unlucky = (fakesources.datasift.sources.add().id for _ in range(2))
    fakesources.faults.error("datasift.source.start", "not-found", when={"id": unlucky}, times=None)

    assert [start(id).status_code for id in (lucky, unlucky, unlucky)] == [200, 404, 404]


def test_looking_around_while_a_request_is_held(fakesources: FakeSources) -> None:
    """A latch holds the request of another thread until it is released."""
    source = fakesources.datasift.sources.add()

    with fakesources.faults.hold("datasift.source.start") as latch:
        thread = threading.Thread(target=start, args=(source.id,))
        thread.start()
        latch.wait()
        assert not fakesources.datasift.sources[source.id].running  # it has arrived, and not happened
        latch.release()
        thread.join()

    assert fakesources.datasift.sources[source.id].running
