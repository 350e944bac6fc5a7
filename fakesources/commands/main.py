"""The command line: a list of commands, each in a module of its own that is imported when it is called.

`serve` must answer soon after its start, so no command imports what only another needs.
"""

from __future__ import annotations

import gc
from importlib import import_module

import click

from ..core.text.spelling import nearest
from ..core.version import __version__

COMMANDS = ("serve", "run", "check", "openapi", "rules")
"""Each is `fakesources.commands.<name>`, and gives its click command as `command`."""


class Lazy(click.Group):
    """A group that imports a command when somebody calls it, or asks for the list of all."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """The names, in the order of the list."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name, freshly imported if need be."""
        if name not in COMMANDS:
            return None
        gc.disable()  # modules stay, so looking for what may go is a twentieth of the start for nothing
        try:
            command: click.Command = import_module(f"fakesources.commands.{name}").command
        finally:
            gc.enable()
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed. Fails with the nearest name where there is none of that name."""
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            near = nearest(args[0], COMMANDS)
            hint = f"Did you mean {near!r}?" if near else f"There are {', '.join(COMMANDS)}."
            ctx.fail(f"No such command {args[0]!r}. {hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="fakesources", message="%(prog)s %(version)s")
def main() -> None:
    """A fake of the DataSift Managed Sources and Curator.io Sources APIs."""
