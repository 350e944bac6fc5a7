"""Adapters, one module for each client library: translate the request, call one function, translate the response.

An adapter imports its client library and the messages of the core; no API and no state. `requests` and `httpx_mocks`
are parts of the adapters for those libraries.
"""
