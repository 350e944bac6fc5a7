"""Certificate of a server, for clients that insist on https."""

from __future__ import annotations

import ssl


def context(certfile: str, keyfile: str | None = None) -> ssl.SSLContext:
    """Return a context with a certificate from PEM files; the key may be in the certificate's file.

    Raise OSError, naming the file, where one cannot be read, the key is encrypted or the two do not belong together.
    """
    for path in filter(None, (certfile, keyfile)):
        with open(path, "rb"):
            pass  # an error names the file that is missing, which OpenSSL does not
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    files = f"{certfile} and {keyfile}" if keyfile else certfile
    passwords_asked_for = []

    def no_password() -> str:
        passwords_asked_for.append(keyfile)
        return ""

    try:
        tls.load_cert_chain(certfile, keyfile, no_password)  # without the function OpenSSL asks the terminal
    except OSError as error:
        if passwords_asked_for:
            raise OSError(
                f"{keyfile or certfile}: expected a key without a passphrase, got an encrypted one; "
                "`openssl pkey -in FILE -out NEW` writes it without"
            ) from None
        reason = getattr(error, "reason", None) or error
        raise OSError(f"{files}: expected a certificate and its key in PEM, got something else ({reason})") from error
    return tls
