"""Where the live server answers raw requests otherwise than Node.js, on purpose: the answers, and the reason."""

from __future__ import annotations

from typing import Any

Answers = tuple[list[list[Any]], bool]


def refused(status: int) -> Answers:
    """One refusal, and the end of the connection."""
    return [[status]], False


def asked(path: str) -> Answers:
    """One request for a path."""
    return [[200, "GET", path, ""]], True


NEXT = [200, "GET", "/next", ""]
BODY = [200, "PUT", "/", "body"]

DIFFERENCES: dict[str, dict[str, Answers]] = {
    "Node.js drops the response to an earlier request where later bytes are refused in the same packet; a client that sent "
    "a whole request gets its response": {
        "Content-Length: a body longer than its length": ([BODY, [400]], False),
        "line ends: white space between": ([[200, "GET", "/", ""], [400]], False),
        "chunks: two last chunks": ([[200, "PUT", "/", ""], [400]], False),
        "chunks: trailer 'Connection: close'": ([BODY, [400]], False),
        "pipelines: a last request and another at once": ([[200, "GET", "/", ""]], False),
    },
    "RFC 9112, 6.1: a transfer coding that is not understood is 501; Node.js gives the coded bytes to its handler": {
        "Transfer-Encoding: Transfer-Encoding 'gzip, chunked'": refused(501),
        "Transfer-Encoding: Transfer-Encoding 'identity, chunked'": refused(501),
        "Transfer-Encoding: Transfer-Encoding 'deflate,chunked'": refused(501),
        "Transfer-Encoding: Transfer-Encoding twice, gzip first": refused(501),
        "Transfer-Encoding: Transfer-Encoding twice, identity first": refused(501),
    },
    "RFC 9112, 3.2: a request with more than one Host is refused": {
        "headers: two Hosts": refused(400),
        "headers: two Hosts, the same": refused(400),
        "headers: two Hosts of HTTP/1.0": refused(400),
    },
    "A client whose expectation is refused may send its body or not, so the connection is closed instead of guessing": {
        "headers: Expect '200-ok'": refused(417),
        "headers: Expect '200-ok' without a body": refused(417),
        "headers: Expect ''": refused(417),
        "headers: Expect '' without a body": refused(417),
        "headers: Expect '100-continued'": refused(417),
        "headers: Expect '100-continued' without a body": refused(417),
    },
    "RFC 9110, 7.8: a server may ignore Upgrade, and what follows is HTTP/1.1 as before; Node.js leaves it unanswered": {
        "headers: Upgrade": ([[200, "GET", "/", ""], NEXT], True),
        "headers: Upgrade with a body": ([BODY, NEXT], True),
        "headers: Upgrade with chunks": ([BODY, NEXT], True),
    },
    "A URL as the target is resolved: its path is what is asked for, its host replaces Host (RFC 9112, 3.2.2)": {
        "request lines: target 'http://b/'": asked("/"),
        "request lines: target 'http://b'": asked("/"),
        "request lines: target 'http://b?c'": asked("/?c"),
        "request lines: target 'HTTP://B/C'": asked("/C"),
        "request lines: target 'https://b/c'": asked("/c"),
        "request lines: target 'http://u@b/c'": asked("/c"),
        "request lines: target 'http://u:p@b:80/c'": asked("/c"),
        "request lines: target 'http://[::1]/c'": asked("/c"),
        "request lines: target 'http://b:x/'": asked("/"),
    },
    "No path can be found in the target: another scheme, an http URL without a host (RFC 9110, 4.2.1), '*' and more": {
        "request lines: target 'http://'": refused(400),
        "request lines: target 'http:///c'": refused(400),
        "request lines: target 'ftp://b/'": refused(400),
        "request lines: target 'ws://b/'": refused(400),
        "request lines: target '*a'": refused(400),
    },
    "Only HTTP/1.0 and HTTP/1.1 are spoken: 505; Node.js answers other versions in HTTP/1.1": {
        "request lines: version 'HTTP/2.0'": refused(505),
        "request lines: version 'HTTP/0.9'": refused(505),
        "request lines: no version": refused(505),
        "request lines: no version, and a Host": refused(505),
    },
    "CONNECT is refused with a reason; Node.js closes without a response": {
        "request lines: CONNECT": refused(400),
        "request lines: CONNECT with a path": refused(400),
        "request lines: CONNECT with a URL": refused(400),
    },
    "Limits: 64 KiB for a target (414 beyond) and for headers, and 1,000 headers; Node.js has 16 KiB for both, and 431": {
        "request lines: a target of 60,000 bytes": asked("/" + "a" * 60_000),
        "request lines: a target of 70,000 bytes": refused(414),
        "request lines: a header of 60,000 bytes": asked("/"),
        "request lines: 1,001 headers": refused(431),
    },
}


def differences() -> dict[str, Answers]:
    """The answers that are wanted, by case."""
    return {name: answers for group in DIFFERENCES.values() for name, answers in group.items()}
