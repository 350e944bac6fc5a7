"""Tests that every API of one's own should pass, and Hypothesis strategies for tests of its clients.

Subclass `ApiTests` in a test file and name the API:

class TestLabels(ApiTests):
    api = github

The strategies need Hypothesis, which the extra `fakesources[hypothesis]` installs; the tests do not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ..core.contract import api as contract
from ..core.contract.rulebook import rulebook, schemas_of
from ..core.contract.schemas import invalid_part
from ..core.engine.routing import route
from ..core.http.messages import Request
from ..core.text.spelling import did_you_mean, unknown_name
from ..fake import FakeSources
from .api import Api
from .documented_responses import check_documented, check_unchanged, documented_result, remember
from .generated_requests import KINDS, RequestGenerator, RequestKind
from .names import operation_id

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

__all__ = ["ApiTests", "parameters_of", "requests_of", "responses_of"]

BEARER = {"Authorization": "Bearer token"}


class ApiTests:
    """Tests of one API. `headers` and `query` hold a valid credential; a wrong guess makes most requests 401.

    `generated_requests` is how many requests are generated for each edition.
    """

    api: ClassVar[Api | contract.Api[Any]]
    headers: ClassVar[Mapping[str, str]] = BEARER
    query: ClassVar[Mapping[str, str]] = {}
    generated_requests: ClassVar[int] = 600

    def new_fake(self, edition: str = "") -> FakeSources:
        """Return a fake of the API alone, in one edition or its default, which reports violations without failing."""
        api = _built(self.api)
        return FakeSources(apis=[self.api], strict=False, **_edition_options(api, edition))

    def test_every_schema_is_valid(self) -> None:
        """JSON Schema of Draft 2020-12, in every edition."""
        api = _built(self.api)
        for edition in api.editions:
            for _, schema in schemas_of(api, edition):
                invalid = invalid_part(schema.schema)
                assert invalid is None, f"{schema.path}: expected a JSON Schema, got {invalid[1]!r} at {invalid[0]}"

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
        api = _built(self.api)
        for endpoint in api.endpoints:
            fake = self.new_fake()
            for name in fake.faults.names(endpoint.id):
                fake.faults.error(endpoint.id, name)
                response = fake.handle(self._generator("").request(endpoint, "valid"))
                expected = {error.status for error in api.errors_of(endpoint) if error.name == name}
                assert response.status in expected, f"{endpoint.id}: {name} answered {response.status}"
                check_documented(api, api.default_edition, endpoint.id, response, is_error=True)
                fake.reset()

    def test_generated_requests_get_documented_responses(self) -> None:
        """Valid, nearly valid and hostile requests get a documented, valid response, and an error changes nothing."""
        api = _built(self.api)
        for edition in api.editions:
            fake, known = self.new_fake(edition), dict[str, list[Any]]()
            generator = self._generator(edition, known)
            for number in range(self.generated_requests):
                endpoint = api.endpoints[number % len(api.endpoints)]
                handle_generated(fake, generator.request(endpoint, KINDS[number // len(api.endpoints) % 3]), known)

    def test_snapshots_and_state_files_restore(self) -> None:
        """State that generated requests have made is the same after a restore and after a load."""
        api, fake, known = _built(self.api), self.new_fake(), dict[str, list[Any]]()
        empty = fake.snapshot()
        generator = self._generator("", known)
        for endpoint in api.endpoints * 3:
            handle_generated(fake, generator.request(endpoint, "valid"), known)
        filled = fake.snapshot()

        document = json.loads(json.dumps(fake.dump()))
        fake.restore(empty)
        assert not fake.diff(empty)
        fake.load(document)
        assert not fake.diff(filled)

    def _generator(self, edition: str, known: Mapping[str, Sequence[Any]] | None = None) -> RequestGenerator:
        api, random = _built(self.api), Random(edition)  # noqa: S311 - the same requests each time
        edition = edition or api.default_edition
        return RequestGenerator(api, edition, random, headers=self.headers, query=self.query, known=known)


def handle_generated(fake: FakeSources, request: Request, known: dict[str, list[Any]]) -> None:
    """Handle a request and check its response and its effect; add what a success shows to the known values."""
    api, before = fake.apis[0], fake.snapshot()
    response = fake.handle(request)
    exchange, edition = fake.journal.last(), fake.services[api.name].edition.name
    check_documented(api, edition, exchange.operation, response, is_error=bool(exchange.error))
    if exchange.error:
        check_unchanged(fake, before)
    elif response.body:
        remember(json.loads(response.body), known)


def parameters_of(
    api: Api | contract.Api[Any] | str, operation: str, *, edition: str = ""
) -> SearchStrategy[dict[str, Any]]:
    """Return a strategy for valid parameters of an operation, by name: those of its path, its query and its body.

    A body that is no object is the parameter `body`, as in the journal.

    `api` is an Api or the name of an installed one. Raises ImportError without Hypothesis, ValueError for an unknown
    operation or edition.
    """
    found, edition, endpoint = _chosen(api, operation, edition)

    def generate(random: Random) -> dict[str, Any]:
        parameters = RequestGenerator(found, edition, random).parameters(endpoint)
        path = {name: value for name, value in parameters.path.items() if name not in found.unlisted_in_path}
        body = parameters.body if isinstance(parameters.body, dict) else {"body": parameters.body}
        return {**parameters.query, **body, **path}

    return _strategy(generate)


def requests_of(
    api: Api | contract.Api[Any] | str,
    operation: str,
    *,
    edition: str = "",
    kind: RequestKind | None = None,
    headers: Mapping[str, str] = BEARER,
    query: Mapping[str, str] | None = None,
    known: Mapping[str, Sequence[Any]] | None = None,
) -> SearchStrategy[Request]:
    """Return a strategy for requests to an operation: valid, nearly valid or hostile ones, or all three.

    `headers` and `query` hold a valid credential, `known` values by name, such as ids, that some requests take. Raises as
    `parameters_of` does.
    """
    found, edition, endpoint = _chosen(api, operation, edition)

    def generate(random: Random) -> Request:
        generator = RequestGenerator(found, edition, random, headers=headers, query=query, known=known)
        return generator.request(endpoint, random.choice((kind,) if kind else KINDS))

    return _strategy(generate)


def responses_of(
    api: Api | contract.Api[Any] | str, operation: str, *, edition: str = ""
) -> SearchStrategy[contract.Result]:
    """Return a strategy for successes of an operation: a status, and any value that its schema allows.

    `fake.faults.respond(operation, status=result.status, body=result.value)` sends one to a client. Raises as
    `parameters_of` does.
    """
    found, edition, endpoint = _chosen(api, operation, edition)
    return _strategy(lambda random: documented_result(found, edition, endpoint, random))


def _strategy(generate: Callable[[Random], T]) -> SearchStrategy[T]:
    """Return a strategy for what a function generates; Hypothesis makes the choices of its argument."""
    try:
        from hypothesis import strategies
    except ImportError:
        raise ImportError(
            "hypothesis: expected it to be installed; run: pip install 'fakesources[hypothesis]'"
        ) from None
    return strategies.builds(generate, strategies.randoms(use_true_random=False))


def _chosen(
    api: Api | contract.Api[Any] | str, operation: str, edition: str
) -> tuple[contract.Api[Any], str, contract.Endpoint]:
    """Return an API, an edition of it and an operation. Raises ValueError for an unknown one of these."""
    found = FakeSources(apis=[api]).apis[0]
    edition = edition or found.default_edition
    if edition not in found.editions:
        raise ValueError(unknown_name("edition", edition, found.editions))
    operations = {endpoint.id: endpoint for endpoint in found.endpoints}
    operation = operation_id(found.name, operation)
    if operation not in operations:
        hint = did_you_mean(operation, operations)
        raise ValueError(f"operation: expected an operation of {found.name}, got {operation!r}{hint}")
    return found, edition, operations[operation]


def _edition_options(api: contract.Api[Any], edition: str) -> dict[str, Any]:
    """Return the options of a fake that choose an edition of an API: a keyword of its own, or an entry of `set`."""
    if not edition:
        return {}
    keywords = FakeSources.__init__.__kwdefaults__ or {}
    return {api.name: edition} if api.name in keywords else {"set": {f"{api.name}.edition": edition}}


def _built(api: Any) -> contract.Api[Any]:
    built: contract.Api[Any] = getattr(api, "api", api)
    return built
