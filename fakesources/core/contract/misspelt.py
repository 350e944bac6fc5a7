"""Misspelt query parameters, where an API ignores those that it does not know.

Any name may stand in a query; only one that is a slip away from a parameter of the operation is taken for a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any

from ..http.masking import MASK, is_secret, mask_value
from ..text.spelling import Slips
from .api import Api
from .call import Call
from .names import SHORTEST_MISSPELT, in_query, parameter_names
from .schemas import json_path
from .validation import shown

MOST_NAMES = 1_000
"""Number of names in one query that are compared, the first ones: what more would cost, no client of the API is worth."""


def report_slips(call: Call, ignored: Iterable[str] = ()) -> None:
    """Report each query parameter that is one letter away (missing, added, changed or swapped with the next) from one
    of the operation's own. Names that another operation has are no slips, nor are those in `ignored`. Names beyond the first 1,000 of a query are not compared.
    """
    endpoint, secrets = call.endpoint, call.api.secrets
    assert endpoint is not None
    documented = (
        {} if not endpoint.query_schema else dict(call.service.schema(endpoint.query_schema).schema["properties"])
    )
    own = [*documented, *(() if endpoint.public else in_query(call.api))]
    meant, known = Slips([name for name in own if len(name) >= SHORTEST_MISSPELT], most=1), _known(call.api)
    for name, value in islice(call.query.items(), MOST_NAMES):
        if name in documented or name in ignored or name in known:
            continue
        near = meant.find(name)
        if near:
            hidden = is_secret(name, secrets) or is_secret(near, secrets)
            call.report(
                "unknown-parameter", at=json_path((name,)), got=MASK if hidden else shown(mask_value(value, secrets)),
                expected=f"one of {', '.join(own)}", says="A query parameter the API does not know is ignored without a word.",
                page=documented.get(near, {}).get("x-source", ""), near=near,
            )  # fmt: skip


@cache
def _known(api: Api[Any]) -> frozenset[str]:
    """Return the names of all parameters of an API, wherever they stand."""
    names = (name for endpoint in api.endpoints for name in parameter_names(api, endpoint))
    return frozenset(names).union(in_query(api))
