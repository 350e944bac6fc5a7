"""OpenAPI documents that a server returns, and the JavaScript client: every operation is in them, with examples that hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from calling import Caller
from jsonschema import Draft202012Validator

import fakesources
from fakesources.commands.main import main
from fakesources.control import documents
from fakesources.control.api import CONTROL, ENDPOINTS

CLIENT = Path(fakesources.__file__).parent / "control" / "javascript"
DOCUMENT = documents.control_document(CONTROL)
OPERATIONS = {
    operation["operationId"]: (path, operation)
    for path, item in DOCUMENT["paths"].items()
    for operation in item.values()
}


def valid(value: Any, schema: Any) -> bool:
    """Return whether a value matches a schema of the document."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]}).is_valid(value)


def contents(operation: Any) -> Iterator[tuple[str, Any]]:
    """Yield the media types of the request body and of the successful responses."""
    yield from operation.get("requestBody", {}).get("content", {}).items()
    for status, response in operation["responses"].items():
        if status < "300":
            yield from response.get("content", {}).items()


def test_every_operation_is_in_the_document() -> None:
    assert set(OPERATIONS) == {endpoint.id for endpoint in ENDPOINTS}


@pytest.mark.parametrize("id", OPERATIONS)
def test_an_operation_has_a_summary_and_valid_examples_of_request_and_response(id: str) -> None:
    """Each parameter has an example, and each body."""
    _, operation = OPERATIONS[id]
    examples = [example["value"] for _, media in contents(operation) for example in media.get("examples", {}).values()]

    assert operation["summary"].endswith(".")
    assert examples
    for parameter in operation.get("parameters", ()):
        assert parameter["description"]
        assert "example" in parameter or not parameter["required"], parameter["name"]
        assert "example" not in parameter or valid(parameter["example"], parameter["schema"]), parameter["name"]
    for media_type, media in contents(operation):
        assert media["examples"], media_type
        for example in media["examples"].values():
            assert valid(example["value"], media["schema"]), (media_type, example)


def test_a_query_has_an_example_of_its_parameters() -> None:
    """At least one of each operation that has any."""
    without = [
        id
        for id, (_, operation) in OPERATIONS.items()
        if operation.get("parameters") and not any("example" in each for each in operation["parameters"])
    ]

    assert not without


def test_the_document_is_the_same_in_every_run() -> None:
    again = documents._control_document.__wrapped__(CONTROL)

    assert json.dumps(again) == json.dumps(documents._control_document(CONTROL))


def test_a_server_returns_its_own_document_and_those_of_its_apis(caller: Caller) -> None:
    """At its own address."""
    control, own = (caller.control("GET", path) for path in ("/openapi.json", "/openapi/curator"))

    assert control == (200, {**DOCUMENT, "servers": [{"url": "http://127.0.0.1:8080"}]})
    assert own[1]["servers"][0]["url"] == "http://127.0.0.1:8080"
    assert "/v1/feeds" in own[1]["paths"]
    status, error = caller.control("GET", "/openapi/curatr")
    assert (status, "did you mean 'curator'?" in error["error"]) == (404, True)


def test_the_command_writes_it(tmp_path: Path) -> None:
    output = tmp_path / "control.json"

    main(["openapi", "control", "--output", str(output)], standalone_mode=False)

    assert json.loads(output.read_text("utf-8")) == DOCUMENT


def test_the_document_is_valid_openapi() -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="openapi-spec-validator is not installed")

    validator.validate(DOCUMENT)


LEFT_OUT = {
    "control.index", "control.health", "control.ready", "control.events", "control.client.js", "control.client.types",
}  # fmt: skip
"""Operations of people, of process managers and of the console, which the JavaScript client leaves out."""


class TestClient:
    """The JavaScript client and its types."""

    SOURCE = (CLIENT / "client.js").read_text("utf-8")
    TYPES = (CLIENT / "client.d.ts").read_text("utf-8")

    def test_every_operation_has_a_call(self) -> None:
        assigned = dict(re.findall(r"const (\w+) = (`/[^`]*`)", self.SOURCE))
        assert assigned
        pieces = re.split(r"\n  (?=(?:async )?\w+\()", self.SOURCE)
        calls = set()
        for piece in pieces:
            local = re.search(r"const path = `([^`]*)`", piece)
            for method, quoted, template in re.findall(r'_call\("([A-Z]+)", (?:"([^"]*)"|`([^`]*)`|path)', piece):
                path = quoted or template or (local[1] if local else "")
                calls.add((method, re.sub(r"\$\{[^}]*\}", "<>", path)))
        expected = {
            (each.documented[0], re.sub(r"<\w+>", "<>", each.paths[0].removeprefix("/_fakesources")))
            for each in ENDPOINTS
            if each.id not in LEFT_OUT
        }

        assert calls == expected

    def test_the_types_have_the_methods_of_the_client(self) -> None:
        for name in ("FakeSources", "Journal", "Faults", "Clock", "Violations", "Snapshots", "Rows"):
            code = re.search(rf"class {name} \{{\n(.*?)\n\}}", self.SOURCE, re.DOTALL)
            types = re.search(rf"(?:class|interface) {name} \{{\n(.*?)\n\}}", self.TYPES, re.DOTALL)
            assert code, name
            assert types, name
            methods = set(re.findall(r"^  (?:async )?([a-z]\w*)\(", code[1], re.MULTILINE)) - {"constructor"}
            declared = set(re.findall(r"^  ([a-z]\w*)\(", types[1], re.MULTILINE)) - {"constructor"}
            assert methods == declared, name

    def test_both_are_served_without_a_token(self, hosting: Any) -> None:
        """They have no secret, and a page's script element sends no header."""
        caller = hosting(token="s3cret")

        for name, media_type in (("client.js", "text/javascript"), ("client.d.ts", "application/typescript")):
            response = caller.send("GET", f"/_fakesources/{name}")
            assert response.status == 200
            assert (response.header("content-type") or "").startswith(media_type)
            assert response.body == (CLIENT / name).read_bytes()
