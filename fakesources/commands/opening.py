"""From flags to a server that runs: what `serve` and `run` do before they part ways, and after.

Whatever cannot be had is said in one sentence, with exit code 2 for a flag that is wrong and 1 for a machine that
does not play along.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from ..adapters.server import Server
from ..hosted import Hosted
from .flags import chosen, misspelt
from .signals import left_to_this_thread

if TYPE_CHECKING:
    from ssl import SSLContext

GRACE = 5.0
"""How many seconds requests that have begun get to finish when the server is told to stop. Containers are killed ten
seconds after they are told, and the state is still to be saved.
"""


def hosted_by(ctx: click.Context, given: Mapping[str, Any]) -> Hosted:
    """The fake that the flags describe. Exits with a sentence for what cannot be."""
    for line in misspelt(ctx.command.params):
        click.echo(f"Warning: {line}", err=True)
    try:
        return Hosted(chosen(given), load=given["load"], save=given["save"], token=given["token"] or "")
    except ValueError as error:
        raise click.UsageError(str(error), ctx) from None


@contextmanager
def serving(given: Mapping[str, Any], hosted: Hosted) -> Iterator[Server]:
    """A server that answers, until left: then it lets requests finish, and the state is saved if it is to be.

    Exits with a sentence when the address cannot be had, or a file.
    """
    with _access_log(given["access_log"]) as log:
        server = Server(
            hosted.handle,
            given["host"],
            given["port"],
            at_once=hosted.at_once,
            tls=_tls(given["cert"], given["key"]),
            access=_lines_to(log) if log else None,
            on_bug=tell_bug,
            limit=hosted.limit,
        )
        try:
            with left_to_this_thread():
                server.start()
        except OSError as error:
            raise click.ClickException(error.strerror or str(error)) from None
        try:
            with _address_in(given["address_file"], server.url):
                yield server
        finally:
            hosted.begin_shutdown()
            server.stop(grace=GRACE)
            _save(hosted)


def _save(hosted: Hosted) -> None:
    try:
        hosted.close()
    except OSError as error:
        raise click.ClickException(f"the state could not be saved: {error}") from None


def _tls(cert: Path | None, key: Path | None) -> SSLContext | None:
    if cert is None:
        if key is not None:
            raise click.UsageError("--key needs the certificate it belongs to, --cert FILE")
        return None
    from ..adapters import tls  # late: ssl is seldom asked for, and no part of a quick start

    try:
        return tls.context(str(cert), str(key) if key else None)
    except OSError as error:
        raise click.UsageError(f"--cert: {error}") from None


@contextmanager
def _address_in(file: Path | None, url: str) -> Iterator[None]:
    """The address in a file, whole from the first moment it can be seen; gone when left."""
    if file is None:
        yield
        return
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        fresh.write_text(f"{url}\n", "utf-8")
        fresh.replace(file)
    except OSError as error:
        raise click.UsageError(f"--address-file: {file}: {error.strerror}") from None
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()


@contextmanager
def _access_log(name: str | None) -> Iterator[TextIO | None]:
    if name is None:
        yield None
    elif name == "-":
        yield sys.stderr
    else:
        try:
            file = Path(name).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115  # closed below
        except OSError as error:
            raise click.UsageError(f"--access-log: {error}") from None
        with file:
            yield file


def _lines_to(log: TextIO) -> Callable[[str, str, int, float], None]:
    writing = threading.Lock()

    def write(method: str, path: str, status: int, took: float) -> None:
        with writing:
            log.write(f"{method} {path} {status} {took:.1f}ms\n")
            log.flush()

    return write


def tell_bug(bug: BaseException) -> None:
    """Where a bug of ours happened. Not its text, which may show a secret; the answer had it."""
    where = "".join(traceback.format_tb(bug.__traceback__))
    click.echo(f"A bug in fakesources, {type(bug).__name__}; the answer was a 500 that says more.\n{where}", err=True)
