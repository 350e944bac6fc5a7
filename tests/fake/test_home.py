"""The home account, which has the ids of the documentation's examples."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakesources import FakeSources
from fakesources.core.http.messages import Request

HOME_FEED = "660b923a-a6e7-4540-bd03-7e08fd006e0d"
CREDENTIALS = {"datasift": {"alice": "key", "bob": "key"}, "curator": {"team": "ABCD", "other": "EFGH"}}


def feed_of(fake: FakeSources, key: str) -> Any:
    """Return the id of the Default feed of a key."""
    return json.loads(fake.handle(Request("GET", f"/v1/feeds?api_key={key}", host="api.curator.io")).body)[0]["id"]


def source_of(fake: FakeSources, user: str) -> Any:
    """Create a source of a user and return its id."""
    body = {
        "source_type": "instagram", "name": "Rock", "parameters": {}, "auth": [{"parameters": {"value": "t"}}],
        "resources": [{"parameters": {"type": "tag", "value": "rock"}}],
    }  # fmt: skip
    headers = (("Authorization", f"{user}:key"), ("Content-Type", "application/json"))
    request = Request("POST", "/v1.6/source/create", headers, json.dumps(body).encode(), "api.datasift.com")
    return json.loads(fake.handle(request).body)["id"]


@pytest.mark.parametrize(
    ("home", "callers", "at_home"),
    [
        (None, ["KEY-1", "KEY-2"], "KEY-1"),
        ("KEY-2", ["KEY-1", "KEY-2"], "KEY-2"),
        ("curator:KEY-2", ["KEY-1", "KEY-2"], "KEY-2"),
        ("datasift:alice,curator:KEY-1", ["KEY-2", "KEY-1"], "KEY-1"),
        ("none", ["KEY-1", "KEY-2", "home"], None),
        ("someone else", ["KEY-1", "KEY-2"], None),
    ],
)
def test_the_home_account_can_be_named(home: str | None, callers: list[str], at_home: str | None) -> None:
    """By default it is the first caller's; with `none` there is none."""
    fake = FakeSources(home=home)

    feeds = {key: feed_of(fake, key) for key in callers}

    assert [key for key, feed in feeds.items() if feed == HOME_FEED] == ([at_home] if at_home else [])


@pytest.mark.parametrize("home", ["none", "alice"])
def test_ids_do_not_depend_on_who_calls_first(home: str) -> None:
    """If the home account is named, or there is none."""
    ids = []
    for users in (["alice", "bob", "home"], ["home", "bob", "alice"]):
        fake = FakeSources(home=home)
        ids.append({user: source_of(fake, user) for user in users})

    assert ids[0] == ids[1]
    assert len(set(ids[0].values())) == 3


@pytest.mark.parametrize(
    ("home", "datasift", "curator"),
    [
        (None, "alice", "team"),
        ("bob", "bob", "team"),
        ("other", "alice", "other"),
        ("datasift:bob,curator:other", "bob", "other"),
        ("none", None, None),
    ],
)
def test_one_of_the_credentials_can_be_home(home: str | None, datasift: str | None, curator: str | None) -> None:
    """In an API without the name it is the first of the credentials."""
    services = FakeSources(home=home, credentials=CREDENTIALS).services

    assert (services["datasift"].accounts.home_name, services["curator"].accounts.home_name) == (datasift, curator)


@pytest.mark.parametrize(
    "home", ["", "carol", "datasift:carol", "datasift:", "curator:alice", "datasift:alice,curator:x"]
)
def test_a_home_without_credentials_is_rejected(home: str) -> None:
    """The name may be a key, so the message does not show it."""
    with pytest.raises(ValueError, match=r"home: expected .* that is in credentials"):
        FakeSources(home=home, credentials=CREDENTIALS)


def test_a_reset_keeps_the_home_account() -> None:
    """And a loaded state has every account under its own name."""
    fake, other = FakeSources(home="none"), FakeSources(home="none")
    ids = {user: source_of(fake, user) for user in ("alice", "home")}

    other.load(fake.dump())

    assert other.dump() == fake.dump()
    assert [list(other.datasift.account(user).sources) for user in ids] == [[id] for id in ids.values()]
    fake.reset()
    assert {user: source_of(fake, user) for user in ("home", "alice")} == ids
