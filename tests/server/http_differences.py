"""Wanted differences between the live server and Node.js: answers to raw requests, by their reason."""

from __future__ import annotations

from typing import Any

Answers = tuple[list[list[Any]], bool]


def error(status: int) -> Answers:
    """Return one error response, and the end of the connection."""
    return [[status]], False


def accepted(path: str) -> Answers:
    """Return one accepted request for a path."""
    return [[200, "GET", path, ""]], True


NEXT = [200, "GET", "/next", ""]
BODY = [200, "PUT", "/", "body"]

DIFFERENCES: dict[str, dict[str, Answers]] = {
    "Node.js drops the response to an earlier request where later bytes are invalid in the same packet; a client that sent "
    "a whole request gets its response": {
        "Content-Length: a body longer than its length": ([BODY, [400]], False),
        "line ends: white space between": ([[200, "GET", "/", ""], [400]], False),
        "chunks: two last chunks": ([[200, "PUT", "/", ""], [400]], False),
        "chunks: trailer 'Connection: close'": ([BODY, [400]], False),
        "pipelines: a last request and another at once": ([[200, "GET", "/", ""]], False),
    },
    "RFC 9112, 6.1: a transfer coding that is not understood is 501; Node.js gives the coded bytes to its handler": {
        "Transfer-Encoding: Transfer-Encoding 'gzip, chunked'": error(501),
        "Transfer-Encoding: Transfer-Encoding 'identity, chunked'": error(501),
        "Transfer-Encoding: Transfer-Encoding 'deflate,chunked'": error(501),
        "Transfer-Encoding: Transfer-Encoding twice, gzip first": error(501),
        "Transfer-Encoding: Transfer-Encoding twice, identity first": error(501),
    },
    "RFC 9112, 3.2: a request with more than one Host is an error": {
        "headers: two Hosts": error(400),
        "headers: two Hosts, the same": error(400),
        "headers: two Hosts of HTTP/1.0": error(400),
    },
    "A client whose expectation is not met may send its body or not, so the connection is closed instead of guessing": {
        "headers: Expect '200-ok'": error(417),
        "headers: Expect '200-ok' without a body": error(417),
        "headers: Expect ''": error(417),
        "headers: Expect '' without a body": error(417),
        "headers: Expect '100-continued'": error(417),
        "headers: Expect '100-continued' without a body": error(417),
    },
    "RFC 9110, 7.8: a server may ignore Upgrade, and what follows is HTTP/1.1 as before; Node.js leaves it unanswered": {
        "headers: Upgrade": ([[200, "GET", "/", ""], NEXT], True),
        "headers: Upgrade with a body": ([BODY, NEXT], True),
        "headers: Upgrade with chunks": ([BODY, NEXT], True),
    },
    "A URL as the target is resolved: its path is the request's, its host replaces Host (RFC 9112, 3.2.2)": {
        "request lines: target 'http://b/'": accepted("/"),
        "request lines: target 'http://b'": accepted("/"),
        "request lines: target 'http://b?c'": accepted("/?c"),
        "request lines: target 'HTTP://B/C'": accepted("/C"),
        "request lines: target 'https://b/c'": accepted("/c"),
        "request lines: target 'http://u@b/c'": accepted("/c"),
        "request lines: target 'http://u:p@b:80/c'": accepted("/c"),
        "request lines: target 'http://[::1]/c'": accepted("/c"),
        "request lines: target 'http://b:x/'": accepted("/"),
    },
    "No path can be found in the target: another scheme, an http URL without a host (RFC 9110, 4.2.1), '*' and more": {
        "request lines: target 'http://'": error(400),
        "request lines: target 'http:///c'": error(400),
        "request lines: target 'ftp://b/'": error(400),
        "request lines: target 'ws://b/'": error(400),
        "request lines: target '*a'": error(400),
    },
    "Only HTTP/1.0 and HTTP/1.1 are supported: 505; Node.js answers other versions in HTTP/1.1": {
        "request lines: version 'HTTP/2.0'": error(505),
        "request lines: version 'HTTP/0.9'": error(505),
        "request lines: no version": error(505),
        "request lines: no version, and a Host": error(505),
    },
    "CONNECT is answered with an error; Node.js closes without a response": {
        "request lines: CONNECT": error(400),
        "request lines: CONNECT with a path": error(400),
        "request lines: CONNECT with a URL": error(400),
    },
    "Limits: 64 KiB for a target (414 beyond) and for headers, and 1,000 headers; Node.js has 16 KiB for both, and 431": {
        "request lines: a target of 60,000 bytes": accepted("/" + "a" * 60_000),
        "request lines: a target of 70,000 bytes": error(414),
        "request lines: a header of 60,000 bytes": accepted("/"),
        "request lines: 1,001 headers": error(431),
    },
}


def differences() -> dict[str, Answers]:
    """Return the wanted answers by case."""
    return {name: answers for group in DIFFERENCES.values() for name, answers in group.items()}
