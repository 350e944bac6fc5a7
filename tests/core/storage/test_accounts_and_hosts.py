"""Whose rows are whose, and which API a request is for."""

from __future__ import annotations

import pytest

from fakesources.core.storage.accounts import HOME, Account, Accounts


def accounts(home: str | None = None, *, may_be_claimed: bool = True) -> Accounts[Account]:
    return Accounts(lambda label: Account(label, 0, {}), home, may_be_claimed=may_be_claimed)


def test_home_is_whoever_calls_first() -> None:
    """The first stranger finds the rows a test added before anybody called; the second has an account of its own."""
    those = accounts()
    home = those.home

    assert those.of("alice") is home
    assert those.of("bob") is not home
    assert those.of("alice") is home


def test_home_is_who_was_named_home() -> None:
    """It does not matter then who calls first."""
    those = accounts("alice")

    assert those.of("bob") is not those.home
    assert those.of("alice") is those.home


def test_nobody_is_home_where_nobody_may_claim_it() -> None:
    """What a test added there stays out of every caller's reach."""
    those = accounts(may_be_claimed=False)

    assert those.home not in {those.of("alice"), those.of("bob"), those.of("home"), those.named("home")}
    assert those.name_of(those.home) == HOME


@pytest.mark.parametrize("name", ["home", "home'", "home''", "homer", "'home"])
def test_an_account_that_is_called_home_is_not_taken_for_it(name: str) -> None:
    """Its ids and its place in a snapshot are its own, and it is called by its name."""
    those = accounts("alice")
    other, ids = those.of(name), {those.of(each).ids.hex("source") for each in ("alice", "home", "home'", "home''")}

    again = accounts("alice")
    again.go_back(those.save())

    assert len(ids) == 4
    assert those.name_of(other) == name
    assert those.holds(other)
    assert other.label in those.save().accounts
    assert again.name_of(again.of(name)) == name
    assert those.renew(name)
    assert not those.holds(other)


def test_an_account_a_test_named_is_not_taken_for_home() -> None:
    """Rows added for bob are bob's, even if bob is the first to call."""
    those = accounts()
    bobs = those.named("bob")

    assert those.of("bob") is bobs
    assert those.of("alice") is those.home


def test_an_account_is_called_by_its_name() -> None:
    """An unclaimed home is called home, a claimed one by who claimed it."""
    those = accounts()
    before = those.name_of(those.home)
    those.of("alice")

    assert (before, those.name_of(those.home), those.name_of(those.of("bob"))) == (HOME, "alice", "bob")


def test_ids_differ_by_account_and_repeat_by_seed() -> None:
    """Two accounts never make the same id; two runs always do."""
    first, again = accounts(), accounts()

    assert first.home.ids.hex("source") == again.home.ids.hex("source") != first.named("bob").ids.hex("source")
