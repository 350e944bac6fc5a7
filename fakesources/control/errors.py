"""The errors of the control plane, a row each; every text says what to do."""

from __future__ import annotations

from ..core.errors import Problem, Refused

_GUARD = "Who may use the control plane"
_ASKING = "How the control plane is asked"

NO_TOKEN = Problem(
    "no-token",
    401,
    "The control plane of this server asks for its token, as Authorization: Bearer TOKEN",
    _GUARD,
    "Where a token is set, a request without it is refused.",
)
NOT_LOCAL = Problem(
    "not-local",
    403,
    "Without a token the control plane answers callers on loopback only, not {peer}, and none that went through a proxy; start the server with --token",
    _GUARD,
    "Where no token is set, a request from elsewhere is refused, and one that a proxy passed on.",
)
STRANGE_HOST = Problem(
    "strange-host",
    403,
    "The control plane answers to localhost and loopback addresses, not to the host {host!r}, which may be anybody's name for this machine",
    _GUARD,
    "A Host that is no loopback name is refused: a web page may have pointed its own name here.",
)
OTHER_ORIGIN = Problem(
    "other-origin",
    403,
    "The control plane answers no web page of another origin, and this request says {name}: {value}",
    _GUARD,
    "What a web page of another origin asks is refused.",
)
NOT_JSON = Problem(
    "not-json",
    415,
    "The control plane takes application/json, and this body says it is {media}",
    _GUARD,
    "A body that a plain HTML form could send is refused.",
)
TOO_LARGE = Problem(
    "too-large", 413, "The body has more than {limit} bytes", _ASKING, "A body beyond the limit of its path is refused."
)
NO_SUCH_PATH = Problem(
    "no-such-path",
    404,
    "The control plane has nothing at {path}{hint}",
    _ASKING,
    "A path that is in no row is refused, with the nearest that is.",
)
NO_SUCH_METHOD = Problem(
    "no-such-method",
    405,
    "{path} takes {allowed}, not {method}",
    _ASKING,
    "A method that no row of the path has is refused.",
)
UNREADABLE = Problem(
    "unreadable", 400, "The {part} {reason}", _ASKING, "A query or a body that cannot be read is refused."
)
INVALID = Problem(
    "invalid",
    400,
    "In {where}, {place}: expected {expected}, got {got}{hint}",
    _ASKING,
    "A query or a body that breaks its shape is refused, with the place.",
)
NO_SUCH_API = Problem(
    "no-such-api", 404, "There is no API {api!r}, only {known}", _ASKING, "An API that is not faked is refused."
)
NO_SUCH_SNAPSHOT = Problem(
    "no-such-snapshot",
    404,
    "There is no snapshot {name!r}{hint}",
    _ASKING,
    "A snapshot that was never made is refused.",
)
NO_SUCH_RULE = Problem(
    "no-such-rule", 404, "There is no rule {id!r}{hint}", _ASKING, "A rule id that names nothing is refused."
)
NO_SAVE_FILE = Problem(
    "no-save-file",
    409,
    "This server has no file to save to; start it with --save FILE",
    _ASKING,
    "Saving on request needs the file that the server was started with.",
)
NOT_SAVED = Problem(
    "not-saved",
    500,
    "The state could not be saved: {reason}",
    _ASKING,
    "A file that cannot be written is reported; what it held before stays.",
)
NO_STATE = Problem(
    "no-state", 422, "That is no state: {reason}", _ASKING, "A state that breaks its schema is refused, with the place."
)
NO_SUCH_FAULT = Problem(
    "no-such-fault", 422, "That cannot be arranged: {reason}", _ASKING, "A fault no documentation knows is refused."
)

EVERYWHERE = (NO_TOKEN, NOT_LOCAL, STRANGE_HOST, OTHER_ORIGIN, NOT_JSON, TOO_LARGE, UNREADABLE, INVALID, NO_SUCH_API)
"""The errors of every row."""


def invalid(place: str, got: str, expected: str, where: str = "the body", hint: str = "") -> Refused:
    """Return the refusal of one place in a query or a body."""
    return Refused(INVALID, where=where, place=place, got=got, expected=expected, hint=hint)
