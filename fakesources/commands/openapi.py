"""Command `openapi`: an API as an OpenAPI document."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..apis.registry import installed
from ..control.api import CONTROL
from ..control.documents import DEFAULT_SERVER, control_document
from ..core.http.hosts import origin_of
from ..core.text.spelling import unknown_name
from ..export.openapi.document import document
from .api_options import api_option
from .flag_types import FilePath, ParsedText
from .output import write_result


def _parse_server(text: str) -> str:
    """Return a base URL, or a path on the server of the document, without spaces."""
    if not text.isprintable() or " " in text or not (origin_of(text) or text.startswith("/")):
        raise ValueError(f"expected a base URL such as {DEFAULT_SERVER}, got {text!r}")
    return text


@click.command()
@click.argument("name")
@api_option
@click.option("--edition", default="", metavar="NAME", help="Edition of the API; its first one by default.")
@click.option(
    "--server", type=ParsedText("URL", _parse_server), default=None, help="Base URL in place of the real API's."
)
@click.option("--output", type=FilePath(), help="File in place of standard output.")
def command(name: str, edition: str, server: str | None, output: Path | None) -> None:
    """Write the API NAME as OpenAPI 3.1, generated from the endpoints and schemas of the fake.

    `control` is the control plane.
    """
    if name == CONTROL.name:
        if edition not in ("", *CONTROL.editions):
            raise click.UsageError(unknown_name("--edition", edition, CONTROL.editions))
        written = control_document(CONTROL, server or DEFAULT_SERVER)
        write_result(json.dumps(written, indent=2, ensure_ascii=False), output)
        return
    apis = {api.name: api for api in installed()}
    if name not in apis:
        raise click.UsageError(unknown_name("NAME", name, [*apis, CONTROL.name]))
    api = apis[name]
    edition = edition or api.default_edition
    if edition not in api.editions:
        owner = next((other.name for other in installed() if edition in other.editions), "")
        hint = f"; that is an edition of {owner}" if owner else ""
        raise click.UsageError(unknown_name("--edition", edition, api.editions, hint))
    write_result(json.dumps(document(api, edition, server or ""), indent=2, ensure_ascii=False), output)
