"""State files: a document with an invalid row is rejected with the path of the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fakesources import FakeSources, InvalidState

INVALID: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "a feed's key": (lambda _, c: c["feeds"][0].update(public_key="xé"), r"\.feeds\[0\]\.public_key: .* 20 to 50"),
    "a source's number": (lambda _, c: c["sources"][0].update(number=-1), r"\.sources\[0\]\.number: .* of 1 or more"),
    "errors": (lambda _, c: c["sources"][0].update(error_count=-1), r"\.sources\[0\]\.error_count"),
    "a source's id": (lambda _, c: c["sources"][0].update(id="x"), r"\.sources\[0\]\.id: .* a UUID"),
    "a fetch of too many posts": (
        lambda _, c: c["fetches"][0].update(count=10**30),
        r"\.fetches\[0\]\.count: .* at most",
    ),
    "the time of a fetch": (
        lambda _, c: c["fetches"][0].update(requested_at=1e308),
        r"\.fetches\[0\]\.requested_at: .* a time",
    ),
    "a source type": (lambda d, _: d["sources"][0].update(source_type="xé"), r"\.sources\[0\]\.source_type"),
    "an empty id": (lambda d, _: d["sources"][0].update(id=""), r"\.sources\[0\]\.id"),
    "a resource": (lambda d, _: d["sources"][0]["resources"][0]["parameters"].update(title=-1), r"\.resources"),
    "a token": (lambda d, _: d["sources"][0]["auth"][0]["parameters"].update(value=-1), r"\.auth"),
    "half a character": (
        lambda _, c: c["feeds"][0].update(name="\ud800"),
        r"\.name: expected a text without .* got .\\ud800.",
    ),
    "a name of half a character": (
        lambda _, c: c["feeds"][0]["meta"].update({"\ud800": 1}),
        r"\.meta: .* a text without",
    ),
    "a NUL character": (lambda _, c: c["sources"][0].update(tag="a\0b"), r"\.tag: .* a text without NUL"),
    "a log entry without a source": (lambda d, _: d["log"][0].update(source_id="x"), r"\.log\[0\]\.source_id"),
}


@pytest.mark.parametrize(("spoil", "message"), INVALID.values(), ids=INVALID)
def test_an_invalid_row_is_rejected(spoil: Callable[[Any, Any], Any], message: str) -> None:
    """Loading fails, so that no later response is an internal error, and nothing changes."""
    fake = FakeSources()
    source = fake.datasift.sources.add(name="Rock Music")
    fake.datasift.log.add(source.id)
    fake.curator.sources.add()
    document = fake.dump()
    rows = [document[api]["accounts"]["home"]["rows"] for api in ("datasift", "curator")]
    spoil(*rows)
    before = fake.snapshot()

    with pytest.raises(ValueError, match=message) as raised:
        fake.load(document)

    assert "example-facebook-token" not in str(raised.value)
    assert str(raised.value).encode()
    assert not fake.diff(before)


SECRET = "s3cr3t"
SHOWN: dict[str, tuple[Callable[[Any], Any], str]] = {
    "a resource without an id": (
        lambda source: source["resources"][0].update(resource_id="", parameters={"token": SECRET, "id": 1}),
        'resources with a non-empty id each, got [{"resource_id": "", "parameters": {"token": "***", "id": 1}}]',
    ),
    "a resource of another type": (
        lambda source: source["resources"][0].update(resource_id="r", parameters={"a": [{"key": SECRET}]}),
        'parameters of a source of type facebook_page, got [{"resource_id": "r", "parameters": {"a": [{"key": "***"}]}}]',
    ),
    "a token without an id": (
        lambda source: source["auth"][0].update(identity_id="", parameters={"value": SECRET}),
        "tokens with a non-empty id each, got ***",
    ),
    "a token of another type": (
        lambda source: source["auth"][0].update(parameters={"valeu": SECRET}),
        "parameters of a source of type facebook_page, got ***",
    ),
}


@pytest.mark.parametrize(("spoil", "message"), SHOWN.values(), ids=SHOWN)
def test_an_invalid_part_of_a_row_is_shown_as_json_without_its_secrets(
    spoil: Callable[[Any], Any], message: str
) -> None:
    """As it stands in the document, not as the object of Python that it became."""
    fake = FakeSources()
    fake.datasift.sources.add()
    document: Any = fake.dump()
    spoil(document["datasift"]["accounts"]["home"]["rows"]["sources"][0])

    with pytest.raises(InvalidState) as raised:
        fake.load(document)

    place, _, shown = str(raised.value).partition(": expected ")
    assert (place.rpartition("[0].")[0], shown) == ("$.datasift.accounts.home.rows.sources", message)


@pytest.mark.parametrize("number", [-1, -(10**20)])
@pytest.mark.parametrize("kinds", ["counters", "account"])
@pytest.mark.parametrize("api", ["datasift", "curator"])
def test_a_negative_counter_is_rejected(api: str, kinds: str, number: int) -> None:
    """Ids would repeat; 0 is the counter of a kind without ids."""
    fake = FakeSources()
    fake.datasift.sources.add()
    fake.curator.sources.add()
    document: Any = fake.dump()
    counters = document[api]["counters"] if kinds == "counters" else document[api]["accounts"]["home"]["counters"]
    counters["source"] = 0
    fake.load(document)

    counters["source"] = number
    with pytest.raises(InvalidState, match=rf"counters\.source: expected an integer of 0 or more, got {number}$"):
        fake.load(document)


def test_every_type_of_source_can_be_saved_and_loaded() -> None:
    from fakesources.apis.curator.data import source_types as numbers
    from fakesources.apis.datasift.source_types import source_types as names

    fake, other = FakeSources(), FakeSources()
    for name in names():
        fake.datasift.sources.add(source_type=name)
    for number in numbers():
        fake.curator.sources.add(source_type=number)

    other.load(fake.dump())

    assert other.dump() == fake.dump()
