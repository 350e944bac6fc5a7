"""Tests of the differences between editions, and of the pages that list them."""

from __future__ import annotations

import pytest
from editions_compared import SCHEMAS, replace_section

from fakesources.apis.registry import installed
from fakesources.export.edition_differences import Difference, differences, markdown
from fakesources.kit import Api, Call

ALL = installed()

DATASIFT, CURATOR = ALL


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_the_page_lists_the_differences_of_the_schemas(api) -> None:
    """If this fails, run `python tests/export/editions_compared.py`."""
    page = (SCHEMAS / api.name / "README.md").read_text("utf-8")

    assert replace_section(page, api) == page


def test_a_word_differs() -> None:
    """A started source is `active` in the documentation and `running` in the recordings."""
    row = Difference("source", "status", "one of active, stopped", "one of running, stopped")

    assert row in differences(DATASIFT, "docs-1.6", "live-1.6")


def test_a_place_of_one_edition_alone_is_listed_once() -> None:
    """`source_id` of a token is in the documentation alone, and is not repeated for every schema that has tokens."""
    found = differences(DATASIFT, "docs-1.6", "live-1.6")

    assert [row for row in found if row.place.endswith("auth.source_id")] == [
        Difference("source", "auth.source_id", "string", "")
    ]


def test_an_edition_does_not_differ_from_itself() -> None:
    for api in ALL:
        for edition in api.editions:
            assert differences(api, edition, edition) == []


def test_a_page_without_the_section_is_an_error() -> None:
    with pytest.raises(ValueError, match="expected a section between"):
        replace_section("# A page", CURATOR)


def test_a_shape_that_one_edition_alone_has_is_listed_whole() -> None:
    """With a dash for the other; a bar does not end a cell."""
    things = Api("things", host="api.things.test", editions=("1", "2"))
    name = {"type": "object", "required": ["name"], "properties": {"name": {"enum": ["a|b"]}}}

    @things.get("/things", responses={204: None}, in_edition={"2": {"responses": {200: name}}})
    def get_things(_: Call) -> None:
        """Get things."""

    shape = "get_things.200"
    assert differences(things.api, "1", "2") == [
        Difference(shape, "", "", "object"),
        Difference(shape, "name", "", "one of a|b"),
    ]
    assert f"| `{shape}` | itself | — | object |" in markdown(things.api)
    assert f"| `{shape}` | `name` | — | one of a\\|b |" in markdown(things.api)
