"""Access to the control plane."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from calling import JSON, Caller

from fakesources.core.http.messages import Request, Response


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_a_client_on_loopback_has_access(caller: Caller, peer: str) -> None:
    """From every address of the loopback network."""
    assert caller.control("GET", "/version", peer=peer)[0] == 200


@pytest.mark.parametrize("peer", ["", "10.0.0.7", "192.168.1.2", "2001:db8::1", "::ffff:10.0.0.7", "unix"])
def test_a_client_that_is_not_on_loopback_has_no_access(caller: Caller, peer: str) -> None:
    """Without a token; nor has one whose address is not known."""
    status, error = caller.control("GET", "/version", peer=peer)

    assert (status, error["name"]) == (403, "not-loopback")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8080", "localhost", "LOCALHOST.:8080", "app.localhost:8080", "[::1]:8080", "127.0.0.2"]
)
def test_a_loopback_name_has_access(caller: Caller, host: str) -> None:
    """A name that cannot be pointed at another machine."""
    assert caller.control("GET", "/version", host=host.lower())[0] == 200


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "localhost.evil.example", "10.0.0.7:8080", "api.datasift.com", "[::1", "[::1]8080", "[::1].a",
     "[localhost", "::1]"],
)  # fmt: skip
def test_any_other_name_has_no_access(caller: Caller, host: str) -> None:
    """A web page may have pointed a name of its own at this machine (DNS rebinding)."""
    status, error = caller.control("GET", "/version", host=host)

    assert (status, error["name"]) == (403, "untrusted-host")


@pytest.mark.parametrize(
    "header",
    [
        ("Origin", "https://evil.example"),
        ("Origin", "http://localhost:3000"),
        ("Origin", "null"),
        ("Referer", "https://evil.example/page?q=1"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "http://["),
        ("Origin", "http://127.0.0.1:port"),
        ("Origin", "http://127.0.0.1:99999999999"),
        ("Origin", "https://127.0.0.1:8080"),
        ("Origin", "http://127.0.0.1:8080@evil.example"),
        ("Origin", ""),
        ("Referer", "http://[::1"),
        ("Referer", "127.0.0.1:8080"),
        ("Referer", "//127.0.0.1:8080/"),
        ("Referer", "\xff\x80"),
        ("Referer", "http://\u2100:8080/"),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/journal"), ("POST", "/reset"), ("DELETE", "/faults")])
def test_a_page_of_another_origin_has_no_access(
    caller: Caller, method: str, path: str, header: tuple[str, str]
) -> None:
    """Neither to read nor to write."""
    response = caller.send(method, f"/_fakesources{path}", headers=(header,))

    assert response.status == 403
    assert json.loads(response.body)["name"] == "other-origin"


@pytest.mark.parametrize(
    "header",
    [
        ("Origin", "http://127.0.0.1:8080"),
        ("Referer", "http://127.0.0.1:8080/_fakesources/?q=[1"),
        ("Sec-Fetch-Site", "none"),
    ],
)
def test_a_page_of_the_same_origin_and_a_typed_url_have_access(caller: Caller, header: tuple[str, str]) -> None:
    """A user of a browser can read the control plane."""
    assert caller.send("GET", "/_fakesources/version", headers=(header,)).status == 200


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_a_body_that_a_form_could_send_is_an_error(caller: Caller, media: str) -> None:
    """Only application/json is accepted, which a form cannot send, nor a script without a preflight."""
    headers = (("Content-Type", media),) if media else ()
    response = caller.send("POST", "/_fakesources/clock", b'{"advance": 60}', headers)

    assert response.status == 415
    assert caller.fake.clock.now().minute == 0


def test_no_response_has_cors_headers_by_default(caller: Caller) -> None:
    """A preflight gets 403."""
    preflight = caller.send("OPTIONS", "/_fakesources/reset", headers=(("Origin", "https://evil.example"),))
    response = caller.send("GET", "/_fakesources/version")

    assert preflight.status == 403
    assert not [name for name, _ in (*preflight.headers, *response.headers) if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    "name",
    [
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Anything", "Forwarded", "X-Real-IP", "Via",
        "CF-Connecting-IP", "CF-Ray", "X-Original-Host", "X-Original-URL", "True-Client-IP", "X-Client-IP",
        "X-Cluster-Client-IP", "X-Envoy-External-Address", "X-Amzn-Trace-Id", "X-Azure-ClientIP", "Fastly-Client-IP",
        "Fly-Client-IP", "X-Request-ID", "X-ProxyUser-Ip", "WL-Proxy-Client-IP", "CDN-Loop", "Max-Forwards",
        "Proxy-Connection", "Surely-Invented-By-A-Proxy",
    ],
)  # fmt: skip
def test_a_header_that_a_proxy_may_have_added_has_no_access(caller: Caller, name: str) -> None:
    """Behind a proxy on this machine every client seems to be on loopback; the proxy's headers may have any name."""
    response = caller.send("GET", "/_fakesources/version", headers=((name, "127.0.0.1"),))

    error = json.loads(response.body)
    assert (response.status, error["name"]) == (403, "proxied")
    assert name in error["error"]
    assert "--token" in error["error"]


CLIENTS = {
    "curl": ["User-Agent", "Accept", "Content-Type", "Content-Length", "Expect"],
    "requests": ["User-Agent", "Accept-Encoding", "Accept", "Connection", "Content-Type", "Content-Length"],
    "node": ["Connection", "Accept", "Accept-Language", "Sec-Fetch-Mode", "User-Agent", "Accept-Encoding"],
    "chromium": [
        "Connection", "Cache-Control", "Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform", "Upgrade-Insecure-Requests",
        "User-Agent", "Accept", "Sec-Fetch-Mode", "Sec-Fetch-User", "Sec-Fetch-Dest", "Accept-Encoding", "Accept-Language",
        "Cookie", "DNT", "Priority", "If-None-Match",
    ],
    "a tracing client": ["Traceparent", "Tracestate", "Baggage", "Sentry-Trace"],
}  # fmt: skip


@pytest.mark.parametrize("client", CLIENTS)
def test_the_headers_of_common_clients_have_access(caller: Caller, client: str) -> None:
    headers = tuple((name, "0" if name == "Content-Length" else "x") for name in CLIENTS[client])

    assert caller.send("GET", "/_fakesources/version", headers=headers).status == 200


@pytest.mark.parametrize(
    ("address", "named"), [("0.0.0.0", "--token"), ("::", "--token"), ("10.0.0.7", "--token"), (None, "FAKESOURCES_TOKEN")]
)  # fmt: skip
def test_a_server_that_is_not_on_loopback_requires_a_token(
    hosting: Callable[..., Caller], address: str | None, named: str
) -> None:
    """Also of clients on loopback; the error explains how to set one. A WSGI server's address is None: not known."""
    without_token, with_token = hosting(address=address), hosting(address=address, token="s3cret")
    bearer = (("Authorization", "Bearer s3cret"),)

    status, error = without_token.control("GET", "/state")

    assert (status, error["name"]) == (403, "token-required")
    assert named in error["error"]
    assert without_token.send("GET", "/_fakesources/state", headers=bearer).status == 403
    assert with_token.send("GET", "/_fakesources/state", headers=bearer).status == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.0.0.9"])
def test_a_server_on_loopback_requires_no_token(hosting: Callable[..., Caller], address: str) -> None:
    assert hosting(address=address).control("GET", "/state")[0] == 200


@pytest.mark.parametrize(
    ("more", "peer", "host"),
    [({}, "10.0.0.7", "fake.example"), ({"token": "s3cret"}, "", ""), ({"address": None}, "", "fake.example")],
)
def test_every_client_has_access_to_health(
    hosting: Callable[..., Caller], more: dict[str, Any], peer: str, host: str
) -> None:
    """With a token or without, from any address and through proxies; the response has no secret."""
    response = hosting(**more).send(
        "GET", "/_fakesources/health", headers=(("Via", "1.1 proxy"),), peer=peer, host=host
    )

    assert response.status == 200
    assert b"s3cret" not in response.body


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", "gzip, br", "x-unknown"])
@pytest.mark.parametrize("token", ["", "s3cret"])
def test_a_compressed_body_is_an_error(hosting: Callable[..., Caller], encoding: str, token: str) -> None:
    headers = (*JSON, ("Content-Encoding", encoding), ("Authorization", "Bearer s3cret"))

    response = hosting(token=token).send("POST", "/_fakesources/clock", b"\x1f\x8b", headers)

    assert (response.status, json.loads(response.body)["name"]) == (415, "unsupported-encoding")


class TestBeforeTheBody:
    """Authorization of a request of which only the head was received."""

    @pytest.mark.parametrize(
        ("method", "path", "headers", "peer", "status"),
        [
            ("PUT", "/state", (*JSON, ("Content-Length", str(1 << 30))), "127.0.0.1", 413),
            ("PUT", "/state", (*JSON, ("Content-Length", "9" * 5000)), "127.0.0.1", 413),
            ("PUT", "/state", (*JSON, ("Content-Length", "100")), "10.0.0.7", 403),
            ("PUT", "/state", (("Content-Length", "100"),), "127.0.0.1", 415),
            ("PUT", "/state", (("Transfer-Encoding", "chunked"),), "127.0.0.1", 415),
            ("PUT", "/state", (*JSON, ("Content-Length", "100")), "127.0.0.1", None),
            ("POST", "/clock", (*JSON, ("Content-Length", str(2 << 20))), "127.0.0.1", 413),
            ("PUT", "/nowhere", (*JSON, ("Content-Length", "100")), "127.0.0.1", 404),
            ("PUT", "/clock", (*JSON, ("Content-Length", "100")), "127.0.0.1", 405),
        ],
    )
    def test_an_error_needs_no_body(
        self, caller: Caller, method: str, path: str, headers: Any, peer: str, status: int | None
    ) -> None:
        """There is no response yet where the body is to be read."""
        head = Request(method, f"/_fakesources{path}", headers, b"", "127.0.0.1:8080", "http", "server", peer)

        response = caller.hosted.authorise(head)

        assert (response and response.status) == status

    def test_a_request_to_an_api_needs_no_authorization(self, caller: Caller) -> None:
        assert caller.hosted.authorise(Request("POST", "/v1/feeds", (("Content-Length", "100"),))) is None


class TestOrigins:
    """Web pages of origins that were allowed by name."""

    PAGE = "http://localhost:3000"

    def fetch(self, caller: Caller, method: str, *headers: tuple[str, str], path: str = "/reset") -> Response:
        return caller.send(method, f"/_fakesources{path}", headers=(("Origin", self.PAGE), *headers))

    @pytest.mark.parametrize(("method", "path"), [("GET", "/journal"), ("POST", "/reset")])
    def test_an_allowed_origin_has_access(self, hosting: Callable[..., Caller], method: str, path: str) -> None:
        caller = hosting(origins=[self.PAGE])

        response = self.fetch(caller, method, ("Sec-Fetch-Site", "cross-site"), ("Referer", self.PAGE), path=path)

        assert response.status == 200
        assert response.header("access-control-allow-origin") == self.PAGE
        assert response.header("vary") == "Origin"

    def test_its_preflight_needs_no_token(self, hosting: Callable[..., Caller]) -> None:
        """A browser sends none with it."""
        caller = hosting(origins=[self.PAGE], token="s3cret")

        response = self.fetch(
            caller, "OPTIONS", ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Private-Network", "true")
        )  # fmt: skip

        assert (response.status, response.body) == (204, b"")
        assert "PUT" in (response.header("access-control-allow-methods") or "")
        assert "Authorization" in (response.header("access-control-allow-headers") or "")
        assert response.header("access-control-allow-private-network") == "true"

    def test_its_requests_need_the_token(self, hosting: Callable[..., Caller]) -> None:
        """The page can read the error."""
        response = self.fetch(hosting(origins=[self.PAGE], token="s3cret"), "POST")

        assert response.status == 401
        assert response.header("access-control-allow-origin") == self.PAGE

    @pytest.mark.parametrize("origin", ["http://localhost:3001", "https://localhost:3000", "null", "http://localhost"])
    @pytest.mark.parametrize("method", ["GET", "OPTIONS"])
    def test_another_origin_has_no_access(self, hosting: Callable[..., Caller], method: str, origin: str) -> None:
        """Not even to a preflight."""
        headers = (("Origin", origin), ("Access-Control-Request-Method", "GET"))[: 2 if method == "OPTIONS" else 1]

        response = hosting(origins=[self.PAGE]).send(method, "/_fakesources/journal", headers=headers)

        assert response.status == 403
        assert response.header("access-control-allow-origin") is None


class TestToken:
    """Access with a token."""

    def test_the_token_is_sufficient(self, hosting: Callable[..., Caller]) -> None:
        """From other machines and under other names, too."""
        caller = hosting(token="s3cret")

        response = caller.send(
            "GET", "/_fakesources/version", headers=(("Authorization", "Bearer s3cret"),), host="fake.example",
            peer="10.0.0.7",
        )  # fmt: skip

        assert response.status == 200

    @pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
    def test_a_token_beyond_ascii_is_compared_as_bytes(self, hosting: Callable[..., Caller], encoding: str) -> None:
        """A server has one character for each byte of a header, in any encoding of the client."""
        header = "Bearer päss".encode(encoding).decode("latin-1")

        response = hosting(token="päss").send("GET", "/_fakesources/version", headers=(("Authorization", header),))

        assert response.status == 200

    @pytest.mark.parametrize(
        "header",
        [
            None, "Bearer other", "Bearer ", "Bearer", "Basic s3cret", "s3cret", "Bearer s3cretx", "Bearer \xff\xfe",
            "Bearer \u20ac", "Bearer \ud800", "\xe9 s3cret",
        ],
    )  # fmt: skip
    def test_without_it_no_client_has_access(self, hosting: Callable[..., Caller], header: str | None) -> None:
        """Not even on this machine; the error does not contain the token."""
        headers = () if header is None else (("Authorization", header),)
        response = hosting(token="s3cret").send("GET", "/_fakesources/version", headers=headers)

        assert response.status == 401
        assert response.header("www-authenticate") == "Bearer"
        assert b"s3cret" not in response.body


def test_the_apis_are_open_to_every_client(caller: Caller) -> None:
    """The access rules are the control plane's alone."""
    headers: Any = (("Origin", "https://app.example"), ("Authorization", "alice:s3cret"))

    response = caller.send("GET", "/v1.6/source/get", headers=headers, host="fake.example", peer="10.0.0.7")

    assert response.status == 200
