"""`fakesources run -- COMMAND`: a server for as long as one command runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from typing import Any

import click

from ..server.server import Server
from .flags import PREFIX, of_the_fake, of_the_server
from .serving import hosted_by, serving
from .signals import HANDED_ON, HandedOn, handled
from .violations import tell_violations

NOT_FOUND, NOT_EXECUTABLE = 127, 126
"""The exit codes that shells have for a command they cannot run."""


def run(command: tuple[str, ...], **given: Any) -> None:
    """Start a server, run COMMAND, and stop again, with COMMAND's exit code.

    COMMAND finds the server in FAKESOURCES_URL (http://127.0.0.1:PORT) and FAKESOURCES_HOST (127.0.0.1:PORT).
    Contract violations are listed when it is done, by test where COMMAND names its tests (PUT /_fakesources/test);
    with --strict they make it fail.
    """
    ctx = click.get_current_context()
    signals = HandedOn()
    with handled(HANDED_ON, signals.hear):
        hosted = hosted_by(ctx, given, address=given["host"])
        with serving(given, hosted) as server:
            code = _code_of(command, environment(server, given["token"]), signals)
    if tell_violations(hosted.fake) and given["strict"]:
        code = code or 1
    ctx.exit(code)


def environment(server: Server, token: str | None) -> dict[str, str]:
    """The variables of the command: ours, and where the server is."""
    told = {f"{PREFIX}URL": server.url, f"{PREFIX}HOST": server.netloc}
    if token:
        told[f"{PREFIX}TOKEN"] = token
    for name in ("NO_PROXY", "no_proxy"):
        told[name] = no_proxy(os.environ, server.host)
    return {**os.environ, **told}


def no_proxy(variables: Mapping[str, str], host: str) -> str:
    """The hosts that are asked without a proxy: those there are, in either spelling of the variable, and the server's."""
    known = f"{variables.get('NO_PROXY', '')},{variables.get('no_proxy', '')}".split(",")
    hosts = [name.strip() for name in (*known, host) if name.strip()]
    return "*" if "*" in hosts else ",".join(dict.fromkeys(hosts))


def _code_of(command: tuple[str, ...], env: dict[str, str], signals: HandedOn) -> int:
    """The exit code of a command; one that a signal ended has 128 and the signal's number, as in a shell."""
    try:
        child = subprocess.Popen(command, env=env)  # noqa: S603  # running what the user names is what it is for
    except FileNotFoundError:
        click.echo(f"fakesources: there is no command {command[0]!r}", err=True)
        return NOT_FOUND
    except OSError as error:
        click.echo(f"fakesources: {command[0]!r} cannot be run: {error.strerror}", err=True)
        return NOT_EXECUTABLE
    signals.to(child)
    code = child.wait()
    return code if code >= 0 else 128 - code


command = click.Command(
    "run",
    callback=run,
    params=[
        *of_the_server(port=0),
        *of_the_fake(),
        click.Argument(["command"], nargs=-1, required=True, type=click.UNPROCESSED),
    ],
    help=run.__doc__,
    context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False},
)
