"""`fakesources serve`: both APIs on a socket, until told to stop."""

from __future__ import annotations

import sys
from typing import Any

import click

from .flags import of_the_fake, of_the_server
from .serving import hosted_by, serving
from .signals import STOP, Told, handled
from .violations import tell_violations


def serve(**given: Any) -> None:
    """Run both APIs on a socket, until SIGINT, SIGTERM or SIGHUP.

    Prints the base URL, one line, once requests are answered. When told to stop, requests that have begun are
    finished and the state is saved, if it is to be; told twice, it stops at once. With --strict it ends with exit code 1 if anything was swallowed.
    """
    ctx = click.get_current_context()
    told = Told()
    with handled(STOP, told.hear):
        hosted = hosted_by(ctx, given, address=given["host"])
        with serving(given, hosted) as server:
            click.echo(server.url)
            if sys.stderr.isatty():
                click.echo(f"{hosted.fake!r}; Ctrl-C ends it", err=True)
            told.wait()
    if given["strict"] and tell_violations(hosted.fake):
        ctx.exit(1)


command = click.Command("serve", callback=serve, params=[*of_the_server(port=8080), *of_the_fake()], help=serve.__doc__)
