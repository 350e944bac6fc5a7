"""Arguments of handles that the real service could never have, and secrets in reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from fakesources import FakeSources

INVALID: dict[str, tuple[Callable[[FakeSources, str], Any], str]] = {
    "the feed of a source": (
        lambda fake, source_id: fake.curator.sources.change(source_id, feed_id="x"),
        "^feed_id: expected a field of a Source that can change, got",
    ),
    "the type of a source": (
        lambda fake, source_id: fake.curator.sources.change(source_id, source_type=4),
        "^source_type: .*that can change",
    ),
    "a word for a count": (
        lambda fake, source_id: fake.curator.sources.change(source_id, error_count="x"),
        "^error_count: expected an integer for a Source, got 'x'",
    ),
    "a moderation": (lambda fake, _: fake.curator.feeds.add(moderation="x"), "expected one of post, pre"),
    "a number for a tag": (
        lambda fake, _: fake.curator.sources.add(tag=5),
        "^tag: expected a text for a Source, got 5",
    ),
    "a number for a name": (lambda fake, _: fake.curator.feeds.add(name=5), "^name: expected a text for a Feed, got 5"),
    "a word for a switch": (
        lambda fake, _: fake.datasift.sources.add(running="yes"),
        "^running: expected True or False, got 'yes'",
    ),
    "a word for likes": (lambda fake, _: fake.curator.posts.add(likes="many"), "an integer"),
}


@pytest.mark.parametrize(("change", "message"), INVALID.values(), ids=INVALID)
def test_an_invalid_argument_raises_and_changes_nothing(
    change: Callable[[FakeSources, str], Any], message: str
) -> None:
    fake = FakeSources()
    source_id = fake.curator.sources.add().id
    before = fake.snapshot()

    with pytest.raises(TypeError, match=message):
        change(fake, source_id)

    assert not fake.diff(before)


@pytest.mark.parametrize(
    ("credentials", "message"),
    [
        ({"datasift": "key"}, "expected a mapping"),
        ({"datasift": {}}, "leave the API out"),
        ({"datasift": {"alice": ""}}, "none of them empty"),
        ({"twitter": {"alice": "key"}}, "expected an API, datasift or curator, got 'twitter'"),
    ],
)
def test_invalid_credentials_raise(credentials: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FakeSources(credentials=credentials)


ITEM = {"parameters": {"value": "TOPSECRET", "app": "TOPSECRET"}, "app": {"deep": "TOPSECRET"}}
SENT: dict[str, dict[str, Any]] = {
    "below a secret name": {"json": {"source_type": "instagram", "name": "n", "resources": [], "auth": [ITEM]}},
    "under a name of its own": {"json": {"source_type": "instagram", "name": "n", "resources": [], "app_secret": "TOPSECRET"}},
    "as the name of a form's field": {
        "data": '{"auth":[{"parameters":{"value":"TOPSECRET"}}]}',
        "params": {"source_type": "instagram", "name": "n", "resources": "[]"},
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
    },
}  # fmt: skip


@pytest.mark.parametrize("sent", SENT.values(), ids=SENT)
def test_secrets_of_a_request_are_masked_everywhere(sent: dict[str, Any]) -> None:
    """Values below a secret name, values that look secret, and values in the place of names are masked."""
    fake = FakeSources(strict=False)
    with fake.responses():
        headers = {"Authorization": "user:TOPSECRET", **sent.get("headers", {})}
        requests.post("https://api.datasift.com/v1.6/source/create", **{**sent, "headers": headers}, timeout=5)

    assert fake.violations
    assert "TOPSECRET" not in repr(fake.violations) + "".join(map(str, fake.violations)) + repr(fake.journal.last())
    with pytest.raises(AssertionError) as raised:
        fake.check()
    assert "TOPSECRET" not in str(raised.value)


def test_secrets_under_misspelt_names_are_masked() -> None:
    from fakesources.control import serialize

    fake = FakeSources(strict=False)
    with fake.responses():
        requests.post(
            "https://api.curator.io/v1/sources?api_key=KEY&api_kye=TOPSECRET",
            json={"source_type": 2, "tag": "a", "feed_id": fake.curator.feeds.add().id, "acces_token": "TOPSECRET"},
            headers={"X-Api-Key": "TOPSECRET", "X-Auth-Token": "TOPSECRET", "Authorisation": "TOPSECRET"},
            timeout=5,
        )

    assert fake.violations
    texts = [*map(str, fake.violations), repr(fake.violations), repr(fake.journal.last())]
    texts.append(str(serialize.exchange(fake.journal.last(), fake.services["curator"])))
    assert not [text for text in texts if "TOPSECRET" in text]


def test_an_id_that_is_taken_is_rejected() -> None:
    """The source that has it stays as it is."""
    fake = FakeSources()
    source = fake.datasift.sources.add(name="first")
    before = fake.snapshot()

    with pytest.raises(ValueError, match="id: expected an id that no source has") as raised:
        fake.datasift.sources.add(id=source.id, name="second")

    assert "which exists already" in str(raised.value)
    assert not fake.diff(before)
