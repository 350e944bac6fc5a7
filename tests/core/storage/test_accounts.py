"""Accounts, and the API that a request is for."""

from __future__ import annotations

import pytest

from fakesources.core.storage.accounts import HOME, Account, Accounts


def accounts(home: str | None = None, *, may_be_claimed: bool = True) -> Accounts[Account]:
    return Accounts(lambda label: Account(label, 0, {}), home, may_be_claimed=may_be_claimed)


def test_the_first_caller_claims_home() -> None:
    """It has the rows a test added before; the second caller has an account of its own."""
    those = accounts()
    home = those.home

    assert those.of("alice") is home
    assert those.of("bob") is not home
    assert those.of("alice") is home


def test_a_named_home_is_not_claimed_by_the_first_caller() -> None:
    those = accounts("alice")

    assert those.of("bob") is not those.home
    assert those.of("alice") is those.home


def test_no_caller_has_a_home_that_cannot_be_claimed() -> None:
    those = accounts(may_be_claimed=False)

    assert those.home not in {those.of("alice"), those.of("bob"), those.of("home"), those.named("home")}
    assert those.name_of(those.home) == HOME


@pytest.mark.parametrize("name", ["home", "home'", "home''", "homer", "'home"])
def test_an_account_named_like_home_is_another_one(name: str) -> None:
    """It has ids, a label and a name of its own."""
    those = accounts("alice")
    other, ids = those.of(name), {those.of(each).ids.hex("source") for each in ("alice", "home", "home'", "home''")}

    again = accounts("alice")
    again.restore(those.save())

    assert len(ids) == 4
    assert those.name_of(other) == name
    assert those.contains(other)
    assert other.label in those.save().accounts
    assert again.name_of(again.of(name)) == name
    assert those.reset(name)
    assert not those.contains(other)


def test_an_account_that_a_test_named_does_not_claim_home() -> None:
    """Rows added for bob are bob's, even if bob calls first."""
    those = accounts()
    bobs = those.named("bob")

    assert those.of("bob") is bobs
    assert those.of("alice") is those.home


def test_a_claimed_home_has_the_name_of_its_caller() -> None:
    those = accounts()
    before = those.name_of(those.home)
    those.of("alice")

    assert (before, those.name_of(those.home), those.name_of(those.of("bob"))) == (HOME, "alice", "bob")


def test_ids_differ_by_account_and_repeat_by_seed() -> None:
    """Two accounts never generate the same id; two runs always do."""
    first, again = accounts(), accounts()

    assert first.home.ids.hex("source") == again.home.ids.hex("source") != first.named("bob").ids.hex("source")
