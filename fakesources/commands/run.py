"""Command `run`: a server for as long as another command runs."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Any

import click

from ..server.server import Server
from .access_log import access_log
from .flags import PREFIX, fake_flags, server_flags
from .output import print_violations, print_wrapped
from .serving import host_fake, serving
from .signals import FORWARDED_SIGNALS, SignalForwarder, block_in_new_threads, handle_signals, interruptible, next_of

NOT_FOUND, NOT_EXECUTABLE = 127, 126
"""Exit codes of shells for a command that does not exist or cannot be executed."""


def run(command: tuple[str, ...], **params: Any) -> None:
    """Start a server, run COMMAND, stop the server, and exit with COMMAND's exit code.

    COMMAND gets the server's address in FAKESOURCES_URL (http://127.0.0.1:PORT) and FAKESOURCES_HOST (127.0.0.1:PORT).
    Contract violations are listed in the end, by test if COMMAND names its tests (PUT /_fakesources/test). With
    --strict the exit code is 1 after a violation, unless COMMAND has failed with another one.
    """
    ctx = click.get_current_context()
    forwarder = SignalForwarder()
    with handle_signals(FORWARDED_SIGNALS, forwarder.handle), ExitStack() as stack:
        with interruptible(lambda number: 128 + number):
            hosted = host_fake(ctx, params, address=params["host"])
            access = stack.enter_context(access_log(params, hosted))
        with serving(params, hosted, access) as server:
            code = _run(command, environment(server, params["token"]), forwarder)
    if print_violations(hosted.fake) and params["strict"]:
        code = code or 1
    ctx.exit(code)


def environment(server: Server, token: str | None) -> dict[str, str]:
    """Return the environment of COMMAND: ours, with the address and token of the server, which needs no proxy."""
    added = {f"{PREFIX}URL": server.url, f"{PREFIX}HOST": server.netloc}
    if token:
        added[f"{PREFIX}TOKEN"] = token
    for name in ("NO_PROXY", "no_proxy"):
        added[name] = no_proxy(os.environ, server.host)
    return {**os.environ, **added}


def no_proxy(variables: Mapping[str, str], host: str) -> str:
    """Return the value of NO_PROXY with a host added; reads both spellings of the variable."""
    known = f"{variables.get('NO_PROXY', '')},{variables.get('no_proxy', '')}".split(",")
    hosts = [name.strip() for name in (*known, host) if name.strip()]
    return "*" if "*" in hosts else ",".join(dict.fromkeys(hosts))


def _run(command: tuple[str, ...], env: dict[str, str], forwarder: SignalForwarder) -> int:
    """Run a command and return its exit code, which is 128 and the signal's number after a signal, as in a shell."""
    try:
        child = subprocess.Popen(command, env=env)  # noqa: S603  # running the user's command is the purpose
    except OSError as error:
        print_wrapped(f"Error: COMMAND: expected a program, got {command[0]!r}: {error.strerror}")
        return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
    forwarder.forward_to(child)
    code = _wait_for(child)
    return code if code >= 0 else 128 - code


def _wait_for(child: subprocess.Popen[bytes]) -> int:
    """Return the exit code of a process; signals are handled meanwhile."""
    codes: SimpleQueue[int] = SimpleQueue()
    with block_in_new_threads():
        threading.Thread(target=lambda: codes.put(child.wait()), name="fakesources run", daemon=True).start()
    return next_of(codes)


command = click.Command(
    "run",
    callback=run,
    params=[
        *server_flags(default_port=0),
        *fake_flags(),
        click.Argument(["command"], nargs=-1, required=True, type=click.UNPROCESSED),
    ],
    help=run.__doc__,
    context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False},
)
