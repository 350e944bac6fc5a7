"""Changes of Python code: one operator, constant, keyword, statement or default at a time.

Docstrings, annotations, imports, `__all__`, code for type checkers and what only bounds a cache stay as they are. A change
keeps the lines of the rest of the file, so that locations in reports stay the same.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Row = tuple[str, str, str, int, int, int, str]
Replacement = tuple[str, ast.AST, ast.AST | None]
"""Operator, the node to replace, and the new node; None removes a statement."""

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.Pow: ast.Mult,
}
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
UNCHANGED_NAMES = {"__all__", "__slots__"}
WITHOUT_EFFECT = {("TypedDict", "total"), ("dataclass", "slots"), ("zip", "strict")}
"""Keywords that change nothing a caller sees: read by type checkers, memory, and an assertion about lengths."""
FOR_TYPES = {"TypeVar", "cast", "ParamSpec", "NewType"}


def code_changes(text: str) -> Iterator[Row]:
    """Yield every change of a module's text as the fields of a `Change`."""
    offsets = [0]
    for line in text.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line.encode()))
    raw = text.encode()

    def offset(line: int, column: int) -> int:
        return len(raw[: offsets[line - 1] + column].decode())

    for function, (operator, old, new) in _Walk().walk(ast.parse(text)):
        start = offset(old.lineno, old.col_offset)  # type: ignore[attr-defined]
        end = offset(old.end_lineno, old.end_col_offset)  # type: ignore[attr-defined]
        words = "pass" if new is None else ast.unparse(new)
        if not isinstance(new, ast.Constant) and new is not None and not isinstance(new, ast.stmt):
            words = f"({words})"  # the precedence around it is unknown
        lines = text[start:end].count("\n")
        tail = "\n" * (lines - words.count("\n"))
        if lines and isinstance(old, ast.stmt):
            words += tail
        elif lines and not words.startswith("("):
            words = f"({words}{tail})"
        elif lines:
            words = f"{words[:-1]}{tail})"
        change = f"{shortened(ast.unparse(old))} -> {shortened(ast.unparse(new)) if new is not None else 'removed'}"
        yield ".".join(function), operator, change, old.lineno, start, end, words  # type: ignore[attr-defined]


def shortened(words: str) -> str:
    """Return code on one line."""
    return " ".join(words.split())


@dataclass
class _Walk:
    """Walk of one module; `scope` has the names of the functions and classes around the current node."""

    scope: list[str] = field(default_factory=list)

    def walk(self, node: ast.AST) -> Iterator[tuple[tuple[str, ...], Replacement]]:
        if isinstance(node, SCOPES):
            self.scope.append(node.name)
        for replacement in replacements(node):
            yield tuple(self.scope), replacement
        for child in changeable_children(node):
            yield from self.walk(child)
        if isinstance(node, SCOPES):
            self.scope.pop()


def changeable_children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the children without docstrings, annotations, imports and code for type checkers."""
    skipped: list[ast.AST | None] = []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        skipped += [node.returns]
        skipped += [each for each in node.decorator_list if "overload" in ast.unparse(each)]
    if isinstance(node, ast.arg | ast.AnnAssign):
        skipped += [node.annotation]
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in FOR_TYPES:
        return
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr):
        return
    if isinstance(node, ast.Assign) and any(isinstance(each, ast.Name) and is_for_types(each) for each in node.targets):
        return
    skipped += [each for each in getattr(node, "keywords", ()) if (callee(node), each.arg) in WITHOUT_EFFECT]
    if callee(node) == "lru_cache":
        return
    for child in ast.iter_child_nodes(node):
        is_text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
        if child not in skipped and not is_text and not is_overload(child):
            yield child


def callee(node: ast.AST) -> str:
    """Return the last part of the name that a call calls, or that is the first base of a class."""
    named = (
        node.func
        if isinstance(node, ast.Call)
        else node.bases[0]
        if isinstance(node, ast.ClassDef) and node.bases
        else None
    )
    return ast.unparse(named).rpartition(".")[2] if named is not None else ""


def is_for_types(name: ast.Name) -> bool:
    """Return whether an assignment to the name is a type alias or a list of names; by convention `Pairs = tuple[...]`."""
    return name.id in UNCHANGED_NAMES or (name.id[:1].isupper() and not name.id.isupper())


def is_overload(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any("overload" in ast.unparse(each) for each in node.decorator_list)


def replacements(node: ast.AST) -> Iterator[Replacement]:
    """Yield the changes of one node."""
    for operator, function in OPERATORS.items():
        for old, new in function(node):
            yield operator, old, new


Changes = Iterator[tuple[ast.AST, ast.AST | None]]


def comparison(node: ast.AST) -> Changes:
    if isinstance(node, ast.Compare):
        for position, operator in enumerate(node.ops):
            for new in COMPARISONS[type(operator)]:
                yield (
                    node,
                    ast.Compare(node.left, [*node.ops[:position], new(), *node.ops[position + 1 :]], node.comparators),
                )


def boolean(node: ast.AST) -> Changes:
    """Change `and` to `or` and back, and leave out each operand."""
    if isinstance(node, ast.BoolOp):
        yield node, ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for position, value in enumerate(node.values):
            rest = [*node.values[:position], *node.values[position + 1 :]]
            assert value is not None
            yield node, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def negation(node: ast.AST) -> Changes:
    """Remove `not`, and negate conditions."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node, node.operand
    if isinstance(node, ast.If | ast.While | ast.IfExp) and not isinstance(node.test, ast.Compare | ast.UnaryOp):
        yield node.test, ast.UnaryOp(ast.Not(), node.test)


def arithmetic(node: ast.AST) -> Changes:
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield node, ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    if isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield node, ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value)


def constant(node: ast.AST) -> Changes:
    """Change a number by one, and flip a boolean."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield node, ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield node, ast.Constant(node.value + 1)


def text(node: ast.AST) -> Changes:
    """Change a string, or the first text of a formatted one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and node.value:
        yield node, ast.Constant(altered(node.value))
    if isinstance(node, ast.JoinedStr):
        for position, part in enumerate(node.values):
            if isinstance(part, ast.Constant) and " " in str(part.value):
                changed = [*node.values[:position], ast.Constant(altered(part.value)), *node.values[position + 1 :]]
                yield node, ast.JoinedStr(changed)
                return


def altered(value: str | bytes) -> str | bytes:
    return value + ("X" if isinstance(value, str) else b"X")  # type: ignore[operator]


def returned(node: ast.AST) -> Changes:
    if isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
        yield node, ast.Return(ast.Constant(None))


def statement(node: ast.AST) -> Changes:
    """Remove a statement that changes something, raises, or ends a loop."""
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await)
    is_assignment = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute | ast.Subscript)
    if is_call or is_assignment or isinstance(node, ast.AugAssign | ast.Delete | ast.Raise | ast.Continue | ast.Break):
        yield node, None


def keyword(node: ast.AST) -> Changes:
    """Remove a keyword of a call."""
    if isinstance(node, ast.Call):
        for position, each in enumerate(node.keywords):
            if (callee(node), each.arg) in WITHOUT_EFFECT or callee(node) == "lru_cache":
                continue
            rest = [*node.keywords[:position], *node.keywords[position + 1 :]]
            if each.arg is not None:
                yield node, ast.Call(node.func, node.args, rest)


def default(node: ast.AST) -> Changes:
    """Change the default None of an argument; those that are numbers, booleans and texts change as constants."""
    if isinstance(node, ast.arguments):
        for each in (*node.defaults, *node.kw_defaults):
            if isinstance(each, ast.Tuple) and not each.elts:
                yield each, ast.Tuple([ast.Constant("X")], ast.Load())


OPERATORS: dict[str, Callable[[ast.AST], Changes]] = {
    "comparison": comparison,
    "boolean": boolean,
    "not": negation,
    "arithmetic": arithmetic,
    "constant": constant,
    "text": text,
    "return": returned,
    "removed": statement,
    "keyword": keyword,
    "default": default,
}
