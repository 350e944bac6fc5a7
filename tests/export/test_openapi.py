"""Tests of the OpenAPI documents: their content, and their use with other tools."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import requests

from fakesources import FakeSources
from fakesources.apis.datasift.source_types import source_types
from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api
from fakesources.core.contract.rulebook import rulebook
from fakesources.export.openapi.document import document
from fakesources.export.openapi.samples import Sample, resolved
from fakesources.kit import Api as Kit
from fakesources.kit import Call

ALL = installed()

EDITIONS = [(api, edition) for api in ALL for edition in api.editions]
each_edition = pytest.mark.parametrize(("api", "edition"), EDITIONS, ids=[edition for _, edition in EDITIONS])
CREDENTIALS = {"datasift": {"Authorization": "alice:" + "0" * 32}, "curator": {"Authorization": "Basic a2V5Og=="}}


def operations(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the operations of a document."""
    for item in made["paths"].values():
        yield from item.values()


def references(value: Any) -> Iterator[str]:
    """Yield every reference in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def validator(made: dict[str, Any], schema: Any) -> jsonschema_rs.Draft202012Validator:
    """Return a validator of a schema in a document."""
    return jsonschema_rs.Draft202012Validator({**schema, "components": made["components"]})


# -- content -------------------------------------------------------------------------------------------------------


@each_edition
def test_every_operation_is_there_by_its_documented_method(api: Api[Any], edition: str) -> None:
    """Endpoints become operations, with their documented path and method."""
    made = document(api, edition)

    rows = [row for row in api.endpoints if "OPTIONS" not in row.methods]
    assert {operation["operationId"] for operation in operations(made)} == {row.id for row in rows}
    for row in rows:
        (found,) = (each for each in operations(made) if each["operationId"] == row.id)
        assert any(item.get(row.documented[0].lower()) is found for item in made["paths"].values())
        assert {str(status) for status in row.responses} <= set(found["responses"])


@each_edition
def test_every_reference_is_within_the_document(api: Api[Any], edition: str) -> None:
    made = document(api, edition)

    for reference in set(references(made)):
        found: Any = made
        assert reference.startswith("#/")
        for part in reference[2:].split("/"):
            found = found[part]
    assert "fakesources.invalid" not in json.dumps(made)
    assert "/_fakesources" not in json.dumps(made)


@each_edition
def test_every_documented_error_is_there_with_its_rule(api: Api[Any], edition: str) -> None:
    """Each error of an endpoint is listed under its status, with its text and the id of its rule."""
    made, book = document(api, edition), rulebook(api)

    for row in (row for row in api.endpoints if "OPTIONS" not in row.methods):
        (found,) = (each for each in operations(made) if each["operationId"] == row.id)
        for error in row.errors:
            response = found["responses"][str(error.status)]
            example = response["content"]["application/json"]["examples"][error.name]
            assert example["x-fakesources-rule"] == f"{row.id}.{error.name}" in response["x-fakesources-rules"]
            assert error.text in example["value"].values()
    assert all(rule in book for rule in named_rules(made))


@each_edition
def test_every_success_is_there_with_its_rule(api: Api[Any], edition: str) -> None:
    """A body has the rule of its shape; what has no body has no rule."""
    made, ids = document(api, edition), set(rulebook(api).ids())

    for row in (row for row in api.endpoints if "OPTIONS" not in row.methods):
        (found,) = (each for each in operations(made) if each["operationId"] == row.id)
        for status, shape in row.responses.items():
            expected = [f"{row.id}.{status}"] if shape else None
            assert found["responses"][str(status)].get("x-fakesources-rules") == expected
            assert expected is None or ids >= set(expected)


@each_edition
def test_an_operation_names_each_of_its_rules_once(api: Api[Any], edition: str) -> None:
    """Beside those of its parameters and of the properties of its bodies, which stand in the schemas."""
    made, ids = document(api, edition), rulebook(api).ids()

    for found in operations(made):
        id, named = found["operationId"], list(named_rules(found))
        shapes = (f"{id}.request.", f"{id}.query.", *(f"{id}.{status}." for status in found["responses"]))
        own = {each for each in ids if each.startswith(f"{id}.") and not each.startswith(shapes)}
        assert own <= set(named)
        assert {each for each in named if each.startswith(f"{id}.")} <= own
        assert len(found["x-fakesources-rules"]) == len(set(found["x-fakesources-rules"]))


def named_rules(value: Any) -> Iterator[str]:
    """Yield the ids of the rules in a document."""
    if isinstance(value, dict):
        yield from value.get("x-fakesources-rules", ())
        for inner in value.values():
            yield from named_rules(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named_rules(inner)


@each_edition
def test_the_examples_are_valid(api: Api[Any], edition: str) -> None:
    """Each operation has an example of its body and its response, valid under their schemas."""
    made = document(api, edition)

    for operation in operations(made):
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        for body in [*bodies, *operation["responses"].values()]:
            for media in body.get("content", {}).values():
                for example in media.get("examples", {}).values():
                    assert validator(made, media["schema"]).is_valid(example["value"]), operation["operationId"]
        for parameter in operation.get("parameters", ()):
            if "example" in parameter:
                assert validator(made, parameter["schema"]).is_valid(parameter["example"])
        responses = [body for status, body in operation["responses"].items() if status < "300" and "content" in body]
        for body in responses:
            examples = body["content"]["application/json"].get("examples", {})
            assert "sample" in examples, f"{operation['operationId']}: expected a row in data/samples.json, got none"


def test_forms_and_json_are_both_described() -> None:
    """DataSift accepts structured values as JSON in a JSON body, and as JSON text in a form."""
    content = document(ALL[0], "docs-1.6")["paths"]["/source/create"]["post"]["requestBody"]["content"]

    assert set(content) == {"application/json", "application/x-www-form-urlencoded"}
    assert content["application/x-www-form-urlencoded"]["encoding"]["resources"] == {"contentType": "application/json"}


@pytest.mark.parametrize(
    ("path", "method", "keyword"),
    [
        ("/source/create", "post", "oneOf"),
        ("/source/update", "put", "anyOf"),
        ("/source/resource/add", "put", "anyOf"),
        ("/source/auth/add", "put", "anyOf"),
    ],
)
def test_a_body_has_a_branch_for_each_type_of_source(path: str, method: str, keyword: str) -> None:
    """Of which exactly one applies where the type has to be given."""
    content = document(ALL[0], "docs-1.6")["paths"][path][method]["requestBody"]["content"]

    branches = content["application/json"]["schema"][keyword]

    titles = " ".join(branch["title"] for branch in branches)
    assert [name for name in source_types() if f"({name})" not in titles] == []
    for branch in branches:
        given = branch["properties"].get("source_type", {"const": branch["title"].rpartition("(")[2][:-1]})
        assert branch["title"].endswith(f"({given['const']})")


def test_security_and_rate_limit_headers_are_described() -> None:
    """Every form of credentials is listed, and rate-limit headers in every charged response."""
    datasift, curator = document(ALL[0], "docs-1.6"), document(ALL[1], "docs-2017")

    assert set(datasift["components"]["securitySchemes"]) == {"authorization", "auth", "basic"}
    assert "X-RateLimit-Remaining" in datasift["paths"]["/source/get"]["get"]["responses"]["200"]["headers"]
    assert "headers" not in datasift["paths"]["/source/get"]["get"]["responses"]["401"]
    assert curator["paths"]["/v1/feeds/{feed_id}/posts"]["get"]["security"] == []
    assert datasift["servers"][0]["url"] == "https://api.datasift.com/{version}"


def test_a_host_pattern_is_a_variable_of_the_server() -> None:
    """An address with an asterisk is none."""
    things = Kit("things", host="*.things.test", base="/v1")

    @things.get("/things", responses={200: None})
    def list_things(_: Call) -> None:
        """List things."""

    [server] = document(things.api, "1")["servers"]

    assert server["url"] == "https://{subdomain}.things.test"
    assert server["variables"]["subdomain"]["default"]


def test_a_response_of_another_media_type_needs_no_example() -> None:
    things = Kit("things", host="api.things.test")

    @things.get("/things.csv", responses={200: None})
    def list_things(_: Call) -> None:
        """List things."""

    [endpoint] = things.api.endpoints
    api = replace(things.api, endpoints=(replace(endpoint, produces="text/csv"),))

    found = document(api, "1")["paths"]["/things.csv"]["get"]["responses"]["200"]

    assert found["content"] == {"text/csv": {"schema": {"type": "string"}}}


def test_the_same_document_is_made_every_time() -> None:
    """The document does not depend on the run."""
    assert json.dumps(document(ALL[0], "live-1.6")) == json.dumps(document(ALL[0], "live-1.6"))


# -- other tools ---------------------------------------------------------------------------------------------------


@each_edition
def test_the_document_is_valid_openapi(api: Api[Any], edition: str) -> None:
    """openapi-spec-validator accepts the document as OpenAPI 3.1."""
    spec_validator = pytest.importorskip("openapi_spec_validator", reason="openapi-spec-validator is not installed")

    spec_validator.OpenAPIV31SpecValidator(document(api, edition)).validate()


def call_samples(api: Api[Any], url: str, session: requests.Session) -> Iterator[requests.Response]:
    """Make the sample calls of an API, with values of earlier responses, and yield their responses."""
    made: dict[str, Sample] = {}
    for row in api.samples():
        parts = {key: resolved(row.get(key, {}), made) for key in ("path", "query", "params")}
        endpoint = api.endpoint(row["operation"])
        path = endpoint.paths[0].replace("<version>", "v1.6")
        for name, value in parts["path"].items():
            path = path.replace(f"<{name}>", str(value))
        query = {**parts["query"], **(parts["params"] if endpoint.is_sent_in_query else {})}
        body = None if endpoint.is_sent_in_query or not parts["params"] else parts["params"]
        response = session.request(endpoint.documented[0], url + path, params=query, json=body)
        value = response.json() if response.text else None
        made[endpoint.id] = Sample(**parts, status=response.status_code, value=value)
        yield response


@each_edition
@pytest.mark.filterwarnings("ignore")  # the library's own
def test_openapi_core_finds_requests_and_responses_valid(api: Api[Any], edition: str) -> None:
    """openapi-core validates every sample call and its response against the document."""
    core = pytest.importorskip("openapi_core", reason="openapi-core is not installed")
    contrib = pytest.importorskip("openapi_core.contrib.requests")
    contract = core.OpenAPI.from_dict(document(api, edition))
    count = 0

    with FakeSources(**{api.name: edition}).responses(), requests.Session() as session:
        session.headers.update(CREDENTIALS[api.name])
        for response in call_samples(api, f"https://{api.hosts[0]}", session):
            request = contrib.RequestsOpenAPIRequest(response.request)
            contract.validate_request(request)
            contract.validate_response(request, contrib.RequestsOpenAPIResponse(response))
            count += 1

    assert count == len(api.samples())


@each_edition
@pytest.mark.filterwarnings("ignore")  # the library's own
def test_a_client_generated_from_the_document_accepts_the_responses(api: Api[Any], edition: str) -> None:
    """aiopenapi3 builds its calls and models from the document."""
    aiopenapi3 = pytest.importorskip("aiopenapi3", reason="aiopenapi3 is not installed")
    import httpx2

    def session(*arguments: Any, **options: Any) -> httpx2.Client:
        return httpx2.Client(*arguments, **options)

    session.__annotations__["return"] = httpx2.Client
    fake = FakeSources(**{api.name: edition})
    made: dict[str, Sample] = {}
    with fake.httpx():
        text = json.dumps(document(api, edition))
        client = aiopenapi3.OpenAPI.loads(f"https://{api.hosts[0]}/openapi.json", text, session_factory=session)
        client.authenticate(**({"authorization": "alice:0123"} if api.name == "datasift" else {"key": "abcd"}))
        for row in api.samples():
            parts = {key: resolved(row.get(key, {}), made) for key in ("path", "query", "params")}
            endpoint = api.endpoint(row["operation"])
            given = {**parts["path"], **parts["query"], **(parts["params"] if endpoint.is_sent_in_query else {})}
            options: dict[str, Any] = {"parameters": given} if given else {}
            options |= {"data": parts["params"]} if parts["params"] and not endpoint.is_sent_in_query else {}

            getattr(client._, endpoint.id)(**options)

            response = fake.journal.last(endpoint.id).response
            assert response.status in endpoint.responses
            made[endpoint.id] = Sample(**parts, status=response.status, value=json.loads(response.body or b"null"))


@pytest.fixture
def port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@each_edition
def test_prism_serves_the_document(api: Api[Any], edition: str, port: int, tmp_path: Path) -> None:
    """Prism loads the document and responds with its examples."""
    prism = shutil.which("prism")
    if prism is None:
        pytest.skip("prism is not installed")
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document(api, edition)), "utf-8")
    log = tmp_path / "prism.log"
    with log.open("wb") as output:
        server = subprocess.Popen([prism, "mock", "-p", str(port), str(path)], stdout=output, stderr=output)
    try:
        while "Prism is listening" not in log.read_text("utf-8"):
            assert server.poll() is None, log.read_text("utf-8")
            time.sleep(0.1)
        where = "/source/log?id=1" if api.name == "datasift" else "/v1/sources"
        response = requests.get(f"http://127.0.0.1:{port}{where}", headers=CREDENTIALS[api.name], timeout=60)
    finally:
        server.terminate()
        server.wait()

    assert response.status_code == 200
    assert response.json()


CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "missing_required_header", "unsupported_method", "allow_header_conformance",
    "use_after_free", "ensure_resource_availability",
)  # fmt: skip
"""Checks of schemathesis that hold for every request.

Not included: an error for every invalid call (the APIs accept unknown parameters silently), success of every valid one
(a feed has to exist), and 401 for a missing key (Curator documents 400)."""


@pytest.mark.slow
@each_edition
def test_schemathesis_finds_no_error_no_mismatch_and_no_undocumented_status(
    api: Api[Any], edition: str, tmp_path: Path
) -> None:
    installed = pytest.importorskip("schemathesis.checks", reason="schemathesis is not installed")
    installed.load_all_checks()
    if missing := set(CHECKS) - set(installed.CHECKS.get_all_names()):
        pytest.skip(f"schemathesis is too old: it has no check {', '.join(sorted(missing))}")
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document(api, edition)), "utf-8")
    fake = FakeSources(**{api.name: edition}, strict=False, documented_methods=True, rate_limit=10**9)
    (header,) = CREDENTIALS[api.name].items()
    with fake.server() as server:
        ran = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "run", str(path), "-n", "15", "--seed", "1", "--no-color",
             "--url", server.url + ("/v1.6" if api.name == "datasift" else ""), "-H", ": ".join(header),
             "--checks", ",".join(CHECKS)],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip

    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    assert int(re.findall(r"([0-9]+) passed", ran.stdout)[-1]) > 500
