"""Rules for the tests themselves: public names only, no fixed pauses, no busy loops, and names that are always the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

TESTS = Path(__file__).parent
FILES = [path for path in sorted(TESTS.rglob("*.py")) if "benchmarks" not in path.parts]

OTHERS = {"_replace", "_asdict", "_fields", "_exit", "_repr_html_", "_testMethodName", "_fp", "_"}
"""Names with an underscore that belong to Python and to other libraries."""
PRIVATE = {
    ("control/test_control_openapi.py", "_control_document"): "a cached function, without its cache",
    ("test_architecture.py", "_MODULES"): "the table that the public names come from",
    ("test_cost_of_a_call.py", "_is_secret"): "a cache, which would hide the cost",
    ("test_cost_of_a_call.py", "_schema_error"): "the number of errors that are explained",
    ("test_cost_of_a_call.py", "_cached"): "the size of a cache",
    ("verify/test_decoding.py", "_PACKAGES"): "the table of the packages, as if each were missing",
}
"""Private names of modules that tests need, with reasons. There are none of objects."""

PAUSES = {
    ("adapters/test_waiting_clients.py", "with_a_task_group"): "a client that gives up after a time",
    ("core/reporting/test_callers.py", "main"): "a task that never ends, and is cancelled",
    ("server/test_connections.py", "test_a_request_may_come_in_pieces"): "pieces that arrive one by one",
    ("server/test_hostile_clients.py", "handle"): "work that takes time",
    ("server/test_starting.py", "test_an_idle_server_uses_no_processor_time"): "the time that is measured",
}
"""Pauses of a fixed time by the functions around them, with the reasons why there is no event to await."""

LOOPS = {
    (
        "server/test_many_clients.py",
        "test_between_requests_that_take_long_the_loop_has_time_for_others",
    ): "each turn makes requests, and waits for their responses",
}
"""Loops whose condition is all they do, with the reasons why they do not keep a core busy."""


def functions(tree: ast.AST) -> Iterator[tuple[str, ast.AST, bool]]:
    """Yield every node of a tree, with the name of the innermost function around it, and whether a `while` loop is."""
    waiting = [("", tree, False)]
    while waiting:
        name, node, in_loop = waiting.pop()
        yield name, node, in_loop
        in_loop = in_loop or isinstance(node, ast.While)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            name, in_loop = node.name, False
        waiting += [(name, child, in_loop) for child in ast.iter_child_nodes(node)]


def private_names(tree: ast.AST) -> Iterator[str]:
    """Yield the private attributes that are read from anything but `self` and `cls`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if owner not in ("self", "cls") and node.attr not in OTHERS:
                yield node.attr


def fixed_pauses(tree: ast.AST) -> Iterator[str]:
    """Yield the functions that sleep for a time outside a `while` loop; sleep(0) lets others run."""
    for name, node, in_loop in functions(tree):
        is_sleep = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sleep"
        if is_sleep and not in_loop and [ast.unparse(each) for each in node.args] != ["0"]:
            yield name


def busy_loops(tree: ast.AST) -> Iterator[str]:
    """Yield the functions with a `while` loop that does nothing but look again."""
    for name, node, _ in functions(tree):
        if isinstance(node, ast.While) and all(isinstance(each, ast.Assert | ast.Pass) for each in node.body):
            yield name


RULES: dict[str, tuple[str, Callable[[ast.AST], Iterator[str]], dict[tuple[str, str], str]]] = {
    "no private names": (r"\._[A-Za-z]", private_names, PRIVATE),
    "no fixed pauses": (r"\.sleep\(", fixed_pauses, PAUSES),
    "no loops without a pause": (r"while .*\n +(assert|pass)\b", busy_loops, LOOPS),
}
"""Text that a file has where it may break a rule, the function that finds where it does, and the exceptions."""


@pytest.mark.parametrize(("text", "find", "exceptions"), RULES.values(), ids=list(RULES))
def test_the_tests_keep_the_rule(
    text: str, find: Callable[[ast.AST], Iterator[str]], exceptions: dict[tuple[str, str], str]
) -> None:
    """The exceptions are exactly those of the table."""
    sources = {path.relative_to(TESTS).as_posix(): path.read_text("utf-8") for path in FILES}

    found = {
        (name, each) for name, source in sources.items() if re.search(text, source) for each in find(ast.parse(source))
    }

    assert found == set(exceptions)


@pytest.mark.parametrize(
    ("find", "text", "found"),
    [
        (private_names, "fake._engine.lock", ["_engine"]),
        (private_names, "self._own, value._replace(), value.__wrapped__", []),
        (fixed_pauses, "def test():\n    time.sleep(1)", ["test"]),
        (fixed_pauses, "async def test():\n    await anyio.sleep(0.1)", ["test"]),
        (fixed_pauses, "def test():\n    for each in 1, 2:\n        time.sleep(1)", ["test"]),
        (fixed_pauses, "def test():\n    while waiting():\n        time.sleep(0.1)", []),
        (fixed_pauses, "async def test():\n    await anyio.sleep(0)", []),
        (busy_loops, "def test():\n    while waiting():\n        assert process.poll() is None", ["test"]),
        (busy_loops, "def test():\n    while waiting():\n        time.sleep(0.1)", []),
    ],
)
def test_a_rule_finds_what_it_forbids(find: Callable[[ast.AST], Iterator[str]], text: str, found: list[str]) -> None:
    assert list(find(ast.parse(text))) == found


def test_every_test_file_has_a_name_of_its_own() -> None:
    """Folders of tests are no packages: pytest imports two files of one name as one module."""
    names = [path.name for path in FILES if path.name.startswith("test_")]

    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_name_of_a_test_has_a_set(request: pytest.FixtureRequest) -> None:
    """A set has another order in each process: pytest-xdist refuses tests that are not named alike in all of them."""
    functions = [item for item in request.session.items if isinstance(item, pytest.Function)]

    assert [name_of_set(each) for each in functions if name_of_set(each)] == []


def name_of_set(function: pytest.Function) -> str:
    """The name of a test that shows a parameter that is a set of two or more, or nothing."""
    values = function.callspec.params.values() if hasattr(function, "callspec") else ()
    sets = [value for value in values if isinstance(value, set | frozenset) and len(value) > 1]
    return function.nodeid if any(str(each) in function.name for each in sets) else ""
