"""Reprs in failures and logs: they identify an object and contain no secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from fakesources import FakeSources, Options, Request
from fakesources.server.server import Server

KEY, TOKEN = "key-of-alice", "token-of-alice"
SOURCE = "0123456789abcdef0123456789abcdef"
HEADERS = (("Authorization", f"alice:{KEY}"),)


@pytest.fixture(scope="module")
def fake() -> FakeSources:
    """A fake with secrets in its credentials, rows and journal."""
    fake = FakeSources(strict=False, credentials={"datasift": {"alice": KEY}, "curator": {"team": KEY}})
    fake.datasift.sources.add(id=SOURCE, auth=[{"parameters": {"value": TOKEN}}])
    fake.handle(Request("GET", f"/v1.6/source/get?toekn={TOKEN}", HEADERS, b"", "api.datasift.com"))
    fake.handle(Request("GET", f"/v1/feeds?api_key={KEY}", (), b"", "api.curator.io"))
    fake.faults.respond("datasift.source.get", 500, body=TOKEN, when={"search": TOKEN})
    return fake


def fault_at_any_time(fake: FakeSources) -> Any:
    """Return a fault that happens every time, of a fake of its own: the other has one fault."""
    fake = FakeSources()
    fake.faults.delay("datasift.source.get", seconds=1)
    return fake.faults.planned[0]


REPRS: dict[str, Callable[[FakeSources], Any]] = {
    "<FakeSources datasift docs-1.6, curator docs-2017: 2 exchanges, 1 violation, 1 fault planned\n"
    "  DataSift docs-1.6, account home: 1 sources, 0 log\n"
    "  Curator docs-2017, account home: 1 feeds, 0 sources, 0 posts\n"
    "  Clock 2026-01-01T00:00:00+00:00 frozen>": lambda fake: fake,
    "<DataSift docs-1.6, account home: 1 sources, 0 log>": lambda fake: fake.datasift,
    "<DataSift docs-1.6, account bob: not used yet>": lambda fake: fake.datasift.account("bob"),
    "<1 sources\n  " + SOURCE + "  Rock Music  facebook_page  stopped>": lambda fake: fake.datasift.sources,
    "<0 posts>": lambda fake: fake.curator.posts,
    "<0 violations>": lambda _: FakeSources().violations,
    "<SchemaSource curator>": lambda fake: fake.services["curator"].api.schemas,
    "<Schema curator/docs-2017/source.json>": lambda fake: fake.services["curator"].api.schemas.schema_at(
        "curator/docs-2017/source.json"
    ),
    "<Server at http://127.0.0.1:1>": lambda fake: Server(fake.handle, port=1),
    "<Service datasift docs-1.6>": lambda fake: fake.services["datasift"],
    "<Api curator>": lambda fake: fake.services["curator"].api,
    "<Request GET https://api.curator.io/v1/feeds>": lambda fake: fake.journal.last().raw_request,
    "<RecordedRequest GET /v1/feeds>": lambda fake: fake.journal.last().request,
    "<Exchange 2 curator.feeds.list GET /v1/feeds -> 200>": lambda fake: fake.journal.last(),
    "<Journal of 2 exchanges\n"
    "  2  curator.feeds.list   GET  /v1/feeds         200  0 violations\n"
    "  1  datasift.source.get  GET  /v1.6/source/get  200  1 violation>": lambda fake: fake.journal,
    "<Snapshot at 2026-01-01T00:00:00Z>": lambda fake: fake.snapshot(),
    "<Faults: 1 planned\n  datasift.source.get  status 500  1  0>": lambda fake: fake.faults,
    "<status 500 of datasift.source.get, 1 to come>": lambda fake: fake.faults.planned[0],
    "<delay of 1 s of datasift.source.get, every time>": fault_at_any_time,
}


@pytest.mark.parametrize("text", REPRS)
def test_a_repr_has_a_title_and_rows(fake: FakeSources, text: str) -> None:
    """The title in the first line, and the first rows below it."""
    assert repr(REPRS[text](fake)) == text


def test_a_response_is_shown_by_its_size(fake: FakeSources) -> None:
    """Bodies may contain tokens."""
    response = fake.journal[0].response

    assert repr(response) == f"<Response 200, {len(response.body)} bytes>"


def test_no_repr_has_a_secret(fake: FakeSources) -> None:
    """Neither of public objects nor of their parts."""
    objects = [
        *(get(fake) for get in REPRS.values()), fake.options, fake.violations, list(fake.journal), fake.snapshot().accounts,
        dict(fake.datasift.sources), fake.journal[0].response, fake.datasift, fake.curator, fake.curator.feeds,
    ]  # fmt: skip

    for each in objects:
        shown = repr(each) + getattr(each, "_repr_html_", str)()
        assert KEY not in shown
        assert TOKEN not in shown


def test_options_are_shown_without_credentials() -> None:
    """A failing test prints its fixtures, which may contain options."""
    assert "credentials" not in repr(Options(credentials={"datasift": {"alice": KEY}}))
    assert KEY not in repr(Options(home=KEY))


def test_the_name_of_an_account_is_masked_if_it_is_a_key() -> None:
    """Without credentials the name of a Curator account is its key."""
    fake = FakeSources()
    fake.handle(Request("GET", f"/v1/feeds?api_key={KEY}", (), b"", "api.curator.io"))

    assert repr(fake.curator) == "<Curator docs-2017, account home: 1 feeds, 0 sources, 0 posts>"
    assert repr(fake.curator.account(KEY)).startswith("<Curator docs-2017, account ***: 1 feeds")


def test_only_the_first_rows_are_shown() -> None:
    """Five rows and the number of the others."""
    fake = FakeSources()
    for number in range(7):
        fake.datasift.sources.add(name=f"Source {number}\n{'x' * 100}")

    lines = repr(fake.datasift.sources).splitlines()

    assert (lines[0], len(lines), lines[-1]) == ("<7 sources", 7, "  … 2 more>")
    assert all(len(line) < 200 for line in lines)


def test_a_notebook_shows_tables() -> None:
    """The same rows as HTML, with values escaped."""
    fake = FakeSources(strict=False)
    fake.datasift.sources.add(name="<b>Rock</b>")
    fake.handle(Request("GET", "/v1.6/source/get?pagee=1", HEADERS, b"", "api.datasift.com"))
    fake.faults.hold("datasift.source.get")

    for each in (fake, fake.datasift, fake.curator, fake.datasift.sources, fake.journal, fake.violations, fake.faults):
        html = each._repr_html_()
        assert "<b>Rock</b>" not in html
        assert html.startswith("<p><b>")
    assert "<td>&lt;b&gt;Rock&lt;/b&gt;</td>" in fake.datasift.sources._repr_html_()
    assert "<table>" in fake.datasift._repr_html_()
    assert "1 hold" in repr(fake.faults)


def test_the_table_of_rows_shows_the_fields_that_tell_them_apart() -> None:
    """In this order; each is a field of the row."""
    fake = FakeSources()
    source = fake.datasift.sources.add()
    fake.datasift.log.add(source.id)
    fake.curator.sources.add()
    fake.handle(Request("GET", "/v1.6/source/get", HEADERS, b"", "api.datasift.com"))
    tables = (
        fake, fake.datasift.sources, fake.datasift.log, fake.curator.feeds, fake.curator.sources, fake.curator.posts, fake.journal,
    )  # fmt: skip

    assert [re.findall("<th>(.*?)</th>", each._repr_html_()) for each in tables] == [
        ["in it"],
        ["id", "name", "source_type", "status"],
        ["id", "source_id", "event_time", "success", "message"],
        ["id", "name", "slug", "moderation"],
        ["id", "feed_id", "source_type", "tag", "active"],
        ["id", "source_id", "source_created_at", "shown", "text"],
        ["number", "operation", "method", "path", "status", "violations"],
    ]


def test_a_repr_creates_no_account() -> None:
    """The repr of an unused account does not change the state."""
    fake = FakeSources()
    before = fake.dump()

    repr(fake.datasift.account("bob")) + fake.curator.account("carol")._repr_html_() + repr(fake)

    assert fake.dump() == before
