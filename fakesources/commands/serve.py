"""Command `serve`: the APIs on a socket, until a signal stops it."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

import click

from ..control import ROOT
from ..control.hosted import Hosted
from .access_log import access_log
from .flags import fake_flags, server_flags
from .output import for_screen, is_terminal, print_violations, write_result
from .serving import host_fake, serving
from .signals import STOP_SIGNALS, ShutdownSignal, handle_signals, interruptible


def serve(**params: Any) -> None:
    """Serve every API on a socket until SIGINT, SIGTERM or SIGHUP.

    Prints the base URL on one line once requests are answered, and on a terminal what else to know. A first signal finishes requests that have begun and
    saves the state; a second one ends the process at once. With --strict the exit code is 1 after a contract violation.
    """
    ctx = click.get_current_context()
    shutdown = ShutdownSignal()
    with handle_signals(STOP_SIGNALS, shutdown.handle), ExitStack() as stack:
        with interruptible(lambda _: 0):
            hosted = host_fake(ctx, params, address=params["host"])
            access = stack.enter_context(access_log(params, hosted))
        with serving(params, hosted, access) as server:
            write_result(server.url, None)
            for stream in (sys.stdout, sys.stderr):
                if is_terminal(stream):
                    click.echo("\n".join(for_screen(_introduction(hosted, server.url), stream)), file=stream)
                    break
            shutdown.wait()
    if params["strict"] and print_violations(hosted.fake):
        ctx.exit(1)


def _introduction(hosted: Hosted, url: str) -> list[str]:
    """Return what a person wants to know beside the base URL: the console, the editions, and how to stop."""
    editions = ", ".join(f"{name} {service.edition.name}" for name, service in hosted.fake.services.items())
    return [f"  console   {url}{ROOT}/", f"  editions  {editions}", "  press Ctrl-C to stop"]


command = click.Command(
    "serve", callback=serve, params=[*server_flags(default_port=8080), *fake_flags()], help=serve.__doc__
)
