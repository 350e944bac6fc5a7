"""Whole documents of small things, word for word: OpenAPI of an API of two operations, headers, and rules.

`python tests/export/test_whole_documents.py` writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

import pytest

from fakesources.apis.registry import installed
from fakesources.export import rules
from fakesources.export.openapi.document import document
from fakesources.kit import Api, Call, bearer

FOLDER = Path(__file__).with_name("whole_documents")
RULES = (
    "curator.sources.update.initialised",
    "datasift.source.start.200.status",
    "datasift.source.start.not-found",
    "datasift.source.get.request.page",
    "datasift.source.create.stopped",
    "curator.traffic.unseen-id",
)
"""Rules with examples and without, with a reason, a deviation, several sources, and of some editions."""


@dataclass(frozen=True, kw_only=True)
class Book:
    """A book."""

    id: int
    title: str
    shelf: str = "A"


class Given(TypedDict):
    title: str


class Found(TypedDict, total=False):
    shelf: Literal["A", "B"]
    tag: list[str]


def lending() -> Api:
    """Return an API of two editions with a row, an error, a query and a body."""
    api = Api(
        "lending", host="api.lending.test", editions=("1", "2"), title="Lending", source="https://lending.test/docs",
        base="/v1", auth=bearer(), error_media_type="application/problem+json",
    )  # fmt: skip
    books = api.rows("books", Book)
    gone = api.error("gone", 404, {"error": "No book {id}"}, summary="No book has the id.")

    @api.get("/books/<id>", responses={200: Book}, errors=(gone,))
    def get_book(call: Call) -> Book:
        """Get a book."""
        return books.of(call).get(call.path["id"], otherwise=gone)

    @api.post("/books", body=Given, query=Found, responses={201: Book}, in_edition={"2": {"body": Found}})
    def create_book(call: Call) -> Book:
        """Create a book."""
        return books.of(call).add(**call.params)

    return api


def openapi(edition: str) -> str:
    return json.dumps(document(lending().api, edition), indent=1, ensure_ascii=False)


def rate_headers() -> str:
    api = next(each for each in installed() if each.name == "datasift")
    return json.dumps(document(api, api.default_edition)["components"]["headers"], indent=1)


DOCUMENTS: dict[str, Callable[[], str]] = {
    "openapi-1.json": lambda: openapi("1"),
    "openapi-2.json": lambda: openapi("2"),
    "headers.json": rate_headers,
    "rules.txt": lambda: "\n".join(rules.one_as_text(*rules.one(id)) for id in RULES),
    "rules.json": lambda: rules.as_json([rule for id in RULES for rule in rules.one(id)[1]], with_examples=True),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_word_for_word_as_written(name: str) -> None:
    assert DOCUMENTS[name]() == (FOLDER / name).read_text("utf-8").rstrip("\n")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, made in DOCUMENTS.items():
        (FOLDER / name).write_text(made() + "\n", "utf-8")
