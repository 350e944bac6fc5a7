"""Catalogue of DataSift's errors: status, exact text, source and provenance of each."""

from __future__ import annotations

from ...core.contract.errors import ApiError, ApiErrorRaised


def render_error(raised: ApiErrorRaised) -> dict[str, str]:
    """Return the JSON value of an error: an object with the text under `error`."""
    return {"error": str(raised)}


# -- of any endpoint --------------------------------------------------------------------------------------------------

UNAUTHORIZED = ApiError(
    "unauthorized", 401, "Authorization failed", "authentication, client-python",
    "The credential is missing, malformed or wrong; not charged.",
    "observed", "no 401 was recorded; the text is known from an official client's tests alone", charged=False,
)  # fmt: skip
RATE_LIMIT = ApiError(
    "rate-limit", 403, "API Rate Limit Exceeded", "rate-limiting, rate-limit-error",
    "The hour's remaining credits do not cover the call.",
)  # fmt: skip
RATE_LIMIT_429 = ApiError(
    "rate-limit-429", 429, "API Rate Limit Exceeded", "rate-limiting, rate-limit-error",
    "The same with the other status that the page names, where `rate_limit_status` is 429.",
)  # fmt: skip
WRONG_KEY_KIND = ApiError(
    "wrong-key-kind", 403, "You must use an account identity to access this endpoint",
    "authentication, response-codes, recorded-earlier",
    "A key of another kind than the endpoint accepts, such as an identity's in place of the account's; not charged. The "
    "fake has one kind of key, so this is returned only where a test plans it as a fault.",
    "documented", "the page gives the status; recordings of other endpoints give the text and show no charge",
    charged=False,
)  # fmt: skip
NO_SUCH_ENDPOINT = ApiError(
    "no-such-endpoint", 404, "Endpoint not found", "none", "No endpoint has this path; not charged.",
    "decided", "no page gives the text; the envelope is that of all errors", charged=False,
)  # fmt: skip
NO_SUCH_METHOD = ApiError(
    "no-such-method", 405, "Method {method} not allowed for this endpoint", "recorded-earlier",
    "The endpoint does not allow the method; not charged.", "recorded", charged=False,
)  # fmt: skip
UNKNOWN_VERSION = ApiError(
    "unknown-version", 404, "Unknown API version '{version}'; the versions are {known}", "versioning",
    "The path begins with a version that never existed; not charged.",
    "decided", "the page lists the versions and no error", charged=False,
)  # fmt: skip
TOO_LARGE = ApiError(
    "too-large", 413, "Request body is larger than 1 MiB", "response-codes",
    "The body is larger than the limit.", "decided", "413 is listed; neither its text nor the limit is known",
)  # fmt: skip
UNREADABLE = ApiError(
    "unreadable", 400, "{part} {reason}", "none",
    "The query string or the body cannot be parsed as its media type.",
    "decided", "no page gives the text; it names the place and the cause",
)  # fmt: skip

# -- of parameters -----------------------------------------------------------------------------------------------------

MISSING_IN_LOG = ApiError(
    "missing-param", 400, "Missing param '{field}'", "sourcelog-1.4",
    "A required parameter is missing or empty; of several the first in the documented order is named.",
)  # fmt: skip
MISSING = ApiError(
    "missing-param", 400, "Missing param '{field}'", "sourcelog-1.4, recorded-earlier",
    "A required parameter is missing or empty; of several the first in the documented order is named.",
    "decided", "the page of log gives the text for log alone; the same text was recorded at another endpoint of the "
    "platform",
)  # fmt: skip
NOT_VALID = ApiError(
    "not-valid", 400, "{field} must be a valid {kind}", "recorded-1.6",
    "The value of a parameter cannot be converted to the expected type.",
    "decided", "worded like the recorded `hash must be a valid hash` of other endpoints",
)  # fmt: skip
NOT_AMONG = ApiError(
    "not-among", 400, "{field} is invalid; valid values are: {values}", "recorded-1.6",
    "The value of a parameter is none of the allowed values.",
    "decided", "worded like the recorded `period is invalid; valid values are: …` of another endpoint",
)  # fmt: skip
OUT_OF_RANGE = ApiError(
    "out-of-range", 400, "{field} must be {bound}", "client-dotnet, instagram-options",
    "A number is below or above the allowed range.",
    "decided", "the .NET client rejects a page below 1 before sending it; worded like the platform's validator",
)  # fmt: skip
INVALID_SOURCE_TYPE = ApiError(
    "invalid-source-type", 400, "Invalid source type {source_type}", "snippet-create",
    "The source type does not exist.", "documented", "the text is documented, the status is inferred from it",
)  # fmt: skip
INVALID_SOURCE_TYPE_ASSUMED = ApiError(
    "invalid-source-type", 400, "Invalid source type {source_type}", "snippet-create",
    "The source type does not exist.", "decided", "the text is documented for create alone; its status is inferred from it",
)  # fmt: skip
OTHER_SOURCE_TYPE = ApiError(
    "other-source-type", 400, "source_type is invalid; valid values are: {source_type}", "none",
    "An update names a source type other than the source's.",
    "decided", "a source's resources and tokens are those of its type; the same type is accepted",
)  # fmt: skip

# -- of unknown sources -----------------------------------------------------------------------------------------------

NO_INSTANCE = ApiError(
    "not-found", 404, 'Could not find the specified source instance "{id}"', "recorded-1.6",
    "The account has no source with this id; charged like a success.", "recorded",
)  # fmt: skip
NO_INSTANCE_ASSUMED = ApiError(
    "not-found", 404, 'Could not find the specified source instance "{id}"', "none",
    "The account has no source with this id.",
    "decided", "no page documents it; the successful responses of these endpoints are like get's, so the error is too",
)  # fmt: skip
NOTHING_TO_DELETE = ApiError(
    "not-found", 404, "Source instance not found", "recorded-1.6",
    "The account has no source with this id, or no longer has it; charged like a success.", "recorded",
)  # fmt: skip
NOTHING_TO_START = ApiError(
    "not-found", 404, "Source not found", "sourcestart-1.6", "The account has no source with this id.",
)  # fmt: skip
NOTHING_TO_STOP = ApiError(
    "not-found", 404, "Source not found", "sourcestart-1.6", "The account has no source with this id.",
    "decided", "the page of stop is archived in part; start is its counterpart",
)  # fmt: skip
NOTHING_TO_LOG = ApiError(
    "not-found", 404, 'Could not find the specified source "{id}"', "sourcelog-1.4",
    "The account has no source with this id.",
)  # fmt: skip
NOTHING_TO_UPDATE = ApiError(
    "not-found", 404, 'Could not find the specified source "{id}"', "snippet-not-found",
    "The account has no source with this id.",
)  # fmt: skip

GENERAL = (
    UNAUTHORIZED, WRONG_KEY_KIND, RATE_LIMIT, RATE_LIMIT_429, NO_SUCH_ENDPOINT, NO_SUCH_METHOD, UNKNOWN_VERSION, TOO_LARGE, UNREADABLE,
)  # fmt: skip
"""Errors that any operation may return."""
