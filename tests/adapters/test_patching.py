"""Patching an attribute and restoring it."""

from __future__ import annotations

import inspect
import socket
from typing import Any

import httpx
import pytest
from requests.adapters import HTTPAdapter

from fakesources import FakeSources
from fakesources.adapters.patching import Patch


class Base:
    def inherited(self) -> str:
        return "base"


class Owner(Base):
    def own(self) -> str:
        return "own"


OWN = Owner.__dict__["own"]


def prefixed(patch: Patch, text: str) -> Any:
    """Return a replacement that adds a word to the original's result while its patch is active."""
    return lambda self: f"{text} {patch.original(self)}" if patch.active else patch.original(self)


def apply(name: str, text: str) -> Patch:
    patch = Patch(Owner, name)
    patch.apply(prefixed(patch, text))
    return patch


def test_an_attribute_of_a_class_is_restored() -> None:
    patch = apply("own", "first")
    assert Owner().own() == "first own"
    patch.undo()

    assert Owner.__dict__["own"] is OWN


def test_an_inherited_attribute_is_inherited_again() -> None:
    patch = apply("inherited", "first")
    assert Owner().inherited() == "first base"
    patch.undo()

    assert "inherited" not in vars(Owner)
    assert Owner().inherited() == "base"


def test_patches_undone_in_any_order_leave_nothing() -> None:
    """One that is undone below another calls the original, and the last one restores the attribute."""
    first, second, third = (apply("own", text) for text in ("first", "second", "third"))
    assert Owner().own() == "third second first own"
    second.undo()
    assert Owner().own() == "third first own"
    first.undo()
    assert Owner().own() == "third own"
    third.undo()

    assert Owner.__dict__["own"] is OWN


def test_the_patch_of_another_library_is_kept(monkeypatch: Any) -> None:
    """Also where that restores a replacement which no longer applies."""
    patch = apply("own", "first")
    ours = Owner.__dict__["own"]
    monkeypatch.setattr(Owner, "own", lambda self: f"theirs {ours(self)}")
    patch.undo()
    assert Owner().own() == "theirs own"
    monkeypatch.undo()
    assert Owner().own() == "own"

    apply("own", "second").undo()
    assert Owner.__dict__["own"] is OWN


PATCHED: dict[str, tuple[Any, str]] = {
    "a function of a module": (socket, "getaddrinfo"),
    "a method that is inherited": (socket.socket, "connect"),
    "a method that mocks patch too": (HTTPAdapter, "send"),
    "a method": (httpx.HTTPTransport, "handle_request"),
}


@pytest.mark.parametrize(("owner", "name"), PATCHED.values(), ids=PATCHED)
def test_patches_that_others_restore_do_not_accumulate(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """A suite that patches the same attribute in every test, and restores it last, calls through one patch at most."""
    depths: list[int] = []
    monkeypatch.setattr(owner, name, lambda *_: depths.append(len(inspect.stack(0))))
    for _ in range(3):
        with monkeypatch.context() as theirs, FakeSources():
            ours = getattr(owner, name)
            theirs.setattr(owner, name, lambda *given, ours=ours: ours(*given))
        getattr(owner, name)(None, httpx.Request("GET", "https://other.test/"))

    assert depths[0] == depths[1] == depths[2]
