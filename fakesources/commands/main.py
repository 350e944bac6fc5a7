"""Command group `fakesources`: a list of commands, each in a module that is imported when it is called.

`serve` must answer soon after its start, so no command imports what only another one needs.
"""

from __future__ import annotations

import errno
import gc
import sys
from importlib import import_module
from io import StringIO
from typing import Any

import click

from ..core.text.spelling import unknown_name
from ..core.version import __version__

COMMANDS = ("serve", "run", "check", "openapi", "rules")
"""Names of the modules of `fakesources.commands` that define a click command as `command`."""

OUTPUT_ERRORS = frozenset({errno.EBADF, errno.EIO, errno.EFBIG, errno.ENOSPC})
"""Errors of a stream that cannot be written to. A closed pipe is not among them: click ends the command for it."""


class LazyGroup(click.Group):
    """Group that imports the module of a command when the command is called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command, None for an unknown name."""
        if name not in COMMANDS:
            return None
        gc.disable()  # imported modules stay, and collecting garbage meanwhile takes a twentieth of the start
        try:
            command: click.Command = import_module(f"fakesources.commands.{name}").command
        finally:
            gc.enable()
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Call the group. A text of click's own, such as a help, that cannot be written is an error of one line."""
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            if error.errno not in OUTPUT_ERRORS or error.filename is not None:
                raise
            from .output import print_wrapped

            print_wrapped(f"Error: standard output: {error.strerror}")
            sys.exit(2)

    def invoke(self, ctx: click.Context) -> Any:
        """Call a command. Its error is shown as click shows it, but wrapped at the width of a terminal."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            from .output import print_wrapped  # late: most calls end without an error

            shown = StringIO()
            error.show(shown)
            print_wrapped(shown.getvalue().rstrip("\n"))
            ctx.exit(error.exit_code)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command to call and its arguments. Raises UsageError with the closest name for an unknown one."""
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(unknown_name("command", args[0], COMMANDS), ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="fakesources", message="%(prog)s %(version)s")
def main() -> None:
    """Fake HTTP APIs, held to their documented contract."""
