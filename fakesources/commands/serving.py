"""From flags to a server that runs: what `serve` and `run` do before they part ways, and after.

Whatever cannot be had is said in one sentence, with exit code 2 for a flag that is wrong and 1 for a machine that
does not play along.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..control.hosted import Hosted
from ..core.system import files
from ..server.server import Server
from .access_log import access_log
from .flags import chosen, misspelt
from .logs import log_bug, set_level
from .signals import left_to_this_thread

if TYPE_CHECKING:
    from ssl import SSLContext

GRACE = 5.0
"""How many seconds requests that have begun get to finish when the server is told to stop. Containers are killed ten
seconds after they are told, and the state is still to be saved.
"""


def hosted_by(ctx: click.Context, given: Mapping[str, Any], *, address: str | None) -> Hosted:
    """The fake that the flags describe, served at an address (None where that is not known). Exits with a sentence for
    a flag that is invalid.
    """
    set_level(given["log_level"])
    for line in misspelt(ctx.command.params):
        click.echo(f"Warning: {line}", err=True)
    try:
        return Hosted(
            chosen(given),
            load=given["load"],
            save=given["save"],
            state=given["state"],
            save_every=given["save_every"],
            token=given["token"] or "",
            address=address,
            origins=given["allow_origin"],
            snapshot_bytes=given["snapshot_bytes"],
            max_waiting=given["max_waiting"],
        )
    except ValueError as error:
        raise click.UsageError(str(error), ctx) from None


@contextmanager
def serving(given: Mapping[str, Any], hosted: Hosted) -> Iterator[Server]:
    """A server that answers, until left: then it lets requests finish, and the state is saved if it is to be.

    Exits with a sentence when the address cannot be had, or a file.
    """
    with access_log(given, hosted) as access:
        server = Server(
            hosted.handle,
            given["host"],
            given["port"],
            at_once=hosted.handle_nonblocking,
            steps=hosted.steps,
            authorise=hosted.authorise,
            tls=_tls(given["cert"], given["key"]),
            access=access,
            on_bug=log_bug,
            limit=hosted.limit,
        )
        hosted.limits["connections"] = server.max_connections
        hosted.gauges["connections"] = lambda: server.open_connections
        try:
            with left_to_this_thread():
                server.start()
        except OSError as error:
            raise click.ClickException(error.strerror or str(error)) from None
        try:
            with _address_in(given["address_file"], server.url):
                hosted.start_saving()
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
    from ..server import tls  # late: ssl is seldom asked for, and no part of a quick start

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
    try:
        files.remove_stale(file)
        files.write(file, f"{url}\n", is_private=False)
    except (OSError, ValueError) as error:
        raise click.UsageError(f"--address-file: {file}: {getattr(error, 'strerror', None) or error}") from None
    try:
        yield
    finally:
        with suppress(OSError, ValueError):
            if file.read_text("utf-8") == f"{url}\n":  # another server may have written its own there since
                files.target_of(file).unlink()
