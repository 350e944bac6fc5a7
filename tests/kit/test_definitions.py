"""Mistakes in an API of one's own: each is an error at import that names file and line and what to do."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypedDict

import pytest
from whole_texts import WholeText

from fakesources import FakeSources, Request, kit
from fakesources.core.contract.rulebook import rulebook
from fakesources.kit import Api, Call, DefinitionError, Result, api_key, slug_ids, uuid_ids
from fakesources.kit.checks import RESERVED


class Thing(TypedDict):
    name: str


@dataclass(frozen=True, kw_only=True)
class Row:
    id: int
    name: str = ""
    indexes: ClassVar[dict[str, Any]] = {"name": lambda row: row.name}


@dataclass(kw_only=True)
class Mutable:
    id: int


@dataclass(frozen=True, kw_only=True)
class Nameless:
    name: str


@dataclass(frozen=True, kw_only=True)
class OddId:
    id: float


@dataclass(frozen=True, kw_only=True)
class DefaultId:
    id: int = 0


@dataclass(frozen=True, kw_only=True)
class OddField:
    id: int
    size: complex = 0


@dataclass(frozen=True, kw_only=True)
class OddIndexes:
    id: int
    indexes: ClassVar[Any] = ["id"]


class Plain:
    """A class of another kind."""


def api(**options: Any) -> Api:
    return Api("things", **{"host": "api.things.test"} | options)


def handler(call: Call) -> Any:
    """Do something."""


def no_parameter() -> Any:
    """Do something."""


def two_parameters(call: Call, other: Any) -> Any:
    """Do something."""


async def coroutine(call: Call) -> Any:
    """Do something."""


OK = {200: Thing}
OTHER = api().error("other", 404, {"error": "x"})

MISTAKES: dict[str, tuple[Callable[[], Any], str]] = {
    "a name": (lambda: Api("Things!", host="x.test"), "Api: expected a name of lower-case letters, digits and _, got 'Things!'"),
    "an error without a status": (lambda: api(invalid={"error": "x"}), "invalid: expected a status and a body"),
    "unknown_query": (lambda: api(unknown_query="no"), "unknown_query: expected 'report' or 'ignore', got 'no'"),
    "no operation": (lambda: api().api, "Api 'things': expected at least one operation, got none"),
    "a path": (lambda: api().get("things", responses=OK), "path: expected parts of text or <name>"),
    "a path with braces": (lambda: api().get("/things/{id}", responses=OK), "path: expected parts of text or <name>"),
    "a path with two parameters": (lambda: api().get("/<a><b>", responses=OK), "path: expected parts of text or <name>"),
    "no success": (lambda: api().get("/things", responses={404: Thing})(handler), "responses: expected a status from 200 to 299"),
    "no parameter": (lambda: api().get("/things", responses=OK)(no_parameter), r"expected a function of one parameter, \(call: Call\)"),
    "two parameters": (lambda: api().get("/things", responses=OK)(two_parameters), "expected a function of one parameter"),
    "a coroutine": (lambda: api().get("/things", responses=OK)(coroutine), "expected a function, got a coroutine function"),
    "a shape": (lambda: api().get("/things", responses={200: complex})(handler), r"handler: responses\[200\]: expected a TypedDict"),
    "a body": (lambda: api().post("/things", body=complex, responses=OK)(handler), "handler: body: expected a TypedDict"),
    "an edition": (lambda: api().get("/things", responses=OK, in_edition={"2": {}})(handler), "in_edition: expected one of 1, got '2'"),
    "an error of another API": (lambda: api().get("/things", responses=OK, errors=(OTHER,))(handler), "errors: expected errors of this API"),
    "an operation twice": (lambda: [each(handler) for each in [api().get("/things", responses=OK)] * 2], "expected an operation of another name"),
    "a path twice": (lambda: path_twice(), "expected a path and a method of its own, got those of 'things.handler'"),
    "no dataclass": (lambda: api().rows("things", Thing), "rows 'things': expected a dataclass"),
    "a class that is no dataclass": (lambda: api().rows("things", Plain), "rows 'things': expected a dataclass, got <class"),
    "a value in place of ids": (lambda: api().rows("things", Row, ids=5), r"rows 'things': ids: expected a function of three arguments, such as uuid_ids\(\), got 5"),
    "ids without a call": (lambda: api().rows("things", Row, ids=uuid_ids), "rows 'things': ids: expected a function of three arguments"),
    "ids of a text without a call": (lambda: api().rows("things", Row, ids=slug_ids), "rows 'things': ids: expected a function of three arguments"),
    "a query of one number": (lambda: api().get("/things", query=int, responses=OK)(handler), "handler: query: expected an object, got one of type 'integer'"),
    "a query of a list": (lambda: api().get("/things", query=list[Thing], responses=OK)(handler), "handler: query: expected an object, got one of type 'array'"),
    "a query of a schema": (lambda: api().get("/things", query={"type": "string"}, responses=OK)(handler), "handler: query: expected an object, got one of type 'string'"),
    "a misspelt constraint": (
        lambda: api().get("/things", query=TypedDict("Q", {"q": Annotated[int, {"maximun": 1}]}), responses=OK)(handler),
        r"handler: query: expected keywords of JSON Schema, got 'maximun' at \$.properties.q; did you mean 'maximum'",
    ),
    "a misspelt keyword": (
        lambda: api().post("/things", body={"properties": {"a": {"items": {"enmu": [1]}}}}, responses=OK)(handler),
        r"handler: body: expected keywords of JSON Schema, got 'enmu' at \$.properties.a.items; did you mean 'enum'",
    ),
    "a misspelt list of names": (
        lambda: api().post("/things", body={"anyOf": [{"requierd": ["a"]}]}, responses=OK)(handler),
        r"handler: body: expected keywords of JSON Schema, got 'requierd' at \$.anyOf\[0\]; did you mean 'required'",
    ),
    "a mutable row": (lambda: api().rows("things", Mutable), "expected a frozen dataclass, got Mutable; write @dataclass"),
    "a row without an id": (lambda: api().rows("things", Nameless), "expected a field 'id' in Nameless, got name"),
    "a row with a default id": (lambda: api().rows("things", DefaultId), "expected no default for the id"),
    "an id that is a number": (lambda: api().rows("things", OddId), "expected ids that are int or str, or ids="),
    "a unique index": (lambda: api().rows("things", Row, unique={"nme": OTHER}), r"unique: expected one of its indexes \(name\), got 'nme'"),
    "a time": (lambda: api().rows("things", Row, created="made"), "expected a field of type datetime among id, name, got 'made'"),
    "rows twice": (lambda: rows_twice(), "rows: expected a new name"),
    "an error's name": (lambda: api().error("Not found", 404, {}), "error: expected a new name of lower-case letters"),
    "an error's status": (lambda: api().error("fine", 600, {}), "error 'fine': expected a status from 200 to 599, got 600"),
    "an error's status as text": (lambda: api().error("fine", "404", {}), "error 'fine': expected a status from 200 to 599, got '404'"),
    "the status of a general error": (lambda: api(invalid=(99999, {})), "invalid: expected a status from 200 to 599, got 99999"),
    "true as a status": (lambda: api(invalid=(True, {})), "invalid: expected a status from 200 to 599, got True"),
    "an error without a form in JSON": (lambda: api().error("other", 404, {"names": {"a"}}), r"error 'other': expected a body of JSON values, got \{.*\} at \$\.names"),
    "an error of one operation without a form in JSON": (lambda: api().operation_error("other", 404, {"names": {"a"}}, summary="Other."), r"error 'other': expected a body of JSON values, got \{.*\} at \$\.names"),
    "an error's body with a name that is no text": (lambda: api(invalid=(400, {1: "a"})), r"invalid: expected a body of JSON values, got 1 at the names of \$"),
    "an error that no operation has": (lambda: unused_error(), "error 'unused': expected an operation with it among its errors, got none"),
    "a schema that is none": (lambda: api().get("/things", responses={200: {"type": "strin"}})(handler), r"handler: responses\[200\]: expected a JSON Schema, got one whose \$.type is 'strin'"),
    "a body that is no schema": (lambda: api().post("/things", body={"properties": []}, responses=OK)(handler), r"handler: body: expected a JSON Schema, got one whose \$.properties is \[\]"),
    "a constraint that is none": (lambda: api().get("/things", query=TypedDict("Q", {"q": Annotated[int, {"minimum": "1"}]}), responses=OK)(handler), "handler: query: expected a JSON Schema"),
    "a row of another type": (lambda: api().rows("things", OddField), r"rows 'things': OddField.size: expected a TypedDict, a dataclass, a JSON type"),
    "a status that is none": (lambda: api().get("/things", responses={2000: Thing, 200: Thing})(handler), "handler: responses: expected statuses from 200 to 599, got 2000"),
    "headers": (lambda: api(headers={"X-Count": 3}), "headers: expected pairs of names and values, all of them texts"),
    "a header": (lambda: api(headers={"X Count": "3"}), "headers: expected header names"),
    "an edition twice": (lambda: api(editions=("1", "1")), "editions: expected names of their own, got '1' twice"),
    "no edition": (lambda: api(editions=()), "editions: expected at least one name, got none"),
    "no host": (lambda: api(host=()), "host: expected at least one host, got none"),
    "a URL in place of a host": (lambda: api(host="https://api.things.test"), "host: expected a host such as 'api.example.com' or '\\*.example.com', got 'https://api.things.test'"),
    "a name of a fake's own": (lambda: api_named("faults"), "Api: expected a name that a fake does not use itself, got 'faults'"),
    "rows that hide a method": (lambda: api().rows("account", Row), "rows 'account': expected a name that an account does not use itself"),
    "a path with a colon": (lambda: api().get("/things/:id", responses=OK), "path: expected parts of text or <name>"),
    "a parameter twice": (lambda: api().get("/a/<id>/b/<id>", responses=OK), "path: expected parameters of different names"),
    "a path that differs by a name": (lambda: other_names(), "expected a path and a method of its own, got those of 'things.handler'"),
    "no call of the decorator": (lambda: api().get(handler), "path: expected a path, such as @api.get"),
    "a method in lower case": (lambda: api().operation("get", "/things", responses=OK), "method: expected a method such as 'GET', got 'get'"),
    "an id": (lambda: api().get("/things", id="A b", responses=OK)(handler), "expected a name of letters, digits, _ and -, got 'A b'"),
    "a parameter of another type": (lambda: api().get("/things", responses=OK)(of_id), "of_id: expected a parameter of type Call"),
    "a generator": (lambda: api().get("/things", responses=OK)(generator), "generator: expected a function that returns a value"),
    "a class": (lambda: api().get("/things", responses=OK)(Row), "Row: expected a function that returns a value"),
    "no responses": (lambda: api().get("/things")(handler), "handler: responses: expected a status from 200 to 299"),
    "a list of statuses": (lambda: api().get("/things", responses=[200])(handler), r"handler: responses: expected shapes by status, such as \{200: Thing\}, got \[200\]"),
    "a shape in place of responses": (lambda: api().get("/things", responses=Thing)(handler), "handler: responses: expected shapes by status"),
    "a status as text": (lambda: api().get("/things", responses={"200": Thing})(handler), "responses: expected statuses from 200 to 599, got '200'"),
    "one error in place of a list": (lambda: api().get("/things", responses=OK, errors=OTHER)(handler), "handler: errors: expected a list of errors, such as"),
    "a part of an edition": (lambda: api().get("/things", responses=OK, in_edition={"1": {"response": OK}})(handler), "in_edition: expected body, query or responses, got 'response'; did you mean 'responses'"),
    "indexes": (lambda: api().rows("things", OddIndexes), "rows 'things': indexes: expected a mapping from names to functions"),
    "an error's name in place of the error": (lambda: api().rows("things", Row, unique={"name": "other"}), "rows 'things': unique: name: expected an error of the API, got 'other'"),
    "a time that is a text": (lambda: api().rows("things", Row, created="name"), "rows 'things': expected a field of type datetime among id, name, got 'name'"),
    "a base without a slash": (lambda: api(base="v1"), "base: expected a path such as '/v1', got 'v1'"),
    "editions as one text": (lambda: api(editions="2024"), "editions: expected a list of texts, got '2024'"),
    "edition and editions": (lambda: api(edition="1", editions=("2",)), "editions: expected either edition or editions"),
    "media types as one text": (lambda: api(media_types="application/json"), "media_types: expected a list of texts"),
    "settings as a mapping": (lambda: api(settings={}), "settings: expected an instance of Settings"),
    "a function in place of authentication": (lambda: api(auth=api_key), r"auth: expected one of bearer\(\), basic\(\)"),
    "no host at all": (lambda: api(host=None), "host: expected a host such as"),
    "a deviation's name": (lambda: deviation(name="Not this"), "deviation: expected a name of lower-case letters, digits and -, got 'Not this'"),
    "a deviation without a reason": (lambda: deviation(reason=" "), "deviation 'order': reason: expected a text, got ' '"),
    "an operation of a deviation": (lambda: deviation(operations=["handlr"]), "deviation 'order': expected one of things.handler, got 'things.handlr'"),
    "an edition of a deviation": (lambda: deviation(editions=["2"]), "deviation 'order': expected one of 1, got '2'"),
    "a deviation twice": (lambda: deviation(times=2), "deviation: expected a new name, got 'order'"),
    "a collection": (lambda: with_rows().collection("thigns"), r"collection: expected one of the rows of things \(things\), got 'thigns'"),
    "a collection of none": (lambda: api().collection("things"), r"collection: expected one of the rows of things \(none\), got 'things'"),
    "override": (lambda: override(), "override: expected an operation of things, got 'things.handlr'; did you mean 'things.handler'"),
}  # fmt: skip


def api_named(name: str) -> Api:
    return Api(name, host="api.things.test")


def of_id(id: int) -> Any:
    """Do something."""


def generator(call: Call) -> Any:
    """Do something."""
    yield 1


def other_names() -> None:
    things = api()
    things.get("/things/<id>", responses=OK)(handler)
    things.get("/things/<name>", id="again", responses=OK)(handler)


def path_twice() -> None:
    things = api()
    things.get("/things", responses=OK)(handler)
    things.get("/things", id="again", responses=OK)(handler)


def rows_twice() -> None:
    things = api()
    things.rows("things", Row)
    things.rows("things", Row)


def with_rows() -> Api:
    things = api()
    things.rows("things", Row)
    return things


def unused_error() -> None:
    things = api()
    things.error("unused", 404, {"error": "x"})
    things.get("/things", responses=OK)(handler)
    FakeSources(apis=[things])


def deviation(times: int = 1, **fields: Any) -> None:
    things = api()
    things.get("/things", responses=OK)(handler)
    texts = {"name": "order", "says": "By name.", "does": "By id.", "reason": "why not"}
    for _ in range(times):
        things.deviation(**(texts | fields))


def override() -> None:
    things = api()
    things.get("/things", responses=OK)(handler)
    things.override("handlr")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_an_error_with_its_place(mistake: str, whole_text: WholeText) -> None:
    """The place is this file, not the kit's."""
    make, message = MISTAKES[mistake]

    with pytest.raises(DefinitionError, match=message) as error:
        make()
    assert str(error.value).startswith(f"{__file__}:")
    whole_text(mistake, re.sub(r" at 0x[0-9a-f]+", "", re.sub(rf"{re.escape(__file__)}:\d+", "HERE", str(error.value))))


@pytest.mark.parametrize("names", [{}, {"header": "a", "query": "b"}])
def test_an_api_key_stands_in_one_place(names: dict[str, str]) -> None:
    """In a header or in the query."""
    with pytest.raises(TypeError, match="api_key: expected a header or a query parameter"):
        api_key(**names)


def test_a_result_states_which_of_several_statuses() -> None:
    """Without one the handler's mistake is an error, not an answer."""
    things = api()
    things.get("/a", id="one", responses={200: Thing, 202: None})(lambda call: Result(202))
    things.get("/b", id="two", responses={200: Thing, 202: None})(lambda call: {"name": "x"})
    fake = FakeSources(apis=[things])

    assert fake.handle(Request("GET", "/a", host="api.things.test")).status == 202
    with pytest.raises(TypeError, match=r"expected a Result, since its responses are \[200, 202\]"):
        fake.handle(Request("GET", "/b", host="api.things.test"))


def test_a_declaration_may_go_on_after_a_fake_was_made() -> None:
    """A fake has the operations declared before it; the next one has all."""
    things = api()
    things.get("/a", id="one", responses={204: None})(lambda call: None)
    first = FakeSources(apis=[things])
    things.get("/b", id="two", responses={204: None})(lambda call: None)

    assert first.handle(Request("GET", "/b", host="api.things.test")).status == 404
    assert FakeSources(apis=[things]).handle(Request("GET", "/b", host="api.things.test")).status == 204


@pytest.mark.parametrize(
    ("options", "error_options", "expected"),
    [
        ({}, {}, {"unreadable": "decided", "invalid": "decided", "not-found": "decided"}),
        (
            {"source": "https://docs.things.test", "invalid": (422, {"error": "no"})},
            {},
            {"unreadable": "decided", "invalid": "documented", "not-found": "documented"},
        ),
        ({}, {"source": "https://docs.things.test/errors"}, {"unreadable": "decided", "not-found": "documented"}),
    ],
    ids=["no page", "a page of the API", "a page of the error"],
)
def test_an_error_is_documented_where_a_page_is_named(
    options: dict[str, Any], error_options: dict[str, Any], expected: dict[str, str]
) -> None:
    """The defaults of the kit are on no page; what is decided has its reason."""
    things = api(**options)
    not_found = things.error("not-found", 404, {"error": "x"}, **error_options)
    things.get("/things", responses=OK, errors=(not_found,))(handler)

    rules = {rule.id.rpartition(".")[2]: rule for rule in rulebook(things.api)}

    assert {name: rules[name].provenance for name in expected} == expected
    assert all(bool(rules[name].reason) == (rules[name].provenance == "decided") for name in expected)


def test_the_names_that_a_fake_uses_itself_are_known() -> None:
    """An API of such a name would hide what the fake needs."""
    fake = FakeSources()

    assert {name for name in (*dir(fake), *vars(fake)) if not name.startswith("_")} - set(fake.services) <= RESERVED


def test_a_mistake_of_a_named_module_is_one_line(tmp_path: Path) -> None:
    """A command tells it as it tells any other wrong argument."""
    (tmp_path / "broken_things.py").write_text(
        "from fakesources.kit import Api\nAPI = Api('things', host='https://x.test')\n", "utf-8"
    )

    done = subprocess.run(
        [sys.executable, "-m", "fakesources", "serve", "--api", "broken_things:API"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert done.returncode == 2
    assert "broken_things.py:2: host: expected a host such as" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_name_of_the_kit_is_in_an_example_that_runs() -> None:
    """A reader finds each name in use."""
    examples = Path(__file__).parents[1] / "examples" / "own_api"
    text = "".join(file.read_text("utf-8") for file in examples.glob("*.py"))

    assert [name for name in kit.__all__ if not re.search(rf"\b{name}\b", text)] == []
    assert len(kit.__all__) <= 18
