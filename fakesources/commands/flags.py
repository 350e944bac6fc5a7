"""Flags of `serve`, `run` and the WSGI application, each with its FAKESOURCES_* variable.

The flags of a fake are generated from `fakesources.options`; those of the server around it are listed here. A flag
takes precedence over its variable, a variable over the default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

import click

from .. import options
from ..control.hosted import MAX_WAITING, SAVE_EVERY_SECONDS, SNAPSHOT_BYTES
from ..core.http.hosts import origin_of
from ..core.text.options import parse_bytes
from ..core.text.spelling import nearest
from ..server.service import MAX_CONNECTIONS
from .access_log import FORMATS
from .api_options import api_flags, apis_of
from .flag_types import FilePath, ParsedText
from .logs import LEVELS

PREFIX = "FAKESOURCES_"
_HOST = re.compile(r"[^\s/?#@\[\]]{1,253}")
"""Host names and IP addresses, with a zone or not; an empty one would be every address of the machine."""

MAX_INTERVAL_SECONDS = 365 * 86_400

RUN_VARIABLES = (f"{PREFIX}URL", f"{PREFIX}HOST")
"""Variables that `run` sets for its command, besides those that are flags."""

_DEFAULTS = {"strict": False, "clock": "real", "images_url": "server"}
"""Defaults of a server that differ from those of a fake in a test: it has no test to fail, real clients, and an address of its own."""

_HELP = {"strict": "make the command fail in the end on a contract violation; otherwise violations are only listed"}


class Origins(ParsedText):
    """Type of a flag for origins; its variable holds several, separated by commas or spaces."""

    def split_envvar_value(self, rv: str) -> list[str]:
        """Return the origins of a variable."""
        return rv.replace(",", " ").split()


def _parse_host(text: str) -> str:
    """Return a host to listen on. FAKESOURCES_HOST may be what `run` has set, whose port is ignored."""
    host, bracket, port = text.removeprefix("[").partition("]")
    if not bracket and host.count(":") == 1:
        host, _, port = host.partition(":")
    port = port.removeprefix(":")
    if not _HOST.fullmatch(host) or bool(bracket) != text.startswith("[") or not (port.isdecimal() or not port):
        raise ValueError(f"expected a host name or an IP address such as 127.0.0.1, got {text!r}")
    if port and os.environ.get(f"{PREFIX}HOST") != text:
        raise ValueError(f"expected a host without a port, got {text!r}; use --port {port}")
    return host


def _parse_origin(text: str) -> str:
    """Return an origin without its default port, as browsers send it."""
    text = text.strip()
    origin = origin_of(text)
    if text == "null" or (origin and text.rstrip("/").count("/") == 2):
        return origin or text
    raise ValueError(f"expected an origin such as http://localhost:3000, got {text!r}")


def _parse_interval(text: str) -> float:
    """Return a number of seconds that a thread can wait."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= MAX_INTERVAL_SECONDS:  # nor is NaN
        raise ValueError(f"expected more than 0 and at most {MAX_INTERVAL_SECONDS} seconds, got {text!r}")
    return seconds


def _parse_token(text: str) -> str:
    """Return a token that is a valid header value. The error does not contain it: it is a secret."""
    if not text or text != text.strip() or not text.isprintable():
        raise ValueError("expected printable characters without a space at either end")
    return text


def flag(name: str, help: str, **attributes: Any) -> click.Option:
    """Return a flag and its variable; one with a boolean default is a switch."""
    is_switch = isinstance(attributes.get("default"), bool)
    declaration = f"--{name}/--no-{name}" if is_switch else f"--{name}"
    variable = PREFIX + name.replace("-", "_").upper()
    return click.Option([declaration], help=help, envvar=variable, show_envvar=True, show_default=True, **attributes)


def fake_flags() -> list[click.Option]:
    """Return one flag for each option of a fake."""
    flags = api_flags()
    for option in options.ALL.values():
        if option.name == "apis":
            continue
        default = _DEFAULTS.get(option.name, option.default)
        name, help = option.name.replace("_", "-"), _HELP.get(option.name, option.help)
        kind = None if isinstance(default, bool) else ParsedText(option.metavar, option.read)
        metavar = None if kind is None else option.metavar
        flags.append(flag(name, help, type=kind, metavar=metavar, default=default))
    return flags


def server_flags(default_port: int) -> list[click.Option]:
    """Return the flags of the server around the fake."""
    path = FilePath()
    host, token = ParsedText("HOST", _parse_host), ParsedText("TOKEN", _parse_token)
    number_of_bytes, origins = ParsedText("BYTES", parse_bytes), Origins("ORIGIN", _parse_origin)
    seconds = ParsedText("SECONDS", _parse_interval)
    return [
        flag("host", "address to listen on; 0.0.0.0 is every address of the machine", type=host, default="127.0.0.1"),
        flag("port", "port to listen on; 0 chooses a free one", type=click.IntRange(0, 65535), default=default_port),
        flag("address-file", "file to write the base URL to once the server answers", type=path),
        flag("cert", "certificate in PEM format, to serve https", type=path),
        flag("key", "private key in PEM format, if it is not in the file of the certificate", type=path),
        flag("access-log", "file to log every response to, without query and body; - is standard error", type=FilePath()),
        flag("access-log-format", "format of the access log", type=click.Choice(FORMATS), default=FORMATS[0]),
        flag("log-level", "lowest level of the log on standard error", type=click.Choice(LEVELS), default="warning"),
        flag("token", "Bearer token that requests to the control plane must have", type=token),
        flag("allow-origin", "origin of pages that may use the control plane; repeatable", type=origins, multiple=True),
        flag(
            "max-waiting", "number of control requests that may wait for an exchange at a time",
            type=click.IntRange(0), default=MAX_WAITING,
        ),
        flag(
            "max-connections", "number of open connections, beyond which the one idle for longest is closed",
            type=click.IntRange(1), default=MAX_CONNECTIONS,
        ),
        flag(
            "snapshot-bytes", "bytes that all snapshots of the control plane may take together",
            type=number_of_bytes, default=SNAPSHOT_BYTES,
        ),
        flag("load", "state file to load at the start", type=path),
        flag("save", "state file to write at the end, and whenever the control plane saves", type=path),
        flag("state", "state file to load if it exists, and to write like --save and at intervals", type=path),
        flag("save-every", "seconds between two writes of --state", type=seconds, default=SAVE_EVERY_SECONDS),
    ]  # fmt: skip


def fake_options(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a command that are options of a fake."""
    return {name: params[name] for name in options.ALL if name != "apis"} | {"apis": apis_of(params)}


def misspelt_variables(params: Iterable[click.Parameter]) -> list[str]:
    """Return a warning for each FAKESOURCES_* variable whose name is close to that of a flag's variable."""
    names = [str(each.envvar) for each in params if each.envvar]
    unknown = [name for name in os.environ if name.startswith(PREFIX) and name not in (*names, *RUN_VARIABLES)]
    pairs = [(name, nearest(name, names, cutoff=0.8)) for name in unknown]
    return [f"{name}: expected the variable of a flag; did you mean {near}?" for name, near in pairs if near]
