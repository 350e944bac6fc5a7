"""Catalogue of Curator's documented errors, and the one body they are rendered as."""

from __future__ import annotations

from typing import Any

from ...core.contract.errors import ApiError, ApiErrorRaised

CODES = "response-codes"

NO_SUCH_ENDPOINT = ApiError(
    "no-such-endpoint", 404, "There is no such endpoint", CODES, "404 is for an endpoint that does not exist."
)  # fmt: skip
NO_SUCH_METHOD = ApiError(
    "no-such-method", 405, "This method is not allowed here", CODES, "405 is for a method an endpoint does not take."
)  # fmt: skip
TOO_LARGE = ApiError(
    "too-large", 400, "The body is too large", CODES, "A body of more than 1 MiB is an error.",
    "decided", "No limit is documented; 400 is the class of invalid requests, and 413 is not in the list of statuses.",
)  # fmt: skip
UNREADABLE = ApiError(
    "unreadable", 400, "The {part} {reason}", CODES,
    "A query or a body that cannot be parsed, or has another type, is an error.",
    "decided", "Bodies have to be application/json; the list of statuses has no 415.",
)  # fmt: skip
MISSING_KEY = ApiError(
    "missing-key", 400, "Please provide an api_key", CODES, "400 is also for a call without a token.",
    "decided", "The text of 400 names the missing token, and 401 is not in the list; the wording follows the sample.",
)  # fmt: skip
UNUSABLE_KEY = ApiError(
    "unusable-key", 400, "The api_key cannot be read", CODES, "A credential that cannot be decoded counts as missing.",
    "decided", "A token that cannot be decoded is treated like a missing one, which is 400.",
)  # fmt: skip
WRONG_KEY = {
    403: ApiError(
        "wrong-key", 403, "The api_key is not known", CODES, "403 is for a caller without access to the resource.",
        "decided", "No page gives the status for a wrong key; 403 is the only class left for it.",
    ),
    401: ApiError(
        "wrong-key-401", 401, "The api_key is not known", CODES, "The status for a wrong key can be set to 401.",
        "decided", "Many services use 401, and a client may have to be tested for it; 401 is not in the list of statuses.",
    ),
}  # fmt: skip

MISSING = ApiError(
    "missing-field", 400, "Please provide a {field}", CODES, "The error names the missing required parameter.",
    "decided", "The sentence is the page's sample for feed_id; other fields and the status are not shown.",
)  # fmt: skip
INVALID = ApiError(
    "invalid-field", 400, "The {field} is invalid, expected {expected}", CODES, "400 is for an invalid parameter.",
    "decided", "The class is documented, its wording is not.",
)  # fmt: skip
MALFORMED_ID = ApiError(
    "malformed-id", 400, "The {thing} id is malformed", CODES, "400 is also for a malformed id in the path.",
    "decided", "The class is documented, its wording is not.",
)  # fmt: skip
NO_SUCH_TYPE = ApiError(
    "no-such-source-type", 400, "The source_type is invalid, there is no {number}", "ids",
    "A source type has to be in one of the lists or examples of the documentation.",
    "decided", "400 is for an invalid parameter. All lists count together: the page's own examples use types that later "
    "lists have dropped.",
)  # fmt: skip
UNKNOWN_FEED = ApiError(
    "unknown-feed", 422, "The feed_id names no feed", CODES, "A source needs a feed that exists.",
    "decided", "The request is well formed and cannot be processed: the documented meaning of 422.",
)  # fmt: skip
FIXED = ApiError(
    "fixed-field", 422, "The {field} can not be changed", "sources",
    "Neither feed_id nor source_type changes after creation.",
    "decided", "The page forbids the change without giving an error; 422 means that the request has to be changed. Sending "
    "the present value changes nothing.",
)  # fmt: skip
FOREIGN = ApiError(
    "not-yours", 403, "You may not see this {thing}", CODES, "403 is for a caller without access to the resource.",
    "decided", "The class is documented, its wording is not.",
)  # fmt: skip
NO_SUCH_SOURCE = ApiError(
    "not-found", 404, "Source not found", CODES, "No source has the id.",
    "decided", "The page documents 404 for endpoints; by convention it is also for an id in the path.",
)  # fmt: skip
NO_SUCH_FEED = ApiError(
    "not-found", 404, "Feed not found", CODES, "No feed has the id.",
    "decided", "The page documents 404 for endpoints; by convention it is also for an id in the path.",
)  # fmt: skip
NO_SUCH_POST = ApiError(
    "post-not-found", 404, "Post not found", CODES, "No active post of the feed has the id.",
    "decided", "The page documents 404 for endpoints; by convention it is also for an id in the path.",
)  # fmt: skip
BAD_CURSOR = ApiError(
    "bad-cursor", 400, "The {field} is invalid, expected a cursor from pagination", "posts-2025",
    "after and before take the values of `pagination` in an earlier response.",
    "decided", "400 is for an invalid parameter.",
)  # fmt: skip

GENERAL = (NO_SUCH_ENDPOINT, NO_SUCH_METHOD, TOO_LARGE, UNREADABLE, MISSING_KEY, UNUSABLE_KEY, *WRONG_KEY.values())
"""Errors of every endpoint; those of keys only where a key is required."""


def render_error(error: ApiErrorRaised) -> Any:
    """Return the body of an error. The page mentions a `meta.code` as well; its own sample has none."""
    return {"success": False, "message": str(error)}
