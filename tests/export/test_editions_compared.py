"""Facts about what differs between editions, and about the pages that say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakesources.apis import ALL
from fakesources.export.edition_differences import Difference, differences, with_section

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
DATASIFT, CURATOR = ALL


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_the_page_compares_the_editions_as_the_schemas_are(api) -> None:
    """The section of schemas/API/README.md is what the schemas say now; tests/export/editions_compared.py makes it."""
    page = (SCHEMAS / api.name / "README.md").read_text("utf-8")

    assert with_section(page, api) == page


def test_a_word_differs() -> None:
    """A started source is `active` in the documentation and `running` in the recordings."""
    row = Difference("source", "status", "one of active, stopped", "one of running, stopped")

    assert row in differences(DATASIFT, "docs-1.6", "live-1.6")


def test_a_place_of_one_edition_alone_is_told_once() -> None:
    """`source_id` of a token stands in the documentation alone, and is not repeated for every shape that has tokens."""
    found = differences(DATASIFT, "docs-1.6", "live-1.6")

    assert [row for row in found if row.place.endswith("auth.source_id")] == [
        Difference("source", "auth.source_id", "string", "")
    ]


def test_an_edition_does_not_differ_from_itself() -> None:
    """The same edition twice gives no difference."""
    for api in ALL:
        for edition in api.editions:
            assert differences(api, edition, edition) == []


def test_a_page_without_the_section_is_refused() -> None:
    """Where the marks are missing nothing is written anywhere."""
    with pytest.raises(ValueError, match="there is no section between"):
        with_section("# A page", CURATOR)
