"""The adapters, a file each: every one translates in, calls the one function it was given, and translates out.

An adapter knows its client library and the messages of the core; no API and no state. `requests` and `httpx_mocks` are
parts of the adapters for those libraries.
"""
