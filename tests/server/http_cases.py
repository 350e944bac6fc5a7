"""Raw requests by category, valid and invalid ones.

A case is its bytes, in parts where a client waits for the answers to one before it sends the next. The answers of Node.js
to all of them are in http_table.json, which `generate_http_table.py` writes.
"""

from __future__ import annotations

from collections.abc import Iterator

HOST = b"Host: a\r\n"
END = b"\r\n"
NEXT = b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def get(*headers: bytes, target: bytes = b"/", method: bytes = b"GET", version: bytes = b"HTTP/1.1") -> bytes:
    """Return a request without a body; the headers are lines without their ends."""
    return b"%s %s %s\r\n%s%s\r\n" % (method, target, version, HOST, b"".join(line + END for line in headers))


def put(body: bytes, *headers: bytes, version: bytes = b"HTTP/1.1", then: bytes = NEXT) -> bytes:
    """Return a request with the bytes of a body as they are, followed by another request."""
    return b"PUT / %s\r\n%s%s\r\n%s" % (version, HOST, b"".join(line + END for line in headers), body) + then


def chunked(body: bytes, *headers: bytes) -> bytes:
    """Return a request with a chunked body, written as it is, followed by another request."""
    return put(body, b"Transfer-Encoding: chunked", *headers)


def plain() -> Iterator[tuple[str, bytes | tuple[bytes, ...]]]:
    """Valid requests."""
    yield "the least", get()
    yield "HTTP/1.0", b"GET / HTTP/1.0\r\n\r\n"
    yield "HTTP/1.0 with Host", get(version=b"HTTP/1.0")
    yield "HTTP/1.0 that stays", get(b"Connection: keep-alive", version=b"HTTP/1.0") + NEXT
    yield "HTTP/1.0 that goes, and more", (get(version=b"HTTP/1.0"), NEXT)
    yield "two at once", get() + NEXT
    yield "a body with its length", put(b"body", b"Content-Length: 4")
    yield "an empty body", put(b"", b"Content-Length: 0")
    yield "a body in chunks", chunked(b"2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n")
    yield "an empty body in chunks", chunked(b"0\r\n\r\n")
    yield "an empty header", get(b"X-A:")
    yield "an empty last header", b"GET / HTTP/1.1\r\nHost: a\r\nX-A: \r\n\r\n"
    yield "white space around a value", get(b"X-A: \t value \t ")
    yield "Latin-1 in a value", get(b"X-A: Zo\xeb")
    yield "HEAD", get(method=b"HEAD") + NEXT
    yield "a body of HEAD", b"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab" + NEXT
    yield "a body of GET", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab" + NEXT
    yield "a body of DELETE", b"DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab" + NEXT
    yield "a hundred headers", get(*(b"X-%d: y" % number for number in range(100)))
    yield "150 headers", get(*(b"X-%d: y" % number for number in range(150)))


def lengths() -> Iterator[tuple[str, bytes]]:
    """Spellings of Content-Length."""
    values = [
        b"+4", b"-4", b"4.0", b"0x4", b"4 ", b" 4", b"\t4", b"4\t", b"04", b"00000000000000000004", b"4a", b"a4", b"",
        b" ", b"4,4", b"4, 4", b"4,5", b"4;", b"4 4", b"four", b"\x0b4", b"4\x0c", b"\xa04", b"\xb2", b"1e0", b"4\x00",
        b"18446744073709551616", b"99999999999999999999999", b"-1", b"-0", b"4_0", b"'4'", b'"4"', b"\xd9\xa4",
    ]  # fmt: skip
    for value in values:
        yield f"Content-Length {value.decode('latin-1')!r}", put(b"body", b"Content-Length: " + value)
    yield "Content-Length twice, the same", put(b"body", b"Content-Length: 4", b"Content-Length: 4")
    yield "Content-Length twice, different", put(b"body", b"Content-Length: 4", b"Content-Length: 5")
    yield "Content-Length twice, one empty", put(b"body", b"Content-Length: 4", b"Content-Length:")
    yield "Content-Length without white space", put(b"body", b"Content-Length:4")
    yield "Content-Length in lower case", put(b"body", b"content-length: 4")
    yield "Content-Length of HTTP/1.0", put(b"body", b"Content-Length: 4", version=b"HTTP/1.0", then=b"")
    yield "Content-Length with white space before the colon", put(b"body", b"Content-Length : 4")
    yield "Content-Length with a tab before the colon", put(b"body", b"Content-Length\t: 4")
    yield "Content-Length after white space", put(b"body", b" Content-Length: 4")
    yield "Content_Length", put(b"", b"Content_Length: 4")
    yield "Content-Length folded", put(b"body", b"Content-Length:\r\n 4")
    yield "Content-Length with NUL in its name", put(b"body", b"Content-Length\x00: 4")
    yield "a body longer than its length", put(b"body and more\r\n\r\n", b"Content-Length: 4")
    yield "a body shorter than its length", b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nbody"


def codings() -> Iterator[tuple[str, bytes]]:
    """Spellings of Transfer-Encoding, and its conflicts with Content-Length."""
    body = b"4\r\nbody\r\n0\r\n\r\n"
    values = [
        b"Chunked", b"CHUNKED", b" chunked", b"chunked ", b"\tchunked", b"chunked\t", b"chunked,", b",chunked", b"", b" ",
        b"gzip, chunked", b"chunked, gzip", b"chunked, chunked", b"identity", b"identity, chunked", b"chunked, identity",
        b"gzip", b"chunke", b"chunkedd", b"x-chunked", b"chunked;q=1", b'"chunked"', b"'chunked'", b"\x0bchunked",
        b"chunked\x0c", b"chunked\x00", b"chun ked", b"\xa0chunked", b"chunked chunked", b"chunked\xff", b"deflate,chunked",
    ]  # fmt: skip
    for value in values:
        yield f"Transfer-Encoding {value.decode('latin-1')!r}", put(body, b"Transfer-Encoding: " + value)
    yield "Transfer-Encoding twice", chunked(body, b"Transfer-Encoding: chunked")
    yield "Transfer-Encoding twice, gzip first", put(body, b"Transfer-Encoding: gzip", b"Transfer-Encoding: chunked")
    yield "Transfer-Encoding twice, gzip last", chunked(body, b"Transfer-Encoding: gzip")
    yield (
        "Transfer-Encoding twice, identity first",
        put(body, b"Transfer-Encoding: identity", b"Transfer-Encoding: chunked"),
    )
    yield "both, length first", put(body, b"Content-Length: 4", b"Transfer-Encoding: chunked")
    yield "both, length last", chunked(body, b"Content-Length: 4")
    yield "both, length of nothing", chunked(body, b"Content-Length: 0")
    yield "both, coding folded", put(body, b"Content-Length: 4", b"Transfer-Encoding:\r\n chunked")
    yield "both, coding after white space", put(body, b"Content-Length: 4", b" Transfer-Encoding: chunked")
    yield (
        "both, coding with white space before the colon",
        put(body, b"Content-Length: 4", b"Transfer-Encoding : chunked"),
    )
    yield "both, coding behind a bare CR", put(body, b"Content-Length: 4", b"X: y\rTransfer-Encoding: chunked")
    yield "both, coding behind a bare LF", put(body, b"Content-Length: 4", b"X: y\nTransfer-Encoding: chunked")
    yield "both, unknown coding", put(body, b"Content-Length: 4", b"Transfer-Encoding: xchunked")
    yield "both, Transfer_Encoding", put(b"body", b"Content-Length: 4", b"Transfer_Encoding: chunked")
    yield "chunked of HTTP/1.0", put(body, b"Transfer-Encoding: chunked", version=b"HTTP/1.0", then=b"")
    yield (
        "chunked of HTTP/1.0 that stays",
        put(body, b"Transfer-Encoding: chunked", b"Connection: keep-alive", version=b"HTTP/1.0"),
    )
    yield "Transfer-Encoding without white space", put(body, b"Transfer-Encoding:chunked")
    yield (
        "Transfer-Encoding without a body",
        b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT,
    )


def line_ends() -> Iterator[tuple[str, bytes]]:
    """Invalid line breaks, and white space in odd places."""
    yield "line feeds alone", b"GET / HTTP/1.1\nHost: a\n\n"
    yield "a line feed behind the request line", b"GET / HTTP/1.1\nHost: a\r\n\r\n"
    yield "a line feed behind a header", b"GET / HTTP/1.1\r\nHost: a\n\r\n"
    yield "a line feed at the end", b"GET / HTTP/1.1\r\nHost: a\r\n\n"
    yield "carriage returns alone", b"GET / HTTP/1.1\rHost: a\r\r"
    yield "a carriage return behind the request line", b"GET / HTTP/1.1\rHost: a\r\n\r\n"
    yield "a carriage return behind a header", b"GET / HTTP/1.1\r\nHost: a\r\r\n"
    yield "two carriage returns behind a header", b"GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"
    yield "a carriage return at the end", b"GET / HTTP/1.1\r\nHost: a\r\n\rX"
    yield "line breaks before", b"\r\n\r\n" + get()
    yield "line feeds before", b"\n\n" + get()
    yield "carriage returns before", b"\r\r" + get()
    yield "line breaks between", get() + b"\r\n\r\n" + NEXT
    yield "line feeds between", get() + b"\n" + NEXT
    yield "white space before", b" " + get()
    yield "a tab before", b"\t" + get()
    yield "white space between", get() + b" " + NEXT
    yield "a line break behind a body", put(b"body\r\n", b"Content-Length: 4")
    yield "line breaks alone", b"\r\n\r\n\r\n"
    yield "a vertical tab before", b"\x0b" + get()
    yield "NUL before", b"\x00" + get()
    yield "a byte order mark before", b"\xef\xbb\xbf" + get()
    yield "a folded value", get(b"X-A: b\r\n c")
    yield "a folded value with a tab", get(b"X-A: b\r\n\tc")
    yield "a folded empty value", get(b"X-A:\r\n b")
    yield "a folded first header", b"GET / HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n"
    yield "a fold of white space alone", get(b"X-A: b\r\n ")
    yield "white space as the last line", b"GET / HTTP/1.1\r\nHost: a\r\n \r\n"
    yield "a folded Host", b"GET / HTTP/1.1\r\nHost:\r\n a\r\n\r\n"


def headers() -> Iterator[tuple[str, bytes | tuple[bytes, ...]]]:
    """Names, values, Host, Connection and Expect."""
    for name in (
        b"",
        b" ",
        b"X A",
        b"X\tA",
        b"X:A",
        b"X\x00",
        b"X\x7f",
        b"X\xe9",
        b"X(",
        b"X/",
        b"X@",
        b'X"',
        b"X[",
        b"X{",
        b"X,",
    ):
        yield f"header name {name.decode('latin-1')!r}", get(name + b": y")
    for name in (b"!#$%&'*+-.^_`|~", b"x_y", b"1", b"X.Y"):
        yield f"header name {name.decode('latin-1')!r}", get(name + b": y")
    for value in (b"\x00", b"\x01", b"\x1f", b"\x7f", b"a\x00b", b"a\rb", b"a\x0bb", b"\xff", b"a\tb", b"\x80"):
        yield f"header value {value.decode('latin-1')!r}", get(b"X: " + value)
    yield "a header without a colon", get(b"X-A")
    yield "a header without a colon, with a value", get(b"X-A y")
    yield "white space before the colon", get(b"X-A : y")
    yield "white space before the name", get(b" X-A: y")
    yield "only colons", get(b":::")
    yield "no Host", b"GET / HTTP/1.1\r\n\r\n"
    yield "no Host, and a next request", b"GET / HTTP/1.1\r\n\r\n" + NEXT
    yield "no Host, and a body", b"PUT / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody" + NEXT
    yield "an empty Host", b"GET / HTTP/1.1\r\nHost:\r\n\r\n"
    yield "two Hosts", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"
    yield "two Hosts, the same", b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"
    yield "two Hosts of HTTP/1.0", b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"
    yield "a Host with a control byte", b"GET / HTTP/1.1\r\nHost: a\x01b\r\n\r\n"
    yield "a Host with NUL", b"GET / HTTP/1.1\r\nHost: a\x00\r\n\r\n"
    yield "a Host with a path", b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"
    yield "a Host with an at sign", b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"
    for value in (
        b"close",
        b"Close",
        b"closed",
        b"close, x",
        b"x, close",
        b"xclose",
        b"keep-alive",
        b"keep-alive, close",
        b"",
        b"close;q=1",
    ):
        yield f"Connection {value.decode()!r}", (get(b"Connection: " + value), NEXT)
        yield f"Connection {value.decode()!r} of HTTP/1.0", (get(b"Connection: " + value, version=b"HTTP/1.0"), NEXT)
    yield "Connection twice", (get(b"Connection: keep-alive", b"Connection: close"), NEXT)
    yield "Proxy-Connection", (get(b"Proxy-Connection: close"), NEXT)
    for value in (
        b"100-continue",
        b"100-Continue",
        b"200-ok",
        b"100-continue, x",
        b"x-100-continue",
        b"",
        b"100-continued",
    ):
        yield f"Expect {value.decode()!r}", put(b"body", b"Content-Length: 4", b"Expect: " + value)
        yield f"Expect {value.decode()!r} without a body", get(b"Expect: " + value) + NEXT
    yield (
        "Expect of HTTP/1.0",
        put(b"body", b"Content-Length: 4", b"Expect: 100-continue", version=b"HTTP/1.0", then=b""),
    )
    yield "Upgrade", get(b"Connection: upgrade", b"Upgrade: websocket") + NEXT
    yield "Upgrade with a body", put(b"body", b"Content-Length: 4", b"Connection: upgrade", b"Upgrade: h2c")
    yield "Upgrade with chunks", chunked(b"4\r\nbody\r\n0\r\n\r\n", b"Connection: upgrade", b"Upgrade: h2c")
    yield "Upgrade without Connection", put(b"body", b"Content-Length: 4", b"Upgrade: h2c")


def chunks() -> Iterator[tuple[str, bytes]]:
    """Framing of chunks, their extensions, and trailers."""
    last = b"0\r\n\r\n"
    for size in (
        b"",
        b" 4",
        b"4 ",
        b"\t4",
        b"+4",
        b"-4",
        b"0x4",
        b"4x",
        b"x",
        b"g",
        b"04",
        b"0000000000000004",
        b"4,",
        b"4.0",
        b"4\x00",
        b"\xb2",
    ):
        yield f"chunk size {size.decode('latin-1')!r}", chunked(size + b"\r\nbody\r\n" + last)
    yield "a chunk size of 16 digits", chunked(b"ffffffffffffffff\r\nbody\r\n" + last)
    yield "a chunk size of 17 digits", chunked(b"10000000000000004\r\nbody\r\n" + last)
    yield "a chunk size of many noughts", chunked(b"0" * 60 + b"4\r\nbody\r\n" + last)
    yield "a chunk size in capitals", chunked(b"A\r\n0123456789\r\n" + last)
    yield "a chunk size ended by LF", chunked(b"4\nbody\r\n" + last)
    yield "a chunk size ended by CR", chunked(b"4\rbody\r\n" + last)
    yield "chunk data ended by LF", chunked(b"4\r\nbody\n" + last)
    yield "chunk data ended by CR", chunked(b"4\r\nbody\r" + last)
    yield "chunk data without an end", chunked(b"4\r\nbody" + last)
    yield "a chunk longer than its size", chunked(b"4\r\nbodyx\r\n" + last)
    yield "a chunk shorter than its size", chunked(b"6\r\nbody\r\n" + last)
    yield "the last chunk ended by LF", chunked(b"4\r\nbody\r\n0\n\r\n")
    yield "the end of the trailers by LF", chunked(b"4\r\nbody\r\n0\r\n\n")
    yield "the last chunk without its line", chunked(b"4\r\nbody\r\n0\r\nX")
    yield "two last chunks", chunked(b"0\r\n\r\n0\r\n\r\n")
    yield "a last chunk of several noughts", chunked(b"4\r\nbody\r\n000\r\n\r\n")
    for extension in (b";", b";a", b";a=b", b"; a=b", b" ;a=b", b";a=", b";=b", b";a=b;c=d", b';a="b"', b';a="b;c"', b';a="b', b';a="\\""',
                      b";a=b\x00", b";a\x00", b";a=\x01", b";a=b\xff", b";\xff", b"; ", b";;", b";a =b", b";a= b", b";a=b c", b";a\t=b"):  # fmt: skip
        yield f"chunk extension {extension.decode('latin-1')!r}", chunked(b"4%s\r\nbody\r\n0\r\n\r\n" % extension)
    yield "a chunk extension ended by LF", chunked(b"4;a=b\nbody\r\n" + last)
    yield "a chunk extension value ended by LF", chunked(b'4;a="b\n"\r\nbody\r\n' + last)
    yield "an extension of the last chunk", chunked(b"4\r\nbody\r\n0;a=b\r\n\r\n")
    for trailer in (b"X: y", b"X:", b"X", b"X y", b"X : y", b" X: y", b"X: y\r\n z", b"X: \x00", b"X\x00: y", b"Content-Length: 4", b"Content-Length: x",
                    b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip", b"Host: b", b"GET / HTTP/1.1", b"X: y\nZ: z", b"X: y\rZ: z", b"Connection: close",
                    b"Expect: 100-continue", b"Upgrade: h2c", b":", b": y"):  # fmt: skip
        yield f"trailer {trailer.decode('latin-1')!r}", chunked(b"4\r\nbody\r\n0\r\n" + trailer + b"\r\n\r\n")


def request_lines() -> Iterator[tuple[str, bytes]]:
    """Methods, targets, versions."""
    for method in (
        b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"PROPFIND", b"SEARCH", b"M-SEARCH", b"QUERY", b"SOURCE", b"PURGE", b"LINK",
        b"get", b"Get", b"GETT", b"GE", b"FOO", b"FOO-BAR", b"", b"G\x00T", b"G ET", b"GET,", b'"GET"', b"PRI", b"DESCRIBE", b"\xff", b"BREW",
    ):  # fmt: skip
        yield f"method {method.decode('latin-1')!r}", get(method=method)
    for target in (
        b"*", b"/a?b=c", b"/?", b"/#f", b"/a#f?b", b"//a", b"/%41", b"/%", b"/%zz", b"/a b", b"/a\tb", b"/a\x00b", b"/a\x01b", b"/a\x7fb", b"/\xe9",
        b"/\xc3\xa9", b"/?\xe9", b"a", b"", b"?a", b"a:80", b"http://b/", b"http://b", b"http://b?c", b"HTTP://B/C", b"https://b/c", b"http://", b"http:///c",
        b"http://u@b/c", b"http://u:p@b:80/c", b"http://[::1]/c", b"http://b c/", b"http://b:x/", b"ftp://b/", b"ws://b/", b"http:/b", b"://b/", b"/[a]", b"/{a}", b"/|", b"/\\",
        b"/^", b"/`", b'/"', b"/<a>", b"*a", b"/*", b"/..", b"/a/../b", b"/;a", b"/a:b", b"/@", b"mailto:a@b",
    ):  # fmt: skip
        yield f"target {target.decode('latin-1')!r}", get(target=target)
    for version in (
        b"HTTP/1.2", b"HTTP/1.9", b"HTTP/2.0", b"HTTP/0.9", b"HTTP/3.0", b"HTTP/1", b"HTTP/1.", b"HTTP/1.10", b"HTTP/01.1", b"HTTP/11", b"HTTP/1.1 ", b"http/1.1",
        b"Http/1.1", b"HTTP/1.x", b"HTTP/ 1.1", b"HTTPS/1.1", b"ICE/1.0", b"RTSP/1.0", b"HTTP", b"", b"HTTP/1,1", b"HTTP/1.1\x00", b"\tHTTP/1.1", b"HTTP/-1.1", b"HTTP/1.1 x",
    ):  # fmt: skip
        yield f"version {version.decode('latin-1')!r}", get(version=version)
    yield "no version", b"GET /\r\n\r\n"
    yield "no version, and a Host", b"GET /\r\nHost: a\r\n\r\n"
    yield "no target", b"GET HTTP/1.1\r\nHost: a\r\n\r\n"
    yield "two spaces before the target", b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n"
    yield "two spaces before the version", b"GET /  HTTP/1.1\r\nHost: a\r\n\r\n"
    yield "a tab before the target", b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"
    yield "CONNECT", get(method=b"CONNECT", target=b"a:80") + NEXT
    yield "CONNECT with a path", get(method=b"CONNECT", target=b"/") + NEXT
    yield "CONNECT with a URL", get(method=b"CONNECT", target=b"http://a/") + NEXT
    yield "HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    yield "a response", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    yield "TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"
    yield "text", b"hello\r\n\r\n"
    yield "text and a request", b"hello\r\n\r\n" + get()
    yield "JSON", b'{"a": 1}\r\n\r\n'
    yield "NULs", b"\x00" * 20
    yield "an empty line and text", b"\r\nhello\r\n\r\n"
    yield "a target of 60,000 bytes", get(target=b"/" + b"a" * 60_000)
    yield "a target of 70,000 bytes", get(target=b"/" + b"a" * 70_000)
    yield "a header of 10,000 bytes", get(b"X: " + b"a" * 10_000)
    yield "a header of 60,000 bytes", get(b"X: " + b"a" * 60_000)
    yield "a header of 140,000 bytes", get(b"X: " + b"a" * 140_000)
    yield "headers of 70,000 bytes", get(*(b"X-%04d: %s" % (number, b"a" * 65) for number in range(1_000)))
    yield "1,001 headers", get(*(b"X-%d: y" % number for number in range(1_000)))
    yield "a chunk extension of 40,000 bytes", chunked(b"4;" + b"a" * 40_000 + b"\r\nbody\r\n0\r\n\r\n")
    yield "a trailer of 60,000 bytes", chunked(b"4\r\nbody\r\n0\r\nX: " + b"a" * 60_000 + b"\r\n\r\n")


def pipelines() -> Iterator[tuple[str, bytes | tuple[bytes, ...]]]:
    """Several requests on a connection, one of them invalid: those before it are answered, those behind it are not."""
    body = put(b"body", b"Content-Length: 4").removesuffix(NEXT)
    wrong = {
        "text": b"hello\r\n\r\n",
        "a wrong length": b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "length and chunks": b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "a wrong chunk": b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n",
        "a header without a colon": b"GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
        "a wrong version": b"GET / HTTP/1.7\r\nHost: a\r\n\r\n",
        "a wrong method": b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
        "no Host": b"GET / HTTP/1.1\r\n\r\n",
        "half a request": b"GET / HTTP/1.1\r\nHo",
    }
    for name, request in wrong.items():
        yield f"{name} behind a request", (get(target=b"/first"), request)
        yield f"{name} behind a body", (body, request)
        yield f"{name} between requests", (get(target=b"/first"), request + NEXT)
    yield "five requests", get(target=b"/1") + get(target=b"/2") + body + get(method=b"HEAD") + NEXT
    yield "nine requests", get() * 8 + NEXT
    yield "a last request and another", (get(b"Connection: close"), NEXT)
    yield "a last request and another at once", get(b"Connection: close") + NEXT


CATEGORIES = {
    "plain": plain, "Content-Length": lengths, "Transfer-Encoding": codings, "line ends": line_ends, "headers": headers,
    "chunks": chunks, "request lines": request_lines, "pipelines": pipelines,
}  # fmt: skip


def cases() -> dict[str, tuple[bytes, ...]]:
    """Return every case by its name, "category: name"."""
    all_cases: dict[str, tuple[bytes, ...]] = {}
    for category, make in CATEGORIES.items():
        for name, sent in make():
            assert f"{category}: {name}" not in all_cases, name
            all_cases[f"{category}: {name}"] = (sent,) if isinstance(sent, bytes) else sent
    return all_cases
