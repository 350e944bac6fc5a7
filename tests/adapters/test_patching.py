"""Covering an attribute and giving it back."""

from __future__ import annotations

from typing import Any

from fakesources.adapters.patching import Patch


class Base:
    def inherited(self) -> str:
        return "base"


class Owner(Base):
    def own(self) -> str:
        return "own"


OWN = Owner.__dict__["own"]


def over(cover: Patch, text: str) -> Any:
    """A stand-in that puts a word before what it covers, as long as it counts."""
    return lambda self: f"{text} {cover.original(self)}" if cover.active else cover.original(self)


def apply(name: str, text: str) -> Patch:
    cover = Patch(Owner, name)
    cover.apply(over(cover, text))
    return cover


def test_what_was_covered_comes_back_to_the_very_object() -> None:
    """An attribute of its own is the same function again."""
    cover = apply("own", "first")
    assert Owner().own() == "first own"
    cover.undo()

    assert Owner.__dict__["own"] is OWN


def test_an_inherited_attribute_is_inherited_again() -> None:
    """What stood in the base class alone stands there alone afterwards."""
    cover = apply("inherited", "first")
    assert Owner().inherited() == "first base"
    cover.undo()

    assert "inherited" not in vars(Owner)
    assert Owner().inherited() == "base"


def test_covers_taken_off_in_any_order_leave_nothing() -> None:
    """A cover left under another passes calls on, and the last to leave finds what was there first."""
    first, second, third = (apply("own", text) for text in ("first", "second", "third"))
    assert Owner().own() == "third second first own"
    second.undo()
    assert Owner().own() == "third first own"
    first.undo()
    assert Owner().own() == "third own"
    third.undo()

    assert Owner.__dict__["own"] is OWN


def test_somebody_elses_cover_is_left_alone(monkeypatch: Any) -> None:
    """What another library put on top stays there, and what it gives back later does no harm."""
    cover = apply("own", "first")
    ours = Owner.__dict__["own"]
    monkeypatch.setattr(Owner, "own", lambda self: f"theirs {ours(self)}")
    cover.undo()
    assert Owner().own() == "theirs own"
    monkeypatch.undo()
    assert Owner().own() == "own"

    apply("own", "second").undo()
    assert Owner.__dict__["own"] is OWN
