"""HEAD requests: the response of GET without a body where a page has GET, elsewhere a method that is not allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakesources import FakeSources, Request
from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api, Endpoint

ALL = installed()

AUTH = (("Authorization", "alice:0123456789abcdef0123456789abcdef"),)
ROWS = [(api, row, edition) for api in ALL for row in api.endpoints for edition in api.editions]


def label(value: object) -> str:
    return str(getattr(value, "id", None) or getattr(value, "name", None) or value)


def target(fake: FakeSources, api: Api[Any], row: Endpoint) -> str:
    """Return the URL of an operation on an existing row, with all its parameters in the query."""
    if api.name == "datasift":
        id = fake.datasift.sources.add(running=row.id != "datasift.source.start").id
        wanted = {
            "id": id, "name": "x", "source_type": "facebook_page", "auth_ids": "[]", "resource_ids": "[]",
            "resources": '[{"parameters":{"type":"tag","value":"x"}}]', "auth": '[{"parameters":{"value":"x"}}]',
        }  # fmt: skip
        schema = parameters(api, row)
        query = "&".join(f"{name}={wanted[name]}" for name in schema.get("required", ()))
        return f"{row.paths[0].replace('<version>', 'v1.6')}?{query}"
    feed = fake.curator.feeds["660b923a-a6e7-4540-bd03-7e08fd006e0d"]
    source = fake.curator.sources.add(feed_id=feed.id)
    path = row.paths[0].replace("<feed_id>", feed.id).replace("<source_id>", source.id)
    return f"{path.replace('<post_id>', '1')}?api_key=ABCD-1234"


def parameters(api: Api[Any], row: Endpoint) -> dict[str, Any]:
    """Return the schema of an operation's parameters."""
    return api.schemas.schema_of(api.default_edition, row.body_schema).schema if row.body_schema else {}


def rows_of(fake: FakeSources) -> str:
    """Return all rows of the accounts as text."""
    return repr([list(fake.datasift.sources), list(fake.curator.sources), list(fake.curator.feeds)])


@pytest.mark.parametrize("documented", [False, True], ids=["any method", "documented methods"])
@pytest.mark.parametrize(("api", "row", "edition"), ROWS, ids=label)
def test_head_acts_nowhere(api: Api[Any], row: Endpoint, edition: str, documented: bool) -> None:
    fake = FakeSources(**{api.name: edition}, documented_methods=documented, credentials=None)
    path, host = target(fake, api, row), api.hosts[0]
    before = rows_of(fake)

    head = fake.handle(Request("HEAD", path, AUTH, b"", host))

    assert rows_of(fake) == before
    if any("GET" in each.documented for each in api.endpoints if row.paths[0] in each.paths):
        get = fake.handle(Request("GET", path, AUTH, b"", host))
        own = {"X-DataSift-Request-ID", "X-RateLimit-Remaining"}  # counted anew by each request
        headers = [[pair for pair in response.headers if pair[0] not in own] for response in (head, get)]
        assert (head.status, headers[0]) == (get.status, headers[1])
        return
    assert head.status == 405
    assert "HEAD" not in (head.header("allow") or "")
    assert head.header("x-ratelimit-cost") is None
    error = fake.journal.last().error
    assert error == f"{api.name}.no-such-method"
    assert json.loads(head.body)
