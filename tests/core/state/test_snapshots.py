"""State of a fake: snapshots, resets, differences, and state files."""

from __future__ import annotations

import copy
import json
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from fakesources import FakeSources, InvalidState, Request
from fakesources.apis.datasift.source_types import source_types
from fakesources.apis.registry import installed
from fakesources.kit import Api

ALL = installed()

ALICE = (("Authorization", "alice:key-of-alice"),)
BOB = (("Authorization", "bob:key-of-bob"),)
JSON = (("Content-Type", "application/json"),)


def get_status(fake: FakeSources, method: str, target: str, headers: Any = ALICE, body: bytes = b"") -> int:
    """Return the status of one call to DataSift."""
    return fake.handle(Request(method, target, headers, body, "api.datasift.com")).status


@pytest.fixture
def fake() -> FakeSources:
    """A fake with two accounts, both APIs, logs, scheduled posts and a used rate window."""
    fake = FakeSources(posts="90")
    source = fake.datasift.sources.add(id="a" * 32)
    fake.datasift.log.add(source.id, "Rate limited")
    get_status(fake, "GET", "/v1.6/source/get")
    fake.datasift.account("bob").sources.add(name="Bob's", source_type="twitter_gnip")
    get_status(fake, "GET", "/v1.6/source/get", BOB)
    feed = next(iter(fake.curator.feeds))
    fake.curator.sources.add(feed_id=feed, tag="cats")
    fake.handle(
        Request("POST", "/v1/sources?api_key=team", JSON, json.dumps({"feed_id": feed, "source_type": 2, "tag": "d"}).encode(), "api.curator.io")
    )  # fmt: skip
    return fake


# -- snapshots ---------------------------------------------------------------------------------------------------------


def test_restoring_a_snapshot_restores_everything(fake: FakeSources) -> None:
    """Rows, rate windows, id counters and the clock."""
    before, document = fake.snapshot(), fake.dump()
    fake.datasift.sources.remove("a" * 32)
    fake.datasift.account("carol").sources.add()
    fake.curator.sources.add(tag="dogs")
    get_status(fake, "GET", "/v1.6/source/get")
    fake.clock.advance(hours=2)
    assert fake.dump() != document

    fake.restore(before)

    assert fake.dump() == document
    assert not fake.diff(before)


def test_later_writes_do_not_change_a_snapshot(fake: FakeSources) -> None:
    """Neither after it was taken nor after it was restored."""
    before, document = fake.snapshot(), fake.dump()
    for _ in range(2):
        fake.datasift.sources.change("a" * 32, name="Changed")
        fake.datasift.sources.add()
        fake.restore(before)

    assert fake.dump() == document


def test_ids_are_the_same_after_a_restore(fake: FakeSources) -> None:
    before = fake.snapshot()
    first = (fake.datasift.sources.add().id, fake.curator.sources.add().id)

    fake.restore(before)

    assert (fake.datasift.sources.add().id, fake.curator.sources.add().id) == first


def test_a_restore_keeps_journal_violations_and_faults(fake: FakeSources) -> None:
    before = fake.snapshot()
    get_status(fake, "GET", "/v1.6/source/get?nmae=1")
    fake.faults.error("datasift.source.get", "rate-limit")
    count = fake.journal.count()

    fake.restore(before)

    assert fake.journal.count() == count
    assert len(fake.violations) == 1
    assert len(fake.faults.planned) == 1


def test_a_row_does_not_change_later(fake: FakeSources) -> None:
    row = fake.datasift.sources["a" * 32]

    fake.datasift.sources.change("a" * 32, name="Changed")

    assert row.name == "Rock Music"
    assert fake.datasift.sources["a" * 32].name == "Changed"


# -- resets ------------------------------------------------------------------------------------------------------------


def test_a_reset_keeps_the_violations(fake: FakeSources) -> None:
    new = FakeSources(posts="90").dump()
    get_status(fake, "GET", "/v1.6/source/get?nmae=1")
    fake.clock.advance(5)

    fake.reset()

    assert fake.dump() == new
    assert len(fake.journal) == 0
    assert [each.rule for each in fake.violations] == ["datasift.source.get.unknown-parameter"]


def test_one_account_can_be_reset(fake: FakeSources) -> None:
    """Its rows and its exchanges are removed; others keep theirs."""
    assert fake.reset_account("bob") == ["datasift"]

    assert len(fake.datasift.account("bob").sources) == 0
    assert len(fake.datasift.sources) == 1
    assert {each.account for each in fake.journal} == {"alice", "team"}


def test_one_api_can_be_reset(fake: FakeSources) -> None:
    assert fake.reset_account(api="datasift") == ["datasift"]

    assert len(fake.datasift.sources) == 0
    assert len(fake.curator.sources) == 2
    assert {each.api for each in fake.journal} == {"curator"}


def test_resets_during_requests_leave_a_valid_state(fake: FakeSources) -> None:
    example = source_types()["facebook_page"].example
    body = json.dumps({"name": "x", "source_type": "facebook_page", **example}).encode()
    wrong: list[int] = []

    def create() -> None:
        for _ in range(30):
            status = get_status(fake, "POST", "/v1.6/source/create", (*ALICE, *JSON), body)
            if status != 201:
                wrong.append(status)

    threads = [threading.Thread(target=create) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        fake.reset()
    for thread in threads:
        thread.join()

    assert wrong == []
    FakeSources(posts="90").load(fake.dump())


# -- differences -------------------------------------------------------------------------------------------------------


def test_a_difference_as_text() -> None:
    """Rows by account, then the counts of accounts, then the clock; secrets are masked."""
    fake = FakeSources()
    fake.datasift.sources.add(id="a" * 32)
    fake.datasift.sources.add(id="b" * 32)
    before = fake.snapshot()
    fake.datasift.sources.change("a" * 32, running=True, auth=[{"parameters": {"value": "another-token"}}])
    fake.datasift.sources.remove("b" * 32)
    get_status(fake, "GET", "/v1.6/source/get")
    fake.clock.advance(60)

    lines = str(fake.diff(before)).splitlines()

    assert lines[0] == f"datasift home sources {'a' * 32} changed: running false → true, auth *** → ***"
    assert lines[1].startswith(
        f'datasift home sources {"b" * 32} removed: source_type "facebook_page", name "Rock Music"'
    )
    assert lines[2] == "datasift home counts changed: opened null → 1767225600, spent 0 → 5"
    assert lines[3] == 'clock changed: now "2026-01-01T00:00:00Z" → "2026-01-01T00:01:00Z"'
    assert len(lines) == 4


def test_an_empty_difference_is_false(fake: FakeSources) -> None:
    """Also after a row was replaced by an equal one."""
    before = fake.snapshot()
    fake.datasift.sources.change("a" * 32, name="Rock Music")

    assert not fake.diff(before)
    assert str(fake.diff(before, before)) == "no difference"
    assert repr(fake.diff(before)) == "<Diff: no difference>"


def test_a_difference_as_data(fake: FakeSources) -> None:
    before = fake.snapshot()
    fake.datasift.account("bob").sources.add(id="c" * 32, name="New")

    (change,) = fake.diff(before)

    assert (change.api, change.account, change.kind, change.id, change.type) == (
        "datasift", "bob", "sources", "c" * 32, "added",
    )  # fmt: skip
    assert ("name", None, "New") in change.parts


def test_a_difference_numbers_accounts_whose_names_are_keys() -> None:
    fake = FakeSources()
    fake.curator.account("key-of-home").feeds.add(name="Mine")
    before = fake.snapshot()
    fake.curator.account("key-of-another").feeds.add(name="Theirs")

    assert "key-of-another" not in str(fake.diff(before))


# -- files -------------------------------------------------------------------------------------------------------------


def test_a_dump_is_json_and_loads_into_the_same_state(fake: FakeSources, tmp_path: Path) -> None:
    """Through a file and as a value."""
    path = tmp_path / "state.json"
    document = fake.dump(path)
    other, third = FakeSources(posts="90"), FakeSources(posts="90")

    other.load(path)
    third.load(document)

    assert json.loads(path.read_text("utf-8")) == document
    assert other.dump() == third.dump() == document
    assert not other.diff(fake.snapshot())
    assert other.datasift.sources.add().id == fake.datasift.sources.add().id


def test_a_state_loads_into_every_edition(fake: FakeSources) -> None:
    document = fake.dump()
    other = FakeSources(datasift="live-1.6", curator="docs-2025", posts="90")

    other.load(document)

    assert other.dump() == document


def test_loaded_posts_arrive_when_they_are_due(fake: FakeSources) -> None:
    other = FakeSources(posts="90")
    other.load(fake.dump())

    assert len(other.curator.posts) == 0
    other.clock.advance(90)
    assert len(other.curator.posts) == 40


def test_only_its_owner_can_read_a_state_file(fake: FakeSources, tmp_path: Path) -> None:
    """Also where another file was there before: secrets are not masked."""
    path = tmp_path / "state.json"
    path.write_text("{}")
    path.chmod(0o644)

    fake.dump(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "example-facebook-token" in path.read_text()


def test_a_file_that_cannot_be_written_does_not_change(fake: FakeSources, tmp_path: Path) -> None:
    """And nothing else is left beside it."""
    path = tmp_path / "folder"
    path.mkdir()

    with pytest.raises(OSError, match="folder"):
        fake.dump(path)

    assert list(tmp_path.iterdir()) == [path]


def changed(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a document with one value changed, or removed for `...`."""
    document = copy.deepcopy(document)
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    holder: Any = document
    for step in way:
        holder = holder[step]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return document


SOURCE = "datasift/accounts/home/rows/sources/0"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("fakesources", 2, "$.fakesources: expected 1, the version of this format, got 2"),
        ("clock/now", "noon", '$.clock.now: expected a time in ISO 8601, got "noon"'),
        ("clock/now", "2026-01-01T00:00:00", "expected a time with a UTC offset"),
        ("clock/running", "no", '$.clock.running: expected true or false, got "no"'),
        ("clock", ..., "$: expected 'clock' among its names, got [\"fakesources\", \"datasift\", \"curator\"]"),
        ("curatro", {}, "$.curatro: expected one of fakesources, clock, datasift, curator, got {}; did you mean 'curator'?"),
        ("datasift/home", 5, "$.datasift.home: expected a text, got 5"),
        ("datasift/accounts", [], "$.datasift.accounts: expected an object, got []"),
        ("datasift/accounts/home", ..., "expected an account 'home'"),
        ("datasift/accounts/home/counters/source", "1", 'counters.source: expected an integer, got "1"'),
        ("datasift/accounts/home/counts/spent", None, "counts.spent: expected an integer, got null"),
        ("datasift/accounts/home/rows/logs", [], "rows.logs: expected one of sources, log, got []; did you mean 'log'?"),
        (f"{SOURCE}/running", "yes", 'rows.sources[0].running: expected true or false, got "yes"'),
        (f"{SOURCE}/name", ..., "expected 'name' among its names"),
        (f"{SOURCE}/nmae", "x", "rows.sources[0].nmae: expected one of"),
        (f"{SOURCE}/resources/0/resource_id", 5, "rows.sources[0].resources[0].resource_id: expected a text, got 5"),
        (f"{SOURCE}/parameters/comments", 1, "rows.sources[0].parameters.comments: expected true or false, got 1"),
        (f"{SOURCE}/auth", "secret-token", "rows.sources[0].auth: expected an array, got ***"),
        ("curator/accounts/home/rows/feeds/0/moderation", "none", "expected one of post, pre"),
    ],
)  # fmt: skip
def test_an_invalid_document_is_rejected_with_the_path_of_the_error(
    fake: FakeSources, path: str, value: Any, message: str
) -> None:
    """Secrets are masked, and nothing changes."""
    before = fake.dump()

    with pytest.raises(InvalidState) as error:
        fake.load(changed(before, path, value))

    assert message in str(error.value)
    assert fake.dump() == before


def test_a_state_of_fewer_apis_is_loaded_and_the_others_begin_anew(fake: FakeSources) -> None:
    """A file names the APIs it holds; it was saved where others were not installed."""
    fake.curator.feeds.add(name="Ours")
    alone = FakeSources(apis=["datasift"])
    alone.datasift.sources.add(name="Theirs")

    fake.load(alone.dump())

    assert [source.name for source in fake.datasift.sources.values()] == ["Theirs"]
    assert [feed.name for feed in fake.curator.feeds.values()] == ["Default"]


@pytest.mark.parametrize(
    ("drop", "message"),
    [
        ((), "$.curator: expected one of fakesources, clock, datasift"),
        (("datasift",), "$.curator: expected one of"),
        (("datasift", "curator"), "$: expected at least one API, datasift"),
    ],
)
def test_a_state_of_other_apis_is_rejected(fake: FakeSources, drop: tuple[str, ...], message: str) -> None:
    """A fake without one of the APIs cannot keep its rows."""
    document = {name: value for name, value in fake.dump().items() if name not in drop}

    with pytest.raises(InvalidState) as error:
        FakeSources(apis=["datasift"]).load(document)
    assert message in str(error.value)


def test_two_rows_with_one_id_are_refused(fake: FakeSources) -> None:
    """An id belongs to one row of its kind."""
    document = fake.dump()
    rows = document["datasift"]["accounts"]["home"]["rows"]["sources"]
    rows.append(rows[0])

    with pytest.raises(InvalidState, match=r"rows.sources\[1\].id: expected an id of its own, got"):
        fake.load(document)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected JSON: "),
        ("[]", "expected an object"),
        ("\xff", "expected JSON: "),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"clock":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
    ],
    ids=["nothing", "array", "no text", "deep arrays", "deep objects"],
)
def test_a_file_that_is_not_a_state_is_rejected(fake: FakeSources, tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(text.encode("latin-1"))

    with pytest.raises(InvalidState, match=message):
        fake.load(path)


def test_a_value_nested_too_deeply_is_rejected(fake: FakeSources) -> None:
    """Also in a document that was parsed elsewhere."""
    document, deep = fake.dump(), []
    for _ in range(100_000):
        deep = [deep]
    fake.datasift.sources.add()
    row = fake.dump()["datasift"]["accounts"]["home"]["rows"]["sources"][0]
    document["datasift"]["accounts"]["home"]["rows"]["sources"] = [{**row, "parameters": {"deep": deep}}]

    with pytest.raises(InvalidState, match=r"parameters\.deep: expected true or false, got \[\["):
        fake.load(document)


def test_a_free_value_nested_too_deeply_is_rejected(fake: FakeSources) -> None:
    """A field that accepts any JSON has no type that ends the recursion."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    document = fake.dump()
    document["curator"]["accounts"]["home"]["rows"]["feeds"][0]["meta"] = {"deep": deep}

    with pytest.raises(InvalidState, match="document: expected a state, got values nested too deeply"):
        fake.load(document)


@dataclass(frozen=True)
class Note:
    id: str
    text: str | None = None


def noting(**changes: Any) -> FakeSources:
    """Return a fake of an API of one's own that has notes."""
    api = Api("own", host="own.test")
    api.rows("notes", Note)

    @api.get("/", responses={204: None})
    def get_nothing(call: Any) -> None:
        """Get nothing."""

    return FakeSources(apis=[replace(api.api, **changes)])


def test_a_row_that_its_api_cannot_show_is_rejected() -> None:
    """As in an API of another package, whose functions raise for values that no request could have stored."""

    def views(edition: Any, account: Any, row: Note, at: float) -> Iterator[tuple[str, Any]]:
        yield "note", {"first": row.text[0]}  # type: ignore[index]

    fake = noting(views=views)
    note = fake.own.notes.add(text="")

    with pytest.raises(InvalidState, match=r"notes\[0\]: expected a row that can be shown, got \"IndexError\""):
        fake.load(fake.dump())
    assert fake.own.notes[note.id] == note


def test_a_difference_shows_no_field_without_a_value() -> None:
    fake = noting()
    before = fake.snapshot()
    fake.own.notes.add(id="1")
    fake.own.notes.add(id="2", text="x")

    assert str(fake.diff(before)).splitlines()[:2] == ["own home notes 1 added", 'own home notes 2 added: text "x"']


def test_a_time_outside_the_calendar_is_rejected(fake: FakeSources) -> None:
    document = fake.dump()
    document["clock"]["now"] = "0001-01-01T00:00:00+05:00"

    with pytest.raises(InvalidState, match=r"\$.clock.now: expected a time within the years 1 to 9999 in UTC"):
        fake.load(document)


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_every_store_has_the_class_of_its_rows(api: Any) -> None:
    """State files are read back by it."""
    account = api.open_account("home", 0, 0.0)

    assert set(account.rows) == set(account.stores)
    assert isinstance(account.extra, account.counts)


def test_the_format_of_a_dump() -> None:
    """Files of earlier versions have it too."""
    document = FakeSources().dump()

    assert json.dumps(document["datasift"]) == json.dumps(
        {
            "home": None,
            "counters": {},
            "accounts": {
                "home": {
                    "counters": {},
                    "counts": {"limit": None, "opened": None, "spent": 0},
                    "rows": {"sources": [], "log": []},
                }
            },
        }
    )
    assert document["clock"] == {"now": "2026-01-01T00:00:00+00:00", "running": False}
    assert document["fakesources"] == 1
