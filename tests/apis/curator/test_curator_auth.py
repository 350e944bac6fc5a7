"""Who calls: the key and its carriers, accounts, and what is nobody's but its owner's."""

from __future__ import annotations

from base64 import b64encode

import pytest
from curator_calls import FEED, PUBLIC_KEY, Caller

from fakesources import FakeSources


def basic(text: str) -> tuple[tuple[str, str], ...]:
    return (("Authorization", "Basic " + b64encode(text.encode()).decode()),)


CREDENTIALS = {"curator": {"team": "ABCD-1234", "guest": "EFGH-5678"}}


@pytest.mark.parametrize(
    "headers",
    [basic("ABCD-1234:"), basic("ABCD-1234:anything"), basic("ABCD-1234"), (("authorization", basic("ABCD-1234:")[0][1].replace("Basic", "basic")),)],
    ids=["empty-password", "password", "no-colon", "lower-case"],
)  # fmt: skip
def test_the_key_may_be_the_user_name_of_basic(headers: tuple[tuple[str, str], ...]) -> None:
    """Basic carries the key as its user name; the password is not looked at."""
    call = Caller(FakeSources(credentials=CREDENTIALS), key="")

    assert call("GET", "/v1/sources", headers=headers).status == 200


@pytest.mark.parametrize(
    ("key", "headers", "refusal"),
    [
        ("", (), (400, "Please provide an api_key")),
        ("", basic(":"), (400, "Please provide an api_key")),
        ("", (("Authorization", ""),), (400, "Please provide an api_key")),
        ("", (("Authorization", "Bearer ABCD-1234"),), (400, "Please provide an api_key")),
        ("", (("Authorization", "Basic ???"),), (400, "The api_key cannot be read")),
        ("", (("Authorization", "Basic /w=="),), (400, "The api_key cannot be read")),
        ("a\nb", (), (400, "The api_key cannot be read")),
        ("wrong", (), (403, "The api_key is not known")),
        ("", basic("wrong:"), (403, "The api_key is not known")),
    ],
)
def test_a_call_without_a_right_key_is_refused(
    key: str, headers: tuple[tuple[str, str], ...], refusal: tuple[int, str]
) -> None:
    """No key is 400, a wrong one 403, and no key is ever repeated in the answer."""
    call = Caller(FakeSources(credentials=CREDENTIALS), key=key)

    assert call("GET", "/v1/sources", headers=headers).refusal == refusal


def test_any_key_will_do_without_credentials(call: Caller) -> None:
    """A fake without credentials takes every key; the first to call is home, another is another account."""
    call.create()

    other = Caller(call.fake, key="another")

    assert len(call.sources()) == 1
    assert other.sources() == []
    assert [feed["name"] for feed in other("GET", "/v1/feeds").json] == ["Default"]
    assert other("GET", "/v1/feeds").json[0]["id"] != FEED


def test_a_wrong_key_may_be_answered_with_401() -> None:
    """A fake can be told to answer a wrong key with 401."""
    call = Caller(FakeSources(credentials=CREDENTIALS, wrong_key_status=401), key="wrong")

    assert call("GET", "/v1/sources").refusal == (401, "The api_key is not known")


def test_a_bearer_token_is_taken_when_the_fake_is_told_so() -> None:
    """Bearer is off by default and can be switched on."""
    call = Caller(FakeSources(credentials=CREDENTIALS, bearer=True), key="")

    assert call("GET", "/v1/sources", headers=(("Authorization", "Bearer ABCD-1234"),)).status == 200
    assert call("GET", "/v1/sources", headers=(("Authorization", "Bearer wrong"),)).status == 403


def test_accounts_are_known_by_the_names_of_their_credentials() -> None:
    """With credentials the first is home, and the hand finds the others by name."""
    fake = FakeSources(credentials=CREDENTIALS)
    Caller(fake, key="EFGH-5678").create(feed_id=next(iter(fake.curator.account("guest").feeds)))

    assert len(fake.curator.sources) == 0
    assert len(fake.curator.account("guest").sources) == 1
    assert fake.curator.account("team").feeds.keys() == fake.curator.feeds.keys()


def test_what_belongs_to_another_account_is_forbidden(either: Caller) -> None:
    """Another account's feed and source may not be used, changed or deleted; nothing changes."""
    source = either.create()["id"]
    before = either.sources()
    other = Caller(either.fake, key="another")
    refused = [
        other("POST", "/v1/sources", {"feed_id": FEED, "source_type": 2, "tag": "cats"}).refusal,
        other("PUT", f"/v1/sources/{source}", {"tag": "cats"}).refusal,
        other("DELETE", f"/v1/sources/{source}").refusal,
        other("POST", f"/v1/feeds/{FEED}", {"name": "Mine"}).refusal,
        other("DELETE", f"/v1/feeds/{FEED}").refusal,
    ]

    feed, source_ = (403, "You may not see this feed"), (403, "You may not see this source")
    assert refused == [feed, source_, source_, feed, feed]
    assert either.sources() == before
    assert other.sources(feed_id=FEED) == []


@pytest.mark.parametrize("key", ["", "wrong", "EFGH-5678"])
def test_posts_are_read_without_a_key_or_with_any(key: str) -> None:
    """Whoever knows a feed reads its posts; a key is not looked at."""
    call = Caller(FakeSources(credentials=CREDENTIALS))
    call.create()

    assert call("GET", f"/v1/feeds/{FEED}/posts", key=key).json["postCount"] == 20


def test_a_feed_is_found_by_each_of_its_names(either: Caller) -> None:
    """id, public key (in any case) and api_id lead to a feed, in whatever account it is."""
    other = either.fake.curator.account("another")
    feed = next(iter(other.feeds.values()))
    other.sources.add(tag="cats")
    either.create()

    names = [feed.id, feed.public_key, feed.public_key.upper(), feed.api_id]
    assert [either.posts(name)["sources"][0]["name"] for name in names] == ["cats"] * 4
    assert either.posts(PUBLIC_KEY.upper())["sources"][0]["name"] == "myawesometag"


def test_no_key_is_kept_in_the_open(call: Caller) -> None:
    """Neither the journal's lines nor its parameters nor the hand's names show a key."""
    call.create()
    call("GET", "/v1/sources", query={"feed_id": "short"})
    exchanges = list(call.fake.journal)

    shown = repr([exchanges, call.fake, call.fake.curator, *(exchange.request.params for exchange in exchanges)])
    assert "ABCD-1234" not in shown
