"""Authentication: the ways to send a key, accounts, and access to rows of other accounts."""

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
    """The password of Basic is not read."""
    call = Caller(FakeSources(credentials=CREDENTIALS), key="")

    assert call("GET", "/v1/sources", headers=headers).status == 200


@pytest.mark.parametrize(
    ("key", "headers", "error"),
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
def test_a_call_without_a_valid_key_is_an_error(
    key: str, headers: tuple[tuple[str, str], ...], error: tuple[int, str]
) -> None:
    """A missing key is 400, a wrong one 403, and no response contains the key."""
    call = Caller(FakeSources(credentials=CREDENTIALS), key=key)

    assert call("GET", "/v1/sources", headers=headers).error == error


def test_any_key_is_accepted_without_credentials(call: Caller) -> None:
    """The first key that is used belongs to the home account, every other one to an account of its own."""
    call.create()

    other = Caller(call.fake, key="another")

    assert len(call.sources()) == 1
    assert other.sources() == []
    assert [feed["name"] for feed in other("GET", "/v1/feeds").json] == ["Default"]
    assert other("GET", "/v1/feeds").json[0]["id"] != FEED


def test_the_status_for_a_wrong_key_can_be_401() -> None:
    call = Caller(FakeSources(credentials=CREDENTIALS, wrong_key_status=401), key="wrong")

    assert call("GET", "/v1/sources").error == (401, "The api_key is not known")


def test_a_bearer_token_is_accepted_by_setting() -> None:
    """The setting is off by default."""
    call = Caller(FakeSources(credentials=CREDENTIALS, bearer=True), key="")

    assert call("GET", "/v1/sources", headers=(("Authorization", "Bearer ABCD-1234"),)).status == 200
    assert call("GET", "/v1/sources", headers=(("Authorization", "Bearer wrong"),)).status == 403


def test_accounts_have_the_names_of_their_credentials() -> None:
    """The first of the credentials is the home account."""
    fake = FakeSources(credentials=CREDENTIALS)
    Caller(fake, key="EFGH-5678").create(feed_id=next(iter(fake.curator.account("guest").feeds)))

    assert len(fake.curator.sources) == 0
    assert len(fake.curator.account("guest").sources) == 1
    assert fake.curator.account("team").feeds.keys() == fake.curator.feeds.keys()


def test_rows_of_another_account_are_forbidden(either: Caller) -> None:
    """Another account's feed and source cannot be used, changed or deleted."""
    source = either.create()["id"]
    before = either.sources()
    other = Caller(either.fake, key="another")
    errors = [
        other("POST", "/v1/sources", {"feed_id": FEED, "source_type": 2, "tag": "cats"}).error,
        other("PUT", f"/v1/sources/{source}", {"tag": "cats"}).error,
        other("DELETE", f"/v1/sources/{source}").error,
        other("POST", f"/v1/feeds/{FEED}", {"name": "Mine"}).error,
        other("DELETE", f"/v1/feeds/{FEED}").error,
    ]

    feed, source_ = (403, "You may not see this feed"), (403, "You may not see this source")
    assert errors == [feed, source_, source_, feed, feed]
    assert either.sources() == before
    assert other.sources(feed_id=FEED) == []


@pytest.mark.parametrize("key", ["", "wrong", "EFGH-5678"])
def test_posts_are_public(key: str) -> None:
    """Posts are listed without a key, and a key is not checked."""
    call = Caller(FakeSources(credentials=CREDENTIALS))
    call.create()

    assert call("GET", f"/v1/feeds/{FEED}/posts", key=key).json["postCount"] == 20


def test_a_feed_is_found_by_each_of_its_ids(either: Caller) -> None:
    """A feed of any account is found by id, public key (in any case) and api_id."""
    other = either.fake.curator.account("another")
    feed = next(iter(other.feeds.values()))
    other.sources.add(tag="cats")
    either.create()

    ids = [feed.id, feed.public_key, feed.public_key.upper(), feed.api_id]
    assert [either.posts(id)["sources"][0]["name"] for id in ids] == ["cats"] * 4
    assert either.posts(PUBLIC_KEY.upper())["sources"][0]["name"] == "myawesometag"


def test_no_key_is_shown(call: Caller) -> None:
    """Neither the journal nor recorded parameters nor account handles show a key."""
    call.create()
    call("GET", "/v1/sources", query={"feed_id": "short"})
    exchanges = list(call.fake.journal)

    shown = repr([exchanges, call.fake, call.fake.curator, *(exchange.request.params for exchange in exchanges)])
    assert "ABCD-1234" not in shown
