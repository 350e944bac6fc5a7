"""`python -m fakesources`: the command line."""

from .commands.main import main

main(prog_name="fakesources")
