"""Misspelt query parameters, for APIs that ignore unknown ones.

Any name may appear in a query; only one that is one edit away from a parameter of the operation is reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any

from ..http.masking import show_at
from ..text.spelling import Misspellings
from .api import Api
from .call import Call
from .names import MIN_MISSPELT_LENGTH, credential_names, parameter_names
from .schemas import json_path

MAX_NAMES = 1_000
"""Names of one query that are compared, the first ones: bounds the time that a hostile query takes."""


def report_misspelt(call: Call, ignored: Iterable[str] = ()) -> None:
    """Report each query parameter that is one edit away from one of the operation's own.

    An edit is a letter missing, added, changed or swapped with the next. Names of other operations' parameters and
    those in `ignored` are not reported, nor are names after the first 1,000 of a query.
    """
    endpoint, secrets = call.endpoint, call.api.secrets
    assert endpoint is not None
    schema = call.service.schema(endpoint.query_schema).schema if endpoint.query_schema else {}
    documented = schema.get("properties", {})
    own = [*documented, *(() if endpoint.public else credential_names(call.api, "query"))]
    misspellings = Misspellings([name for name in own if len(name) >= MIN_MISSPELT_LENGTH], max_edits=1)
    known = _known(call.api)
    for name, value in islice(call.query.items(), MAX_NAMES):
        if name in documented or name in ignored or name in known:
            continue
        suggestion = misspellings.find(name)
        if suggestion:
            call.report(
                "unknown-parameter", path=json_path((name,)),
                actual=show_at(value, (name, suggestion), secrets),
                expected=f"one of {', '.join(own)}",
                message="The API ignores an unknown query parameter without an error.",
                source=documented.get(suggestion, {}).get("x-source", ""), suggestion=suggestion,
            )  # fmt: skip


@cache
def _known(api: Api[Any]) -> frozenset[str]:
    """Return the names of all parameters of an API, in paths, queries and bodies."""
    names = (name for endpoint in api.endpoints for name in parameter_names(api, endpoint))
    return frozenset(names).union(credential_names(api, "query"))
