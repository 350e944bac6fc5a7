"""Paths and servers of an OpenAPI document, as the router has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from ...core.contract.paths import form
from ...core.http.hosts import host_with_port
from ..names import unused
from .document import Document
from .file import short

PARAMETER = re.compile(r"\{([^{}/]+)\}")
_SERVED = re.compile(r"[\w.~!$&'()*+,;=:@% -]*")


class Path(NamedTuple):
    """A path with parameters as the router writes them, `/things/<id>`, and the document's names of these."""

    text: str
    names: Mapping[str, str]

    @property
    def collection(self) -> str:
        """The path of the rows that the operations of this path are about: without the parameter in the end."""
        text = self.text.rstrip("/")
        return text.rpartition("/")[0] if self.item else text

    @property
    def item(self) -> str:
        """The parameter that names one row, as the router writes it, or an empty text."""
        last = self.text.rstrip("/").rpartition("/")[2]
        return last[1:-1] if re.fullmatch(r"<\w+>", last) else ""

    @property
    def form(self) -> str:
        """The path without the names of its parameters: only one of the paths of one form is served."""
        return form(self.text)

    @property
    def collection_form(self) -> str:
        """The form of the path of the rows: those on paths of one form are the same rows."""
        return form(self.collection)


def path_of(text: str) -> Path | str:
    """Return a path of a document as the router has it, or the reason why it cannot be served."""
    names: dict[str, str] = {}
    parts = []
    for part in text.split("/"):
        found = PARAMETER.findall(part)
        beside = unquote(PARAMETER.sub("", part))
        if len(found) > 1 or "{" in beside or "}" in beside:
            return f"expected one parameter, got {part!r}"
        if not _SERVED.fullmatch(beside):
            return f"expected a path without a query or a fragment, got {part!r}"
        if not found:
            parts.append(beside)
            continue
        name = re.sub(r"\W", "_", found[0], flags=re.ASCII)
        name = unused(name if re.match(r"[A-Za-z_]", name) else f"p_{name}", names)
        names[name] = found[0]
        before, after = (unquote(each) for each in part.split(f"{{{found[0]}}}"))
        parts.append(f"{before}<{name}>{after}")
    path = "/".join(parts)
    if "//" in path:
        return f"expected a path without empty parts, got {text!r}"
    return Path(path, names)


class Server(NamedTuple):
    """Host with its port where that is not the usual one, and prefix of all paths."""

    host: str
    base: str


def server_of(document: Document) -> Server:
    """Return the first server of a document, with the defaults of its variables. Raises DefinitionError."""
    place = ("servers",)
    servers = document.list_at(document.root.get("servers"), place, "a list of servers")
    found = []
    for number, value in enumerate(servers):
        server, _ = document.object_at(value, (*place, number), "a server with a 'url'")
        found.append(_server(document, server, number))
    return found[0] if found else Server("localhost", "")


def _server(document: Document, server: Mapping[str, Any], number: int) -> Server:
    place = ("servers", number, "url")
    url = server.get("url")
    if not isinstance(url, str):
        raise document.error(place, f"expected a URL, got {url!r}")
    variables, where = document.object_at(server.get("variables"), ("servers", number, "variables"))
    values = {}
    for name, value in variables.items():
        variable, at = document.object_at(value, (*where, name), "a variable with a 'default'")
        default = variable.get("default", name)
        if isinstance(default, dict | list):
            raise document.error((*at, "default"), f"expected a text, got {short(default)}")
        values[name] = str(default)
    filled = PARAMETER.sub(lambda match: values.get(match[1], match[1]), url)
    try:
        address = urlsplit(filled)
        host, port = address.hostname or "", address.port
    except ValueError as error:
        raise document.error(place, f"expected a URL, got {filled!r}: {error}") from None
    if host and not re.fullmatch(r"[\w-]+(\.[\w-]+)*\.?|[\da-fA-F:.]+", host):
        raise document.error(place, f"expected a URL with a host, got {filled!r}")
    host = host_with_port(host, port, address.scheme)
    base = "/".join(part for part in unquote(address.path).split("/") if part not in ("", "."))
    return Server(host or "localhost", f"/{base}" if base else "")
