"""Watched clients in uncommon states: bodies given as text, hooks removed by their owner, and checks that fail."""

from __future__ import annotations

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter

from fakesources import FakeSources
from fakesources.verify import check, watch
from fakesources.verify.checker import Check
from fakesources.verify.recordings.entry import Entry

GET = "https://api.datasift.com/v1.6/source/get"
KEY = {"Authorization": "alice:0123456789abcdef"}


class Counting(HTTPAdapter):
    """An adapter that counts how often it is closed."""

    closings = 0

    def close(self) -> None:
        self.closings += 1
        super().close()


def test_a_body_of_text_is_checked_as_the_bytes_that_are_sent() -> None:
    with FakeSources(strict=False) as fake, requests.Session() as session:
        session.headers.update(KEY, **{"Content-Type": "application/x-www-form-urlencoded"})  # type: ignore[arg-type]
        with watch(session, strict=False) as watched:
            session.post(
                "https://api.datasift.com/v1.6/source/create",
                data="source_type=twitter_gnip&name=ä&resources=[]&nmae=x",
            )

    assert fake.journal.count() == 1
    assert [each.rule for each in watched.findings] == ["datasift.source.create.unknown-parameter"]


def test_a_session_closes_the_adapter_that_is_watched() -> None:
    session = requests.Session()
    session.mount("https://", adapter := Counting())
    with watch(session, strict=False):
        session.close()

    assert adapter.closings == 1


def test_an_adapter_that_a_watched_session_gives_is_closed_by_its_user() -> None:
    with requests.Session() as session:
        session.mount("https://", adapter := Counting())
        with watch(session, strict=False):
            session.get_adapter(GET).close()
            assert adapter.closings == 1


def test_hooks_that_their_owner_replaced_stay_as_they_are() -> None:
    with httpx.Client() as client:
        with watch(client, strict=False):
            client.event_hooks = {"request": [], "response": []}

        assert client.event_hooks == {"request": [], "response": []}


def test_a_check_that_fails_is_raised_at_the_end_of_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no error of the client's call."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with FakeSources(strict=False), requests.Session() as session:
        monkeypatch.setattr(Check, "add", fail)
        with pytest.raises(ZeroDivisionError), watch(session):
            assert session.get(GET, headers=KEY).status_code == 200


def test_an_entry_of_a_recording_is_checked() -> None:
    with FakeSources(strict=False) as fake:
        requests.get(GET, headers=KEY, params={"nmae": "x"})
        exchange = fake.journal.last()

    entry = Entry("a file: line 1", exchange.raw_request, exchange.response)

    assert [each.rule for each in check(entry)] == [each.rule for each in check(exchange)] != []
