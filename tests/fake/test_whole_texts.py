"""Whole texts of the errors and reports that users read: one of each exception and of each report, word for word."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
import requests
from whole_texts import WholeText

from fakesources import FakeSources, Options, Request
from fakesources.core.engine import holds
from fakesources.kit import Api, Result

START, GET = "datasift.source.start", "datasift.source.get"
KEY = (("Authorization", "alice:key"),)


def call(fake: FakeSources, target: str, method: str = "GET") -> None:
    fake.handle(Request(method, target, KEY, b"", "api.datasift.com"))


def fake_with_calls(count: int = 2) -> FakeSources:
    """Return a fake whose journal has some calls, each with a violation."""
    fake = FakeSources()
    for number in range(count):
        call(fake, f"/v1.6/source/get?pge={number}")
    return fake


def expect(rule: str, *targets: str) -> None:
    fake = FakeSources()
    with fake.expect_violation(rule):
        for target in targets:
            call(fake, target)


def fake_with_rows() -> FakeSources:
    fake = FakeSources()
    for id in ("rock", "jazz"):
        fake.datasift.sources.add(id=id)
    return fake


def load(document: Any) -> None:
    FakeSources().load(document)


def with_secret() -> Any:
    """Return a state with a token of a wrong type."""
    document = fake_with_rows().dump()
    document["datasift"]["accounts"]["home"]["rows"]["sources"][0]["auth"][0]["parameters"] = ["s3cret"]
    return document


def held() -> None:
    fake = FakeSources()
    with fake, fake.faults.hold(GET):
        requests.get("https://api.datasift.com/v1.6/source/get", headers=dict(KEY), timeout=60)


def escaped() -> None:
    with FakeSources(strict=False):
        import socket

        socket.create_connection(("api.datasift.com", 443))


def in_child() -> None:
    fake = FakeSources()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            with fake:
                requests.get("https://api.curator.io/v1/feeds", timeout=5)
        except BaseException as error:
            os.write(writing, str(error).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as output:
        text = output.read()
    os.waitpid(child, 0)
    raise RuntimeError(text)


def unhandled() -> None:
    with httpx.Client(transport=FakeSources().transport()) as client:
        client.get("https://example.org/")


def broken_answer() -> None:
    api = Api("own", host="own.test")

    @api.get("/", responses={204: None})
    def get_it(call: Any) -> Any:
        """Get it."""
        return Result(204, {"a": 1})

    FakeSources(apis=[api]).handle(Request("GET", "/", (), b"", "own.test"))


def wait_too_long() -> None:
    with FakeSources().faults.hold(GET) as hold:
        hold.wait(2, timeout=0)


def text_of(error: BaseException) -> str:
    """Return the type and the text of an error; only what stands for a place in this file is replaced."""
    return f"{type(error).__name__}: " + re.sub(rf"{re.escape(__file__)}:[0-9]+", "HERE", str(error))


ERRORS: dict[str, Callable[[], Any]] = {
    "ContractViolation": lambda: fake_with_calls(1).check(),
    "ContractViolation, several": lambda: fake_with_calls(2).check(),
    "expect_violation, none": lambda: expect(f"{GET}.unknown-parameter"),
    "expect_violation, another": lambda: expect(f"{START}.unknown-parameter", "/v1.6/source/get?pge=1"),
    "expect_violation, several": lambda: expect(f"{GET}.unknown-parameter", *["/v1.6/source/get?pge=1"] * 2),
    "expect_violation, no rule": lambda: FakeSources().expect_violation(f"{GET}.unknown-paramter"),
    "journal.only, none": lambda: FakeSources().journal.only(GET),
    "journal.only, another": lambda: fake_with_calls().journal.only(GET, status=404, account="alice"),
    "journal.only, several": lambda: fake_with_calls().journal.only(GET),
    "journal.last": lambda: fake_with_calls(1).journal.last(START),
    "journal.assert_none": lambda: fake_with_calls(1).journal.assert_none(GET, status=200),
    "journal, a name": lambda: FakeSources().journal.only("datasift.source.strat"),
    "journal, an index": lambda: fake_with_calls(1).journal[7],
    "faults, a name": lambda: FakeSources().faults.error(START, "not-fuond"),
    "faults, a kind": lambda: FakeSources().faults.disconnect(START, "rest"),
    "a row": lambda: FakeSources().datasift.sources["x"],
    "a row, others": lambda: fake_with_rows().datasift.sources["rok"],
    "a row's id": lambda: fake_with_rows().datasift.sources.add(id="rock"),
    "an argument": lambda: FakeSources().datasift.sources.add(name=5),
    "an unknown argument": lambda: FakeSources().curator.feeds.add(nmae="x"),
    "a source type": lambda: FakeSources().datasift.sources.add(source_type="instagrm"),
    "an option": lambda: Options(strict="yes"),
    "an edition": lambda: FakeSources(datasift="docs-1.7"),
    "an API": lambda: FakeSources(apis=["twitter"]),
    "credentials": lambda: FakeSources(credentials={"datasift": {"alice": 5}}),
    "a clock": lambda: FakeSources(clock=datetime(2026, 1, 1)),
    "a step": lambda: FakeSources().clock.advance(-1),
    "InvalidState": lambda: load({}),
    "InvalidState, a value": lambda: load({**FakeSources().dump(), "datasift": []}),
    "InvalidState, a secret": lambda: load(with_secret()),
    "HeldByOwnThread": held,
    "TimeoutError": wait_too_long,
    "Escape": escaped,
    "CalledInForkedChild": in_child,
    "UnhandledHost": unhandled,
    "InternalError": broken_answer,
    "DefinitionError": lambda: Api("Own!", host="own.test"),
}


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("title", ERRORS)
def test_the_whole_text_is_as_written(title: str, whole_text: WholeText, monkeypatch: pytest.MonkeyPatch) -> None:
    """Type and text; HERE stands for a line of this file."""
    monkeypatch.setattr(holds, "OWN_THREAD_SECONDS", 0.01)

    with pytest.raises(Exception) as raised:  # noqa: PT011  # the text below has its type
        ERRORS[title]()

    whole_text(title, text_of(raised.value))
