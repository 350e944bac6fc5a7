"""Fake of an OpenAPI document in a few lines: tickets.yaml, on any host below zendesk.com, with pages by cursor."""

from pathlib import Path
from typing import Any

from fakesources.kit import Api, Call, paginate

zendesk = Api.from_openapi(Path(__file__).with_name("tickets.yaml"), name="zendesk", host="*.zendesk.com")


@zendesk.override("list_tickets")
def list_tickets(call: Call) -> Any:
    """List tickets: the cursor of the next page stands in `meta`, which the document alone does not say."""
    page = paginate(
        call,
        zendesk.collection("tickets").of(call).all(),
        style="cursor",
        page="page[after]",
        size="page[size]",
        per_page=100,
    )
    tickets = [{"status": "new"} | row.fields for row in page]
    return {"tickets": tickets, "meta": {"has_more": page.next is not None, "after_cursor": page.next}}
