"""What is shown of things in failures and logs: enough to know them by, and never a secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fakesources import FakeSources, Options, Request

KEY, TOKEN = "key-of-alice", "token-of-alice"
HEADERS = (("Authorization", f"alice:{KEY}"),)


@pytest.fixture(scope="module")
def fake() -> FakeSources:
    """A fake full of secrets: in its credentials, its rows, its journal."""
    fake = FakeSources(strict=False, credentials={"datasift": {"alice": KEY}, "curator": {"team": KEY}})
    fake.datasift.sources.add(auth=[{"parameters": {"value": TOKEN}}])
    fake.handle(Request("GET", f"/v1.6/source/get?toekn={TOKEN}", HEADERS, b"", "api.datasift.com"))
    fake.handle(Request("GET", f"/v1/feeds?api_key={KEY}", (), b"", "api.curator.io"))
    fake.faults.status("datasift.source.get", 500, body=TOKEN, when={"search": TOKEN})
    return fake


SHOWN: dict[str, Callable[[FakeSources], Any]] = {
    "<FakeSources datasift docs-1.6, curator docs-2017>": lambda fake: fake,
    "<Service datasift docs-1.6>": lambda fake: fake.services["datasift"],
    "<Api curator>": lambda fake: fake.services["curator"].api,
    "<Request GET https://api.curator.io/v1/feeds>": lambda fake: fake.journal.last().sent,
    "<Asked GET /v1/feeds>": lambda fake: fake.journal.last().request,
    "<Exchange 2 curator.feeds.list GET /v1/feeds -> 200>": lambda fake: fake.journal.last(),
    "<Journal of 2 exchanges>": lambda fake: fake.journal,
    "<Snapshot at 2026-01-01T00:00:00+00:00>": lambda fake: fake.snapshot(),
    "<Faults: 1 planned>": lambda fake: fake.faults,
    "<status 500 of datasift.source.get, 1 to come>": lambda fake: fake.faults.planned[0],
}


@pytest.mark.parametrize("text", SHOWN)
def test_a_repr_is_short(fake: FakeSources, text: str) -> None:
    """It says what the thing is, in one line."""
    assert repr(SHOWN[text](fake)) == text


def test_a_reply_is_shown_by_its_size(fake: FakeSources) -> None:
    """Bodies hold tokens, so their length has to do."""
    reply = fake.journal[0].reply

    assert repr(reply) == f"<Reply 200, {len(reply.body)} bytes>"


def test_no_repr_has_a_secret(fake: FakeSources) -> None:
    """Neither of what a test holds, nor of what it is made of."""
    held = [
        *(get(fake) for get in SHOWN.values()), fake.options, fake.violations, list(fake.journal), fake.snapshot().accounts,
        dict(fake.datasift.sources), fake.journal[0].reply, fake.datasift, fake.curator,
    ]  # fmt: skip

    for each in held:
        assert KEY not in repr(each)
        assert TOKEN not in repr(each)


def test_options_are_shown_without_credentials() -> None:
    """A failing test prints its fixtures, these among them."""
    assert "credentials" not in repr(Options(credentials={"datasift": {"alice": KEY}}))
