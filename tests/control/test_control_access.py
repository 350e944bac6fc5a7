"""Who may use the control plane, and who may not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from calling import Caller

from fakesources.core.http.messages import Request, Response

JSON = ("Content-Type", "application/json")


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_callers_on_this_machine_are_answered(caller: Caller, peer: str) -> None:
    """Every address of the loopback network is this machine."""
    assert caller.control("GET", "/version", peer=peer)[0] == 200


@pytest.mark.parametrize("peer", ["", "10.0.0.7", "192.168.1.2", "2001:db8::1", "::ffff:10.0.0.7", "unix"])
def test_callers_from_elsewhere_are_refused(caller: Caller, peer: str) -> None:
    """Without a token nobody from another machine is answered, nor anybody whose address is not known."""
    status, said = caller.control("GET", "/version", peer=peer)

    assert (status, said["problem"]) == (403, "not-local")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8080", "localhost", "LOCALHOST.:8080", "app.localhost:8080", "[::1]:8080", "127.0.0.2"]
)
def test_loopback_names_are_answered(caller: Caller, host: str) -> None:
    """Names that no one can give to another machine."""
    assert caller.control("GET", "/version", host=host.lower())[0] == 200


@pytest.mark.parametrize("host", ["", "evil.example", "localhost.evil.example", "10.0.0.7:8080", "api.datasift.com"])
def test_a_name_that_was_pointed_here_is_refused(caller: Caller, host: str) -> None:
    """A web page's own name for this machine does not open the control plane to the page."""
    status, said = caller.control("GET", "/version", host=host)

    assert (status, said["problem"]) == (403, "strange-host")


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
def test_a_page_of_another_origin_is_refused(caller: Caller, method: str, path: str, header: tuple[str, str]) -> None:
    """Whatever a browser says of the page it asks for: reading and writing are both refused."""
    reply = caller.send(method, f"/_fakesources{path}", headers=(header,))

    assert reply.status == 403
    assert json.loads(reply.body)["problem"] == "other-origin"


@pytest.mark.parametrize(
    "header",
    [
        ("Origin", "http://127.0.0.1:8080"),
        ("Referer", "http://127.0.0.1:8080/_fakesources/?q=[1"),
        ("Sec-Fetch-Site", "none"),
    ],
)
def test_a_page_of_its_own_and_a_typed_address_are_answered(caller: Caller, header: tuple[str, str]) -> None:
    """Somebody who explores by hand is let in."""
    assert caller.send("GET", "/_fakesources/version", headers=(header,)).status == 200


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_what_a_form_could_send_is_refused(caller: Caller, media: str) -> None:
    """A body has to be JSON and say so, which no form can, and no script without asking first."""
    headers = (("Content-Type", media),) if media else ()
    reply = caller.send("POST", "/_fakesources/clock", b'{"advance": 60}', headers)

    assert reply.status == 415
    assert caller.fake.clock.now().minute == 0


def test_no_page_is_ever_allowed_to_ask(caller: Caller) -> None:
    """A browser's question whether it may ask is refused, and no answer allows another origin to read it."""
    asked = caller.send("OPTIONS", "/_fakesources/reset", headers=(("Origin", "https://evil.example"),))
    answered = caller.send("GET", "/_fakesources/version")

    assert asked.status == 403
    assert not [name for reply in (asked, answered) for name, _ in reply.headers if name.startswith("Access-Control")]


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
def test_a_header_that_no_client_sends_of_itself_may_be_a_proxys(caller: Caller, name: str) -> None:
    """A proxy on this machine makes every caller one on this machine; its headers may have any name."""
    reply = caller.send("GET", "/_fakesources/version", headers=((name, "127.0.0.1"),))

    assert (reply.status, json.loads(reply.body)["problem"]) == (403, "proxied")
    assert name in json.loads(reply.body)["error"]
    assert "--token" in json.loads(reply.body)["error"]


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
def test_what_clients_send_is_no_sign_of_a_proxy(caller: Caller, client: str) -> None:
    """Every header that common clients add by themselves passes."""
    headers = tuple((name, "0" if name == "Content-Length" else "x") for name in CLIENTS[client])

    assert caller.send("GET", "/_fakesources/version", headers=headers).status == 200


@pytest.mark.parametrize(
    ("address", "named"), [("0.0.0.0", "--token"), ("::", "--token"), ("10.0.0.7", "--token"), (None, "FAKESOURCES_TOKEN")]
)  # fmt: skip
def test_a_server_that_is_not_on_loopback_requires_a_token(
    hosting: Callable[..., Caller], address: str | None, named: str
) -> None:
    """Of callers on loopback too; the answer says how to set one. None is a WSGI server's address, which is not known."""
    closed, opened = hosting(address=address), hosting(address=address, token="s3cret")
    bearer = (("Authorization", "Bearer s3cret"),)

    status, said = closed.control("GET", "/state")

    assert (status, said["problem"]) == (403, "token-required")
    assert named in said["error"]
    assert closed.send("GET", "/_fakesources/state", headers=bearer).status == 403
    assert opened.send("GET", "/_fakesources/state", headers=bearer).status == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.0.0.9"])
def test_a_server_on_loopback_does_not(hosting: Callable[..., Caller], address: str) -> None:
    """Whichever of the addresses of this machine it has."""
    assert hosting(address=address).control("GET", "/state")[0] == 200


@pytest.mark.parametrize(
    ("more", "peer", "host"),
    [({}, "10.0.0.7", "fake.example"), ({"token": "s3cret"}, "", ""), ({"address": None}, "", "fake.example")],
)
def test_anybody_may_ask_for_health(hosting: Callable[..., Caller], more: dict[str, Any], peer: str, host: str) -> None:
    """With a token or without, from anywhere and through anything: there is no secret in it."""
    reply = hosting(**more).send("GET", "/_fakesources/health", headers=(("Via", "1.1 proxy"),), peer=peer, host=host)

    assert reply.status == 200
    assert b"s3cret" not in reply.body


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", "gzip, br", "x-unknown"])
@pytest.mark.parametrize("token", ["", "s3cret"])
def test_a_compressed_body_is_refused(hosting: Callable[..., Caller], encoding: str, token: str) -> None:
    """What it would grow to is not known."""
    headers = (JSON, ("Content-Encoding", encoding), ("Authorization", "Bearer s3cret"))

    reply = hosting(token=token).send("POST", "/_fakesources/clock", b"\x1f\x8b", headers)

    assert (reply.status, json.loads(reply.body)["problem"]) == (415, "encoded")


class TestBeforeTheBody:
    """What a server asks once it has the head of a request, before it reads any of the body."""

    @pytest.mark.parametrize(
        ("method", "path", "headers", "peer", "status"),
        [
            ("PUT", "/state", (JSON, ("Content-Length", str(1 << 30))), "127.0.0.1", 413),
            ("PUT", "/state", (JSON, ("Content-Length", "9" * 5000)), "127.0.0.1", 413),
            ("PUT", "/state", (JSON, ("Content-Length", "100")), "10.0.0.7", 403),
            ("PUT", "/state", (("Content-Length", "100"),), "127.0.0.1", 415),
            ("PUT", "/state", (("Transfer-Encoding", "chunked"),), "127.0.0.1", 415),
            ("PUT", "/state", (JSON, ("Content-Length", "100")), "127.0.0.1", None),
            ("POST", "/clock", (JSON, ("Content-Length", str(2 << 20))), "127.0.0.1", 413),
            ("PUT", "/nowhere", (JSON, ("Content-Length", "100")), "127.0.0.1", 404),
            ("PUT", "/clock", (JSON, ("Content-Length", "100")), "127.0.0.1", 405),
        ],
    )
    def test_a_refusal_needs_no_body(
        self, caller: Caller, method: str, path: str, headers: Any, peer: str, status: int | None
    ) -> None:
        """None where the body is to be read."""
        head = Request(method, f"/_fakesources{path}", headers, b"", "127.0.0.1:8080", "http", "server", peer)

        refusal = caller.hosted.authorise(head)

        assert (refusal and refusal.status) == status

    def test_an_api_is_not_asked(self, caller: Caller) -> None:
        """Its bodies are limited by the engine."""
        assert caller.hosted.authorise(Request("POST", "/v1/feeds", (("Content-Length", "100"),))) is None


class TestOrigins:
    """Pages of origins that were allowed by name."""

    PAGE = "http://localhost:3000"

    def ask(self, caller: Caller, method: str, *headers: tuple[str, str], path: str = "/reset") -> Response:
        return caller.send(method, f"/_fakesources{path}", headers=(("Origin", self.PAGE), *headers))

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_an_allowed_origin_may_ask_and_read(self, hosting: Callable[..., Caller], method: str) -> None:
        caller = hosting(origins=[self.PAGE])

        reply = self.ask(
            caller, method, ("Sec-Fetch-Site", "cross-site"), ("Referer", self.PAGE),
            path="/reset" if method == "POST" else "/journal",
        )  # fmt: skip

        assert reply.status == 200
        assert reply.header("access-control-allow-origin") == self.PAGE
        assert reply.header("vary") == "Origin"

    def test_its_preflight_is_answered_without_a_token(self, hosting: Callable[..., Caller]) -> None:
        """A browser sends none with it."""
        caller = hosting(origins=[self.PAGE], token="s3cret")

        reply = self.ask(
            caller, "OPTIONS", ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Private-Network", "true")
        )  # fmt: skip

        assert (reply.status, reply.body) == (204, b"")
        assert "PUT" in (reply.header("access-control-allow-methods") or "")
        assert "Authorization" in (reply.header("access-control-allow-headers") or "")
        assert reply.header("access-control-allow-private-network") == "true"

    def test_it_still_needs_the_token(self, hosting: Callable[..., Caller]) -> None:
        """The refusal can be read by the page."""
        reply = self.ask(hosting(origins=[self.PAGE], token="s3cret"), "POST")

        assert reply.status == 401
        assert reply.header("access-control-allow-origin") == self.PAGE

    @pytest.mark.parametrize("origin", ["http://localhost:3001", "https://localhost:3000", "null", "http://localhost"])
    @pytest.mark.parametrize("method", ["GET", "OPTIONS"])
    def test_another_origin_may_not(self, hosting: Callable[..., Caller], method: str, origin: str) -> None:
        """Nor is its preflight answered."""
        headers = (("Origin", origin), ("Access-Control-Request-Method", "GET"))[: 2 if method == "OPTIONS" else 1]

        reply = hosting(origins=[self.PAGE]).send(method, "/_fakesources/journal", headers=headers)

        assert reply.status == 403
        assert reply.header("access-control-allow-origin") is None


class TestToken:
    """With a token, whoever has it may do everything, from wherever."""

    def test_the_token_is_enough(self, hosting: Callable[..., Caller]) -> None:
        """It opens the control plane to callers of other machines and other names."""
        caller = hosting(token="s3cret")

        reply = caller.send(
            "GET", "/_fakesources/version", headers=(("Authorization", "Bearer s3cret"),), host="fake.example",
            peer="10.0.0.7",
        )  # fmt: skip

        assert reply.status == 200

    @pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
    def test_a_token_beyond_ascii_is_compared_as_bytes(self, hosting: Callable[..., Caller], encoding: str) -> None:
        """A server has a character for each byte of a header, whatever the client meant."""
        sent = "Bearer päss".encode(encoding).decode("latin-1")

        reply = hosting(token="päss").send("GET", "/_fakesources/version", headers=(("Authorization", sent),))

        assert reply.status == 200

    @pytest.mark.parametrize(
        "sent",
        [
            None, "Bearer other", "Bearer ", "Bearer", "Basic s3cret", "s3cret", "Bearer s3cretx", "Bearer \xff\xfe",
            "Bearer \u20ac", "Bearer \ud800", "\xe9 s3cret",
        ],
    )  # fmt: skip
    def test_without_it_nobody_is_answered(self, hosting: Callable[..., Caller], sent: str | None) -> None:
        """Not even on this machine; the answer says what is asked for and never what is right."""
        headers = () if sent is None else (("Authorization", sent),)
        reply = hosting(token="s3cret").send("GET", "/_fakesources/version", headers=headers)

        assert reply.status == 401
        assert reply.header("www-authenticate") == "Bearer"
        assert b"s3cret" not in reply.body


def test_the_apis_are_not_guarded(caller: Caller) -> None:
    """What guards the control plane is no part of the APIs, which any page and any machine may ask."""
    headers: Any = (("Origin", "https://app.example"), ("Authorization", "alice:s3cret"))

    reply = caller.send("GET", "/v1.6/source/get", headers=headers, host="fake.example", peer="10.0.0.7")

    assert reply.status == 200
