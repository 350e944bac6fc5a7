"""Tests that every API of one's own should pass: subclass `ApiTests` in a test file and name the API.

class TestLabels(ApiTests):
    api = github
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from jsonschema import Draft202012Validator

from ..core.contract import api as contract
from ..core.contract.rulebook import rulebook
from ..core.engine.routing import route
from ..core.http.messages import Request
from ..fake import FakeSources
from .api import FORM, Api
from .samples import sample

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    1.5,
    "",
    " ",
    "a" * 5_000,
    "\u0000",
    "\ud800",
    "<b>",
    "🎉",
    [],
    [None],
    {},
    {"a": {}},
)
"""Values of every JSON type, tried in the place of every parameter."""


class ApiTests:
    """Tests of one API. `headers` and `query` hold a valid credential; a wrong guess makes most requests 401."""

    api: ClassVar[Api | contract.Api[Any]]
    headers: ClassVar[Mapping[str, str]] = {"Authorization": "Bearer token"}
    query: ClassVar[Mapping[str, str]] = {}

    def new_fake(self) -> FakeSources:
        """Return a fake of the API alone, which reports violations without failing."""
        return FakeSources(apis=[self.api], strict=False)

    def test_every_schema_is_valid(self) -> None:
        """JSON Schema of Draft 2020-12, in every edition."""
        api = _built(self.api)
        for edition in api.editions:
            for name in _names(api):
                Draft202012Validator.check_schema(api.schemas.schema_of(edition, name).schema)

    def test_every_path_leads_to_its_operation(self) -> None:
        """No other operation has the same path and method."""
        api = _built(self.api)
        for endpoint in api.endpoints:
            for path in endpoint.paths:
                found = route(api, False, endpoint.methods[0], path.replace("<", "").replace(">", ""))
                assert found.endpoint is endpoint, f"{endpoint.id}: {path} leads to {found.endpoint}"

    def test_every_rule_has_an_id_of_its_own(self) -> None:
        """`fakesources rules` lists them."""
        api = _built(self.api)
        assert rulebook(api).ids()

    def test_every_error_can_be_planned(self) -> None:
        """Each documented error of each operation has its status and a body that its schema allows."""
        for endpoint in _built(self.api).endpoints:
            fake = self.new_fake()
            for name in fake.faults.names(endpoint.id):
                fake.faults.error(endpoint.id, name)
                response = fake.handle(self._request(endpoint, *_valid(_built(self.api), endpoint)))
                assert response.status >= 400, f"{endpoint.id}: {name} answered {response.status}"
                fake.reset()

    def test_generated_requests_get_no_internal_error(self) -> None:
        """Valid, nearly valid and hostile requests get a documented response; an error changes nothing."""
        for endpoint in _built(self.api).endpoints:
            for query, body, kind in _generated(_built(self.api), endpoint):
                fake = self.new_fake()
                before = fake.snapshot()
                response = fake.handle(self._request(endpoint, query, body, kind))
                assert response.status != 500, f"{endpoint.id}: {response.body!r}"
                if response.status >= 400:
                    assert not fake.diff(before), f"{endpoint.id}: {response.status} changed the state"

    def test_snapshots_and_state_files_restore(self) -> None:
        """State that generated requests have made is the same after a restore and after a load."""
        fake = self.new_fake()
        empty = fake.snapshot()
        for endpoint in _built(self.api).endpoints:
            fake.handle(self._request(endpoint, *_valid(_built(self.api), endpoint)))
        filled = fake.snapshot()

        document = json.loads(json.dumps(fake.dump()))
        fake.restore(empty)
        assert not fake.diff(empty)
        fake.load(document)
        assert not fake.diff(filled)

    def _request(self, endpoint: contract.Endpoint, query: Mapping[str, Any], body: bytes, kind: str) -> Request:
        api = _built(self.api)
        path = endpoint.paths[0]
        for part in path.split("/"):
            if part.startswith("<"):
                path = path.replace(part, quote("1"))
        text = urlencode(
            {name: _text(value) for name, value in {**self.query, **query}.items()}, errors="surrogatepass"
        )
        headers = tuple(self.headers.items()) + ((("Content-Type", kind),) if body else ())
        host = api.hosts[0].replace("*", "any")
        return Request(endpoint.methods[0], f"{path}?{text}" if text else path, headers, body, host)


def _built(api: Any) -> contract.Api[Any]:
    built: contract.Api[Any] = getattr(api, "api", api)
    return built


def _names(api: contract.Api[Any]) -> Iterator[str]:
    yield api.error_schema
    for endpoint in api.endpoints:
        yield from filter(None, (endpoint.body_schema, endpoint.query_schema, *endpoint.responses.values()))


def _valid(api: contract.Api[Any], endpoint: contract.Endpoint) -> tuple[dict[str, Any], bytes, str]:
    query, body = _samples(api, endpoint)
    return query, _encoded(body, endpoint) if endpoint.body_schema else b"", endpoint.media_types[0]


def _samples(api: contract.Api[Any], endpoint: contract.Endpoint) -> tuple[dict[str, Any], Any]:
    edition = api.default_edition
    query = api.schemas.schema_of(edition, endpoint.query_schema).schema if endpoint.query_schema else {}
    body = api.schemas.schema_of(edition, endpoint.body_schema).schema if endpoint.body_schema else {}
    return (sample(query, query) if query else {}), (sample(body, body) if body else {})


def _generated(api: contract.Api[Any], endpoint: contract.Endpoint) -> Iterator[tuple[dict[str, Any], bytes, str]]:
    """Yield query, body and media type of requests: a valid one, then changes of it."""
    query, body = _samples(api, endpoint)
    kind = endpoint.media_types[0]
    yield _valid(api, endpoint)
    for name in query:
        for value in HOSTILE:
            yield {**query, name: value}, _encoded(body, endpoint), kind
    yield {**query, "unknown": "1"}, _encoded(body, endpoint), kind
    if not endpoint.body_schema:
        return
    for raw in (b"", b"{", b"[]", b"null", b"\xff", b'{"a":1,"a":2}', b"1" * 5_000):
        yield query, raw, kind
    yield query, _encoded(body, endpoint), "text/plain"
    for name in body if isinstance(body, dict) else ():
        yield query, _encoded({key: value for key, value in body.items() if key != name}, endpoint), kind
        for value in HOSTILE:
            yield query, _encoded({**body, name: value}, endpoint), kind
    if isinstance(body, dict):
        yield query, _encoded({**body, "unknown": 1}, endpoint), kind


def _encoded(body: Any, endpoint: contract.Endpoint) -> bytes:
    if endpoint.media_types[0] == FORM and isinstance(body, dict):
        return urlencode({name: _text(value) for name, value in body.items()}, errors="surrogatepass").encode()
    return json.dumps(body).encode()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
