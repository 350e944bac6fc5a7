"""Cost of a call: linear in the size of the request, rendering on access only, and a limited list of violations."""

from __future__ import annotations

import copy
import json
import pickle
import runpy
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from fakesources import ContractViolation, FakeSources, Request
from fakesources.core.contract import validation
from fakesources.core.contract.schemas import Schema
from fakesources.core.engine import routing
from fakesources.core.http import curl, masking

LARGE = runpy.run_path(str(Path(__file__).parent / "benchmarks" / "large_requests.py"))
KINDS: dict[str, Callable[[int], Request]] = LARGE["KINDS"]
UNKNOWN_NAMES: dict[str, Callable[[int], Request]] = LARGE["UNKNOWN_NAMES"]
FEW, MANY = 25, 500


@pytest.fixture
def fake() -> FakeSources:
    return FakeSources(strict=False)


def work(request: Request) -> int:
    """Return the number of function calls for a request and its violations; the same on any machine."""
    fake = FakeSources(strict=False)
    fake.handle(request)  # fills caches, which are not counted
    fake = FakeSources(strict=False)
    masking._is_secret.cache_clear()
    calls = 0

    def count(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        fake.handle(request)
        for violation in fake.violations:
            assert (violation.curl or violation.snippet) is not None
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_twenty_times_as_much_takes_twenty_times_the_work(make: Callable[[int], Request]) -> None:
    """Or little more, because the numbers in names are longer."""
    assert work(make(MANY)) <= 1.5 * MANY / FEW * work(make(FEW))


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_a_large_request_is_answered(make: Callable[[int], Request], fake: FakeSources) -> None:
    """With a success or a client error; quadratic work would not end."""
    assert fake.handle(make(4000)).status < 500


@pytest.mark.parametrize("make", UNKNOWN_NAMES.values(), ids=UNKNOWN_NAMES)
def test_curl_and_parameters_are_rendered_once_on_first_access(
    make: Callable[[int], Request], fake: FakeSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []
    for name in ("curl", "read_parameters"):
        original = getattr(curl, name)
        monkeypatch.setattr(
            curl, name, lambda *args, name=name, original=original: rendered.append(name) or original(*args)
        )

    fake.handle(make(500))
    assert str(fake.violations[0])
    assert rendered == []

    assert len({violation.curl for violation in fake.violations}) == 1
    assert all(isinstance(violation.snippet, str) for violation in fake.violations)
    assert sorted(rendered) == ["curl", "read_parameters"]


@pytest.mark.parametrize(
    ("count", "listed", "last"), [(99, 99, ""), (100, 100, ""), (101, 100, "2"), (10_000, 100, "9901")]
)
@pytest.mark.parametrize(
    "name", ["DataSift JSON names", "DataSift switches", "DataSift query names", "Curator JSON names"]
)
def test_violations_beyond_a_hundred_are_counted_by_the_last(
    name: str, count: int, listed: int, last: str, fake: FakeSources
) -> None:
    fake.handle(UNKNOWN_NAMES[name](count))

    assert len(fake.violations) == listed
    assert len(fake.journal.last().violations) == listed
    summary = fake.violations[-1]
    assert summary.rule.endswith(".more-violations") is bool(last)
    assert not last or summary.actual == f"{last} more violations"
    assert all(violation.rule.endswith(".unknown-parameter") for violation in fake.violations[:99])


WRONG_ITEMS = {
    "items of a list": lambda count: {"resources": [[]] * count},
    "values in items": lambda count: {"resources": [{"parameters": []}] * count},
    "names in items": lambda count: {"resources": [{"parametrs": {}} for _ in range(count)]},
    "scalars in items": lambda count: {"resources": [{"parameters": {"id": 1}} for _ in range(count)]},
}


@pytest.mark.parametrize("make", WRONG_ITEMS.values(), ids=WRONG_ITEMS)
def test_a_limited_number_of_errors_is_explained(
    make: Callable[[int], dict[str, Any]], fake: FakeSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With more of them the response is the same: a limit never makes an error of ours."""
    monkeypatch.setattr(validation, "TOLERATED_LIMIT", 300)
    explained: list[Any] = []
    explain = Schema._schema_error
    monkeypatch.setattr(Schema, "_schema_error", lambda self, error: explained.append(error) or explain(self, error))
    body = {"name": "Rock Music", "source_type": "facebook_page", "auth": []}
    few, many = (fake.handle(LARGE["datasift"](body | make(count))) for count in (50, 5_000))

    assert few.status == many.status or many.status == 400
    assert len(explained) <= 2_000
    assert len([error for error in explained if error.validator == "type" and error.instance == []]) <= 50 + 100


def test_a_strict_fake_fails_with_the_limited_list() -> None:
    fake = FakeSources()
    fake.handle(UNKNOWN_NAMES["DataSift JSON names"](1100))

    with pytest.raises(ContractViolation, match="the first of 100 violations") as caught:
        fake.check()

    assert "1001 more violations" in str(caught.value)


def test_a_violation_is_a_value_whether_it_was_rendered_or_not(fake: FakeSources) -> None:
    request = UNKNOWN_NAMES["DataSift JSON names"](2)
    for _ in range(2):
        fake.handle(request)
    first, _, other, _ = fake.violations

    assert first == other
    assert hash(first) == hash(other)
    for copied in (
        pickle.loads(pickle.dumps(first)),
        copy.deepcopy(first),
        copy.copy(first),
        replace(first),
        first.copy_with(),
    ):
        assert copied == first
        assert copied.curl == first.curl
    assert first.copy_with(location="x").location == "x"
    assert first.curl.startswith("curl ")
    assert '"name0": 0' in first.snippet
    assert json.loads(json.dumps(asdict(first.copy_with(trace=None))))["curl"] == first.curl
    with pytest.raises(AttributeError):
        first.curl = "other"  # type: ignore[misc]


def test_long_paths_and_names_are_not_cached(fake: FakeSources) -> None:
    fake.handle(KINDS["a long path segment"](1000))
    fake.handle(KINDS["a long name"](1000))
    before = routing._cached.cache_info().currsize, masking._is_secret.cache_info().currsize
    for size in range(1000, 1010):
        fake.handle(KINDS["a long path segment"](size))
        fake.handle(KINDS["a long name"](size))

    assert (routing._cached.cache_info().currsize, masking._is_secret.cache_info().currsize) == before
