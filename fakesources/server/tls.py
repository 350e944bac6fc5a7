"""A server's certificate, for clients that insist on https."""

from __future__ import annotations

import ssl


def context(certfile: str, keyfile: str | None = None) -> ssl.SSLContext:
    """What a server shows its clients, from PEM files; the key may stand in the certificate's file.

    Raises OSError, naming the file, where one cannot be read or the two do not belong together.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for path in filter(None, (certfile, keyfile)):
        with open(path, "rb"):
            pass  # says which of the two is missing, which OpenSSL does not
    try:
        made.load_cert_chain(certfile, keyfile)
    except ssl.SSLError as error:
        held = f"{certfile} and {keyfile}" if keyfile else certfile
        raise OSError(f"{held}: no certificate with its key ({error.reason or error})") from error
    return made
