"""Command line as `python -m fakesources`."""

from .commands.main import main

main(prog_name="fakesources")
