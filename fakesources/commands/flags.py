"""The flags that `serve`, `run` and the WSGI application share, each with its FAKESOURCES_* variable.

What may be chosen of a fake is listed in `fakesources.options`, and its flags are made from that list; here are the
flags of the server around it. A flag wins over its variable, a variable over the default.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from .. import options
from ..control.hosted import MAX_WAITING, SAVE_EVERY_SECONDS, SNAPSHOT_BYTES
from ..core.http.hosts import origin_of
from ..core.text.options import Option, parse_bytes
from ..core.text.spelling import nearest
from .access_log import FORMATS
from .logs import LEVELS

PREFIX = "FAKESOURCES_"
ANNOUNCED = (f"{PREFIX}URL", f"{PREFIX}HOST")
"""What `run` tells its command."""

_DEFAULTS = {"strict": False, "clock": "real"}
"""Where a server differs from a fake that a test holds: no test would fail, and its time is everybody's."""

_HELP = {"strict": "whether a contract violation makes the command fail in the end, or is listed only"}


class Reading(click.ParamType):  # type: ignore[type-arg, unused-ignore]  # generic since 8.4
    """A value that the list of options reads."""

    def __init__(self, option: Option) -> None:
        self.name = option.metavar
        self._option = option

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value read; fails with what was expected."""
        if not isinstance(value, str):
            return value
        try:
            return self._option.read(value)
        except ValueError as error:
            return self.fail(str(error), param, ctx)


class HostName(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A name or an address to listen on. The variable may be what `run` announced, whose port is set aside."""

    name = "HOST"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The host alone."""
        host, bracket, port = str(value).removeprefix("[").partition("]")
        if not bracket and host.count(":") == 1:
            host, _, port = host.partition(":")
        if port and os.environ.get(f"{PREFIX}HOST") != value:
            self.fail(f"{value!r} has a port; that belongs to --port {port.strip(':')}", param, ctx)
        return host


class Origin(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """The origin of a page, as browsers write it; a variable may have several, separated by commas."""

    name = "ORIGIN"

    def split_envvar_value(self, rv: str) -> list[str]:
        """The origins of a variable."""
        return [part for part in rv.replace(",", " ").split() if part]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The origin, its default port left out."""
        text = str(value).strip()
        origin = origin_of(text)
        if text == "null" or (origin and text.rstrip("/").count("/") == 2):
            return origin or text
        return self.fail(f"expected an origin such as http://localhost:3000, got {text!r}", param, ctx)


class Bytes(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A number of bytes, with a unit or without."""

    name = "BYTES"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; fails with what was expected."""
        try:
            return value if isinstance(value, int) else parse_bytes(str(value))
        except ValueError as error:
            return self.fail(str(error), param, ctx)


class Token(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A text that a header can carry."""

    name = "TOKEN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The token. Its text is in no message: it is a secret."""
        text = str(value)
        if not text or text != text.strip() or not text.isprintable():
            self.fail("expected printable characters without a space at either end", param, ctx)
        return text


def flag(name: str, help: str, **more: Any) -> click.Option:
    """One flag with its variable."""
    declared = [f"--{name}/--no-{name}"] if more.pop("switch", False) else [f"--{name}"]
    variable = PREFIX + name.replace("-", "_").upper()
    return click.Option(declared, help=help, envvar=variable, show_envvar=True, show_default=True, **more)


def of_the_fake() -> list[click.Option]:
    """A flag for each option of a fake."""
    flags = []
    for option in options.ALL.values():
        default = _DEFAULTS.get(option.name, option.default)
        name, help = option.name.replace("_", "-"), _HELP.get(option.name, option.help)
        if isinstance(default, bool):
            flags.append(flag(name, help, switch=True, default=default))
        else:
            flags.append(flag(name, help, type=Reading(option), default=default))
    return flags


def of_the_server(port: int) -> list[click.Option]:
    """The flags of the server around the fake; `port` is where it listens unless told otherwise."""
    path = click.Path(dir_okay=False, path_type=Path)
    return [
        flag("host", "where to listen; 0.0.0.0 is every address of this machine", type=HostName(), default="127.0.0.1"),
        flag("port", "the port; 0 is any that is free", type=click.IntRange(0, 65535), default=port),
        flag("address-file", "a file to write the base URL to, once the server answers", type=path),
        flag("cert", "a certificate in PEM form, to speak https", type=path),
        flag("key", "the certificate's private key in PEM form, where it is in a file of its own", type=path),
        flag("access-log", "a file to list every response in, without query and body; - is standard error", type=str),
        flag("access-log-format", "what its lines look like", type=click.Choice(FORMATS), default=FORMATS[0]),
        flag(
            "log-level",
            "what the server reports of itself on standard error",
            type=click.Choice(LEVELS),
            default="warning",
        ),
        flag("token", "what a caller of the control plane has to send as a Bearer token", type=Token()),
        flag(
            "allow-origin",
            "the origin of a web page that may use the control plane; may be given more than once",
            type=Origin(),
            multiple=True,
        ),
        flag(
            "max-waiting",
            "how many control requests may wait for an exchange at a time",
            type=click.IntRange(0),
            default=MAX_WAITING,
        ),
        flag(
            "snapshot-bytes",
            "how many bytes the snapshots of the control plane may take together",
            type=Bytes(),
            default=SNAPSHOT_BYTES,
        ),
        flag("load", "a state file to begin with", type=path),
        flag("save", "a state file to write on stopping, and whenever the control plane is asked to", type=path),
        flag(
            "state",
            "a state file to begin with if it is there, and to write as --save does and at intervals",
            type=path,
        ),
        flag(
            "save-every",
            "how many seconds lie between two writes of --state",
            type=click.FloatRange(0, min_open=True),
            default=SAVE_EVERY_SECONDS,
        ),
    ]


def chosen(given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the given values that are options of a fake."""
    return {name: given[name] for name in options.ALL}


def misspelt(known: Iterable[click.Parameter]) -> list[str]:
    """What to say of variables that look like flags and are none, the nearest ones included."""
    names = [str(each.envvar) for each in known if each.envvar]
    said = []
    for name in os.environ:
        if name.startswith(PREFIX) and name not in (*names, *ANNOUNCED):
            near = nearest(name, names, cutoff=0.8)
            if near:
                said.append(f"{name} is not read by anything; did you mean {near}?")
    return said
