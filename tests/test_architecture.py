"""Architecture: which package imports which, what is imported late, and what is public."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import fakesources
from fakesources.apis.registry import BUILT_IN, installed

pytestmark = pytest.mark.once

ROOT = Path(fakesources.__file__).parent

CORE = {f"core.{name}" for name in ("system", "text", "http", "storage", "contract", "reporting", "state", "engine")}
MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "core.system": set(),
    "core.text": set(),
    "core.http": {"core.text"},
    "core.storage": {"core.system", "core.text"},
    "core.contract": {"core.system", "core.text", "core.http", "core.storage"},
    "core.reporting": {"core.text", "core.http", "core.contract"},
    "core.state": {"core.system", "core.text", "core.http", "core.storage", "core.contract"},
    "core.engine": CORE - {"core.engine", "core.state"},
    "options": {"core.text", "core.contract", "apis.datasift", "apis.curator"},
    "apis.datasift": CORE - {"core.engine"},
    "apis.curator": CORE - {"core.engine"},
    "apis": {"core.text", "core.http", "core.contract", "options"},
    "server": {"core.system", "core.http", "core.engine"},
    "adapters": {*CORE, "server"},
    "fake": {*CORE, "options", "apis", "apis.datasift", "apis.curator", "adapters"},
    "kit": {*CORE, "fake"},
    "verify": {*CORE, "apis"},
    "export": {*CORE, "apis", "verify"},
    "control": {*CORE, "core", "fake", "export", "kit", "verify"},
    "commands": {*CORE, "core", "options", "apis", "server", "fake", "kit", "control", "verify", "export"},
    "wsgi": {*CORE, "adapters", "control", "commands"},
    "pytest_plugin": {*CORE, "core", "options", "apis", "server", "fake", "verify"},
    "__init__": {*CORE, "core", "options", "apis.datasift", "apis.curator", "server", "fake", "pytest_plugin"},
    "__main__": {"commands"},
}
"""Each package, and the packages it may import, those under TYPE_CHECKING included. `core` alone is the version."""

LIBRARIES = {
    "anyio": {"adapters.async_waiting"},
    "click": {"commands", "wsgi"},
    "httpx": {"adapters.httpx"},
    "httptools": {"server.parsing"},
    "hypothesis": {"kit.testing"},
    "httpx2": {"adapters.httpx"},
    "jsonschema": {"core.contract.schemas"},
    "jsonschema_rs": {"core.contract.schemas"},
    "pytest": {"pytest_plugin"},
    "referencing": {"core.contract.schemas"},
    "requests": {"adapters.requests", "adapters.responses", "adapters.responses_mock", "verify.watching"},
    "responses": {"adapters.responses", "adapters.responses_mock"},
    "rich": {"commands.progress", "core.text.terminal"},
    "urllib3": {"adapters.requests", "adapters.responses_mock"},
    "werkzeug.exceptions": {"adapters.wsgi"},
    "werkzeug.wrappers": {"adapters.wsgi"},
    "yaml": {"kit.openapi.file", "verify.recordings.yaml"},
}
"""Every library that is imported, and the only modules that import it."""

LATE = {
    ("adapters.async_waiting", "anyio"),
    ("adapters.httpx", "adapters.async_waiting"),
    ("adapters.registry", "adapters.httpx"),
    ("adapters.registry", "adapters.import_hook"),
    ("adapters.registry", "adapters.network_guard"),
    ("adapters.registry", "adapters.responses"),
    ("adapters.registry", "adapters.responses_mock"),
    ("adapters.registry", "adapters.wsgi"),
    ("adapters.registry", "server.server"),
    ("apis.curator.settings", "core.http.hosts"),
    ("apis.curator.settings", "core.http.masking"),
    ("apis.curator.settings", "urllib.parse"),
    ("commands.api_options", "kit"),
    ("commands.main", "commands.output"),
    ("commands.output", "core.text.terminal"),
    ("commands.progress", "core.text.terminal"),
    ("commands.progress", "rich"),
    ("commands.serving", "server.tls"),
    ("control.documents", "control.examples"),
    ("control.hosted", "control.access"),
    ("control.hosted", "control.app"),
    ("control.hosted", "control.console"),
    ("control.hosted", "control.context"),
    ("core.contract.schemas", "jsonschema"),
    ("core.contract.schemas", "jsonschema.exceptions"),
    ("core.contract.schemas", "jsonschema_rs"),
    ("core.contract.schemas", "referencing"),
    ("core.contract.schemas", "referencing.jsonschema"),
    ("fake", "adapters.decorators"),
    ("kit.openapi.file", "yaml"),
    ("kit.testing", "hypothesis"),
    ("pytest_plugin.options", "apis.registry"),
    ("pytest_plugin.plugin", "options"),
    ("server.server", "server.loop"),
    ("verify.recordings.yaml", "yaml"),
}
"""The only imports inside functions, for the sake of start-up: the module, and what it imports."""


class Import(NamedTuple):
    """One import statement: the module it stands in, its target, whether that is ours, and where it stands."""

    module: str
    target: str
    is_ours: bool
    is_late: bool
    is_for_types: bool


def imports(path: Path) -> Iterator[Import]:
    """Return every import of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)

    def walk(node: ast.AST, late: bool, types: bool) -> Iterator[Import]:
        types = types or (
            isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        )
        if isinstance(node, ast.Import):
            yield from (Import(name, alias.name, False, late, types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield Import(name, str(node.module), False, late, types)
        elif isinstance(node, ast.ImportFrom):
            above = parts[: len(parts) - node.level]
            for target in {module(*above, *filter(None, [node.module]), alias.name) for alias in node.names}:
                yield Import(name, target, True, late, types)
        inside = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.iter_child_nodes(node):
            yield from walk(inner, inside, types)

    yield from walk(ast.parse(path.read_text("utf-8")), False, False)


def module(*parts: str) -> str:
    """Return the module of ours that `from x import y` imports: y where that is a module, else x."""
    there = ROOT.joinpath(*".".join(parts).split("."))
    if not (there.is_dir() or there.with_suffix(".py").is_file()):
        parts = parts[:-1]
    return ".".join(parts) or "__init__"


def package_of(module: str) -> str:
    """Return the package of the table that a module of ours stands in."""
    parts = module.split(".")
    return next((name for size in (2, 1) if (name := ".".join(parts[:size])) in MAY_IMPORT), parts[0])


MODULES = sorted(ROOT.rglob("*.py"))
ALL = [each for path in MODULES for each in imports(path)]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_the_table_gives_it(package: str) -> None:
    """Imports for type checkers count like others."""
    imported = {package_of(each.target) for each in ALL if each.is_ours and package_of(each.module) == package}

    assert imported - {package} <= MAY_IMPORT[package]


def test_the_table_has_every_package_and_no_circle() -> None:
    """Following the table from any package never leads back to it."""
    assert {package_of(each.module) for each in ALL} <= set(MAY_IMPORT)
    for package in MAY_IMPORT:
        seen: set[str] = set()
        ahead = set(MAY_IMPORT[package])
        while ahead:
            seen |= ahead
            ahead = {further for each in ahead for further in MAY_IMPORT[each]} - seen
        assert package not in seen


def test_modules_import_one_another_in_no_circle() -> None:
    """Neither when they run nor for type checkers; a package's own module leads to none of its modules."""
    graph: dict[str, set[str]] = {}
    for each in ALL:
        if each.is_ours and each.target != each.module:
            graph.setdefault(each.module, set()).add(each.target)
    for start in graph:
        seen: set[str] = set()
        ahead = set(graph[start])
        while ahead:
            seen |= ahead
            ahead = {further for each in ahead for further in graph.get(each, ())} - seen
        assert start not in seen, start


def test_libraries_are_imported_where_they_belong() -> None:
    """Every library has its modules, and no other module imports it."""
    for each in ALL:
        if each.is_ours or each.is_for_types or each.target.partition(".")[0] in sys.stdlib_module_names:
            continue
        homes = LIBRARIES.get(each.target) or LIBRARIES.get(each.target.partition(".")[0], set())
        assert any(each.module == home or each.module.startswith(f"{home}.") for home in homes), each


def test_text_for_terminals_is_made_by_commands_and_the_coverage_report_alone() -> None:
    """Nothing else imports what takes as long to import as a server to start."""
    importing = {each.module for each in ALL if each.target == "core.text.terminal"}

    assert {each for each in importing if not each.startswith("commands.")} <= {"pytest_plugin.coverage_report"}


def test_names_are_compared_in_one_place() -> None:
    """A suggestion has a bounded cost there, which a second way would not have."""
    assert {each.module for each in ALL if each.target == "difflib"} == {"core.text.spelling"}


def test_imports_inside_functions_are_listed() -> None:
    """Every late import is in the table, and everything in the table is imported late somewhere."""
    assert {(each.module, each.target) for each in ALL if each.is_late} == LATE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_one_subject(path: Path) -> None:
    """It says which in its docstring, and needs no more than 350 lines for it."""
    text = path.read_text("utf-8")

    assert not text.strip() or ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 350


MUTABLE = {
    "control.context.ControlContext",
    "core.contract.call.Service",
    "core.engine.planned.PlannedFault",
    "core.reporting.expected.ExpectedViolation",
    "core.storage.store.Tables",
    "server.service.Service",
    "verify.exchange.CheckedExchange",
    "verify.operation_counts.OperationCounts",
    "verify.report.Group",
    "verify.report.Recording",
}
"""Dataclasses whose objects change: what holds state, and counts."""


def test_dataclasses_are_frozen_but_those_in_the_table() -> None:
    mutable = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for decorator in node.decorator_list if isinstance(node, ast.ClassDef) else ():
                if "dataclass" in ast.unparse(decorator) and "frozen=True" not in ast.unparse(decorator):
                    mutable.add(f"{module(*path.relative_to(ROOT).with_suffix('').parts)}.{node.name}")

    assert mutable == MUTABLE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_coverage_leaves_out_has_a_reason(path: Path) -> None:
    """`# pragma: no cover - REASON`, or `no branch`."""
    for line in path.read_text("utf-8").splitlines():
        pragma = line.partition("# pragma:")[2]
        assert not pragma or re.match(r" no (cover|branch) - \w", pragma), line


def test_one_api_never_sees_the_other() -> None:
    """Neither API's package names the other, not even in a string that is imported by name."""
    for here, there in (("datasift", "curator"), ("curator", "datasift")):
        for path in (ROOT / "apis" / here).rglob("*.py"):
            assert f"apis.{there}" not in path.read_text("utf-8")
            assert f".{there} import" not in path.read_text("utf-8")


GENERIC = ("core", "adapters", "server", "verify", "export", "control", "commands", "pytest_plugin", "kit")


@pytest.mark.parametrize("package", GENERIC)
def test_a_generic_package_names_no_vendor(package: str) -> None:
    """Neither in code nor in docstrings and comments; a third API would be a folder of `apis`."""
    names = {api.lower() for api in BUILT_IN} | {host for api in installed() for host in api.hosts}
    for path in (ROOT / package).rglob("*.py"):
        text = path.read_text("utf-8").lower()
        assert not {name for name in names if name in text}, path


def test_public_names_are_those_that_are_fetched() -> None:
    """`__all__` is sorted, and exactly what the package fetches on first use."""
    assert fakesources.__all__ == sorted(fakesources._MODULES)
    assert set(fakesources.__all__) <= set(dir(fakesources))


@pytest.mark.parametrize("name", fakesources.__all__)
def test_a_public_name_is_there(name: str) -> None:
    """Each public name leads to the object that its module has under that name, or the one after the colon."""
    home, _, there = fakesources._MODULES[name].partition(":")

    assert getattr(fakesources, name) is getattr(importlib.import_module(home, "fakesources"), there or name)


def test_type_checkers_see_the_same_names() -> None:
    """The imports under TYPE_CHECKING give exactly the public names, from the same modules."""
    tree = ast.parse(Path(fakesources.__file__).read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname or alias.name: f".{statement.module}" + (f":{alias.name}" if alias.asname else "")
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }

    assert seen == fakesources._MODULES


@pytest.mark.parametrize("name", ["fakesources", "fakesources.wsgi"])
def test_an_unknown_name_is_an_attribute_error(name: str) -> None:
    """A name that is not public is missing as it is from any module."""
    with pytest.raises(AttributeError, match=f"^module '{name}' has no attribute 'FakeSauces'$"):
        importlib.import_module(name).FakeSauces  # noqa: B018


def test_deadlines_go_by_time_that_no_test_freezes() -> None:
    """A wait that asks `time.monotonic` ends at once or never in a test that froze it."""
    asking = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("monotonic", "perf_counter")
    }

    assert asking == {"core/system/real_time.py"}
