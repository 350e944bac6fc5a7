"""The handle of an account: sources and log entries to read, to add, to change and to remove."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
from datasift_calls import Caller

from fakesources import FakeSources
from fakesources.core.storage.store import NoSuchRow

TYPES = ("facebook_page", "instagram", "googleplus", "yammer", "twitter_gnip")


@pytest.mark.parametrize("source_type", TYPES)
@pytest.mark.parametrize("edition", ["docs-1.6", "live-1.6"])
def test_an_added_source_works_at_every_endpoint(source_type: str, edition: str) -> None:
    """`add` without arguments makes a complete source of any type."""
    fake = FakeSources(datasift=edition)
    source = fake.datasift.sources.add(source_type=source_type)
    call = Caller(fake)

    assert call.get(source.id)["source_type"] == source_type
    assert call("PUT", "start", form={"id": source.id}).status == 200
    assert call("PUT", "update", json_body=call.get(source.id)).status == 202
    assert fake.violations == []


def test_sources_are_a_mapping(fake: FakeSources) -> None:
    sources = fake.datasift.sources
    first, second = sources.add(name="one"), sources.add(name="two")

    assert list(sources) == [first.id, second.id]
    assert dict(sources) == {first.id: first, second.id: second}
    assert (len(sources), first.id in sources, sources.get("x")) == (2, True, None)
    with pytest.raises(NoSuchRow):
        sources["x"]


@pytest.mark.parametrize(("edition", "word"), [("docs-1.6", "active"), ("live-1.6", "running")])
def test_status_has_the_word_of_the_edition(edition: str, word: str) -> None:
    sources = FakeSources(datasift=edition).datasift.sources
    source = sources.add(running=True)
    seen = [source, sources[source.id], next(iter(sources.values())), sources.change(source.id, name="x")]

    assert [row.status for row in seen] == [word] * 4
    assert sources.change(source.id, running=False).status == "stopped"
    assert sources.remove(source.id).status == "stopped"


def test_rows_are_the_same_in_every_edition() -> None:
    first, second = (
        FakeSources(datasift=edition).datasift.sources.add(running=True) for edition in ("docs-1.6", "live-1.6")
    )

    assert first == second


def test_a_row_is_frozen_and_does_not_follow_changes(fake: FakeSources) -> None:
    source = fake.datasift.sources.add()
    Caller(fake)("PUT", "update", form={"id": source.id, "name": "later"})

    assert source.name == "Rock Music"
    assert fake.datasift.sources[source.id].name == "later"
    with pytest.raises(FrozenInstanceError):
        source.name = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        source.parameters["comments"] = False  # type: ignore[index]
    with pytest.raises(TypeError):
        source.resources[0].parameters["id"] = 1  # type: ignore[index]


def test_tokens_are_not_in_a_repr(fake: FakeSources) -> None:
    source = fake.datasift.sources.add(auth=[{"parameters": {"value": "s3cret"}}])

    assert source.auth[0].parameters["value"] == "s3cret"
    assert "s3cret" not in repr((source, source.auth, fake.datasift.sources, fake.datasift, fake))


def test_add_accepts_ids_items_switches_and_times(fake: FakeSources) -> None:
    source = fake.datasift.sources.add(
        id="e25d533cf287ec44fe66e8362f61961f",
        name="n",
        source_type="instagram",
        running=True,
        resources=[{"resource_id": "b", "parameters": {"type": "popular"}}, {"resource_id": "a", "parameters": {"type": "tag", "value": "t"}}],
        auth=[{"identity_id": "c", "parameters": {"value": "v"}, "expires_at": 7}],
        parameters={"comments": True},
        created_at=datetime(2018, 1, 16, 21, 55, 46, tzinfo=UTC),
    )  # fmt: skip

    shown = Caller(fake).get("e25d533cf287ec44fe66e8362f61961f")
    assert (shown["name"], shown["status"], shown["created_at"]) == ("n", "active", 1516139746)
    assert [item["resource_id"] for item in shown["resources"]] == ["a", "b"]
    assert (shown["auth"][0]["identity_id"], shown["auth"][0]["expires_at"]) == ("c", 7)
    assert source == fake.datasift.sources[source.id]


def test_change_replaces_the_given_fields(fake: FakeSources) -> None:
    """Items taken from a row keep their ids and their tokens."""
    sources = fake.datasift.sources
    source = sources.add()

    changed = sources.change(
        source.id, resources=[*source.resources, {"parameters": {"id": "x"}}], auth=source.auth, created_at=5, name=""
    )

    assert (changed.name, changed.created_at, changed.auth) == ("", 5, source.auth)
    assert source.resources[0] in changed.resources
    assert len(changed.resources) == 2
    assert list(sources) == [source.id]


@pytest.mark.parametrize("source_type", TYPES)
@pytest.mark.parametrize("edition", ["docs-1.6", "live-1.6"])
def test_items_of_a_response_can_be_added_to_another_fake(source_type: str, edition: str) -> None:
    fake, other = FakeSources(datasift=edition), FakeSources(datasift=edition)
    source = fake.datasift.sources.add(source_type=source_type)
    shown = Caller(fake).get(source.id)
    given = {part: shown[part] for part in ("name", "source_type", "auth", "resources", "parameters", "created_at")}

    other.datasift.sources.add(id=source.id, **given)

    assert Caller(other).get(source.id) == shown
    assert fake.datasift.sources.change(source.id, auth=source.auth, resources=source.resources) == source


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"source_type": "facebook"}, "did you mean 'facebook_page'"),
        ({"resources": [{"parameters": {"titel": "x", "id": 1}}]}, r"^resources\[0\]\.parameters: expected one of .*, got 'titel'; did you mean 'title'"),
        ({"resources": [{"parameters": {}}]}, r"^resources\[0\]\.parameters: expected also 'id', got an object with nothing"),
        ({"parameters": {"comment": True}}, "did you mean 'comments'"),
        ({"parameters": {"comments": "yes"}}, r"^parameters\.comments: expected boolean, got a string"),
        ({"auth": [{"parameters": {"value": 5}}]}, r"^auth\[0\]\.parameters\.value: expected string, got an integer"),
        ({"created_at": datetime(2020, 1, 1)}, "aware datetime"),
        ({"name": 5}, r"^name: expected a text( or None)?, got 5"),
        ({"name": "\ud800"}, r"^name: expected a text without NUL"),
        ({"name": "a\0b"}, r"^name: expected a text without NUL"),
        ({"resources": [{"parameters": {"id": "\ud800"}}]}, r"^resources\[0\]\.parameters\.id: expected a text without"),
        ({"resources": [{"parameters": {"\ud800": "x"}}]}, r"^resources\[0\]\.parameters: expected a text without"),
        ({"auth": [{"parameters": {"value": "\ud800"}}]}, r"^auth\[0\]\.parameters\.value: expected a text without"),
    ],
)  # fmt: skip
def test_invalid_fields_of_a_source_raise(fake: FakeSources, given: dict[str, Any], message: str) -> None:
    """The message names the path, and nothing changes."""
    with pytest.raises(ValueError, match=message):
        fake.datasift.sources.add(**given)
    assert len(fake.datasift.sources) == 0

    source = fake.datasift.sources.add()
    if "source_type" not in given:
        with pytest.raises(ValueError, match=message):
            fake.datasift.sources.change(source.id, **given)
        assert fake.datasift.sources[source.id] == source


@pytest.mark.parametrize("message", ["\ud800", "a\0b", 3])
def test_invalid_fields_of_a_log_entry_raise(fake: FakeSources, message: Any) -> None:
    source = fake.datasift.sources.add()

    with pytest.raises(ValueError, match=r"message: expected"):
        fake.datasift.log.add(source.id, message)
    assert len(fake.datasift.log) == 0


@pytest.mark.parametrize("text", ["\ud800", "a\0b"])
def test_ids_and_account_names_have_to_be_encodable(fake: FakeSources, text: str) -> None:
    with pytest.raises(ValueError, match=r"^id: expected a text without NUL"):
        fake.datasift.sources.add(id=text)
    with pytest.raises(ValueError, match=r"^name: expected a text without NUL .*, the name of an account"):
        fake.datasift.account(text)
    with pytest.raises(ValueError, match="credentials"):
        FakeSources(credentials={"datasift": {text: "key"}})


def test_an_invalid_token_is_not_in_the_message(fake: FakeSources) -> None:
    with pytest.raises(ValueError, match="expected") as raised:
        fake.datasift.sources.add(auth=[{"parameters": {"value": ["s3cret"]}}])

    assert "s3cret" not in str(raised.value)


def test_an_id_is_unique(fake: FakeSources) -> None:
    fake.datasift.sources.add(id="a")

    with pytest.raises(ValueError, match="already"):
        fake.datasift.sources.add(id="a")


def test_remove_returns_the_row_and_removes_its_log(fake: FakeSources) -> None:
    source = fake.datasift.sources.add()
    fake.datasift.log.add(source.id)

    assert fake.datasift.sources.remove(source.id) == source
    assert (len(fake.datasift.sources), len(fake.datasift.log)) == (0, 0)
    with pytest.raises(KeyError):
        fake.datasift.sources.remove(source.id)
    with pytest.raises(KeyError):
        fake.datasift.log.add(source.id)


def test_an_added_log_entry_is_a_row_with_defaults(fake: FakeSources) -> None:
    source = fake.datasift.sources.add()
    first = fake.datasift.log.add(source.id)
    fake.clock.advance(10)
    second = fake.datasift.log.add(source.id, "fine", success=True)

    assert (first.success, first.event_time, second.event_time - first.event_time) == (False, 1767225600, 10)
    assert fake.datasift.log.of(source.id) == [second, first]
    assert fake.datasift.log[first.id] == first


def test_two_fakes_share_no_sources(fake: FakeSources) -> None:
    fake.datasift.sources.add()

    assert len(FakeSources().datasift.sources) == 0


def test_a_snapshot_has_sources_and_log(fake: FakeSources) -> None:
    source = fake.datasift.sources.add()
    entry = fake.datasift.log.add(source.id)
    state = fake.snapshot()
    next_id = fake.datasift.sources.add().id
    fake.datasift.sources.remove(source.id)

    fake.restore(state)
    assert (list(fake.datasift.sources), list(fake.datasift.log)) == ([source.id], [entry.id])
    assert fake.datasift.sources.add().id == next_id
    fake.reset()
    assert (len(fake.datasift.sources), len(fake.datasift.log)) == (0, 0)


@pytest.mark.parametrize(
    ("part", "items"),
    [
        ("auth", [{"identity_id": "", "parameters": {"value": "t"}, "expires_at": None}]),
        ("resources", [{"resource_id": "", "parameters": {"type": "tag", "value": "x"}}]),
    ],
)
def test_the_items_of_a_saved_source_have_ids(fake: FakeSources, part: str, items: Any) -> None:
    fake.datasift.sources.add(source_type="instagram")
    state = fake.dump()
    [row] = state["datasift"]["accounts"]["home"]["rows"]["sources"]
    row[part] = items

    with pytest.raises(ValueError, match=f"{part}.*: expected .* with a non-empty id each"):
        fake.load(state)


ITEMS_OF_A_ROW: dict[str, Any] = {
    "a row's own": lambda items: items,
    "own ones in a list": list,
    "read-only mappings": lambda items: [MappingProxyType({"parameters": MappingProxyType(dict(items[0].parameters))})],
}


@pytest.mark.parametrize("make", ITEMS_OF_A_ROW.values(), ids=ITEMS_OF_A_ROW)
@pytest.mark.parametrize("name", ["resources", "auth"])
def test_items_of_one_row_are_accepted_for_another(name: str, make: Any) -> None:
    """By `add` and by `change`, whichever kind of mapping they are."""
    fake = FakeSources()
    first = fake.datasift.sources.add()
    given: Any = {name: make(getattr(first, name))}

    added = fake.datasift.sources.add(**given)
    changed = fake.datasift.sources.change(fake.datasift.sources.add().id, **given)

    for source in (added, changed):
        assert [each.parameters for each in getattr(source, name)] == [each.parameters for each in getattr(first, name)]


OTHERS = [Decimal(1), object(), b"x", float("nan"), {1: 2}, [{None: 1}]]


@pytest.mark.parametrize("value", OTHERS, ids=lambda value: type(value).__name__)
def test_a_value_that_json_has_not_is_rejected_in_our_words(value: Any) -> None:
    """Wherever it stands in an item or among the switches; the value may be a secret, and is not shown."""
    sources = FakeSources().datasift.sources
    row = sources.add()
    for name, given in (
        ("resources", [{"parameters": {"id": value}}]),
        ("auth", [value]),
        ("parameters", {"a": value}),
    ):
        for call in (sources.add, partial(sources.change, row.id)):
            with pytest.raises(ValueError, match=rf"^{name}: expected (values of JSON|a list of mappings)"):
                call(**{name: given})
