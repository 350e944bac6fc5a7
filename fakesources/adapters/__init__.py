"""The doors, a file each: every one translates in, calls the one function it was handed, and translates out.

A door knows its client library and the messages of the core; no API, no state, no other door.
"""
