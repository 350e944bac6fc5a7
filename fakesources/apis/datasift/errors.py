"""DataSift's refusals: each a row with its exact text, where it applies and how well it is known. All are rendered
alike: a JSON object with the sentence under `error`.
"""

from __future__ import annotations

from ...core.contract.errors import ApiError, ApiErrorRaised


def render(refused: ApiErrorRaised) -> dict[str, str]:
    """The JSON value of a refusal."""
    return {"error": str(refused)}


# -- of every endpoint -------------------------------------------------------------------------------------------------

UNAUTHORIZED = ApiError(
    "unauthorized", 401, "Authorization failed", "authentication, client-python",
    "No credential, an unusable one or a wrong one; not charged.",
    "observed", "no 401 was recorded; the text is known from an official client's tests alone", charged=False,
)  # fmt: skip
RATE_LIMIT = ApiError(
    "rate-limit", 403, "API Rate Limit Exceeded", "rate-limiting, rate-limit-error",
    "The hour's credits do not cover the call. It costs nothing more and `Remaining` is 0.",
)  # fmt: skip
RATE_LIMIT_429 = ApiError(
    "rate-limit-429", 429, "API Rate Limit Exceeded", "rate-limiting, rate-limit-error",
    "The same with the other status the page gives, for fakes that were told so.",
)  # fmt: skip
WRONG_KEY_KIND = ApiError(
    "wrong-key-kind", 403, "You must use an account identity to access this endpoint",
    "authentication, response-codes, recorded-earlier",
    "A key of another kind than the endpoint takes, such as an identity's in place of the account's; not charged. The fake "
    "knows one kind of key, so it answers so where a test arranges it.",
    "documented", "the page gives the status, recordings of other endpoints the text and that nothing is charged",
    charged=False,
)  # fmt: skip
NO_SUCH_ENDPOINT = ApiError(
    "no-such-endpoint", 404, "Endpoint not found", "none", "The path leads nowhere; not charged.",
    "decided", "no page tells the text; the envelope is the one of all errors", charged=False,
)  # fmt: skip
NO_SUCH_METHOD = ApiError(
    "no-such-method", 405, "Method {method} not allowed for this endpoint", "recorded-earlier",
    "The endpoint does not take the method; not charged.", "recorded", charged=False,
)  # fmt: skip
UNKNOWN_VERSION = ApiError(
    "unknown-version", 404, "Unknown API version '{version}'; the versions are {known}", "versioning",
    "The path begins with a version that never was; not charged.",
    "decided", "the page lists the versions and tells no error", charged=False,
)  # fmt: skip
TOO_LARGE = ApiError(
    "too-large", 413, "Request body is larger than 1 MiB", "response-codes",
    "A body beyond what is read.", "decided", "413 is listed; neither its text nor the limit is known",
)  # fmt: skip
UNREADABLE = ApiError(
    "unreadable", 400, "{carrier} {why}", "none",
    "The query string or the body cannot be read as what it claims to be.",
    "decided", "no page tells the text; it says what is wrong and where",
)  # fmt: skip

# -- of parameters -----------------------------------------------------------------------------------------------------

MISSING_IN_LOG = ApiError(
    "missing-param", 400, "Missing param '{name}'", "sourcelog-1.4",
    "A required parameter is absent or empty; of several the first in the documented order is named.",
)  # fmt: skip
MISSING = ApiError(
    "missing-param", 400, "Missing param '{name}'", "sourcelog-1.4, recorded-earlier",
    "A required parameter is absent or empty; of several the first in the documented order is named.",
    "decided", "the page of log states the form for log alone; at another endpoint of the platform it was recorded in the "
    "same words",
)  # fmt: skip
NOT_VALID = ApiError(
    "not-valid", 400, "{name} must be a valid {kind}", "recorded-1.6",
    "A parameter of a type that has no reading as the one that is wanted.",
    "decided", "worded like the recorded `hash must be a valid hash` of other endpoints",
)  # fmt: skip
NOT_AMONG = ApiError(
    "not-among", 400, "{name} is invalid; valid values are: {values}", "recorded-1.6",
    "A parameter with a value outside its list.",
    "decided", "worded like the recorded `period is invalid; valid values are: …` of another endpoint",
)  # fmt: skip
OUT_OF_RANGE = ApiError(
    "out-of-range", 400, "{name} must be {bound}", "client-dotnet, instagram-options",
    "A number below or above what is allowed.",
    "decided", "the .NET client refuses a page below 1 before it sends one; worded like the platform's validator",
)  # fmt: skip
INVALID_SOURCE_TYPE = ApiError(
    "invalid-source-type", 400, "Invalid source type {source_type}", "snippet-create",
    "A source type that does not exist.", "documented", "the text is documented, the status is inferred from it",
)  # fmt: skip
OTHER_SOURCE_TYPE = ApiError(
    "other-source-type", 400, "source_type is invalid; valid values are: {source_type}", "none",
    "An update names another source type than the source has.",
    "decided", "a source's resources and tokens are those of its type; the same type is accepted",
)  # fmt: skip

# -- of sources that are not there -------------------------------------------------------------------------------------

NO_INSTANCE = ApiError(
    "not-found", 404, 'Could not find the specified source instance "{id}"', "recorded-1.6",
    "No source of the account has this id; charged like a success.", "recorded",
)  # fmt: skip
NO_INSTANCE_EITHER = ApiError(
    "not-found", 404, 'Could not find the specified source instance "{id}"', "none",
    "No source of the account has this id.",
    "decided", "no page tells; these endpoints answer like get and are taken to refuse like it",
)  # fmt: skip
NOTHING_TO_DELETE = ApiError(
    "not-found", 404, "Source instance not found", "recorded-1.6",
    "No source of the account has this id, or has it any more; charged like a success.", "recorded",
)  # fmt: skip
NOTHING_TO_START = ApiError(
    "not-found", 404, "Source not found", "sourcestart-1.6", "No source of the account has this id.",
)  # fmt: skip
NOTHING_TO_STOP = ApiError(
    "not-found", 404, "Source not found", "sourcestart-1.6", "No source of the account has this id.",
    "decided", "the page of stop is archived in part; start is its sister",
)  # fmt: skip
NOTHING_TO_LOG = ApiError(
    "not-found", 404, 'Could not find the specified source "{id}"', "sourcelog-1.4",
    "No source of the account has this id.",
)  # fmt: skip
NOTHING_TO_UPDATE = ApiError(
    "not-found", 404, 'Could not find the specified source "{id}"', "snippet-not-found",
    "No source of the account has this id.",
)  # fmt: skip

EVERYWHERE = (
    UNAUTHORIZED, WRONG_KEY_KIND, RATE_LIMIT, RATE_LIMIT_429, NO_SUCH_ENDPOINT, NO_SUCH_METHOD, UNKNOWN_VERSION, TOO_LARGE, UNREADABLE,
)  # fmt: skip
