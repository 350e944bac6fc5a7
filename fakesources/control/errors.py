"""The errors of the control plane, one row each; every text includes what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ..core.contract.errors import ApiError, ApiErrorRaised
from ..core.text.spelling import any_of, did_you_mean
from . import ROOT
from .operations import PAGE

_ADVICE = (
    "start it with --token TOKEN, or FAKESOURCES_TOKEN=TOKEN in its environment, and send Authorization: Bearer TOKEN"
)


def _access_error(name: str, status: int, text: str, description: str) -> ApiError:
    return ApiError(name, status, text, f"{PAGE}#access", description)


def _request_error(name: str, status: int, text: str, description: str) -> ApiError:
    return ApiError(name, status, text, f"{PAGE}#requests", description)


UNAUTHORIZED = _access_error(
    "unauthorized",
    401,
    "authorization: expected the token of this server; send Authorization: Bearer TOKEN",
    "Where a token is set, a request without it gets 401.",
)
TOKEN_REQUIRED = _access_error(
    "token-required",
    403,
    f"authorization: expected a token, since this server listens beyond loopback, and the server has none; {_ADVICE}",
    "A server that listens on another address than loopback requires a token, also from clients on loopback.",
)
TOKEN_REQUIRED_BY_WSGI = _access_error(
    "token-required",
    403,
    "authorization: expected a token, since a WSGI server may hide a proxy, and the server has none; "
    "start it with FAKESOURCES_TOKEN=TOKEN in its environment, and send Authorization: Bearer TOKEN",
    "fakesources.wsgi:app always requires a token: absent headers prove nothing there.",
)
NOT_LOOPBACK = _access_error(
    "not-loopback",
    403,
    f"client address: expected loopback on a server without a token, got {{peer}}; {_ADVICE}",
    "Where no token is set, a request from another address than loopback gets 403.",
)
PROXIED = _access_error(
    "proxied",
    403,
    "headers: expected those of a plain client on a server without a token, got {name}, which a proxy may have added; "
    f"{_ADVICE}",
    "Where no token is set, a request with a header that clients do not send by themselves gets 403.",
)
UNTRUSTED_HOST = _access_error(
    "untrusted-host",
    403,
    "host: expected localhost or a loopback address, got {host!r}, a name that can be pointed at any machine; "
    "use the URL that the server printed",
    "A Host that is not a loopback name gets 403: a web page may have pointed a name of its own at this machine.",
)
OTHER_ORIGIN = _access_error(
    "other-origin",
    403,
    "{name}: expected the server's own origin, got {value}; start the server with --allow-origin ORIGIN to allow a page",
    "A request of a web page of another origin gets 403.",
)
UNSUPPORTED_MEDIA_TYPE = _access_error(
    "unsupported-media-type",
    415,
    "content-type: expected application/json, got {media}",
    "A body that a plain HTML form could send gets 415.",
)
UNSUPPORTED_ENCODING = _request_error(
    "unsupported-encoding",
    415,
    "content-encoding: expected none, got {encoding}; send the body uncompressed",
    "A compressed body gets 415: its decompressed size has no limit.",
)
TOO_LARGE = _request_error(
    "too-large",
    413,
    "body: expected at most {limit} bytes",
    "A body beyond the limit of its path gets 413.",
)
NO_SUCH_PATH = _request_error(
    "no-such-path",
    404,
    f"path: expected an operation under {ROOT}, got {{target!r}}{{hint}}",
    "A path without an operation gets 404, with the nearest path that has one.",
)
NO_SUCH_METHOD = _request_error(
    "no-such-method",
    405,
    "method: expected {allowed} for {target}, got {method}",
    "A method that the path does not have gets 405.",
)
MALFORMED = _request_error("malformed", 400, "The {part} {reason}", "A query or a body that cannot be parsed gets 400.")
INVALID = _request_error(
    "invalid",
    400,
    "In the {where}, {json_path}: expected {expected}, got {actual}{hint}",
    "A query or a body that does not match its schema gets 400, with the JSON path.",
)
NO_SUCH_API = _request_error(
    "no-such-api", 404, "api: expected {expected}, got {api!r}{hint}", "An unknown API gets 404."
)
NO_SUCH_ACCOUNT = _request_error(
    "no-such-account",
    404,
    "In the {where}, $.account: expected {expected}, got {account}",
    "A number that stands for no account gets 404.",
)
NO_SUCH_ROWS = _request_error(
    "no-such-rows",
    404,
    "rows: expected one of the types of rows of {api} ({known}), got {name!r}{hint}",
    "Rows that an API does not have get 404, with the nearest name.",
)
NO_SUCH_ROW = _request_error("no-such-row", 404, "{reason}", "An unknown id gets 404, with the nearest id.")
INVALID_ROW = _request_error(
    "invalid-row",
    422,
    "The row is invalid: {reason}",
    "Fields that no row of the API can have get 422.",
)
MASKED_VALUE = _request_error(
    "masked-value",
    422,
    "In the body, {json_path}: expected a value, got {mask!r}, which stands for a secret; leave the field out, or send "
    "the secret itself",
    "A masked value gets 422: written to a row, it would replace the secret.",
)
NO_SUCH_ACTION = _request_error(
    "no-such-action",
    404,
    "action: expected one of the actions of {api} ({known}), got {name!r}{hint}",
    "An action that an API does not have gets 404, with the nearest name.",
)
NO_SUCH_FAULT = _request_error(
    "no-such-fault",
    404,
    "fault: expected the number of a planned one ({known}), got {number!r}",
    "A number that no planned fault has gets 404.",
)
NO_SUCH_EXPECTATION = _request_error(
    "no-such-expectation",
    404,
    "expectation: expected the number of one that has not ended ({known}), got {number!r}",
    "A number that no expectation has gets 404.",
)
TOO_MANY_EXPECTATIONS = _request_error(
    "too-many-expectations",
    409,
    "expectations: expected at most {limit} at a time; end those that are not needed",
    "An expectation beyond the limit gets 409.",
)
NOT_MET = _request_error(
    "not-met",
    409,
    "{reason}",
    "An expectation that was not met gets 409, and ends; so does a filter that not exactly one exchange matches, with "
    "the nearest exchange.",
)
NO_SUCH_EXCHANGE = _request_error(
    "no-such-exchange",
    404,
    "exchange: expected the number of one in the journal ({known}), got {number!r}",
    "A number that no exchange in the journal has gets 404.",
)
NO_SUCH_SNAPSHOT = _request_error(
    "no-such-snapshot",
    404,
    "snapshot: expected the name of a snapshot ({known}), got {name!r}{hint}",
    "An unknown snapshot gets 404, with the nearest name.",
)
TOO_MANY_SNAPSHOTS = _request_error(
    "too-many-snapshots",
    409,
    "snapshots: expected at most {limit} bytes together, got {size}; delete some, or start the server with a larger "
    "--snapshot-bytes",
    "A snapshot with which all of them together would exceed the limit gets 409.",
)
TOO_MANY_FAULTS = _request_error(
    "too-many-faults",
    409,
    "faults: expected at most {limit} planned at a time; clear those that are not needed",
    "A fault beyond the limit of planned faults gets 409.",
)
TOO_MANY_WAITING = _request_error(
    "too-many-waiting",
    503,
    "wait: expected at most {limit} waiting requests at a time; retry later, or start the server with a larger "
    "--max-waiting",
    "A request that would wait gets 503 while the limit of waiting requests is reached.",
)
TOO_MANY_STREAMS = _request_error(
    "too-many-streams",
    503,
    "events: expected at most {limit} clients at a time; close another console, or poll GET "
    f"{ROOT}/journal?after=NUMBER",
    "A request for events gets 503 while the limit of open streams is reached.",
)
NO_EVENTS = _request_error(
    "no-events",
    501,
    "events: expected a server that sends bodies in pieces, got a WSGI server, where events would occupy a thread; "
    f"poll GET {ROOT}/journal?after=NUMBER",
    "A request for events gets 501 in a WSGI server.",
)
NO_SUCH_RULE = _request_error(
    "no-such-rule",
    404,
    "rule: expected the id of a rule, got {id!r}{hint}",
    "An unknown rule gets 404, with the nearest id.",
)
NO_STATE_FILE = _request_error(
    "no-state-file",
    409,
    "state file: expected one to save to, got none; start the server with --save FILE",
    "Saving requires the file that the server was started with.",
)
NOT_SAVED = _request_error(
    "not-saved",
    500,
    "The state could not be saved: {reason}",
    "A state file that cannot be written gets 500; its previous content stays.",
)
INVALID_STATE = _request_error(
    "invalid-state",
    422,
    "The state is invalid: {reason}",
    "A state that does not match its schema gets 422, with the JSON path.",
)
INVALID_FAULT = _request_error(
    "invalid-fault",
    422,
    "The fault cannot be planned: {reason}",
    "A fault that the API's documentation does not provide for gets 422.",
)
NO_SUCH_NAME = _request_error(
    "no-such-name", 400, "{reason}", "A filter with an unknown name gets 400, with the nearest name."
)
COMMON = (
    UNAUTHORIZED,
    TOKEN_REQUIRED,
    TOKEN_REQUIRED_BY_WSGI,
    NOT_LOOPBACK,
    PROXIED,
    UNTRUSTED_HOST,
    OTHER_ORIGIN,
    UNSUPPORTED_MEDIA_TYPE,
    UNSUPPORTED_ENCODING,
    TOO_LARGE,
    MALFORMED,
    INVALID,
    NO_SUCH_API,
    NO_SUCH_NAME,
    NO_SUCH_ACCOUNT,
)
"""The errors of every operation."""


def invalid(json_path: str, actual: str, expected: str, where: str = "body", hint: str = "") -> ApiErrorRaised:
    """Return the error of one JSON path in the query or the body."""
    return ApiErrorRaised(INVALID, where=where, json_path=json_path, actual=actual, expected=expected, hint=hint)


def check_api(api: str, known: Iterable[str]) -> None:
    """Raise ApiErrorRaised for an unknown API."""
    names = list(known)
    if api not in names:
        raise ApiErrorRaised(NO_SUCH_API, api=api, expected=any_of(map(repr, names)), hint=did_you_mean(api, names))


@contextmanager
def names_checked() -> Iterator[None]:
    """Turn a ValueError of the fake for an unknown name into an error of the control plane."""
    try:
        yield
    except ValueError as error:
        raise ApiErrorRaised(NO_SUCH_NAME, reason=error) from None
