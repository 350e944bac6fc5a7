"""Server of the flags: what `serve` and `run` share.

Errors are one sentence, with exit code 2 for an invalid flag and 1 for a failure of the system.
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
from .access_log import LogAccess
from .errors import os_error_text
from .flags import fake_options, misspelt_variables
from .logs import log_internal_error, set_level
from .output import print_wrapped
from .signals import block_in_new_threads

if TYPE_CHECKING:
    from ssl import SSLContext

SHUTDOWN_GRACE_SECONDS = 5.0
"""Time that requests get to finish on shutdown. Containers are killed ten seconds after SIGTERM, and the state is still
to be saved.
"""


def host_fake(ctx: click.Context, params: Mapping[str, Any], *, address: str | None) -> Hosted:
    """Create the fake of the flags, served at an address (None if unknown). Raises UsageError for an invalid flag."""
    set_level(params["log_level"])
    for line in misspelt_variables(ctx.command.params):
        print_wrapped(f"Warning: {line}")
    try:
        return Hosted(
            fake_options(params),
            load=params["load"],
            save=params["save"],
            state=params["state"],
            save_every=params["save_every"],
            token=params["token"] or "",
            address=address,
            origins=params["allow_origin"],
            snapshot_bytes=params["snapshot_bytes"],
            max_waiting=params["max_waiting"],
        )
    except ValueError as error:
        raise click.UsageError(str(error), ctx) from None


@contextmanager
def serving(params: Mapping[str, Any], hosted: Hosted, access: LogAccess | None) -> Iterator[Server]:
    """Run the server of the flags, with an access log, inside the block; then finish its requests and save the state.

    Raises UsageError for a file of the flags, and ClickException for an address or a state file, that cannot be used.
    """
    server = Server(
        hosted.handle,
        params["host"],
        params["port"],
        handle_nonblocking=hosted.handle_nonblocking,
        steps=hosted.steps,
        authorise=hosted.authorise,
        tls=_tls(params["cert"], params["key"]),
        access=access,
        on_bug=log_internal_error,
        limit=hosted.limit,
        max_connections=params["max_connections"],
    )
    hosted.limits["connections"] = server.max_connections
    hosted.gauges["connections"] = lambda: server.open_connections
    try:
        with block_in_new_threads():
            server.start()
    except OSError as error:
        raise click.ClickException(os_error_text(error)) from None
    hosted.served_at(server.url)
    try:
        with _address_file(params["address_file"], server.url):
            hosted.start_saving()
            yield server
    finally:
        hosted.begin_shutdown()
        server.stop(grace=SHUTDOWN_GRACE_SECONDS)
        _close(hosted)


def _close(hosted: Hosted) -> None:
    try:
        hosted.close()
    except OSError as error:
        raise click.ClickException(f"the state could not be saved: {files.error_text(error)}") from None


def _tls(cert: Path | None, key: Path | None) -> SSLContext | None:
    if cert is None:
        if key is not None:
            raise click.UsageError("--key: expected its certificate beside it; add --cert FILE")
        return None
    from ..server import tls  # late: importing ssl slows the start, and few servers need it

    try:
        return tls.context(str(cert), str(key) if key else None)
    except OSError as error:
        name = "--key" if key is not None and error.filename == str(key) else "--cert"
        raise click.UsageError(f"{name}: {_with_path(error)}") from None


def _with_path(error: OSError) -> str:
    """Return the text of an error, with the path that it is about and without its number."""
    return str(error) if error.filename is None else f"{error.filename}: {error.strerror}"


@contextmanager
def _address_file(file: Path | None, url: str) -> Iterator[None]:
    """Write the base URL to a file, as a whole, and remove the file after the block."""
    if file is None:
        yield
        return
    try:
        files.remove_stale(file)
        files.write(file, f"{url}\n", is_private=False)
    except (OSError, ValueError) as error:
        raise click.UsageError(f"--address-file: {file}: {os_error_text(error, file)}") from None
    try:
        yield
    finally:
        with suppress(OSError, ValueError):
            if file.read_text("utf-8") == f"{url}\n":  # another server may have replaced it
                files.target_of(file).unlink()
