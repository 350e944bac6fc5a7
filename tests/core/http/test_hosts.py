"""Hosts and base URLs: which API answers for which, and that nothing else is answered for."""

from __future__ import annotations

import pytest

from fakesources.core.http.hosts import Hosts

HOSTS = Hosts(
    [("api.a.test", "a"), ("api.b.test", "b"), ("*.shop.test", "c"), ("*.eu.shop.test", "d"), ("api.both.test", "a"), ("api.both.test", "b")],
    {"https://staging.test/ds": "a", "https://staging.test": "b", "http://127.0.0.1:9000/x": "a"},
    lambda apis, path: apis[-1] if path.startswith("/last") else apis[0],
)  # fmt: skip


@pytest.mark.parametrize(
    ("host", "path", "found"),
    [
        ("api.a.test", "/v1", ("a", "/v1")),
        ("API.A.TEST", "/v1", ("a", "/v1")),
        ("api.b.test:443", "/", ("b", "/")),
        ("staging.test", "/ds/v1", ("a", "/v1")),
        ("staging.test", "/ds", ("a", "/")),
        ("staging.test", "/dsx", ("b", "/dsx")),
        ("127.0.0.1:9000", "/x/v1", ("a", "/v1")),
        ("127.0.0.1:9001", "/x/v1", None),
        ("other.test", "/v1", None),
        ("api.a.test.evil.test", "/v1", None),
        ("one.shop.test", "/v1", ("c", "/v1")),
        ("ONE.two.shop.test:443", "/v1", ("c", "/v1")),
        ("one.eu.shop.test", "/v1", ("d", "/v1")),
        ("eu.shop.test", "/v1", ("c", "/v1")),
        ("shop.test", "/v1", None),
        (".shop.test", "/v1", None),
        ("notshop.test", "/v1", None),
        ("one.shop.test:8443", "/v1", None),
        ("api.both.test", "/first", ("a", "/first")),
        ("api.both.test", "/last", ("b", "/last")),
    ],
)
def test_the_api_of_a_host_and_a_path(host: str, path: str, found: tuple[str, str] | None) -> None:
    """A host, a port and whole path segments are compared; a pattern stands for names below it; a path decides last."""
    assert HOSTS.find(host, path) == found
    assert HOSTS.handles(host, path) is (found is not None)


def test_what_is_answered_for_is_described() -> None:
    """Hosts, patterns and base URLs, once each."""
    described = HOSTS.described.split(", ")

    assert sorted(described) == sorted(
        ["api.a.test", "api.b.test", "api.both.test", "*.shop.test", "*.eu.shop.test", "staging.test/ds", "staging.test", "127.0.0.1:9000/x"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("further", "message"),
    [({"staging.test": "a"}, "expected base URLs"), ({"https://staging.test": "c"}, "expected a for")],
)
def test_a_base_url_that_is_none_is_rejected(further: dict[str, str], message: str) -> None:
    """At once, with what was expected."""
    with pytest.raises(ValueError, match=message):
        Hosts([("api.a.test", "a")], further)
