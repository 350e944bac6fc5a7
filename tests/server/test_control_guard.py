"""Who may use the control plane, and who may not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from calling import Caller

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
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/journal"), ("POST", "/reset"), ("DELETE", "/faults")])
def test_a_page_of_another_origin_is_refused(caller: Caller, method: str, path: str, header: tuple[str, str]) -> None:
    """Whatever a browser says of the page it asks for: reading and writing are both refused."""
    reply = caller.send(method, f"/_fakesources{path}", headers=(header,))

    assert reply.status == 403
    assert json.loads(reply.body)["problem"] == "other-origin"


@pytest.mark.parametrize("header", [("Origin", "http://127.0.0.1:8080"), ("Sec-Fetch-Site", "none")])
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


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_a_request_through_a_proxy_is_from_elsewhere(caller: Caller, name: str) -> None:
    """Behind a proxy every caller seems to be on this machine."""
    assert caller.send("GET", "/_fakesources/version", headers=((name, "127.0.0.1"),)).status == 403


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

    @pytest.mark.parametrize("sent", [None, "Bearer other", "Bearer ", "Basic s3cret", "s3cret", "Bearer s3cretx"])
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
