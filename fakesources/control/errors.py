"""The errors of the control plane, a row each; every text says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..core.contract.errors import ApiError, ApiErrorRaised

_GUARD = "Who may use the control plane"
_ASKING = "How the control plane is asked"

_SET_ONE = (
    "start it with --token TOKEN, or FAKESOURCES_TOKEN=TOKEN in its environment, and send Authorization: Bearer TOKEN"
)

NO_TOKEN = ApiError(
    "no-token",
    401,
    "The control plane of this server requires its token: send Authorization: Bearer TOKEN",
    _GUARD,
    "Where a token is set, a request without it is refused.",
)
BEYOND_LOOPBACK = ApiError(
    "token-required",
    403,
    f"The control plane of a server that listens beyond loopback answers with a token only, and none is set; {_SET_ONE}",
    _GUARD,
    "A server that listens on another address than loopback requires a token, from callers on loopback too.",
)
WSGI = ApiError(
    "token-required",
    403,
    "Under a WSGI server, which may hide a proxy, the control plane answers with a token only, and none is set; "
    "start it with FAKESOURCES_TOKEN=TOKEN in its environment, and send Authorization: Bearer TOKEN",
    _GUARD,
    "fakesources.wsgi:app requires a token always: headers that a server removed prove nothing.",
)
NOT_LOCAL = ApiError(
    "not-local",
    403,
    f"Without a token the control plane answers callers on loopback only, not {{peer}}; {_SET_ONE}",
    _GUARD,
    "Where no token is set, a request from elsewhere is refused.",
)
PROXIED = ApiError(
    "proxied",
    403,
    f"Without a token the control plane answers plain clients only, and a proxy may have added the header {{name}}; {_SET_ONE}",
    _GUARD,
    "Where no token is set, a request with a header that clients do not send of themselves is refused.",
)
STRANGE_HOST = ApiError(
    "strange-host",
    403,
    "The control plane answers to localhost and loopback addresses, not to the host {host!r}, which may be anybody's name for this machine",
    _GUARD,
    "A Host that is no loopback name is refused: a web page may have pointed its own name here.",
)
OTHER_ORIGIN = ApiError(
    "other-origin",
    403,
    "The control plane answers no web page of another origin, and this request says {name}: {value}; start the server with --allow-origin for a page that is yours",
    _GUARD,
    "What a web page of another origin asks is refused.",
)
NOT_JSON = ApiError(
    "not-json",
    415,
    "The control plane takes application/json, and this body says it is {media}",
    _GUARD,
    "A body that a plain HTML form could send is refused.",
)
ENCODED = ApiError(
    "encoded",
    415,
    "content-encoding: expected a body without one, got {encoding}; send the body uncompressed",
    _ASKING,
    "A compressed body is refused: what it would grow to is not known.",
)
TOO_LARGE = ApiError(
    "too-large", 413, "The body has more than {limit} bytes", _ASKING, "A body beyond the limit of its path is refused."
)
NO_SUCH_PATH = ApiError(
    "no-such-path",
    404,
    "The control plane has nothing at {path}{hint}",
    _ASKING,
    "A path that is in no row is refused, with the nearest that is.",
)
NO_SUCH_METHOD = ApiError(
    "no-such-method",
    405,
    "{path} takes {allowed}, not {method}",
    _ASKING,
    "A method that no row of the path has is refused.",
)
UNREADABLE = ApiError(
    "unreadable", 400, "The {part} {reason}", _ASKING, "A query or a body that cannot be read is refused."
)
INVALID = ApiError(
    "invalid",
    400,
    "In {where}, {place}: expected {expected}, got {got}{hint}",
    _ASKING,
    "A query or a body that breaks its shape is refused, with the place.",
)
NO_SUCH_API = ApiError(
    "no-such-api", 404, "There is no API {api!r}, only {known}", _ASKING, "An API that is not faked is refused."
)
NO_SUCH_SNAPSHOT = ApiError(
    "no-such-snapshot",
    404,
    "There is no snapshot {name!r}{hint}",
    _ASKING,
    "A snapshot that was never made is refused.",
)
TOO_MANY_SNAPSHOTS = ApiError(
    "too-many-snapshots",
    409,
    "snapshots: expected at most {limit} bytes together, got {size}; delete some, or start the server with a larger "
    "--snapshot-bytes",
    _ASKING,
    "A snapshot with which all of them would take more than the limit is refused.",
)
TOO_MANY_FAULTS = ApiError(
    "too-many-faults",
    409,
    "faults: expected at most {limit} planned at a time; clear those that are not needed",
    _ASKING,
    "A fault beyond the limit of planned ones is refused.",
)
TOO_MANY_WAITING = ApiError(
    "too-many-waiting",
    503,
    "wait: expected at most {limit} waiting requests at a time; ask again later, or start the server with a larger "
    "--max-waiting",
    _ASKING,
    "A request that would wait is refused where as many wait as may.",
)
NO_SUCH_RULE = ApiError(
    "no-such-rule", 404, "There is no rule {id!r}{hint}", _ASKING, "A rule id that names nothing is refused."
)
NO_SAVE_FILE = ApiError(
    "no-save-file",
    409,
    "This server has no file to save to; start it with --save FILE",
    _ASKING,
    "Saving on request needs the file that the server was started with.",
)
NOT_SAVED = ApiError(
    "not-saved",
    500,
    "The state could not be saved: {reason}",
    _ASKING,
    "A file that cannot be written is reported; what it held before stays.",
)
NO_STATE = ApiError(
    "no-state", 422, "That is no state: {reason}", _ASKING, "A state that breaks its schema is refused, with the place."
)
NO_SUCH_FAULT = ApiError(
    "no-such-fault", 422, "That cannot be arranged: {reason}", _ASKING, "A fault no documentation knows is refused."
)

NO_SUCH_NAME = ApiError(
    "no-such-name", 400, "{reason}", _ASKING, "A filter that names nothing there is is refused, with the nearest name."
)
EVERYWHERE = (
    NO_TOKEN,
    BEYOND_LOOPBACK,
    WSGI,
    NOT_LOCAL,
    PROXIED,
    STRANGE_HOST,
    OTHER_ORIGIN,
    NOT_JSON,
    ENCODED,
    TOO_LARGE,
    UNREADABLE,
    INVALID,
    NO_SUCH_API,
    NO_SUCH_NAME,
)
"""The errors of every row."""


def invalid(place: str, got: str, expected: str, where: str = "the body", hint: str = "") -> ApiErrorRaised:
    """Return the refusal of one place in a query or a body."""
    return ApiErrorRaised(INVALID, where=where, place=place, got=got, expected=expected, hint=hint)


@contextmanager
def names_checked() -> Iterator[None]:
    """Refuse a request in whose handler the fake rejects a name with ValueError."""
    try:
        yield
    except ValueError as why:
        raise ApiErrorRaised(NO_SUCH_NAME, reason=why) from None
