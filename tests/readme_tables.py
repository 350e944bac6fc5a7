"""Reference tables of the documents, made from the code: python tests/readme_tables.py writes them anew."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from fakesources import Faults, Journal, kit, options
from fakesources.apis.registry import BUILT_IN, load
from fakesources.commands.main import COMMANDS, main
from fakesources.control import ROOT
from fakesources.control.api import CONTROL
from fakesources.core.contract.api import Api
from fakesources.core.contract.deviations import deviations_of
from fakesources.core.contract.errors import ApiError
from fakesources.core.contract.rule import Rule
from fakesources.pytest_plugin.options import register

TOP = Path(__file__).resolve().parents[1]
SCHEMAS = TOP / "schemas"
DOCUMENTS = (TOP / "README.md", *(SCHEMAS / name / "README.md" for name in ("control", *BUILT_IN)))
APIS = [load(place, name) for name, place in BUILT_IN.items()]
SECTION = re.compile(r"(<!-- table: ([a-z ]+) -->\n).*?(<!-- end of table -->)", re.DOTALL)

FAULTS = ("error", "respond", "disconnect", "delay", "hold", "clear", "names")
JOURNAL = ("only", "last", "count", "assert_none", "clear")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def code(text: object) -> str:
    """Return a text as code."""
    return f"`{text}`"


def summary(text: str | None) -> str:
    """Return the first sentence of a docstring."""
    return re.split(r"(?<=\.)\s", inspect.cleandoc(text or ""), maxsplit=1)[0].replace("\n", " ").rstrip(".")


def of_options() -> str:
    """Return the options of a fake: the value, the default and the help of each."""
    rows = ((code(each.name), each.metavar, code(repr(each.default)), each.help) for each in options.ALL.values())
    return table(("option", "value", "default", "meaning"), rows)


def of_operations() -> str:
    """Return the operations of the APIs: method, path and summary of each."""
    rows = (
        (code(each.id), code(f"{method} {each.paths[0]}"), each.summary.rstrip("."))
        for api in APIS
        for each in api.endpoints
        for method in each.documented[:1]
    )
    return table(("operation", "request", "what it does"), rows)


def of_errors() -> str:
    """Return the errors of each operation by the name that `faults.error` takes, those of every operation first."""

    def rows() -> Iterator[tuple[str, str]]:
        for api in APIS:
            yield f"every one of {code(api.name)}", listed(api.errors)
            yield from ((code(each.id), listed(each.errors)) for each in api.endpoints if each.errors)

    def listed(errors: Iterable[Any]) -> str:
        return ", ".join(f"{code(name)} {status}" for name, status in sorted({(e.name, e.status) for e in errors}))

    return table(("operation", "errors, with their status"), rows())


def of_contract(api: Api[Any]) -> str:
    """Return the operations of an API with their methods, schemas, errors, cost and sources."""

    def rows() -> Iterator[tuple[str, ...]]:
        for each in api.endpoints:
            others = [method for method in each.methods if method not in each.documented]
            yield (
                code(each.id),
                f"{', '.join(each.documented)} {code(each.paths[0])}" + more(len(each.paths) - 1),
                ", ".join(others) or "none",
                ", ".join(map(code, filter(None, (each.query_schema, each.body_schema, *each.variants)))) or "none",
                ", ".join(f"{status} {code(name) if name else each.produces or 'empty'}"
                          for status, name in each.responses.items()),
                ", ".join(code(error.name) for error in each.errors) or "none",
                "public" if each.public else str(each.cost),
                code(each.source),
            )  # fmt: skip

    def more(count: int) -> str:
        return f" and {count} other path{'s' * (count > 1)}" if count else ""

    columns = ("operation", "request", "other methods", "parameters", "responses", "own errors", "cost", "source")
    return table(columns, rows())


def errors_of(api: Api[Any]) -> list[ApiError]:
    """Return the errors of an API, each once: those of every operation first, then those of some."""
    return list(dict.fromkeys((*api.errors, *(error for each in api.endpoints for error in each.errors))))


def of_error_texts(api: Api[Any]) -> str:
    """Return the errors of an API with their sources."""
    rows = (
        (
            code(each.name), str(each.status), code(each.text), each.description, "yes" if each.charged else "no",
            code(each.source), known(each),
        )
        for each in errors_of(api)
    )  # fmt: skip
    return table(("error", "status", "text", "when", "charged", "source", "how it is known"), rows)


def of_control_errors() -> str:
    """Return the errors of the control plane."""
    rows = ((code(each.name), str(each.status), code(each.text), each.description) for each in errors_of(CONTROL))
    return table(("error", "status", "text", "when"), rows)


def of_rules(api: Api[Any]) -> str:
    """Return the rules of an API that belong to no schema and no error."""
    rules = (*api.rules, *(api.traffic.rules(api.name) if api.traffic else ()))
    rows = ((code(each.id), each.description, code(each.source), known(each)) for each in rules)
    return table(("rule", "meaning", "source", "how it is known"), rows)


def known(each: Rule | ApiError) -> str:
    """Return the provenance of a fact, with the reason for one that has it."""
    return each.provenance + (f": {each.reason}" if each.reason else "")


def of_calls(owner: type, path: str, names: Iterable[str]) -> str:
    """Return methods with their parameters and the first sentence of their docstrings."""

    def rows() -> Iterator[tuple[str, str]]:
        for name in names:
            method = getattr(owner, name)
            signature = inspect.signature(method)
            given = [each.replace(annotation=each.empty) for each in list(signature.parameters.values())[1:]]
            parameters = signature.replace(parameters=given, return_annotation=signature.empty)
            yield code(f"{path}.{name}{parameters}"), summary(method.__doc__)

    return table(("call", "what it does"), rows())


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield the commands of the command line by name."""
    context = main.make_context("fakesources", [], resilient_parsing=True)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        yield name, command


def of_commands() -> str:
    """Return the commands of the command line."""
    rows = ((code(f"fakesources {name}"), summary(command.help)) for name, command in commands())
    return table(("command", "what it does"), rows)


def of_flags() -> str:
    """Return the flags of the commands besides the options of a fake."""
    users: dict[tuple[str, ...], list[str]] = {}
    for name, command in commands():
        for each in command.params:
            if isinstance(each, click.Option) and each.name not in options.ALL.keys() - {"strict"}:
                shown = code(each.default) if type(each.default) in (str, int, float) and each.default != "" else ""
                flag = code("/".join(each.opts + each.secondary_opts))
                users.setdefault((flag, value_of(each), shown, each.help or ""), []).append(name)
    rows = ((flag, value, default, ", ".join(names), text.rstrip("."))
            for (flag, value, default, text), names in users.items())  # fmt: skip
    return table(("flag", "value", "default", "commands", "meaning"), rows)


def value_of(flag: click.Option) -> str:
    """Return the placeholder for the value of a flag, or its choices."""
    if flag.is_flag:
        return ""
    if isinstance(flag.type, click.Choice):
        return "|".join(flag.type.choices)
    is_number = isinstance(flag.type, click.IntRange | click.FloatRange)
    return flag.metavar or ("NUMBER" if is_number else flag.type.name.upper())


def of_pytest_options() -> str:
    """Return the options of the pytest plugin besides those of a fake."""
    found: list[tuple[str, str, str]] = []

    class Recorder:
        """Parser that keeps what it is given."""

        def getgroup(self, *_: str) -> Recorder:
            return self

        def addini(self, *_: Any, **__: Any) -> None:
            """Leave out what has a flag as well."""

        def addoption(self, flag: str, *, help: str, metavar: str = "", choices: Sequence[str] = (), **_: Any) -> None:
            if flag.removeprefix("--fakesources-").replace("-", "_") not in options.ALL:
                found.append((code(flag), metavar or "|".join(choices), help))

    register(Recorder())  # type: ignore[arg-type]
    return table(("option", "value", "meaning"), found)


def of_control() -> str:
    """Return the operations of the control plane."""
    rows = (
        (code(f"{each.documented[0]} {each.paths[0]}"), each.summary.rstrip("."))
        for each in CONTROL.endpoints
        if each.documented[0] != "OPTIONS"
    )
    return table(("request", "what it does"), rows)


def of_control_schemas() -> str:
    """Return the operations of the control plane with links to the schemas of query, body and responses."""

    def link(name: str) -> str:
        return f"[{name}]({name}.json)" if name else ""

    rows = (
        (
            each.summary, each.documented[0], code(each.paths[0].removeprefix(ROOT) or "/"),
            link(each.query_schema), link(each.body_schema),
            ", ".join(f"{status} {link(name)}".rstrip() for status, name in each.responses.items()),
            ", ".join(code(error.name) for error in each.errors),
        )
        for each in CONTROL.endpoints
    )  # fmt: skip
    return table(("operation", "method", "path", "query", "body", "responses", "own errors"), rows)


def of_kit() -> str:
    """Return the names of the kit with their parameters and the first sentence of their docstrings."""
    rows = ((code(name), summary(getattr(kit, name).__doc__)) for name in kit.__all__)
    return table(("name", "meaning"), rows)


def of_deviations() -> str:
    """Return the deviations of the APIs."""
    rows = (
        (code(each.id), ", ".join(map(code, each.editions)) or "all", each.says, each.does, each.reason)
        for api in APIS
        for each in deviations_of(api)
    )
    return table(("deviation", "editions", "the source says", "the fake does", "because"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "options": of_options,
    "operations": of_operations,
    "errors": of_errors,
    "faults": lambda: of_calls(Faults, "fake.faults", FAULTS),
    "journal": lambda: of_calls(Journal, "fake.journal", JOURNAL),
    "commands": of_commands,
    "flags": of_flags,
    "pytest options": of_pytest_options,
    "control operations": of_control,
    "control schemas": of_control_schemas,
    "control errors": of_control_errors,
    "deviations": of_deviations,
    "kit": of_kit,
    **{f"contract of {api.name}": partial(of_contract, api) for api in APIS},
    **{f"errors of {api.name}": partial(of_error_texts, api) for api in APIS},
    **{f"rules of {api.name}": partial(of_rules, api) for api in APIS},
}


def with_tables(text: str) -> str:
    """Return a document with its tables as the code has them. Raises KeyError for a table that nothing makes."""
    return SECTION.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n\n{found[3]}", text)


if __name__ == "__main__":
    for document in DOCUMENTS:
        document.write_text(with_tables(document.read_text("utf-8")), "utf-8")
