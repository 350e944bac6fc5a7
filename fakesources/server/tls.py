"""Certificate of a server, for clients that insist on https."""

from __future__ import annotations

import ssl


def context(certfile: str, keyfile: str | None = None) -> ssl.SSLContext:
    """Return a context with a certificate from PEM files; the key may be in the certificate's file.

    Raise OSError, naming the file, where one cannot be read or the two do not belong together.
    """
    for path in filter(None, (certfile, keyfile)):
        with open(path, "rb"):
            pass  # an error names the file that is missing, which OpenSSL does not
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        tls.load_cert_chain(certfile, keyfile)
    except ssl.SSLError as error:
        files = f"{certfile} and {keyfile}" if keyfile else certfile
        raise OSError(
            f"{files}: expected a certificate and its key in PEM, got something else ({error.reason or error})"
        ) from error
    return tls
