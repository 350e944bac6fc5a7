"""What a test may not put into a fake, because the real service could never have it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from fakesources import FakeSources

CANNOT: dict[str, tuple[Callable[[FakeSources, str], Any], str]] = {
    "the feed of a source": (
        lambda fake, given: fake.curator.sources.change(given, feed_id="x"),
        "^feed_id: expected a field of a Source that can change, got",
    ),
    "the type of a source": (
        lambda fake, given: fake.curator.sources.change(given, source_type=4),
        "^source_type: .*that can change",
    ),
    "a word for a count": (
        lambda fake, given: fake.curator.sources.change(given, error_count="x"),
        "^error_count: expected a whole number for a Source, got 'x'",
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
    "a word for likes": (lambda fake, _: fake.curator.posts.add(likes="many"), "a whole number"),
}


@pytest.mark.parametrize(("act", "said"), CANNOT.values(), ids=CANNOT)
def test_what_could_never_be_is_refused_at_once(act: Callable[[FakeSources, str], Any], said: str) -> None:
    """It is refused where it is written, not answered with an error of the fake's own in the code under test."""
    fake = FakeSources()
    source_id = fake.curator.sources.add().id
    before = fake.snapshot()

    with pytest.raises(TypeError, match=said):
        act(fake, source_id)

    assert not fake.diff(before)


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        ({"datasift": "key"}, "expected a mapping"),
        ({"datasift": {}}, "leave the API out"),
        ({"datasift": {"alice": ""}}, "none of them empty"),
        ({"twitter": {"alice": "key"}}, "expected an API, datasift or curator, got 'twitter'"),
    ],
)
def test_credentials_that_cannot_be_are_told(credentials: Any, said: str) -> None:
    """Credentials are account names and keys by API, and an API without any is left out."""
    with pytest.raises(ValueError, match=said):
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
def test_no_secret_is_told_of_a_call_however_it_was_sent(sent: dict[str, Any]) -> None:
    """What is below a secret name, looks like one, or stands where a name should, is masked wherever it is shown."""
    fake = FakeSources(strict=False)
    with fake.responses():
        headers = {"Authorization": "user:TOPSECRET", **sent.get("headers", {})}
        requests.post("https://api.datasift.com/v1.6/source/create", **{**sent, "headers": headers}, timeout=5)

    assert fake.violations
    assert "TOPSECRET" not in repr(fake.violations) + "".join(map(str, fake.violations)) + repr(fake.journal.last())
    with pytest.raises(AssertionError) as raised:
        fake.check()
    assert "TOPSECRET" not in str(raised.value)


def test_a_slip_of_the_finger_does_not_uncover_a_secret() -> None:
    """A secret under a misspelt name, or in a header of a usual name, is masked in violations and in the journal's export."""
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
    told = [*map(str, fake.violations), repr(fake.violations), repr(fake.journal.last())]
    told.append(str(serialize.exchange(fake.journal.last(), fake.services["curator"])))
    assert not [text for text in told if "TOPSECRET" in text]
