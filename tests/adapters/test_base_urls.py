"""Base URLs of one's own, with and without a path: which calls of a client are the fake's."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
import requests

from fakesources import FakeSources

BASES = {"https://staging.example/ds": "datasift", "https://whole.example": "datasift"}
CLIENTS: dict[str, Callable[[str], str | None]] = {
    "requests": lambda url: requests.get(url).headers.get("server"),
    "httpx": lambda url: httpx.get(url).headers.get("server"),
}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    "url",
    [
        "https://staging.example/ds", "https://staging.example/ds?page=1", "https://staging.example/ds/",
        "https://staging.example/ds/v1.6/source/get?page=1", "https://STAGING.example:443/ds?x=1",
        "https://whole.example", "https://whole.example?page=1", "https://whole.example/", "https://whole.example/ds?a",
    ],
)  # fmt: skip
def test_a_call_below_a_base_url_is_answered(client: str, url: str) -> None:
    """A query does not belong to the path, and a URL without a path has the path /."""
    with FakeSources(strict=False, hosts=BASES) as fake:
        assert CLIENTS[client](url) == "fakesources"

    assert len(fake.journal) == 1


def test_a_prepared_request_may_lack_the_path() -> None:
    """The session of `requests` adds it, other code that prepares requests may not."""
    prepared = requests.Request("GET", "https://whole.example").prepare()
    prepared.url = "https://whole.example?page=1"
    with FakeSources(strict=False, hosts=BASES) as fake:
        requests.Session().send(prepared)

    assert [each.raw_request.target for each in fake.journal] == ["/?page=1"]
