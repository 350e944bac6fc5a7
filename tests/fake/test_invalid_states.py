"""State files: a document with an invalid row is rejected with the path of the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fakesources import FakeSources, InvalidState

CHARACTERS = "a text without NUL characters and unpaired surrogates, got "

INVALID: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "a feed's key": (lambda _, c: c["feeds"][0].update(public_key="xé"), 'feeds[0].public_key: expected 20 to 50 letters, digits and hyphens, got "xé"'),
    "a source's number": (lambda _, c: c["sources"][0].update(number=-1), "sources[0].number: expected an integer of 1 or more, got -1"),
    "errors": (lambda _, c: c["sources"][0].update(error_count=-1), "sources[0].error_count: expected an integer of 0 or more, got -1"),
    "a source's id": (lambda _, c: c["sources"][0].update(id="x"), 'sources[0].id: expected a UUID in lower case, got "x"'),
    "the type of a source": (lambda _, c: c["sources"][0].update(source_type=999), "sources[0].source_type: expected the number of a source type, got 999"),
    "the feed of a source": (lambda _, c: c["sources"][0].update(feed_id="x"), 'sources[0].feed_id: expected the id of a feed, got "x"'),
    "the type of a post": (lambda _, c: c["posts"][0].update(source_type=999), "posts[0].source_type: expected the number of a source type, got 999"),
    "the network of a post": (lambda _, c: c["posts"][0].update(network_id=999), "posts[0].network_id: expected the number of a network, got 999"),
    "the source of a post": (lambda _, c: c["posts"][0].update(source_id="x"), 'posts[0].source_id: expected the id of a source, got "x"'),
    "the feed of a post": (lambda _, c: c["posts"][0].update(feed_id="x"), 'posts[0].feed_id: expected the feed of its source, got "x"'),
    "the source of a fetch": (lambda _, c: c["fetches"][0].update(source_id="x"), 'fetches[0].source_id: expected the id of a source, got "x"'),
    "the feed of a fetch": (lambda _, c: c["fetches"][0].update(feed_id="x"), 'fetches[0].feed_id: expected the feed of its source, got "x"'),
    "a fetch of too many posts": (lambda _, c: c["fetches"][0].update(count=10**9), "fetches[0].count: expected at most 1000, got 1000000000"),
    "the time of a fetch": (lambda _, c: c["fetches"][0].update(requested_at=1e308), "fetches[0].requested_at: expected a time in seconds since 1970, got 1e+308"),
    "a source type": (lambda d, _: d["sources"][0].update(source_type="xé"), 'sources[0].source_type: expected the name of a source type, got "xé"'),
    "an empty id": (lambda d, _: d["sources"][0].update(id=""), 'sources[0].id: expected a non-empty text, got ""'),
    "a resource": (lambda d, _: d["sources"][0].update(resources=[{"resource_id": "r", "parameters": {"title": -1}}]), 'sources[0].resources: expected parameters of a source of type facebook_page, got [{"resource_id": "r", "parameters": {"title": -1}}]'),
    "a token": (lambda d, _: d["sources"][0]["auth"][0]["parameters"].update(value=-1), "sources[0].auth: expected parameters of a source of type facebook_page, got ***"),
    "half a character": (lambda _, c: c["feeds"][0].update(name="\ud800"), f'feeds[0].name: expected {CHARACTERS}"\\ud800"'),
    "a name of half a character": (lambda _, c: c["feeds"][0]["meta"].update({"\ud800": 1}), f'feeds[0].meta: expected {CHARACTERS}"\\ud800"'),
    "a NUL character": (lambda _, c: c["sources"][0].update(tag="a\0b"), f'sources[0].tag: expected {CHARACTERS}"a\\u0000b"'),
    "a log entry without a source": (lambda d, _: d["log"][0].update(source_id="x"), 'log[0].source_id: expected the id of a source, got "x"'),
}  # fmt: skip
"""Changes of the rows of DataSift and of Curator, and the error after the path of the rows."""


@pytest.mark.parametrize(("spoil", "message"), INVALID.values(), ids=INVALID)
def test_an_invalid_row_is_rejected(spoil: Callable[[Any, Any], Any], message: str) -> None:
    """Loading fails, so that no later response is an internal error, and nothing changes."""
    fake = FakeSources()
    source = fake.datasift.sources.add(name="Rock Music")
    fake.datasift.log.add(source.id)
    fake.curator.sources.add()
    fake.curator.posts.add()
    document = fake.dump()
    rows = [document[api]["accounts"]["home"]["rows"] for api in ("datasift", "curator")]
    spoil(*rows)
    before = fake.snapshot()

    with pytest.raises(InvalidState) as raised:
        fake.load(document)

    assert str(raised.value).partition(".accounts.home.rows.")[2] == message
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
