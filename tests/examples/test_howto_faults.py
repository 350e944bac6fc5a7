"""Test how code handles errors, broken connections and slow responses.

Documented errors are planned by name, with the status, text and headers of the API; any other status by its number.
Connections break, and clients raise what they raise in a real network. Responses can be delayed, and a hold keeps a
request from being handled while the test looks at the state.

pytest's summary lists planned faults that never happened, since such a test may not test what it claims to:
`fakesources_unused_faults = report | fail | ignore` (also an option of the command line and of the marker). They are
determined after the call phase. A fault with `times=2` has to happen twice, a hold has to be reached by a request;
cancelled, cleared and reset faults do not count.
"""

from __future__ import annotations

import threading

import pytest
import requests

from fakesources import FakeSources

KEY = {"Authorization": "user:key"}


def start(id: str) -> requests.Response:
    """Start a source (code under test)."""
    return requests.put("https://api.datasift.com/v1.6/source/start", data={"id": id}, headers=KEY, timeout=5)


def test_a_documented_error(fakesources: FakeSources) -> None:
    """`names` lists the documented errors. A fault happens once, unless `times` is given."""
    source = fakesources.datasift.sources.add()
    assert {"not-found", "rate-limit", "unauthorized"} <= set(fakesources.faults.names("datasift.source.start"))
    fakesources.faults.error("datasift.source.start", "rate-limit")

    first, second = start(source.id), start(source.id)

    assert first.status_code == 403
    assert first.headers["X-RateLimit-Remaining"] == "0"
    assert second.status_code == 200


def test_a_rate_limit(fakesources: FakeSources) -> None:
    """A planned error is one response and costs nothing; a rate limit is reached by calls."""
    source = fakesources.datasift.sources.add()
    fakesources.datasift.rate_limit = 12  # and a start costs 5

    assert [start(source.id).status_code for _ in range(4)] == [200, 200, 403, 403]

    fakesources.clock.advance(hours=1)
    assert start(source.id).status_code == 200


def test_an_undocumented_status(fakesources: FakeSources) -> None:
    """Gateways have responses of their own."""
    source = fakesources.datasift.sources.add()
    fakesources.faults.respond("datasift.source.start", 502, body="<html>Bad gateway</html>")

    assert start(source.id).text == "<html>Bad gateway</html>"


def test_a_parameter_in_the_path(fakesources: FakeSources) -> None:
    """Values in the path are parameters too. An unknown parameter is an error with the closest name."""
    source = fakesources.curator.sources.add()
    fakesources.faults.error("curator.sources.delete", "not-found", when={"source_id": source.id})

    response = requests.delete(f"https://api.curator.io/v1/sources/{source.id}?api_key=key", timeout=5)

    assert response.status_code == 404
    assert fakesources.journal.count("curator.sources.delete", params={"source_id": source.id}) == 1
    with pytest.raises(ValueError, match="did you mean 'source_id'"):
        fakesources.faults.error("curator.sources.delete", "not-found", when={"sourceid": source.id})


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("reset", requests.ConnectionError),
        ("empty", requests.ConnectionError),
        ("truncated", requests.exceptions.ChunkedEncodingError),
        ("timeout", requests.ReadTimeout),
    ],
)
def test_a_broken_connection(fakesources: FakeSources, kind: str, error: type[Exception]) -> None:
    """The client raises at once what it raises in a real network."""
    source = fakesources.datasift.sources.add()
    fakesources.faults.disconnect("datasift.source.start", kind)  # type: ignore[arg-type]

    with pytest.raises(error):
        start(source.id)


def test_a_lost_response(fakesources: FakeSources) -> None:
    """The call takes effect and the client cannot know it: the case that retries have to handle."""
    source = fakesources.datasift.sources.add()
    fakesources.faults.disconnect("datasift.source.start", "reset", takes_effect=True)

    with pytest.raises(requests.ConnectionError):
        start(source.id)

    assert fakesources.datasift.sources[source.id].running


def test_only_some_requests(fakesources: FakeSources) -> None:
    """`when` selects requests by their parameters, or by a function."""
    good, failing = (fakesources.datasift.sources.add().id for _ in range(2))
    fakesources.faults.error("datasift.source.start", "not-found", when={"id": failing}, times=None)

    assert [start(id).status_code for id in (good, failing, failing)] == [200, 404, 404]


def test_looking_at_the_state_while_a_request_is_held(fakesources: FakeSources) -> None:
    """A hold blocks a request of another thread until it is released."""
    source = fakesources.datasift.sources.add()

    with fakesources.faults.hold("datasift.source.start") as hold:
        thread = threading.Thread(target=start, args=(source.id,))
        thread.start()
        hold.wait()
        assert not fakesources.datasift.sources[source.id].running  # the request has not been handled
        hold.release()
        thread.join()

    assert fakesources.datasift.sources[source.id].running
