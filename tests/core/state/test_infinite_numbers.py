"""Numbers without an end in state files, which JSON has no numbers for: `never` and `always`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from math import inf, nan
from pathlib import Path
from typing import Any, TypedDict

import pytest

from fakesources import FakeSources, InvalidState
from fakesources.kit import Api, Call, Result


class Span(TypedDict):
    begin: float
    end: float


@dataclass(frozen=True, kw_only=True)
class Job:
    id: int
    due: float = 0.0
    until: float | None = None
    times: tuple[float, ...] = ()
    span: Span = field(default_factory=lambda: Span(begin=-inf, end=inf))
    limits: dict[str, float] = field(default_factory=dict)
    name: str = ""


def fake_with(**fields: Any) -> FakeSources:
    """Return a fake with one job."""
    api = Api("jobs", host="jobs.test")
    api.rows("jobs", Job)

    @api.get("/", responses={204: None})
    def get_nothing(_: Call) -> Result:
        """Get nothing."""
        return Result(204, None)

    fake = FakeSources(apis=[api])
    fake.jobs.jobs.add(id=1, **fields)
    return fake


def job_in(document: Any) -> dict[str, Any]:
    return document["jobs"]["accounts"]["home"]["rows"]["jobs"][0]


FIELDS: list[tuple[dict[str, Any], str, Any]] = [
    ({"due": inf}, "due", "never"),
    ({"due": -inf}, "due", "always"),
    ({"until": inf}, "until", "never"),
    ({"until": -inf}, "until", "always"),
    ({"times": (-inf, 0.5, inf)}, "times", ["always", 0.5, "never"]),
    ({"limits": {"a": inf, "b": -inf}}, "limits", {"a": "never", "b": "always"}),
    ({}, "span", {"begin": "always", "end": "never"}),
    ({"name": "never"}, "name", "never"),
    ({"name": "always"}, "name", "always"),
]


@pytest.mark.parametrize(("fields", "name", "text"), FIELDS, ids=lambda value: value if isinstance(value, str) else "")
def test_an_endless_number_has_a_word_and_comes_back(
    tmp_path: Path, fields: dict[str, Any], name: str, text: Any
) -> None:
    """`never` is a time that no clock reaches, `always` one before every clock; the same words in a text are a text."""
    fake, path = fake_with(**fields), tmp_path / "state.json"
    fake.dump(path)
    other = fake_with()
    other.load(path)

    assert job_in(json.loads(path.read_text("utf-8")))[name] == text
    assert other.jobs.jobs[1] == fake.jobs.jobs[1]
    assert other.dump() == fake.dump()


@pytest.mark.parametrize(("word", "number"), [("never", inf), ("always", -inf)])
def test_a_word_that_was_written_by_hand_is_read(word: str, number: float) -> None:
    fake = fake_with()
    document = fake.dump()
    job_in(document)["due"] = word
    fake.load(document)

    assert fake.jobs.jobs[1].due == number


@pytest.mark.parametrize(
    ("value", "shown"),
    [("Never", '"Never"'), ("inf", '"inf"'), ("", '""'), (nan, "NaN"), (inf, "Infinity"), (True, "true")],
)
def test_any_other_word_is_rejected(value: Any, shown: str) -> None:
    """And so are the numbers of JavaScript that JSON lacks."""
    fake = fake_with()
    document = fake.dump()
    job_in(document)["due"] = value

    with pytest.raises(InvalidState) as raised:
        fake.load(document)

    assert str(raised.value) == f"$.jobs.accounts.home.rows.jobs[0].due: expected a number, got {shown}"
