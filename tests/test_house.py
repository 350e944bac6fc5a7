"""Facts about the house: which room opens which door, what stands inside functions, and what is public."""

from __future__ import annotations

import ast
import importlib
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import fakesources

ROOT = Path(fakesources.__file__).parent

OPENS = {
    "__init__": {"every room"},
    "core": set(),
    "options": {"core"},
    "apis.datasift": {"core"},
    "apis.curator": {"core"},
    "apis": {"core", "apis.datasift", "apis.curator"},
    "adapters": {"core"},
    "server": {"core"},
    "opened": {"core"},
    "doors": {"core", "adapters", "server", "opened"},
    "decorating": {"decorating_classes"},
    "decorating_classes": {"opened"},
    "fake": {"options", "core", "apis", "apis.datasift", "apis.curator", "doors", "decorating"},
    "verify": {"core", "apis", "apis.datasift", "apis.curator", "__init__"},
    "control": {"core", "__init__"},
    "hosted": {"core", "fake", "control"},
    "pytest_coverage": {"core", "verify"},
    "pytest_editions": {"core", "apis"},
    "pytest_options": {"core", "options"},
    "pytest_verdicts": {"core", "options", "fake"},
    "pytest_plugin": {"options", "pytest_options", "pytest_verdicts", "pytest_coverage", "pytest_editions", "__init__"},
    "commands": {"core", "options", "apis", "server", "fake", "hosted", "verify", "control", "__init__"},
    "cli": {"core", "commands", "__init__"},
    "wsgi": {"adapters", "commands", "core", "hosted"},
    "__main__": {"cli"},
}
"""Always downhill and without a loop: each room, and the rooms whose doors it may open."""

NAMES = {
    "anyio": {"adapters.awaiting"},
    "click": {"cli", "commands", "wsgi"},
    "httpx": {"adapters.httpx"},
    "httptools": {"server.parsing"},
    "httpx2": {"adapters.httpx"},
    "jsonschema": {"core.schemas"},
    "jsonschema_rs": {"core.schemas"},
    "pytest": {"pytest_plugin", "pytest_options", "pytest_verdicts", "pytest_coverage", "pytest_editions"},
    "referencing": {"core.schemas"},
    "requests": {"adapters.requests", "adapters.responses", "adapters.responses_mock", "verify.watching"},
    "responses": {"adapters.responses", "adapters.responses_mock"},
    "urllib3": {"adapters.requests", "adapters.responses_mock"},
    "werkzeug.exceptions": {"core.maps", "adapters.wsgi"},
    "werkzeug.routing": {"core.maps"},
    "werkzeug.wrappers": {"adapters.wsgi"},
    "yaml": {"verify.recordings.yaml"},
}
"""Every library that is named, and the only rooms that name it."""

LATE = {
    ("adapters.awaiting", "anyio"),
    ("adapters.httpx", "adapters.awaiting"),
    ("commands.opening", "server.tls"),
    ("core.routes", "core.maps"),
    ("core.schemas", "jsonschema"),
    ("core.schemas", "jsonschema.exceptions"),
    ("core.schemas", "jsonschema_rs"),
    ("core.schemas", "referencing"),
    ("doors", "adapters.guard"),
    ("doors", "adapters.httpx"),
    ("doors", "adapters.late"),
    ("doors", "adapters.responses"),
    ("doors", "adapters.responses_mock"),
    ("doors", "adapters.wsgi"),
    ("doors", "server.server"),
    ("fake", "decorating"),
    ("hosted", "control.access"),
    ("hosted", "control.context"),
    ("hosted", "control.plane"),
    ("pytest_plugin", "options"),
    ("server.server", "server.loop"),
    ("verify.recordings.yaml", "yaml"),
}
"""The only imports inside functions, for the sake of start-up: who imports what."""


class Import(NamedTuple):
    """One import statement: who has it, what it names, whether it is ours, and whether it stands in a function."""

    room: str
    target: str
    ours: bool
    late: bool


def imports(path: Path) -> Iterator[Import]:
    """Every import of a module that runs; those under TYPE_CHECKING never do."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    room = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)

    def walk(node: ast.AST, late: bool) -> Iterator[Import]:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        if isinstance(node, ast.Import):
            yield from (Import(room, alias.name, False, late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield Import(room, str(node.module), False, late)
        elif isinstance(node, ast.ImportFrom):
            above = parts[: len(parts) - node.level]
            for target in {module(*above, *filter(None, [node.module]), alias.name) for alias in node.names}:
                yield Import(room, target, True, late)
        inside = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.iter_child_nodes(node):
            yield from walk(inner, inside)

    yield from walk(ast.parse(path.read_text("utf-8")), False)


def module(*parts: str) -> str:
    """The module of ours that `from x import y` opens: y where that is a module, else x."""
    there = ROOT.joinpath(*".".join(parts).split("."))
    if not (there.is_dir() or there.with_suffix(".py").is_file()):
        parts = parts[:-1]
    return ".".join(parts) or "__init__"


def room_of(module: str) -> str:
    """The room of the table that a module of ours stands in."""
    parts = module.split(".")
    return next((name for size in (2, 1) if (name := ".".join(parts[:size])) in OPENS), parts[0])


ALL = [each for path in sorted(ROOT.rglob("*.py")) for each in imports(path)]


@pytest.mark.parametrize("room", OPENS)
def test_doors_are_opened_downhill_only(room: str) -> None:
    """A room opens no door but those the table gives it."""
    if "every room" in OPENS[room]:
        return
    opened = {room_of(each.target) for each in ALL if each.ours and room_of(each.room) == room} - {room}

    assert opened <= OPENS[room]


def test_the_table_has_every_room_and_no_loop() -> None:
    """Following the table from any room never leads back to it; the top package alone is opened for its version."""
    assert {room_of(each.room) for each in ALL} <= set(OPENS)
    for room in OPENS:
        seen: set[str] = set()
        ahead = set(OPENS[room]) - {"every room", "__init__"}
        while ahead:
            seen |= ahead
            ahead = {further for each in ahead for further in OPENS[each]} - seen - {"__init__"}
        assert room not in seen


def test_libraries_are_named_where_they_belong() -> None:
    """Every library has its rooms, and no other room names it."""
    for each in ALL:
        if each.ours or each.target.partition(".")[0] in sys.stdlib_module_names:
            continue
        homes = NAMES.get(each.target) or NAMES.get(each.target.partition(".")[0], set())
        assert any(each.room == home or each.room.startswith(f"{home}.") for home in homes), each


def test_names_are_compared_in_one_place() -> None:
    """What suggests a name has a bounded cost, which a second way of doing so would not have."""
    assert {each.room for each in ALL if each.target == "difflib"} == {"core.spelling"}


def test_imports_inside_functions_are_listed() -> None:
    """What is imported late is in the table, and everything in the table is imported late somewhere."""
    assert {(each.room, each.target) for each in ALL if each.late} == LATE


def test_one_api_never_sees_the_other() -> None:
    """Neither API's package names the other, not even in a string that is imported by name."""
    for here, there in (("datasift", "curator"), ("curator", "datasift")):
        for path in (ROOT / "apis" / here).rglob("*.py"):
            assert f"apis.{there}" not in path.read_text("utf-8")
            assert f".{there} import" not in path.read_text("utf-8")


def test_the_core_knows_no_vendor() -> None:
    """No module of the core has a vendor's name in its code."""
    for path in (ROOT / "core").glob("*.py"):
        strings = {
            node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)
        }
        names = {node.id.lower() for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Name)}
        assert not {"datasift", "curator"} & (names | {text for text in strings if isinstance(text, str)}), path


def test_public_names_are_those_that_are_fetched() -> None:
    """`__all__` is sorted, and exactly what the package fetches on first use."""
    assert fakesources.__all__ == sorted(fakesources._HOMES)
    assert set(fakesources.__all__) <= set(dir(fakesources))


@pytest.mark.parametrize("name", fakesources.__all__)
def test_a_public_name_is_there(name: str) -> None:
    """Each public name leads to the object that its room has under that name, or the one after the colon."""
    home, _, there = fakesources._HOMES[name].partition(":")

    assert getattr(fakesources, name) is getattr(importlib.import_module(home, "fakesources"), there or name)


def test_type_checkers_see_the_same_names() -> None:
    """The imports under TYPE_CHECKING give exactly the public names, from the same rooms."""
    tree = ast.parse(Path(fakesources.__file__).read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname or alias.name: f".{statement.module}" + (f":{alias.name}" if alias.asname else "")
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }

    assert seen == fakesources._HOMES


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not public is missing as it is from any module."""
    with pytest.raises(AttributeError, match="has no attribute 'FakeSauces'"):
        typing.cast("typing.Any", fakesources).FakeSauces  # noqa: B018


def test_every_module_says_its_rooms_job() -> None:
    """Each module begins with a docstring."""
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        assert not text.strip() or ast.get_docstring(ast.parse(text)), path


def test_deadlines_go_by_time_that_no_test_freezes() -> None:
    """A wait that asks `time.monotonic` ends at once or never in a test that froze it."""
    asking = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("monotonic", "perf_counter")
    }

    assert asking == {"core/real_time.py"}
