"""Checks of responses to generated requests: documented, valid, and without effect where they are errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from ..core.contract.api import Api, Endpoint, Result
from ..core.http.messages import Response
from ..core.state.snapshots import Snapshot
from ..fake import FakeSources
from .schema_values import ValueGenerator

MOST_KNOWN = 50
"""Most values that are remembered of each name."""


def check_documented(api: Api[Any], edition: str, operation: str, response: Response, *, is_error: bool) -> None:
    """Raise AssertionError unless a response has a status that its operation documents, and a body that its schema allows.

    `operation` is empty for a request that belongs to none. `is_error` is what the journal says of it: an error may have
    the status of a success.
    """
    endpoint = api.endpoint(operation) if operation else None
    successes = endpoint.responses if endpoint else {}
    errors = {error.status for error in api.errors_of(endpoint)}
    named = operation or "no operation"
    statuses = errors if is_error else {*successes}
    expected = ", ".join(map(str, sorted(statuses)))
    assert response.status in statuses, (
        f"{named}: expected one of the statuses {expected}, got {response.status} {response.body[:200]!r}"
    )
    name = api.error_schema if is_error else successes[response.status]
    if not name:
        assert not response.body, f"{named}: expected no body with {response.status}, got {response.body[:200]!r}"
        return
    schema = api.schemas.schema_of(edition, name)
    assert schema.is_valid(json.loads(response.body)), (
        f"{named}: expected a body that {schema.path} allows, got {response.body[:200]!r}"
    )


def check_unchanged(fake: FakeSources, before: Snapshot) -> None:
    """Raise AssertionError where rows or the clock differ from a snapshot.

    Counts, such as the cost of a call, may differ, and a request may have opened its account.
    """
    accounts = {
        (api, name)
        for api, saved in before.accounts.items()
        for number, account in enumerate(saved.accounts)
        for name in (account, f"account {number}")
    }
    changes = [
        str(each)
        for each in fake.diff(before)
        if each.kind != "counts" and (each.kind == "clock" or (each.api, each.account) in accounts)
    ]
    assert not changes, f"expected no change after an error, got {'; '.join(changes)[:500]}"


def remember(value: Any, known: dict[str, list[Any]]) -> None:
    """Add the texts and integers of a JSON value to the known values of their names, the latest ones kept."""
    for name, each in _scalars(value):
        values = known.setdefault(name, [])
        if each not in values:
            values.append(each)
            del values[:-MOST_KNOWN]


def documented_result(api: Api[Any], edition: str, endpoint: Endpoint, random: Random) -> Result:
    """Return a generated success of an operation: a documented status and a value that its schema allows."""
    status = random.choice(list(endpoint.responses))
    name = endpoint.responses[status]
    if not name:
        return Result(status)
    return Result(status, ValueGenerator(api.schemas, random).valid(api.schemas.schema_of(edition, name)))


def _scalars(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if isinstance(inner, str | int) and not isinstance(inner, bool):
                yield name, inner
            yield from _scalars(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _scalars(inner)
