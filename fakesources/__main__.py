"""`python -m fakesources`: the command line."""

from .cli import main

main(prog_name="fakesources")
