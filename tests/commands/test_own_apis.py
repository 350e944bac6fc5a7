"""APIs of one's own on the command line and in pytest's configuration: named by place, or as an OpenAPI document."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from processes import Command, Serve, send

THINGS = '''
from typing import TypedDict
from fakesources.kit import Api, Call

Thing = TypedDict("Thing", {"name": str})
things = Api("things", host="api.things.test", source="https://things.test/docs")

@things.get("/things/<name>", responses={200: Thing})
def get_thing(call: Call):
    """Get a thing."""
    return {"name": call.path["name"]}

@things.get("/things", responses={200: list[Thing]})
def list_things(call: Call):
    """List things."""
    return [{"name": "one"}]
'''

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/pets": {
            "get": {"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "array"}}}}}},
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {"201": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}},
            },
        }
    },
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "things_api.py").write_text(THINGS)
    (tmp_path / "pets.json").write_text(json.dumps(DOCUMENT))
    return tmp_path


@pytest.fixture
def run(command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a fakesources command in the folder to its end."""
    monkeypatch.chdir(folder)
    return command


SHOWS_PATH = """
import os, sys
from fakesources.commands.main import main
main.main(["rules", *sys.argv[1:]], standalone_mode=False)
print(os.getcwd() in sys.path)
"""


@pytest.mark.parametrize(("flags", "is_added"), [(["--api", "things_api:things"], "True"), ([], "False")])
def test_modules_are_looked_for_in_the_current_folder_where_an_api_is_named(
    flags: list[str], is_added: str, folder: Path
) -> None:
    command = [sys.executable, "-c", SHOWS_PATH, *flags]

    shown = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout

    assert shown.split()[-1] == is_added


def test_rules_and_openapi_of_an_api_by_place(run: Command) -> None:
    """A module of the current folder."""
    rules = run("rules", "things.list_things", "--api", "things_api:things", "--api", "things_api:things")
    document = run("openapi", "things", "--api", "things_api:things")

    assert "things.list_things.200" in rules.out
    assert {*json.loads(document.out)["paths"]} == {"/things", "/things/{name}"}


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("absent:api", "expected an importable package.module:API, got 'absent:api': "),
        ("things_api:thnigs", "expected an importable package.module:API, got 'things_api:thnigs': "),
        ("things_api:Thing", "expected a fakesources Api at 'things_api:Thing', got a "),
        ("..things_api:things", "expected an importable package.module:API, got '..things_api:things'"),
        (":things", "expected an importable package.module:API, got ':things'"),
    ],
)
def test_a_place_without_an_api_is_an_error(run: Command, place: str, message: str) -> None:
    """One line, and exit code 2."""
    ended = run("rules", "--api", place)

    assert ended.code == 2
    assert message in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("flags", [["-P"], []], ids=["an installed script", "python -m"])
def test_a_module_of_the_current_folder_is_found(folder: Path, flags: list[str]) -> None:
    """Python itself has the folder in its path for `python -m` alone."""
    words = [*flags, "-m", "fakesources", "openapi", "things", "--api", "things_api:things"]
    ran = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["paths"].keys() == {"/things", "/things/{name}"}


def test_recorded_traffic_of_an_api_by_place_is_checked(run: Command, folder: Path) -> None:
    """Against its shapes."""
    entry = {
        "request": {"method": "GET", "url": "https://api.things.test/things"},
        "response": {"status": 200, "json": [{"nam": 1}]},
    }
    (folder / "traffic.jsonl").write_text(json.dumps(entry) + "\n")

    ended = run("check", "traffic.jsonl", "--api", "things_api:things")

    assert ended.code == 1, ended.err
    assert "things.list_things.200" in ended.out


def test_a_server_serves_an_api_by_place_beside_the_others(
    serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the same port, by path."""
    monkeypatch.chdir(folder)
    url = serve("--api", "things_api:things").url

    assert send(url, "GET", "/things").json == [{"name": "one"}]
    assert send(url, "GET", "/v1/feeds?api_key=ABCD-1234").status == 200


def test_a_bug_in_an_api_is_logged_with_its_place(serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its client gets a 500, and the server goes on; the text of the exception may hold a secret and is left out."""
    (folder / "things_api.py").write_text(THINGS.replace('return [{"name": "one"}]', 'raise KeyError("s3" + "cret")'))
    monkeypatch.chdir(folder)
    server = serve("--api", "things_api:things")

    statuses = [send(server.url, "GET", path).status for path in ("/things", "/things/one")]
    log = server.stop()[2]

    assert statuses == [500, 200]
    assert "KeyError" in log
    assert "in list_things" in log
    assert "s3cret" not in log


def test_a_server_serves_a_document_with_its_state(serve: Serve, folder: Path) -> None:
    """Created rows are listed; nothing else is served."""
    url = serve("--openapi", str(folder / "pets.json")).url

    assert send(url, "POST", "/pets", {"name": "Rex"}).status == 201
    assert [pet["name"] for pet in send(url, "GET", "/pets").json] == ["Rex"]
    assert send(url, "GET", "/v1/feeds?api_key=ABCD-1234").status == 404


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "--port", "0"),
        ("run", "--", sys.executable, "-c", ""),
        ("check", "none.jsonl"),
        ("rules",),
        ("openapi", "none"),
    ],
)
def test_a_document_that_is_none_is_an_error(run: Command, folder: Path, arguments: tuple[str, ...]) -> None:
    """With its file and the place in it, in one line."""
    (folder / "none.json").write_text("[]")
    ended = run(arguments[0], "--openapi", "none.json", *arguments[1:])

    assert ended.code == 2
    assert "none.json: $.openapi: expected an OpenAPI document" in ended.err
    assert ended.err.count("\n") == 1


def test_the_operations_that_a_document_leaves_open_are_listed(run: Command, folder: Path) -> None:
    """On standard error: the first of those that answer 501, and those that are not served."""
    open_ones = {f"/open/{number}": {"post": {"responses": {"200": {"description": "ok"}}}} for number in range(12)}
    unserved = {"/{a}{b}": {"get": {"responses": {"200": {"description": "ok"}}}}}
    (folder / "open.json").write_text(json.dumps(DOCUMENT | {"paths": open_ones | unserved}))
    ended = run("run", "--openapi", "open.json", "--", sys.executable, "-c", "")

    assert ended.code == 0
    assert ended.err.splitlines() == [
        f"open.json: answered with 501: {', '.join(f'post_open_{number}' for number in range(10))}, and 2 more",
        "open.json: not served: GET /{a}{b}: expected one parameter, got '{a}{b}'",
    ]


def test_rules_openapi_and_check_of_a_document(run: Command, folder: Path) -> None:
    """Beside the installed APIs."""
    entry = {
        "request": {"method": "GET", "url": "http://localhost/pets"},
        "response": {"status": 200, "json": {"a": 1}},
    }
    (folder / "traffic.jsonl").write_text(json.dumps(entry) + "\n")

    rules = run("rules", "pets.get_pets", "--openapi", "pets.json")
    document = run("openapi", "pets", "--openapi", "pets.json")
    checked = run("check", "traffic.jsonl", "--openapi", "pets.json")

    assert "pets.get_pets.200" in rules.out
    assert {*json.loads(document.out)["paths"]} == {"/pets"}
    assert "pets.get_pets.200" in checked.out
    assert checked.code == 1


def test_a_rule_is_shown_without_the_control_characters_and_line_breaks_of_a_document(
    run: Command, folder: Path
) -> None:
    text = "The \x1b[31mname\nof\ta pet\x07."
    shape = {"type": "object", "properties": {"name": {"type": "string", "description": text}}}
    operation = {"responses": {"200": {"description": text, "content": {"application/json": {"schema": shape}}}}}
    (folder / "marked.json").write_text(json.dumps(DOCUMENT | {"paths": {"/pets": {"get": operation}}}))

    one, several = (
        run("rules", id, "--openapi", "marked.json").out for id in ("pets.get_pets.200.name", "pets.get_pets")
    )

    for shown in (one, several):
        assert r"The \x1b[31mname of a pet\x07." in shown
        assert shown.replace("\n", "").isprintable()


@pytest.mark.parametrize("way", ["ini", "command line"])
def test_a_pytest_run_names_an_api(folder: Path, way: str) -> None:
    """Its fakes have it beside the others."""
    (folder / "test_it.py").write_text(
        "import requests\n"
        "def test_it(fakesources):\n"
        "    assert requests.get('https://api.things.test/things').json() == [{'name': 'one'}]\n"
        "    assert fakesources.journal.only('things.list_things').status == 200\n"
    )
    (folder / "pytest.ini").write_text(
        "[pytest]\npythonpath = .\n" + "fakesources_apis = things_api:things\n" * (way == "ini")
    )
    words = ["pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    flags = ["--fakesources-apis=things_api:things"] if way != "ini" else []
    command = [sys.executable, "-m", *words, *flags]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 0, ended.stdout


def test_a_document_that_is_served_whole_lists_nothing(command: Command, tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(
        '{"openapi": "3.1.0", "info": {"title": "T"}, "paths": {"/a": {"get": {"responses": {"200": {"description": "",'
        ' "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}}}}}}}'
    )
    ran = command("run", "--openapi", str(tmp_path / "api.json"), "--", sys.executable, "-c", "")

    assert ran.code == 0
    assert "answered with 501" not in ran.err
    assert "not served" not in ran.err
